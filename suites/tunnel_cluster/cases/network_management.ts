/** Network management: endpoints that step back and return, fail, or are inactivated (L104). */
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import type { Member } from "../../../peers/tunnel_cluster/registry.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeUnaware } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { type L2tpPacket } from "../facts/l2tp_packets.ts";
import { choices, loadsAt, masterTolerance } from "../facts/load_reports.ts";
import { inactivation, inactivity, outOfService } from "../scenarios/management.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** An endpoint that stepped back although it had the least load, a request, its return, and another. */
export interface Absence {
  left: ClusterPacket;
  first: L2tpPacket;
  returned: ClusterPacket;
  second: L2tpPacket;
  /** Where requests for it go. */
  place: string;
}

/** Finds an endpoint that said that it steps back, and later that it is back. */
export function absence(
  cluster: Cluster,
  left: ClusterPacket | undefined,
  isBack: (m: ClusterPacket) => boolean,
): Absence | Inconclusive {
  if (left === undefined) return inconclusive("no endpoint said that it steps back");
  if (cluster.policy !== "lowest_load") return inconclusive("the policy is not by load");
  const place = cluster.localAddresses.get(left.member);
  const own = cluster.loads(left.member);
  const [first] = choices(cluster).filter(({ time }) => time > left.time);
  if (first === undefined) return inconclusive("no request came then");
  const returned = own.find((m) => m.time > left.time && isBack(m));
  if (returned === undefined) return inconclusive("the endpoint did not come back");
  if (returned.time < first.time) return inconclusive("no request came before it was back");
  const known = loadsAt(cluster, first);
  const load = known.find(({ member }) => member === left.member)?.low ?? Infinity;
  if (known.some(({ member, low }) => member !== left.member && low <= load)) {
    return inconclusive("the endpoint that stepped back had not the least load");
  }
  const [second] = choices(cluster).filter(({ time }) => time > returned.time);
  return second === undefined || place === undefined
    ? inconclusive("no request came after the endpoint was back")
    : { left, first, returned, second, place };
}

/** Fails unless the first request passed the endpoint by, and the second one went there. */
export function passedBy(cluster: Cluster, { left, first, returned, second, place }: Absence) {
  const tolerance = masterTolerance(cluster);
  return gravest(
    first.destination === place
      ? judgeUnaware(
        (first.time - left.time) * 1000,
        tolerance,
        () => fail("another endpoint", `endpoint ${left.member}`, frameRefs(left, first)),
      )
      : undefined,
    second.destination === place
      ? undefined
      : judgeUnaware((second.time - returned.time) * 1000, tolerance, () =>
        fail(`endpoint ${left.member} again`, second.destination, frameRefs(returned, second))),
  );
}

/** Never again uses an endpoint that was inactive once. */
function resentful(): (member: Member) => boolean {
  const once = new WeakSet<Member>();
  return (member) => {
    if (member.inactive) once.add(member);
    return !once.has(member) && !member.draining && !member.deactivated;
  };
}

