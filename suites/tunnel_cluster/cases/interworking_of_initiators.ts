/** Initiators that are fooled, sent away, or left by their endpoint. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type Place } from "../facts/cluster.ts";
import { type L2tpPacket } from "../facts/l2tp_packets.ts";
import { endpointDies, endpointRedirects, spoofedReply } from "../scenarios/interworking.ts";
import { kit } from "../vocabulary.ts";
import { follows } from "./connection_connected.ts";
import { isEmpty, isThere, PACKETS } from "./packet_rules.ts";

/** What an initiator is sent by the addresses of this cluster. */
const clusterAddresses = ({ endpoints, nat }: Cluster) => [
  ...endpoints.flatMap(({ outsideAddresses }) => outsideAddresses),
  ...nat?.outsideAddresses ?? [],
];

/** Holds proofs against what is expected, until one was right. */
function onceConvinced() {
  let convinced = false;
  return (expected: Uint8Array, response: Uint8Array | undefined): boolean => {
    const isRight = response !== undefined &&
      expected.every((octet, i) => octet === response[i]);
    convinced ||= isRight;
    return convinced;
  };
}

/** The first tunnel of an initiator with this cluster: its SCCRP. */
function firstReply(cluster: Cluster): { place: Place; first: L2tpPacket } | undefined {
  for (const place of cluster.initiators.filter((one) => follows(cluster, one))) {
    const [first] = cluster.of(
      place.outside,
      "SCCRP",
      (p) => clusterAddresses(cluster).includes(p.source),
    );
    if (first !== undefined) return { place, first };
  }
  return undefined;
}

/** Fails unless an initiator asks the master again after a moment, and goes on with another endpoint. */
function goesOn(cluster: Cluster, { outside }: Place, first: L2tpPacket, after: number) {
  const again = cluster.of(
    outside,
    "SCCRQ",
    (p) => p.time > after && p.destination === cluster.masterAddress,
  );
  const [other] = cluster.of(outside, "SCCRP", (p) => p.source !== first.source);
  if (again.length === 0) return fail("an SCCRQ to the master address", "none", frameRefs(first));
  if (other === undefined) return inconclusive("no other endpoint answered");
  const last = cluster.of(outside, "SCCCN", (p) => p.destination === other.source);
  return gravest(isThere(last, "a tunnel with the other", other));
}

