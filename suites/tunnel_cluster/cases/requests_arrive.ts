/** L47, L98, L111: each request reaches an endpoint each time that it comes, and nothing else leaves. */
import { formatIpv4, parseIpv4 } from "../../../captures/wire/address.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { isFollowedBy } from "../facts/nat_rows.ts";
import { formatPacket, type L2tpPacket, missingAvp } from "../facts/l2tp_packets.ts";
import { loadsAt, masterTolerance } from "../facts/load_reports.ts";
import { control, ZLB } from "../packets.ts";
import { CHOICES, mended, sending } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { misdirected, repeatedRequest, strays } from "../scenarios/strays.ts";
import { ADDRESS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, PACKETS } from "./packet_rules.ts";

/** Seconds in which a punctual master has sent a request on. */
const SENT_ON = 0.05;

const keyOf = ({ source, sourcePort, octets }: L2tpPacket) => `${source}:${sourcePort} ${octets}`;

/** Whether nobody disturbed the master: it was there, and might forward. */
const mayForward = (cluster: Cluster) =>
  cluster.stimuli("link").length === 0 && cluster.stimuli("kill").length === 0 &&
  cluster.instructions("fail", cluster.master?.node ?? "").length === 0;

/** Requests that the master surely had to forward: right ones, while somebody took tunnels. */
function owed(cluster: Cluster, late: number): L2tpPacket[] {
  const first = cluster.forwarded()[0];
  if (first === undefined) return [];
  return cluster.requests().filter((p) =>
    p.tunnelId === 0 && p.ns === 0 && !p.parted && p.checksumsRight &&
    missingAvp(p) === undefined && p.time >= first.time - late &&
    isFollowedBy(cluster, p.time + SENT_ON + late) &&
    [p.time - late, p.time + late].every((time) =>
      loadsAt(cluster, { ...p, time }).some(({ serves }) => serves)
    )
  );
}

/** What leaves the master on the inside, whatever it is. */
function leaving(cluster: Cluster): L2tpPacket[] {
  const { master } = cluster, members = new Set(cluster.localAddresses.values());
  return cluster.at(
    master?.inside,
    (p) => !master!.insideAddresses.includes(p.destination) && !members.has(p.source),
  );
}

/** The same request for another destination, without a checksum. */
function copyTo(datagram: Uint8Array, destination: string): Uint8Array {
  const out = datagram.slice();
  out.set(parseIpv4(destination), 16);
  out.set([0, 0], 26);
  return mended(out);
}

/** A message of the master's own to where a datagram came from, or where it goes. */
const own = (datagram: Uint8Array, source: string, at: 12 | 16, payload: Uint8Array) =>
  udpDatagram({
    ...{ source, sourcePort: L2TP_PORT, payload },
    destination: formatIpv4(datagram, at),
    destinationPort: get16(datagram, at === 12 ? 20 : 22),
  });

/** The section. */
export const REQUESTS_ARRIVE: Section<TunnelClusterOverrides> = {
  title: "Messages 102 and 104: each request each time, and nothing else",
  checks: [
    kit.invariant({
      name: "master/each_request",
      title: "A request is forwarded each time that it comes",
      covers: ["TCL-004", "TCL-005"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, strays, repeatedRequest],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!cluster.isLab || cluster.master === undefined || !mayForward(cluster)) {
          return inconclusive("there is no master of a lab that was there all the time");
        }
        if (cluster.policy === undefined || cluster.policy === "leaky_bucket") {
          return inconclusive("the master may have had good reason to discard requests");
        }
        const requests = owed(cluster, masterTolerance(cluster) / 1000);
        return requests.length > 0
          ? requests
          : inconclusive("no request came while an endpoint surely took tunnels");
      },
      judge(facts, requests, evidence) {
        const cluster = clusterOf(facts, evidence);
        const sent = Map.groupBy(cluster.forwarded(), keyOf);
        // One whose octets or source are changed on the way is forwarded all the same.
        const all = cluster.forwarded().length;
        const came = Map.groupBy(requests, keyOf);
        const lost = cluster.requests().length - all;
        return gravestOf(came, "request", ([key, copies]) => {
          const there = sent.get(key)?.length ?? 0;
          if (there >= copies.length || lost <= 0) return undefined;
          const [first] = copies;
          return fail(
            `${formatPacket(first)} forwarded each of ${copies.length} times`,
            `${there} times`,
            frameRefs(...copies.slice(0, 4)),
          );
        });
      },
    }),
    kit.invariant({
      name: "master/nothing_else",
      title: "Nothing but requests leaves the master, and no word of its own",
      covers: ["TCL-011", "TCL-012"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global, misdirected.nat, misdirected.global],
      needs: PACKETS,
      subject(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        if (!cluster.isLab || cluster.master === undefined) {
          return inconclusive("there is no master of a lab");
        }
        return cluster.forwarded().length > 0
          ? cluster.master
          : inconclusive("no forwarded request was captured");
      },
      judge(facts, { outside, outsideAddresses, insideAddresses }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const addresses = [cluster.masterAddress, ...outsideAddresses, ...insideAddresses];
        return gravest(
          isEmpty(
            leaving(cluster).filter(({ type }) => type !== MessageType.SCCRQ),
            "requests alone on the cluster's network",
          ),
          isEmpty(
            cluster.at(outside, ({ source }) => addresses.includes(source)),
            "no word of the master",
          ),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "loses_every_second",
      title: "Loses every second request",
      role: "master",
      violates: "TCL-004",
      alsoViolates: ["TCL-005", "TCL-072", "TCL-082", ...CHOICES],
      rules: sending((datagram, before) => before.length % 2 === 1 ? [] : [datagram]),
    }),
    kit.mutant({
      name: "loses_the_unchecked",
      title: "Loses requests without a UDP checksum",
      role: "master",
      violates: "TCL-004",
      alsoViolates: ["TCL-005"],
      rules: sending((datagram) => get16(datagram, 26) === 0 ? [] : [datagram]),
    }),
    kit.mutant({
      name: "forwards_once",
      title: "Forwards a request that is sent again no more",
      role: "master",
      violates: "TCL-005",
      alsoViolates: ["TCL-004", "TCL-013", "TCL-064", "TCL-080"],
      rules: sending((datagram, before) => {
        // Its source, its port and what follows them.
        const key = datagram.subarray(20).toHex();
        return before.some((one) => one.endsWith(key)) ? [] : [datagram];
      }),
    }),
    kit.mutant({
      name: "answers_initiators",
      title: "Acknowledges requests to the initiators by itself",
      role: "master",
      violates: "TCL-011",
      rules: sending((d) => [d, own(d, ADDRESS.master, 12, ZLB)]),
    }),
    kit.mutant({
      name: "asks_endpoints",
      title: "Sends endpoints a HELLO of its own",
      role: "master",
      violates: "TCL-011",
      rules: sending((d) => [
        d,
        own(d, ADDRESS.masterLocal, 16, control(MessageType.HELLO, 1)),
      ]),
    }),
    kit.mutant({
      name: "copies_to_a_watcher",
      title: "Sends copies of requests to a host outside",
      role: "master",
      violates: "TCL-010",
      alsoViolates: ["TCL-005", "TCL-006", "TCL-082"],
      rules: sending((d) => [d, copyTo(d, ADDRESS.stranger)]),
    }),
  ],
};
