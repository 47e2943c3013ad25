/** Message 106: the SCCRP of an endpoint. */
import { isLinkless } from "../facts/cluster.ts";
import { isFrom } from "../facts/tunnels.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import type { Transmission } from "../../../peers/machine.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravestOf,
  type Inconclusive,
  inconclusive,
  isInconclusive,
} from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type EndpointPlace, type Reply } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket, missingAvp } from "../facts/l2tp_packets.ts";
import { is, leaving, NR, patched, SCCRP, to, TUNNEL_ID } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { ADDRESS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** What an endpoint was asked and what it replied. */
interface Asked {
  endpoint: EndpointPlace;
  requests: readonly L2tpPacket[];
  replies: readonly Reply[];
}

/** Endpoints that replied, with the requests that they had; inconclusive where there is none. */
function asked(
  cluster: Cluster,
  which: (endpoint: EndpointPlace) => boolean = () => true,
): readonly Asked[] | Inconclusive {
  const all = cluster.replies();
  const found = cluster.endpoints.filter(which).map((endpoint) => ({
    endpoint,
    requests: cluster.requestsServedAt(endpoint),
    replies: all.filter((reply) => reply.endpoint === endpoint),
  }));
  const requested = found.filter(({ requests }) => requests.length > 0);
  if (requested.length === 0) return inconclusive("no request at an endpoint was captured");
  return some(requested.filter(({ replies }) => replies.length > 0), "SCCRP of who was asked");
}

/** Fails at the first SCCRP that breaks a rule. */
const replies = (
  all: readonly Asked[],
  expected: string,
  keeps: (reply: L2tpPacket, asked: Asked) => boolean,
) =>
  gravestOf(all.flatMap((one) => one.replies.map((reply) => ({ one, reply }))), "SCCRP", (
    { one, reply: { reply, request } },
  ) =>
    keeps(reply, one)
      ? undefined
      : fail(expected, formatPacket(reply), frameRefs(request ?? one.requests[0], reply)));

/** Sends a message as if it came from the master. */
export const fromMaster = (t: Transmission): Transmission => ({
  port: "lan",
  packet: udpDatagram({
    ...{ source: ADDRESS.master, sourcePort: 1701, destination: t.to!.address },
    ...{ destinationPort: t.to!.port, payload: t.packet },
  }),
});

/** Message 106. */
export const CONNECTION_REPLY: Section<TunnelClusterOverrides> = {
  title: "Message 106: Start-Control-Connection-Reply",
  checks: [
    kit.testCase({
      name: "endpoint/reply_to_source",
      title: "The SCCRP goes to the source of the request",
      covers: ["TCL-017"],
      judges: ["endpoint"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus: (facts, evidence) => asked(clusterOf(facts, evidence)),
      judge: (_, all) =>
        replies(
          all,
          "the address and port of a request",
          (reply, { requests }) => requests.some((r) => isFrom(r, reply)),
        ),
    }),
    kit.testCase({
      name: "endpoint/reply_names_tunnel",
      title: "The SCCRP's header has the Tunnel ID of the request",
      covers: ["TCL-018"],
      judges: ["endpoint"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const found = asked(clusterOf(facts, evidence));
        if (isInconclusive(found)) return found;
        // An AVP may be hidden, or in a later fragment.
        const shown = found.map((one) => ({
          ...one,
          replies: one.replies.filter(({ reply }) =>
            !one.requests.some((r) => isFrom(r, reply) && r.assigned < 0)
          ),
        }));
        return some(
          shown.filter((one) => one.replies.length > 0),
          "SCCRP to a request that shows its Tunnel ID",
        );
      },
      judge: (_, all) =>
        replies(
          all,
          "the Tunnel ID that the initiator assigned",
          (reply, { requests }) => requests.some((r) => r.assigned === reply.tunnelId),
        ),
    }),
    kit.testCase({
      name: "endpoint/reply_from_local",
      title: "The SCCRP leaves with the endpoint's local address",
      covers: ["TCL-020"],
      judges: ["endpoint"],
      on: [bringUp.nat, manyTunnels.nat],
      needs: PACKETS,
      stimulus: (facts, evidence) => asked(clusterOf(facts, evidence), isLinkless),
      judge: (_, all) =>
        replies(
          all,
          "its local address",
          ({ source }, { endpoint }) => endpoint.insideAddresses.includes(source),
        ),
    }),
    kit.testCase({
      name: "endpoint/reply_by_nat",
      title: "The SCCRP travels to the NAT",
      covers: ["TCL-021"],
      judges: ["endpoint"],
      on: [bringUp.nat, manyTunnels.nat],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return cluster.nat === undefined
          ? inconclusive("there is no NAT")
          : asked(cluster, isLinkless);
      },
      judge(facts, all, evidence) {
        const cluster = clusterOf(facts, evidence);
        return replies(
          all,
          "an SCCRP that reaches the NAT",
          (reply) => cluster.copies(cluster.nat?.inside, reply).length > 0,
        );
      },
    }),
    kit.invariant({
      name: "endpoint/reply_numbers",
      title: "The SCCRP has Ns 0, Nr 1 and the AVPs that must be present",
      covers: ["TCL-022"],
      judges: ["endpoint"],
      on: [bringUp.nat, bringUp.global],
      needs: PACKETS,
      subject: (facts, evidence) =>
        some(
          clusterOf(facts, evidence).replies().map(({ reply }) => reply),
          "SCCRP of an endpoint",
        ),
      judge: (_, found) =>
        gravestOf(found, "SCCRP", (p) => {
          const lacking = missingAvp(p);
          if (lacking !== undefined) {
            return fail(`an AVP of type ${lacking}`, formatPacket(p), frameRefs(p));
          }
          if (p.ns === 0 && p.nr === 1) return undefined;
          return fail("Ns 0, Nr 1", `Ns ${p.ns}, Nr ${p.nr}`, frameRefs(p));
        }),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "replies_to_master",
      title: "Replies to the master",
      role: "endpoint",
      violates: "TCL-017",
      alsoViolates: ["TCL-021", "TCL-018", "TCL-020", "TCL-089", "TCL-095"],
      rules: leaving(is(SCCRP), to(ADDRESS.masterLocal)),
    }),
    kit.mutant({
      name: "no_tunnel_id",
      title: "Replies with Tunnel ID 0 in the header",
      role: "endpoint",
      violates: "TCL-018",
      alsoViolates: ["TCL-067", "TCL-095"],
      rules: leaving(is(SCCRP), patched(TUNNEL_ID, 0)),
    }),
    kit.mutant({
      name: "masters_address",
      title: "Replies with the master address",
      role: "endpoint",
      violates: "TCL-020",
      alsoViolates: ["TCL-021", "TCL-051", "TCL-067", "TCL-068"],
      rules: leaving(is(SCCRP), fromMaster),
    }),
    kit.mutant({
      name: "around_nat",
      title: "Sends its reply to the master",
      role: "endpoint",
      violates: "TCL-021",
      alsoViolates: ["TCL-017", "TCL-018", "TCL-020", "TCL-089", "TCL-095"],
      rules: leaving(is(SCCRP), to(ADDRESS.masterLocal)),
    }),
    kit.mutant({
      name: "acknowledges_nothing",
      title: "Sends its SCCRP with Nr 0",
      role: "endpoint",
      violates: "TCL-022",
      alsoViolates: ["TCL-076"],
      rules: leaving(is(SCCRP), patched(NR, 0)),
    }),
  ],
};
