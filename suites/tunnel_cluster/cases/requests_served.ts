/** Which messages the master takes for requests, and for whom. */
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, isSameMessage, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { CHOICES } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { misdirected, repeatedRequest, strays } from "../scenarios/strays.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, PACKETS } from "./packet_rules.ts";

/** Repetitions of a request that show whether it goes where it went before. */
const REPETITIONS = 3;

/** A request that came, each time, and each time that it was sent on. */
interface Served {
  came: readonly L2tpPacket[];
  sent: readonly L2tpPacket[];
}

/** Requests to the master address, each once with all of its repetitions. */
function served(cluster: Cluster): Served[] {
  const keyOf = ({ source, sourcePort, octets }: L2tpPacket) => `${source}:${sourcePort} ${octets}`;
  const sent = Map.groupBy(cluster.forwarded(), keyOf);
  return [...Map.groupBy(cluster.requests(), keyOf)]
    .map(([key, came]) => ({ came, sent: sent.get(key) ?? [] }));
}

/** What came to the master address and is no request, and of it what was sent on. */
function others(cluster: Cluster, test: (p: L2tpPacket) => boolean) {
  const came = cluster.at(
    cluster.master?.outside,
    (p) => p.destination === cluster.masterAddress && p.type !== MessageType.SCCRQ && test(p),
  );
  const relayed = came.flatMap((p) =>
    cluster.copies(cluster.master?.inside, p).filter((copy) => isSameMessage(copy, p))
  );
  return { came, relayed };
}

/** What the master is seen to discard, once it is seen to forward. */
function discarded(cluster: Cluster, what: string, test: (p: L2tpPacket) => boolean) {
  if (cluster.forwarded().length === 0) return inconclusive("no forwarded request was captured");
  return some(others(cluster, test).came, what);
}

/** Whether a packet speaks of a tunnel that its sender has, as a request of it was forwarded. */
const isOfTunnel = (cluster: Cluster) => (p: L2tpPacket) =>
  p.tunnelId > 0 &&
  cluster.forwarded().some((f) => f.source === p.source && f.sourcePort === p.sourcePort);

/** Another key for each request. */
function forgetful(): () => string {
  let count = 0;
  return () => `${count++}`;
}

