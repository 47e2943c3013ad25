/** Load sharing by other approaches: round-robin, leaky bucket, and one endpoint for each key. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravest,
  gravestOf,
  type Inconclusive,
  inconclusive,
  isInconclusive,
} from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { levelAt } from "../facts/forwarding.ts";
import { isSameMessage, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { choices, masterTolerance } from "../facts/load_reports.ts";
import { leakyBucket, roundRobin } from "../scenarios/load_sharing.ts";
import { deterministic } from "../scenarios/management.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Milliseconds that are an error of arithmetic. */
const ROUNDING = 0.001;

/** The declared depth of a bucket, and milliseconds until a request has leaked out. */
function bucketOf(cluster: Cluster): { depth: number; drain: number } | Inconclusive {
  const { node = "" } = cluster.master ?? {};
  const told = cluster.setting(node, "bucket") as { depth?: number; drain?: number } | undefined;
  const depth = cluster.number(node, "bucketDepth", told?.depth ?? 4);
  const drain = cluster.number(node, "bucketDrain", told?.drain ?? 250);
  return depth === undefined || drain === undefined
    ? inconclusive("the profile's parameters declare no depth and drain of buckets")
    : { depth, drain };
}

/** Part of a request by which nobody is held to what is in a bucket. */
const DOUBT = 0.05;

/** The endpoints that requests went to. */
const places = (packets: readonly L2tpPacket[]) => [
  ...new Set(packets.map(({ destination }) => destination)),
];

/** The forwarded requests of the initiators' name, by which the lab has the choice made. */
function requestsOfSite(cluster: Cluster): L2tpPacket[][] | Inconclusive {
  // Initiators of the lab share one name; everybody else has a name of its own.
  const names = new Set(cluster.initiators.map(({ node }) => cluster.setting(node, "hostName")));
  const name = new TextEncoder().encode(String([...names][0] ?? "")).toHex();
  const site = cluster.forwarded().filter(({ octets }) => name !== "" && octets.includes(name));
  const isShared = names.size === 1 && !names.has(undefined);
  return isShared && new Set(site.map(({ source }) => source)).size > 1
    ? [site]
    : inconclusive("no requests of several initiators with one key were forwarded");
}

/** The forwarded requests of each address that sent several. */
function requestsByAddress(cluster: Cluster): L2tpPacket[][] | Inconclusive {
  const groups = Map.groupBy(cluster.forwarded(), ({ source }) => source);
  const several = [...groups.values()].filter(({ length }) => length > 1);
  return several.length > 0
    ? several
    : inconclusive("no several requests of one address were forwarded");
}

