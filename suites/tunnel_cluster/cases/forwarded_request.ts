/** Message 104: the request as the master sends it on, its destination alone replaced. */
import { bounced, comparable, type Forwarded } from "../facts/forwarding.ts";
import { parseIpv4 } from "../../../captures/wire/address.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { withDestination } from "../../../peers/tunnel_cluster/readdress.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { CHOICES } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { strays } from "../scenarios/strays.ts";
import { ADDRESS, globalAddress } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, keepsTo, PACKETS } from "./packet_rules.ts";

/** Fails at the first forwarded request of which no request that came will do. */
const matches = (
  found: readonly Forwarded[],
  expected: string,
  among: (forwarded: Forwarded) => readonly L2tpPacket[],
  test: (sent: L2tpPacket, came: L2tpPacket) => boolean,
) =>
  gravestOf(found, "forwarded request", (forwarded) => {
    const { sent, alike } = forwarded;
    if (among(forwarded).some((came) => test(sent, came))) return undefined;
    return fail(expected, formatPacket(sent), frameRefs(alike[0], sent));
  });

/** Judges where requests went, where the address of every endpoint is known. */
function destinations(cluster: Cluster) {
  const local = [...cluster.localAddresses.values()];
  return gravest(
    isEmpty(bounced(cluster), "a local address of an endpoint"),
    cluster.isLab
      ? keepsTo(
        cluster.forwarded(),
        "a local address of an endpoint",
        (p) => local.includes(p.destination),
      )
      : unknownDestination(cluster.forwarded(), local),
  );
}

/** An endpoint need not say where it is: with captures alone nobody knows whose address it is. */
function unknownDestination(packets: readonly L2tpPacket[], local: readonly string[]) {
  const strange = packets.find((p) => !local.includes(p.destination));
  return strange &&
    inconclusive(`no message tells whether ${strange.destination} is an endpoint's address`);
}

/** Requests that the master sent anywhere. */
const sentOn = (cluster: Cluster) =>
  cluster.master === undefined
    ? inconclusive("no capture of a master is at hand")
    : some([...cluster.forwarded(), ...bounced(cluster)], "forwarded request");

/** Changes a forwarded datagram. */
const forwarding = (change: (datagram: Uint8Array) => void): TunnelClusterOverrides => ({
  master: {
    forwarded(datagram, walker, destination) {
      const out = withDestination(datagram, walker, destination);
      change(out);
      return out;
    },
  },
});

/** Forwards to this address in the place of the endpoint's. */
export const elsewhere = (address: string): TunnelClusterOverrides => ({
  master: {
    forwarded: (datagram, walker) => withDestination(datagram, walker, parseIpv4(address)),
  },
});