/** Network management. */
export const NETWORK_MANAGEMENT: Section<TunnelClusterOverrides> = {
  title: "Network management functions",
  checks: [
    kit.testCase({
      name: "master/out_of_service",
      title: "An endpoint that has left gets no request until it is back",
      covers: ["TCL-061"],
      judges: ["master"],
      on: [outOfService],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const [left] = cluster.messages(cluster.master?.inside, "leave");
        return absence(cluster, left, () => true);
      },
      judge: (facts, found, evidence) => passedBy(clusterOf(facts, evidence), found),
    }),
    kit.testCase({
      name: "master/inactive",
      title: "An endpoint that is inactive is passed over, and used again afterwards",
      covers: ["TCL-062"],
      judges: ["master"],
      on: [inactivity],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        // One that was inactivated rests by the master's order.
        if (cluster.messages(cluster.master?.inside, "deactivate").length > 0) {
          return inconclusive("the master inactivated an endpoint");
        }
        const rests = cluster.messages(cluster.master?.inside).find((m) =>
          m.load >= 0 && m.inactive
        );
        return absence(cluster, rests, (m) => !m.inactive);
      },
      judge: (facts, found, evidence) => passedBy(clusterOf(facts, evidence), found),
    }),
    kit.testCase({
      name: "master/inactivation",
      title: "A spare endpoint gets no new tunnel, keeps those it has, and is used when load rises",
      covers: ["TCL-063"],
      judges: ["master"],
      on: [inactivation],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { master } = cluster;
        if (master === undefined || cluster.setting(master.node, "inactivation") === undefined) {
          return inconclusive("the master is not told to inactivate endpoints");
        }
        if (cluster.policy !== "lowest_load") {
          return inconclusive("the policy is not by load: who is spare is not known");
        }
        const [first, second, third] = choices(cluster);
        const member = cluster.memberAt(first?.destination ?? "");
        const endpoint = cluster.endpoint(member);
        if (endpoint === undefined) return inconclusive("no request was forwarded");
        if (second === undefined || third === undefined) {
          return inconclusive("fewer than three requests were forwarded");
        }
        const spare = cluster.endpoints.filter(({ inside }) =>
          cluster.messages(inside, "deactivate").some(({ time }) => time <= second.time)
        );
        if (spare.length > 0 && !spare.includes(endpoint)) {
          return inconclusive("an endpoint without a tunnel was inactivated");
        }
        const tunnel = cluster.of(endpoint.inside, "SCCRP", (p) =>
          p.destination === first.source)[0];
        const hello = cluster.of(endpoint.inside, "HELLO", (p) =>
          p.source === first.source && p.time > second.time)[0];
        return tunnel === undefined || hello === undefined
          ? inconclusive("nobody spoke in the tunnel of the endpoint while it was spare")
          : { endpoint, first, second, third, hello };
      },
      judge(facts, { endpoint, first, second, third, hello }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const [off] = cluster.messages(endpoint.inside, "deactivate");
        const [on] = cluster.messages(endpoint.inside, "activate");
        const name = `endpoint ${endpoint.member}`, place = first.destination;
        if (off === undefined || off.time > second.time) {
          return fail(`${name} inactivated`, "it was not", frameRefs(first, second));
        }
        const answered = cluster.at(endpoint.inside, (p) =>
          p.destination === hello.source && p.nr === hello.ns + 1).length > 0;
        return gravest(
          second.destination === place
            ? fail("another endpoint", name, frameRefs(off, second))
            : undefined,
          answered
            ? undefined
            : fail("the tunnel lives on", "HELLO is not answered", frameRefs(hello)),
          on === undefined
            ? fail(`${name} activated`, "it was not", frameRefs(off, third))
            : undefined,
          third.destination === place ? undefined : fail(
            `${name}, which has the least load`,
            third.destination,
            frameRefs(on, third),
          ),
        );
      },
    }),
    kit.testCase({
      name: "master/keeps_one_active",
      title: "A master that inactivates endpoints leaves one that takes tunnels",
      covers: ["TCL-063"],
      judges: ["master"],
      on: [inactivation],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence), { inside } = cluster.master ?? {};
        const off = cluster.messages(inside, "deactivate");
        const known = new Set(cluster.messages(inside, "register").map(({ member }) => member));
        if (off.length === 0) return inconclusive("the master inactivated nobody");
        return cluster.isLab && known.size === cluster.localAddresses.size
          ? [...off, ...cluster.messages(inside, "activate")]
          : inconclusive("not every endpoint was seen to register");
      },
      judge(facts, orders, evidence) {
        const cluster = clusterOf(facts, evidence);
        const resting = new Set<string>();
        const last = orders.toSorted((a, b) => a.time - b.time).find((order) => {
          if (order.message === ClusterMessage.activate) resting.delete(order.destination);
          else resting.add(order.destination);
          return resting.size >= cluster.localAddresses.size;
        });
        return last === undefined
          ? gravest()
          : fail("an endpoint that takes tunnels", "all inactivated", frameRefs(last));
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "spares_all",
      title: "Inactivates the last endpoint too",
      role: "master",
      violates: "TCL-063",
      rules: { master: { maySpare: () => true } },
    }),
    kit.mutant({
      name: "keeps_who_left",
      title: "Goes on with an endpoint that has left",
      role: "master",
      violates: "TCL-061",
      rules: {
        master: { inService: ({ reportedAt }, now, silence) => now - reportedAt <= silence },
      },
    }),
    kit.mutant({
      name: "uses_the_inactive",
      title: "Uses endpoints that are inactive",
      role: "master",
      violates: "TCL-062",
      alsoViolates: ["TCL-063"],
      rules: {
        master: { takesTunnels: ({ draining, deactivated }) => !draining && !deactivated },
      },
    }),
    kit.mutant({
      name: "resentful",
      title: "Uses no endpoint again that was inactive",
      role: "master",
      violates: "TCL-062",
      alsoViolates: ["TCL-053", "TCL-060", "TCL-063"],
      rules: {
        master: { takesTunnels: resentful() },
      },
    }),
    kit.mutant({
      name: "uses_the_spare",
      title: "Uses endpoints that it has inactivated",
      role: "master",
      violates: "TCL-063",
      alsoViolates: ["TCL-062"],
      rules: {
        master: { takesTunnels: ({ draining }) => !draining },
      },
    }),
  ],
};