/** Requests, and what is none. */
export const REQUESTS_SERVED: Section<TunnelClusterOverrides> = {
  title: "Messages 102 and 104: what the master takes for requests",
  checks: [
    kit.testCase({
      name: "master/serves_all",
      title: "Requests of every initiator are forwarded",
      covers: ["TCL-004"],
      judges: ["master"],
      on: [manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const all = served(cluster);
        if (!cluster.isUndisturbed || cluster.policy === "leaky_bucket") {
          return inconclusive("the master may have had good reason to discard requests");
        }
        if (new Set(all.map(({ came: [{ source }] }) => source)).size < 2) {
          return inconclusive("requests of fewer than two initiators were captured");
        }
        return all.some(({ sent }) => sent.length > 0)
          ? all
          : inconclusive("no forwarded request was captured");
      },
      judge: (facts, all, evidence) => {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(all, "request", ({ came: [first] }) => {
          // One whose octets are changed on the way is forwarded all the same.
          const forwarded = cluster.forwarded().some((f) =>
            f.source === first.source && f.sourcePort === first.sourcePort
          );
          return forwarded
            ? undefined
            : fail("every request forwarded", formatPacket(first), frameRefs(first));
        });
      },
    }),
    kit.invariant({
      name: "master/one_endpoint",
      title: "Each request goes to one endpoint, once each time that it comes",
      covers: ["TCL-005"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const all = served(clusterOf(facts, evidence)).filter(({ sent }) => sent.length > 0);
        return some(all, "request that was forwarded");
      },
      judge(facts, all, evidence) {
        const { isLab } = clusterOf(facts, evidence);
        return gravestOf(all, "forwarded request", ({ came, sent }) => {
          // A capture may have begun between a request and its copy.
          const later = sent.filter(({ time }) => isLab || time >= came[0].time);
          const places = new Set(later.map(({ destination }) => destination));
          if (later.length <= came.length || !isLab && places.size < 2) return undefined;
          return fail(
            "one endpoint each time",
            `${later.length} copies to ${[...places].join(", ")}`,
            frameRefs(came[0], ...later.slice(0, 4)),
          );
        });
      },
    }),
    kit.invariant({
      name: "master/requests_alone",
      title: "Messages for a tunnel that stands are not relayed by the master",
      covers: ["TCL-011"],
      judges: ["master"],
      on: [misdirected.nat, misdirected.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return discarded(
          cluster,
          "message for a tunnel at the master address",
          isOfTunnel(cluster),
        );
      },
      judge(facts, _, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { relayed } = others(cluster, isOfTunnel(cluster));
        const spoken = cluster.at(
          cluster.master?.outside,
          (p) => p.source === cluster.masterAddress,
        );
        return gravest(
          isEmpty(relayed, "requests alone"),
          isEmpty(spoken, "no word of the master"),
        );
      },
    }),
    kit.invariant({
      name: "master/strays_discarded",
      title: "What is no request is discarded",
      covers: ["TCL-012"],
      judges: ["master"],
      on: [strays, misdirected.nat, misdirected.global],
      needs: PACKETS,
      subject: (facts, evidence) =>
        discarded(
          clusterOf(facts, evidence),
          "message that is no request at the master address",
          () => true,
        ),
      judge: (facts, _, evidence) =>
        gravest(isEmpty(others(clusterOf(facts, evidence), () => true).relayed, "requests alone")),
    }),
    kit.testCase({
      name: "master/same_endpoint_again",
      title: "A request that is sent again goes to the endpoint that it went to before",
      covers: ["TCL-013"],
      judges: ["master"],
      on: [repeatedRequest],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!cluster.isUndisturbed) return inconclusive("an endpoint may have gone in between");
        const again = served(cluster).find(({ sent }) => sent.length >= REPETITIONS);
        if (again === undefined) return inconclusive("no request was sent again and forwarded");
        const between = cluster.forwarded().filter((p) =>
          !isSameMessage(p, again.sent[0]) && p.destination !== again.sent[0].destination
        );
        return between.length > 0
          ? again
          : inconclusive("all requests in between went to the same endpoint");
      },
      judge(_, { sent: [first, ...later] }) {
        const other = later.find((p) => p.destination !== first.destination);
        return gravest(
          other && fail(first.destination, other.destination, frameRefs(first, other)),
        );
      },
    }),
    kit.invariant({
      name: "master/master_address_only",
      title: "A request for another address is not forwarded",
      covers: ["TCL-014"],
      judges: ["master"],
      on: [strays],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { master, masterAddress } = cluster;
        const declared = cluster.isLab ||
          master !== undefined && cluster.setting(master.node, "masterAddress") !== undefined;
        if (!declared) return inconclusive("the profile's parameters declare no masterAddress");
        if (cluster.forwarded().length === 0) {
          return inconclusive("no forwarded request was captured");
        }
        const elsewhere = cluster.of(
          master?.outside,
          "SCCRQ",
          (p) =>
            p.destination !== masterAddress &&
            !cluster.requests().some((r) => r.octets === p.octets),
        );
        return some(elsewhere, "request for another address at the master");
      },
      judge(facts, elsewhere, evidence) {
        const cluster = clusterOf(facts, evidence);
        const forwarded = elsewhere.flatMap((p) =>
          cluster.copies(cluster.master?.inside, p).filter((copy) => isSameMessage(copy, p))
        );
        return gravest(isEmpty(forwarded, "it is not forwarded"));
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "first_come",
      title: "Serves the first initiator alone",
      role: "master",
      violates: "TCL-004",
      alsoViolates: ["TCL-082", ...CHOICES],
      rules: {
        master: { serves: (_, known) => known === 0 },
      },
    }),
    kit.mutant({
      name: "to_all",
      title: "Sends a request to all endpoints",
      role: "master",
      violates: "TCL-005",
      alsoViolates: ["TCL-013", ...CHOICES],
      rules: {
        master: { recipients: (_, all) => all },
      },
    }),
    kit.mutant({
      name: "forwards_anything",
      title: "Forwards whatever comes",
      role: "master",
      violates: "TCL-012",
      alsoViolates: ["TCL-011", "TCL-082"],
      rules: {
        master: { forwards: () => true },
      },
    }),
    ...([["hello", MessageType.HELLO], ["zlb", 0]] as const).map(([name, other]) =>
      kit.mutant({
        name: `forwards_${name}_of_no_tunnel`,
        title: `Forwards a ${name.toUpperCase()} with Tunnel ID 0`,
        role: "master",
        violates: "TCL-012",
        rules: { master: { forwards: (type, id) => id === 0 && (type === 1 || type === other) } },
      })
    ),
    kit.mutant({
      name: "forgets_requests",
      title: "Takes every request for a new one",
      role: "master",
      violates: "TCL-013",
      alsoViolates: ["TCL-005"],
      rules: {
        master: { stickyKey: forgetful() },
      },
    }),
    kit.mutant({
      name: "any_address",
      title: "Takes any address for the master's",
      role: "master",
      violates: "TCL-014",
      alsoViolates: ["TCL-009"],
      rules: {
        master: { isForMaster: () => true },
      },
    }),
    kit.mutant({
      name: "relays",
      title: "Relays what has a Tunnel ID",
      role: "master",
      violates: "TCL-011",
      alsoViolates: ["TCL-012", "TCL-082"],
      rules: {
        master: { forwards: (type, tunnelId) => type === 1 || tunnelId !== 0 },
      },
    }),
  ],
};
