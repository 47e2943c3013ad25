/** D4-09, D4-13, D4-14: what a master announces to the endpoints, and how often. */
import { ClusterMessage, OFFSET } from "../../../captures/wire/tunnel_cluster.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { inEachPeriod } from "../facts/periods.ts";
import { bringUp } from "../scenarios/connection.ts";
import { changingLoads } from "../scenarios/load_sharing.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Periods that a master has for an acknowledgement, and those that show how often it is heard. */
const ANSWERED = 2, SEVERAL = 4;

/** Registrations of the lab's endpoints that were right, as they came to a master that was up. */
function registrations(cluster: Cluster): ClusterPacket[] {
  const { master } = cluster, own = new Set(cluster.localAddresses.values());
  const up = cluster.messages(master?.inside).find(({ source }) =>
    master!.insideAddresses.includes(source)
  );
  return cluster.messages(master?.inside, "register").filter((m) =>
    own.has(m.source) && m.fault === undefined && m.localAddress !== cluster.masterAddress &&
    up !== undefined && m.time >= up.time
  );
}

/** Whether nobody was told to leave, and the master and its link were there all the time. */
const isThere = (cluster: Cluster) =>
  ["kill", "link"].every((kind) => cluster.stimuli(kind).length === 0) &&
  cluster.instructions("leave").length === 0 &&
  cluster.instructions("fail", cluster.master?.node ?? "").length === 0;

function acknowledged(cluster: Cluster, registered: ClusterPacket, wait: number): PartialVerdict {
  const answers = cluster.messages(cluster.master?.inside, "registerAck");
  const last = cluster.messages(cluster.master?.inside).at(-1)!;
  if (last.time - registered.time < wait) return undefined;
  const isAnswer = (m: ClusterPacket) =>
    m.destination === registered.source && m.acknowledged === registered.sequence &&
    m.time >= registered.time;
  return answers.some(isAnswer) ? undefined : fail(
    `the registration of member ${registered.member} acknowledged`,
    "it is not",
    frameRefs(registered),
  );
}

const announces = kit.invariant({
  name: "master/announces",
  title: "Registrations are acknowledged, and heartbeats come in each period",
  covers: ["TCL-092"],
  judges: ["master"],
  on: [changingLoads, bringUp.nat, bringUp.global],
  needs: PACKETS,
  subject(facts, evidence) {
    const cluster = clusterOf(facts, evidence);
    if (cluster.master === undefined) return inconclusive("no capture of a master is at hand");
    if (!cluster.isLab || !isThere(cluster)) {
      return inconclusive("the master, or an endpoint, may not have been there all the time");
    }
    const period = cluster.number(cluster.master.node, "period", 1000);
    if (period === undefined) return inconclusive("the profile's parameters declare no period");
    const found = some(registrations(cluster), "registration of an endpoint at the master");
    return "verdict" in found ? found : { registered: found, period: period / 1000 };
  },
  judge(facts, { registered, period }, evidence) {
    const cluster = clusterOf(facts, evidence), { node, inside } = cluster.master!;
    const last = cluster.messages(inside).at(-1)!;
    const tolerance = toleranceOf(evidence, node);
    const wait = ANSWERED * period + tolerance / 1000;
    const firsts = [...Map.groupBy(registered, ({ source }) => source).values()]
      .map(([first]) => first).filter(({ time }) => last.time - time > SEVERAL * period);
    return gravest(
      gravestOf(registered, "registration", (one) => acknowledged(cluster, one, wait)),
      ...firsts.map((first) => {
        const beats = cluster.messages(inside, "heartbeat").filter((m) =>
          m.destination === first.source && m.time >= first.time
        );
        const seen = [first, ...beats, last];
        return inEachPeriod(
          seen.map(({ time }) => time),
          period,
          tolerance,
          (end) =>
            fail(
              `a heartbeat to member ${first.member} in each ${period} s`,
              `${(seen[end].time - seen[end - 1].time).toFixed(1)} s without one`,
              frameRefs(first, seen[end - 1], seen[end]),
            ),
        );
      }),
    );
  },
});

/** Loses some of the messages of one kind. */
const losing = (
  kind: number,
  isLost: (packet: Uint8Array, to: string | undefined) => boolean,
): TunnelClusterOverrides => ({
  wire: {
    egress: (t) =>
      t.port === "cluster" && t.packet[OFFSET.message] === kind && isLost(t.packet, t.to?.address)
        ? []
        : [t],
  },
});

const { heartbeat, registerAck } = ClusterMessage;

/** The section. */
export const ANNOUNCEMENTS: Section<TunnelClusterOverrides> = {
  title: "D4-09, D4-13, D4-14: what a master announces",
  checks: [announces],
  mutants: [
    kit.mutant({
      name: "never_acknowledges",
      title: "Acknowledges no registration",
      role: "master",
      violates: "TCL-092",
      // An endpoint that registers again and again reports nothing.
      alsoViolates: ["TCL-059"],
      rules: losing(registerAck, () => true),
    }),
    kit.mutant({
      name: "seldom_heard",
      title: "Sends a heartbeat in each tenth period",
      role: "master",
      violates: "TCL-092",
      alsoViolates: ["TCL-059", "TCL-077"],
      rules: losing(heartbeat, (packet) => packet[OFFSET.sequence + 3] % 10 !== 1),
    }),
    kit.mutant({
      name: "heard_by_one",
      title: "Sends heartbeats to the first endpoint alone",
      role: "master",
      violates: "TCL-092",
      alsoViolates: ["TCL-059", "TCL-077"],
      rules: losing(heartbeat, (_, to) => !to?.startsWith("10.0.11.")),
    }),
  ],
};