/** What stands in the place of the preferred approach. */
export const OTHER_POLICIES: Section<TunnelClusterOverrides> = {
  title: "Load sharing by other approaches",
  checks: [
    kit.testCase({
      name: "master/round_robin",
      title: "Requests go to the endpoints in turn",
      covers: ["TCL-058"],
      judges: ["master"],
      on: [roundRobin],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (cluster.policy !== "round_robin") return inconclusive("the policy is not round-robin");
        if (!cluster.isUndisturbed) return inconclusive("not all endpoints were in service");
        const forwarded = choices(cluster), count = cluster.localAddresses.size;
        return forwarded.length >= 2 * count && count > 1
          ? { forwarded, count }
          : inconclusive(`${forwarded.length} requests were forwarded`);
      },
      judge: (facts, { forwarded, count }, evidence) => {
        const cluster = clusterOf(facts, evidence);
        const turns = forwarded.map(({ destination }) =>
          cluster.memberAt(destination) ?? destination
        );
        // Whoever begins, and whatever their order: each once in a round, and every round alike.
        const first = new Set(turns.slice(0, count));
        const wrong = turns.findIndex((turn, i) => i >= count && turn !== turns[i - count]);
        if (first.size === count && wrong < 0) return gravest();
        const shown = forwarded.slice(0, wrong < 0 ? count : wrong + 1);
        return fail("each endpoint once in turn", turns.join(", "), frameRefs(...shown));
      },
    }),
    kit.testCase({
      name: "master/leaky_bucket",
      title: "No endpoint gets more than its bucket holds, nor faster than it drains",
      covers: ["TCL-059"],
      judges: ["master"],
      on: [leakyBucket],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (cluster.policy !== "leaky_bucket") return inconclusive("the policy is no leaky bucket");
        const bucket = bucketOf(cluster);
        if (isInconclusive(bucket)) return bucket;
        const { depth, drain } = bucket;
        const full = depth * cluster.localAddresses.size;
        const asked = cluster.requests();
        const burst = asked.filter((p) => p.time < asked[0].time + drain / 2000);
        if (burst.length <= full || asked.length === burst.length) {
          return inconclusive("there was no burst with requests behind it");
        }
        return { depth, drain, full, asked };
      },
      judge(facts, { depth, drain, full, asked }, evidence) {
        const cluster = clusterOf(facts, evidence), tolerance = masterTolerance(cluster);
        const forwarded = cluster.forwarded();
        const registrations = cluster.messages(cluster.master?.inside, "register");
        const early = forwarded.filter((p) => p.time < asked[0].time + drain / 2000);
        return gravest(
          gravestOf(cluster.localAddresses.values(), "endpoint", (address) => {
            let level = 0, before = 0;
            const joined = registrations.filter(({ member }) =>
              member === cluster.memberAt(address)
            );
            const parts = forwarded.filter((p) => p.destination === address).map((packet) => {
              // Whoever joins may be given a bucket of its own.
              const isNew = joined.some(({ time }) =>
                time >= before - tolerance / 1000 && time < packet.time
              );
              level = isNew ? 1 : Math.max(0, level - (packet.time - before) * 1000 / drain) + 1;
              before = packet.time;
              const shown = level.toFixed(2);
              // The tap shows when a request left, a moment after the master decided.
              return judgeLimit(
                drain,
                (level - depth) * drain - ROUNDING,
                tolerance,
                () => fail(`at most ${depth}`, shown, frameRefs(packet)),
              );
            });
            return gravest(...parts);
          }),
          early.length < full
            ? judgeLimit(
              drain / 2,
              Infinity,
              tolerance,
              () => fail(`${full} of the burst`, `${early.length}`, frameRefs(asked[0], ...early)),
            )
            : undefined,
          ...asked.filter(({ time }, i) =>
            // Of a burst nobody knows what was under way when each came.
            i > 0 && time - asked[i - 1].time > (drain / 4 + tolerance) / 1000
          ).map((packet) => {
            const hasRoom = [...cluster.localAddresses.values()].some((address) =>
              levelAt(forwarded.filter((p) => p.destination === address), packet.time, drain) <
                depth - 1 - DOUBT - tolerance / drain
            );
            return !hasRoom || forwarded.some((p) => isSameMessage(p, packet))
              ? undefined
              : fail("a request forwarded that a bucket has room for", "none", frameRefs(packet));
          }),
        );
      },
    }),
    kit.testCase({
      name: "master/deterministic",
      title: "Requests of one key go to one endpoint, whatever their origin",
      covers: ["TCL-065"],
      judges: ["master"],
      on: [deterministic],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (cluster.policy !== "deterministic") {
          return inconclusive("the policy does not derive the endpoint from a key");
        }
        const key = cluster.master && cluster.declared(cluster.master.node, "key", "address");
        if (key === undefined) return inconclusive("nothing tells the key of the choice");
        const groups = key === "host_name" ? requestsOfSite(cluster) : requestsByAddress(cluster);
        if (isInconclusive(groups)) return groups;
        return places(cluster.forwarded()).length > 1
          ? groups
          : inconclusive("requests of all keys went to one endpoint");
      },
      judge: (_, groups) =>
        gravestOf(
          groups,
          "key",
          (requests) =>
            places(requests).length === 1
              ? undefined
              : fail("one endpoint", places(requests).join(", "), frameRefs(...requests)),
        ),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "twice_in_turn",
      title: "Gives each endpoint two requests in turn",
      role: "master",
      violates: "TCL-058",
      rules: {
        master: { nextInTurn: (turn, count) => (turn >> 1) % count },
      },
    }),
    kit.mutant({
      name: "never_drains",
      title: "Has buckets that never drain",
      role: "master",
      violates: "TCL-059",
      rules: {
        master: { leaked: (level) => level },
      },
    }),
    kit.mutant({
      name: "drains_at_once",
      title: "Has buckets that drain at once",
      role: "master",
      violates: "TCL-059",
      rules: {
        master: { leaked: () => 0 },
      },
    }),
    kit.mutant({
      name: "drains_twice_as_fast",
      title: "Has buckets that drain twice as fast as declared",
      role: "master",
      violates: "TCL-059",
      rules: {
        master: { leaked: (level, elapsed, drain) => Math.max(0, level - 2 * elapsed / drain) },
      },
    }),
    kit.mutant({
      name: "drains_half_as_fast",
      title: "Has buckets that drain half as fast as declared",
      role: "master",
      violates: "TCL-059",
      rules: {
        master: { leaked: (level, elapsed, drain) => Math.max(0, level - elapsed / drain / 2) },
      },
    }),
    kit.mutant({
      name: "empties_in_one_drain",
      title: "Has buckets that are empty once a request has had time to leak out",
      role: "master",
      violates: "TCL-059",
      rules: {
        master: {
          leaked: (level, elapsed, drain) =>
            elapsed >= drain ? 0 : Math.max(0, level - elapsed / drain),
        },
      },
    }),
    kit.mutant({
      name: "another_key",
      title: "Takes each request for one of another origin",
      role: "master",
      violates: "TCL-065",
      rules: {
        master: { deterministicKey: ({ source, tunnelId }) => `${source} ${tunnelId}` },
      },
    }),
  ],
  legalVariants: [
    kit.legalVariant({
      name: "turns_backwards",
      title: "Takes turns 3, 2, 1",
      source: "source 004 L102",
      role: "master",
      rules: { master: { nextInTurn: (turn, count) => count - 1 - turn % count } },
    }),
    kit.legalVariant({
      name: "turns_from_the_second",
      title: "Takes turns 2, 3, 1",
      source: "source 004 L102",
      role: "master",
      rules: { master: { nextInTurn: (turn, count) => (turn + 1) % count } },
    }),
    kit.legalVariant({
      name: "another_hash",
      title: "Derives the endpoint from the key in another way",
      source: "source 004 L163; D4-12",
      role: "master",
      rules: {
        master: {
          deterministicKey: ({ address, hostName }, key) =>
            `another ${key === "host_name" && hostName !== "" ? hostName : address}`,
        },
      },
    }),
  ],
};
