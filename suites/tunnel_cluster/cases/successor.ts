/** L161: whoever takes over, and what it forwards then. */
import { parseIpv4 } from "../../../captures/wire/address.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { withDestination } from "../../../peers/tunnel_cluster/readdress.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeUnaware } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { successorOf } from "../facts/succession.ts";
import { isRequest, type Succession, successionOf, unserved } from "../facts/successor.ts";
import { globalAddress, localAddress } from "../topologies.ts";
import { masterDies } from "../scenarios/take_over.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, PACKETS_AND_TRACES } from "./packet_rules.ts";
import { toleranceOfAll } from "./take_over.ts";

/** Milliseconds between the claims of endpoints of adjacent priorities, as the lab has them at least. */
const APART = 100;

/** What is wrong with a request that was sent on, beside the one that came. */
function changeOf(sent: L2tpPacket, came: L2tpPacket): string | undefined {
  if (sent.source !== came.source || sent.sourcePort !== came.sourcePort) return "another source";
  if (sent.destinationPort !== came.destinationPort) return "another port";
  if (sent.octets !== came.octets) return "other octets of L2TP";
  if (sent.ttl >= came.ttl) return "as many hops to live";
  if (!sent.checksumsRight) return "a wrong checksum";
  return sent.unchecked === came.unchecked ? undefined : "a checksum added or left out";
}

/** Fails where something was sent on that is not one of the requests that came, but for its destination. */
function unchanged(cluster: Cluster, { came, sent }: Succession): PartialVerdict {
  const local = [...cluster.localAddresses.values()];
  return gravest(
    ...sent.filter(isRequest).map((packet) => {
      const alike = came.filter((p) => isRequest(p) && p.assigned === packet.assigned);
      const changes = alike.map((p) => changeOf(packet, p));
      const expected = "a request as it came, to the local address of an endpoint";
      if (alike.length === 0) return fail(expected, formatPacket(packet), frameRefs(packet));
      if (!changes.includes(undefined)) {
        return fail(expected, changes[0]!, frameRefs(alike[0], packet));
      }
      return local.includes(packet.destination)
        ? undefined
        : fail(expected, formatPacket(packet), frameRefs(alike[0], packet));
    }),
  );
}

/** Fails where a request was sent on more often than it came. */
function once({ came, sent }: Succession): PartialVerdict {
  const sentBy = Map.groupBy(sent, ({ octets, sourcePort }) => `${sourcePort} ${octets}`);
  return gravest(...[...sentBy.values()].map((copies) => {
    const [{ octets, sourcePort }] = copies;
    const asked = came.filter((p) => p.octets === octets && p.sourcePort === sourcePort);
    return asked.length === 0 || copies.length <= asked.length
      ? undefined
      : fail("one endpoint each time", `${copies.length} copies`, frameRefs(asked[0], ...copies));
  }));
}

/**
 * Requests that were sent on, and came again after the successor had chosen another endpoint, or itself,
 * for another request.
 */
function againOf({ came, sent }: Succession) {
  const requests = Map.groupBy(
    came.filter(isRequest),
    ({ octets, sourcePort }) => `${sourcePort} ${octets}`,
  );
  return [...requests.values()].flatMap((copies) => {
    const [{ octets, sourcePort, time }] = copies;
    const own = sent.filter((p) => p.octets === octets && p.sourcePort === sourcePort);
    const last = copies[copies.length - 1];
    const between = came.some((p) =>
      isRequest(p) && p.time > time && p.time < last.time && p.octets !== octets &&
      !sent.some((s) => s.octets === p.octets && s.destination === own[0]?.destination)
    );
    return own.length > 0 && copies.length > 1 && between ? [{ came: copies, sent: own }] : [];
  });
}

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

/** Mends the header checksum of a datagram without options. */
function mend(datagram: Uint8Array) {
  datagram.set([0, 0], 10);
  put16(datagram, 10, checksum(datagram, viewOf(datagram), 0, 20));
}

/** Faults of an endpoint that took over, by name. */
const FAULTS: Readonly<Record<string, readonly [title: string, TunnelClusterOverrides]>> = {
  changes_what_it_forwards: [
    "Changes the last octet of a request once it is master",
    forwarding((d) => d[d.length - 1] ^= 1),
  ],
  forwards_as_itself: [
    "Puts its own address in the place of the source once it is master",
    forwarding((d) => {
      d.set(parseIpv4(localAddress(1)), 12);
      d.set([0, 0], 26);
      mend(d);
    }),
  ],
  fresh_hops: [
    "Gives requests the TTL of a new datagram once it is master",
    forwarding((d) => {
      d[8] = 64;
      mend(d);
    }),
  ],
  spoils_checksums: [
    "Leaves UDP checksums wrong once it is master",
    forwarding((d) => {
      if ((d[26] | d[27]) !== 0) d[27] ^= 0x55;
    }),
  ],
  forwards_all_that_comes: [
    "Forwards whatever comes once it is master",
    { master: { forwards: () => true } },
  ],
  to_global_as_master: [
    "Forwards to a global address once it is master",
    { master: { forwarded: (d, w) => withDestination(d, w, parseIpv4(globalAddress(3))) } },
  ],
  serves_one_as_master: [
    "Serves one initiator once it is master",
    { master: { serves: (_, known) => known === 0 } },
  ],
};

