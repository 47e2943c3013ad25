/** What endpoints tell of themselves: what stands at them, and whether they take more (L102-L104). */
import {
  ClusterAttribute,
  ClusterFlag,
  ClusterMessage,
  decode,
  encode,
} from "../../../captures/wire/tunnel_cluster.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type EndpointPlace } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { type Range, Usage } from "../facts/usage.ts";
import { changingLoads } from "../scenarios/load_sharing.ts";
import { draining, inactivity, outOfService } from "../scenarios/management.ts";
import { masterDies } from "../scenarios/take_over.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Seconds in which a tunnel that is begun or ended may be counted or not. */
const DOUBT = 0.05;

/** Reports of an endpoint as they left it. */
const reportsOf = (cluster: Cluster, { inside, member }: EndpointPlace) =>
  cluster.messages(inside, "report").filter((m) => m.member === member);

function countFault(what: string, told: number, range: Range, m: ClusterPacket): PartialVerdict {
  if (told < 0 || told >= range.low && told <= range.high) return undefined;
  const { low, high } = range;
  const expected = low === high ? `${low}` : `${low} to ${high}`;
  return fail(`${expected} ${what} told`, `${told}`, frameRefs(m));
}

const tellsUsage = kit.invariant({
  name: "endpoint/usage_told",
  title: "Reports tell the tunnels and the sessions that stand",
  covers: ["TCL-093"],
  judges: ["endpoint"],
  on: [changingLoads, masterDies],
  needs: PACKETS,
  subject(facts, evidence) {
    const cluster = clusterOf(facts, evidence);
    // With captures alone nobody knows all taps of an endpoint.
    if (!cluster.isLab) return inconclusive("there is no endpoint of a lab");
    const found = cluster.endpoints.filter((endpoint) => {
      const { inside, insideAddresses } = endpoint;
      return cluster.requestsAt(endpoint).length > 0 &&
        // Fragments of requests are not counted, and what a failed endpoint had is not known.
        cluster.instructions("fail", endpoint.node).length === 0 &&
        !cluster.facts.fragments.some((f) =>
          inside.includes(f.tap) && insideAddresses.includes(f.destination)
        ) &&
        reportsOf(cluster, endpoint).some((m) => m.tunnels >= 0 || m.sessions >= 0);
    });
    return found.length > 0
      ? found
      : inconclusive("no endpoint that was asked told how much stands at it");
  },
  judge(facts, found, evidence) {
    const cluster = clusterOf(facts, evidence);
    return gravestOf(found, "endpoint", (endpoint) => {
      const usage = new Usage(cluster, endpoint);
      const late = toleranceOf(evidence, endpoint.node) / 1000 + DOUBT;
      return gravest(
        ...reportsOf(cluster, endpoint).flatMap((m) => [
          countFault("tunnels", m.tunnels, usage.tunnels(m.time, late), m),
          countFault("sessions", m.sessions, usage.sessions(m.time, late), m),
        ]),
      );
    });
  },
});

/** Instructions by the state that they put an endpoint into: what it says of it. */
const STATES = { drain: "D", rest: "I", resume: "", wake: "", leave: "L", join: "" } as const;
const isState = (kind: string): kind is keyof typeof STATES => Object.hasOwn(STATES, kind);

/** The states that an endpoint was put into, one after the other. */
const statesOf = (cluster: Cluster, node: string) =>
  withoutRepetition([
    "",
    ...cluster.stimuli("instruct", node)
      .map(({ instruction }) => (instruction as { kind: string }).kind)
      .filter(isState).map((kind) => STATES[kind]),
  ]);

/** The states that it told, and the first message that told each. */
function toldStates({ member, inside }: EndpointPlace, cluster: Cluster) {
  const { register, report, leave } = ClusterMessage;
  const own = cluster.messages(inside).filter((m) =>
    m.member === member && ([register, report, leave] as number[]).includes(m.message)
  );
  const stateOf = (m: ClusterPacket) =>
    m.message === leave ? "L" : `${m.draining ? "D" : ""}${m.inactive ? "I" : ""}`;
  return own.map((m) => ({ state: stateOf(m), m }))
    .filter(({ state }, i, all) => state !== all[i - 1]?.state);
}