/** Message 104. */
export const FORWARDED_REQUEST: Section<TunnelClusterOverrides> = {
  title: "Message 104: the forwarded request",
  checks: [
    kit.invariant({
      name: "master/destination_nat",
      title: "A forwarded request has a local address of an endpoint as its destination",
      covers: ["TCL-006"],
      judges: ["master"],
      on: [bringUp.nat, manyTunnels.nat],
      needs: PACKETS,
      subject: (facts, evidence) => sentOn(clusterOf(facts, evidence)),
      judge: (facts, _, evidence) => destinations(clusterOf(facts, evidence)),
    }),
    kit.invariant({
      name: "master/destination_global",
      title: "A forwarded request has a local address of an endpoint as its destination",
      covers: ["TCL-006", "TCL-066"],
      judges: ["master"],
      on: [bringUp.global, manyTunnels.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { isLab, nat, endpoints } = cluster;
        return isLab && nat === undefined && endpoints.every(({ outside }) => outside.length > 0)
          ? sentOn(cluster)
          : inconclusive("nothing tells that all endpoints have global addresses");
      },
      judge: (facts, _, evidence) => destinations(clusterOf(facts, evidence)),
    }),
    kit.invariant({
      name: "master/source_kept",
      title: "A forwarded request keeps the initiator's address and port",
      covers: ["TCL-007"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const found = comparable(clusterOf(facts, evidence));
        if (isInconclusive(found)) return found;
        return some(found.filter(({ equal }) => equal.length > 0), "request before and after");
      },
      judge(facts, found, evidence) {
        const cluster = clusterOf(facts, evidence);
        const sources = new Set(
          cluster.of(cluster.master?.outside, "SCCRQ").map((p) => `${p.source}:${p.sourcePort}`),
        );
        return gravestOf(
          found,
          "forwarded request",
          ({ sent, equal }) =>
            sources.has(`${sent.source}:${sent.sourcePort}`) ? undefined : fail(
              "the initiator's address and port",
              formatPacket(sent),
              frameRefs(equal[0], sent),
            ),
        );
      },
    }),
    kit.invariant({
      name: "master/octets_kept",
      title:
        "A forwarded request has the octets of L2TP and the ports as they came, and fewer hops to live",
      covers: ["TCL-008"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject: (facts, evidence) => comparable(clusterOf(facts, evidence)),
      judge: (_, found) =>
        gravest(
          matches(
            found,
            "the octets and ports of a request that came",
            ({ alike }) => alike,
            (f, r) =>
              r.octets === f.octets && r.sourcePort === f.sourcePort &&
              r.destinationPort === f.destinationPort,
          ),
          matches(
            found.filter(({ equal }) => equal.length > 0),
            "a TTL below that of the request",
            ({ equal }) => equal,
            (f, r) => f.ttl < r.ttl,
          ),
        ),
    }),
    kit.invariant({
      name: "master/checksums",
      title: "Checksums of forwarded requests are right, and zero stays zero",
      covers: ["TCL-009"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global, strays],
      needs: PACKETS,
      subject: (facts, evidence) => comparable(clusterOf(facts, evidence)),
      judge(facts, found, evidence) {
        const { isLab } = clusterOf(facts, evidence);
        const wrong = found.find(({ sent }) => !sent.checksumsRight);
        return gravest(
          wrong &&
            (isLab
              ? fail("right checksums", formatPacket(wrong.sent), frameRefs(wrong.sent))
              : inconclusive(
                "a checksum of a forwarded request is not right as captured, " +
                  "which an interface may mend that fills it in",
              )),
          matches(
            found.filter(({ alike }) => alike.length > 0),
            "a UDP checksum of zero where it came so, and there alone",
            ({ alike }) => alike,
            (f, r) => r.unchecked === f.unchecked,
          ),
        );
      },
    }),
    kit.invariant({
      name: "master/inside_only",
      title: "No request leaves the master on the outside",
      covers: ["TCL-010"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return some(cluster.requests(), "request to the master address");
      },
      judge(facts, _, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravest(
          isEmpty(bounced(cluster), "requests on the cluster's network alone"),
          cluster.forwarded().length > 0
            ? undefined
            : inconclusive("no forwarded request was captured"),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "another_destination",
      title: "Forwards to an address of nobody",
      role: "master",
      violates: "TCL-006",
      alsoViolates: ["TCL-066", ...CHOICES],
      rules: elsewhere("10.0.99.1"),
    }),
    kit.mutant({
      name: "own_source",
      title: "Puts its own address in the place of the source",
      role: "master",
      violates: "TCL-007",
      alsoViolates: ["TCL-004", "TCL-009", "TCL-011", "TCL-012", ...CHOICES],
      rules: forwarding((d) => d.set(parseIpv4(ADDRESS.masterLocal), 12)),
    }),
    kit.mutant({
      name: "changes_octets",
      title: "Changes the last octet of a request",
      role: "master",
      violates: "TCL-008",
      alsoViolates: ["TCL-004", "TCL-005", "TCL-009", "TCL-059"],
      rules: forwarding((d) => d[d.length - 1] ^= 1),
    }),
    kit.mutant({
      name: "fresh_ttl",
      title: "Gives a request the TTL of a new datagram",
      role: "master",
      violates: "TCL-008",
      rules: forwarding((d) => {
        d[8] = 64;
        d.set([0, 0], 10);
        put16(d, 10, checksum(d, viewOf(d), 0, 20));
      }),
    }),
    kit.mutant({
      name: "stale_checksum",
      title: "Leaves the UDP checksum as it was",
      role: "master",
      violates: "TCL-009",
      rules: forwarding((d) => {
        if ((d[26] | d[27]) !== 0) d[27] ^= 0x55;
      }),
    }),
    kit.mutant({
      name: "outside",
      title: "Sends requests out where they came from",
      role: "master",
      violates: "TCL-010",
      alsoViolates: ["TCL-004", "TCL-005", "TCL-006", "TCL-066", "TCL-072", ...CHOICES],
      rules: elsewhere(ADDRESS.stranger),
    }),
    kit.mutant({
      name: "to_global",
      title: "Forwards to the global address",
      role: "master",
      violates: "TCL-066",
      alsoViolates: [
        "TCL-004",
        "TCL-005",
        "TCL-006",
        "TCL-010",
        "TCL-072",
        ...CHOICES,
      ],
      rules: elsewhere(globalAddress(3)),
    }),
  ],
};