/** The section. */
export const SUCCESSOR: Section<TunnelClusterOverrides> = {
  title: "Whoever takes over, and what it forwards",
  checks: [
    kit.testCase({
      name: "endpoint/forwards_as_master",
      title:
        "The new master forwards each request to one endpoint, changed in its destination alone, and nothing else",
      covers: ["TCL-095"],
      judges: ["endpoint"],
      on: [masterDies],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = successionOf(cluster, facts.traces);
        if (found === undefined) return inconclusive("nothing came to an endpoint that took over");
        const others = found.came.filter((p) => !isRequest(p));
        return others.length > 0 && found.came.filter(isRequest).length > 1
          ? found
          : inconclusive("no requests, or nothing but requests, came to the new master");
      },
      judge(facts, found, evidence) {
        const cluster = clusterOf(facts, evidence), { came, sent } = found;
        const known = cluster.messages(found.successor.inside, "registerAck")
          .filter(({ source }) => found.successor.insideAddresses.includes(source));
        const since = Math.max(came[0].time, ...known.map(({ time }) => time));
        return gravest(
          isEmpty(sent.filter((p) => !isRequest(p)), "requests alone forwarded"),
          unchanged(cluster, found),
          once(found),
          gravestOf(came.filter(isRequest), "request", (p) => {
            const lost = unserved(cluster, found, since).includes(p);
            return lost ? fail("each request served", formatPacket(p), frameRefs(p)) : undefined;
          }),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/same_endpoint_again",
      title: "The new master sends a request that comes again to where it sent it before",
      covers: ["TCL-098"],
      judges: ["endpoint"],
      on: [masterDies],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = successionOf(cluster, facts.traces);
        if (found === undefined) return inconclusive("nothing came to an endpoint that took over");
        const repeated = againOf(found);
        return repeated.length > 0
          ? repeated
          : inconclusive("no request came again once another would have been chosen");
      },
      judge: (_, repeated) =>
        gravestOf(repeated, "request", ({ came, sent }) => {
          const there = sent.filter(({ destination }) => destination === sent[0].destination);
          return there.length >= came.length ? undefined : fail(
            `${came.length} copies to ${sent[0].destination}`,
            `${there.length}`,
            frameRefs(sent[0], ...came.slice(-2)),
          );
        }),
    }),
    kit.testCase({
      name: "endpoint/lowest_priority_first",
      title: "The endpoint of the lowest priority value takes over",
      covers: ["TCL-096"],
      judges: ["endpoint"],
      on: [masterDies],
      needs: PACKETS_AND_TRACES,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const successor = successorOf(cluster, facts.traces);
        if (successor === undefined) return inconclusive("no endpoint became master");
        const told = cluster.messages(cluster.master?.inside, "register")
          .filter(({ priority, member }) => priority >= 0 && member > 0);
        const priorities = new Map(told.map((m) => [m.member, m]));
        const values = new Set([...priorities.values()].map(({ priority }) => priority));
        return priorities.has(successor.member) && values.size === cluster.endpoints.length
          ? { successor, priorities }
          : inconclusive("not every endpoint registered with a priority of its own");
      },
      judge(facts, { successor, priorities }, evidence) {
        const own = priorities.get(successor.member)!;
        const sooner = [...priorities.values()].find(({ priority }) => priority < own.priority);
        return sooner === undefined ? gravest() : judgeUnaware(
          APART,
          toleranceOfAll(clusterOf(facts, evidence)),
          () =>
            fail(
              `member ${sooner.member} of priority ${sooner.priority}`,
              `member ${own.member} of priority ${own.priority}`,
              frameRefs(sooner, own),
            ),
        );
      },
    }),
  ],
  mutants: [
    ...Object.entries(FAULTS).map(([name, [title, rules]]) =>
      kit.mutant({
        name,
        title,
        role: "endpoint",
        violates: "TCL-095",
        alsoViolates: ["TCL-075", "TCL-077", "TCL-078", "TCL-089"],
        rules,
      })
    ),
    kit.mutant({
      name: "forgets_as_master",
      title: "Takes every request for a new one once it is master",
      role: "endpoint",
      violates: "TCL-098",
      alsoViolates: ["TCL-095"],
      rules: { master: { stickyKey: () => `${Math.random()}` } },
    }),
    kit.mutant({
      name: "last_comes_first",
      title: "Stands for master the sooner the higher its priority value is",
      role: "endpoint",
      violates: "TCL-096",
      alsoViolates: ["TCL-078"],
      rules: {
        endpoint: {
          claims: (silent, patience, priority) => silent > patience + 100 + (2 - priority) * 200,
        },
      },
    }),
    kit.mutant({
      name: "all_at_once",
      title: "Stands for master in the order of its silence, the third endpoint first",
      role: "endpoint",
      violates: "TCL-096",
      alsoViolates: ["TCL-078"],
      rules: {
        endpoint: {
          claims: (silent, patience, priority) => silent > patience + (priority === 2 ? 50 : 600),
        },
      },
    }),
  ],
};