const withoutRepetition = (states: readonly string[]) =>
  states.filter((state, i) => state !== states[i - 1]);

const tellsState = kit.testCase({
  name: "endpoint/state_told",
  title:
    "An endpoint tells that it rests, lets its tunnels end or leaves, and that it no longer does",
  covers: ["TCL-093"],
  judges: ["endpoint"],
  on: [inactivity, draining, outOfService],
  needs: PACKETS,
  stimulus(facts, evidence) {
    const cluster = clusterOf(facts, evidence);
    const found = cluster.endpoints.filter((endpoint) =>
      statesOf(cluster, endpoint.node).length > 1 && toldStates(endpoint, cluster).length > 0
    );
    const deactivated = cluster.endpoints.some(({ inside }) =>
      cluster.messages(inside, "deactivate").length > 0
    );
    if (deactivated) return inconclusive("the master inactivated an endpoint");
    return found.length > 0
      ? found
      : inconclusive("no endpoint that speaks within the cluster was told to step back");
  },
  judge(facts, found, evidence) {
    const cluster = clusterOf(facts, evidence);
    return gravestOf(found, "endpoint", (endpoint) => {
      const expected = statesOf(cluster, endpoint.node), told = toldStates(endpoint, cluster);
      const states = told.map(({ state }) => state);
      const words = (all: readonly string[]) =>
        all.map((state) => state || "in service").join(", ");
      return states.join() === expected.join() ? undefined : fail(
        `${endpoint.node} tells ${words(expected)}`,
        words(states),
        frameRefs(...told.map(({ m }) => m)),
      );
    });
  },
});

/** Changes what reports and registrations say. */
const telling = (
  change: (record: NonNullable<ReturnType<typeof decode>["record"]>) => void,
): TunnelClusterOverrides => ({
  wire: {
    egress(t) {
      const { record } = t.port === "cluster" ? decode(t.packet) : { record: undefined };
      const tells = record?.message === ClusterMessage.report ||
        record?.message === ClusterMessage.register;
      if (record === undefined || !tells) return [t];
      change(record);
      return [{ ...t, packet: encode(record) }];
    },
  },
});

/** Puts another number into an attribute of 32 bits of a report. */
const counting = (type: number, change: (count: number) => number) =>
  telling(({ message, attributes }) => {
    const value = attributes.find((one) => one.type === type)?.value;
    if (message === ClusterMessage.report && value !== undefined) value[3] = change(value[3]);
  });

/** The section. */
export const STATE_TOLD: Section<TunnelClusterOverrides> = {
  title: "What endpoints tell of themselves",
  checks: [tellsUsage, tellsState],
  mutants: [
    kit.mutant({
      name: "counts_one_too_many",
      title: "Tells one tunnel more than stands",
      role: "endpoint",
      violates: "TCL-093",
      rules: counting(ClusterAttribute.tunnels, (count) => count + 1),
    }),
    kit.mutant({
      name: "counts_no_sessions",
      title: "Tells that no session stands",
      role: "endpoint",
      violates: "TCL-093",
      rules: counting(ClusterAttribute.sessions, () => 0),
    }),
    kit.mutant({
      name: "hides_that_it_rests",
      title: "Does not tell that it is inactive, nor that it lets its tunnels end",
      role: "endpoint",
      violates: "TCL-093",
      alsoViolates: ["TCL-094"],
      rules: telling((record) => record.flags = 0),
    }),
    kit.mutant({
      name: "rests_for_ever",
      title: "Tells in every message that it is inactive",
      role: "endpoint",
      violates: "TCL-093",
      alsoViolates: ["TCL-075", "TCL-082", "TCL-095"],
      rules: telling((record) => record.flags |= ClusterFlag.inactive),
    }),
    kit.mutant({
      name: "leaves_without_a_word",
      title: "Leaves without a word",
      role: "endpoint",
      violates: "TCL-093",
      rules: {
        wire: { egress: (t) => t.port === "cluster" && t.packet[1] === 7 ? [] : [t] },
      },
    }),
  ],
};