/** Initiators that have to look for another tunnel. */
export const INTERWORKING_OF_INITIATORS: Section<TunnelClusterOverrides> = {
  title: "Initiators that are fooled or left",
  checks: [
    kit.testCase({
      name: "initiator/refuses_without_secret",
      title: "An SCCRP without proof of the secret is refused, and a true one is not",
      covers: ["TCL-085"],
      judges: ["initiator"],
      on: [spoofedReply],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const own = clusterAddresses(cluster);
        const place = cluster.initiators.find(({ node }) =>
          cluster.setting(node, "secret") !== undefined
        );
        if (place === undefined) return inconclusive("no initiator has a secret");
        const replies = cluster.of(place.outside, "SCCRP");
        const spoofed = replies.filter(({ source }) => !own.includes(source));
        const right = replies.filter(({ source }) => own.includes(source));
        if (spoofed.length === 0) return inconclusive("no SCCRP of a stranger was captured");
        return right.length === 0
          ? inconclusive("no SCCRP of an endpoint was captured")
          : { place, spoofed, right };
      },
      judge(facts, { place, spoofed, right }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const sent = cluster.of(
          place.outside,
          "SCCCN",
          (p) => place.outsideAddresses.includes(p.source),
        );
        const isIn = (p: L2tpPacket, replies: readonly L2tpPacket[]) =>
          replies.some(({ assigned, source }) =>
            assigned === p.tunnelId && source === p.destination
          );
        const fooled = sent.filter((p) =>
          !isIn(p, right) &&
          spoofed.some((reply) => reply.assigned === p.tunnelId || reply.source === p.destination)
        );
        // Who lives refuses by a StopCCN, or goes on asking; silence may be that of a dead one.
        const own = cluster.at(
          place.outside,
          ({ source }) => place.outsideAddresses.includes(source),
        );
        const unanswered = spoofed.some(({ assigned, tunnelId, time }) =>
          !own.some((p) => p.tunnelId === assigned || p.assigned === tunnelId && p.time > time)
        );
        return gravest(
          isEmpty(fooled, "no SCCCN to who did not prove the secret"),
          unanswered
            ? inconclusive("the initiator neither refused such a reply nor asked again behind it")
            : undefined,
          sent.some((p) => right.some(({ source }) => source === p.destination))
            ? undefined
            : inconclusive("no SCCCN to an endpoint was captured"),
        );
      },
    }),
    kit.testCase({
      name: "initiator/finds_another",
      title:
        "An initiator that hears its endpoint no more asks the master again, and goes on with another",
      covers: ["TCL-086"],
      judges: ["initiator"],
      on: [endpointDies],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const tunnel = firstReply(cluster);
        if (tunnel === undefined) return inconclusive("there was no tunnel");
        const { first, place } = tunnel;
        const serving = cluster.endpoints.find(({ outsideAddresses }) =>
          outsideAddresses.includes(first.source)
        );
        if (serving === undefined || cluster.instructions("fail", serving.node).length === 0) {
          return inconclusive("the endpoint of the tunnel was not told to be silent");
        }
        const heard = cluster.at(place.outside, (p) => p.source === first.source).at(-1)!.time;
        // The master goes on telling the time.
        const ends = cluster.messages(cluster.master?.inside, "heartbeat").at(-1)?.time ?? 0;
        return ends < heard + 1 ? inconclusive("the endpoint lived on") : { ...tunnel, heard };
      },
      judge: (facts, { place, first, heard }, evidence) =>
        goesOn(clusterOf(facts, evidence), place, first, heard),
    }),
    kit.testCase({
      name: "initiator/sent_away",
      title: 'An initiator whose tunnel ends with "try another" asks the master again',
      covers: ["TCL-086"],
      judges: ["initiator"],
      on: [endpointRedirects],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const tunnel = firstReply(cluster);
        if (tunnel === undefined) return inconclusive("there was no tunnel");
        const { first, place } = tunnel;
        const sentAway = cluster.evidence.stimuli.some(({ instruction }) => {
          const { kind, error } = (instruction ?? {}) as { kind?: string; error?: number };
          return kind === "close_tunnel" && error === 7;
        });
        const [stop] = cluster.of(place.outside, "StopCCN", (p) => p.source === first.source);
        return stop === undefined || !sentAway
          ? inconclusive("no tunnel ended so")
          : { ...tunnel, stop };
      },
      judge: (facts, { place, first, stop }, evidence) =>
        goesOn(clusterOf(facts, evidence), place, first, stop.time),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "believes_anybody",
      title: "Takes any proof of the secret",
      role: "initiator",
      violates: "TCL-085",
      rules: {
        l2tp: { authenticates: () => true },
      },
    }),
    kit.mutant({
      name: "believes_the_second",
      title: "Takes any proof of the secret once it has seen a right one",
      role: "initiator",
      violates: "TCL-085",
      rules: { l2tp: { authenticates: onceConvinced() } },
    }),
    kit.mutant({
      name: "never_asks",
      title: "Does not look whether its endpoint lives",
      role: "initiator",
      violates: "TCL-086",
      rules: {
        l2tp: { helloAfter: () => 0 },
      },
    }),
    kit.mutant({
      name: "stays_where_sent_away",
      title: "Overlooks that its tunnel has ended",
      role: "initiator",
      violates: "TCL-086",
      rules: {
        l2tp: { takesStopCcn: () => false },
      },
    }),
  ],
};
