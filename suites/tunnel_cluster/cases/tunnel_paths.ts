/** L111-L137, L159: what belongs to a tunnel goes to its other end alone. */
import type { Transmission } from "../../../peers/machine.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import type { Section } from "../../kit/suite.ts";
import { gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import type { L2tpPacket } from "../facts/l2tp_packets.ts";
import { tunnelsOfInitiators } from "../facts/tunnels.ts";
import { carriesData, ICRQ, is } from "../packet_changes.ts";
import { bothEnds, bringUp, manyTunnels } from "../scenarios/connection.ts";
import { natDataPath } from "../scenarios/data_path.ts";
import { ADDRESS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, PACKETS } from "./packet_rules.ts";

// A case: in captures that others staged a tester may send to the master on purpose.
const initiatorKeepsToItsEnd = kit.testCase({
  name: "initiator/nothing_to_master",
  title: "No message of a tunnel, and no copy of one, goes from the initiator to the master",
  covers: ["TCL-089"],
  judges: ["initiator"],
  on: [bringUp.nat, bringUp.global, manyTunnels.nat, bothEnds.nat, bothEnds.global, natDataPath],
  needs: PACKETS,
  stimulus(facts, evidence) {
    const cluster = clusterOf(facts, evidence), { masterAddress } = cluster;
    if (masterAddress === undefined) return inconclusive("nothing tells the master address");
    return some(
      // One that follows no reply to another address speaks with nobody: other checks see to that.
      tunnelsOfInitiators(cluster).filter(({ reply, toEndpoint }) =>
        reply.source !== masterAddress &&
        toEndpoint.some(({ destination }) => destination === reply.source)
      ),
      "tunnel of an initiator that follows a reply from another address than the master's",
    );
  },
  judge(facts, tunnels, evidence) {
    const { masterAddress } = clusterOf(facts, evidence);
    return gravestOf(tunnels, "tunnel", ({ reply, toEndpoint }) =>
      isEmpty(
        toEndpoint.filter(({ destination }) => destination === masterAddress),
        `messages for Tunnel ID ${reply.assigned} at ${reply.source} alone`,
      ));
  },
});

const endpointKeepsToItsEnd = kit.invariant({
  name: "endpoint/nothing_to_master",
  title: "No message of L2TP, and no copy of one, goes from the endpoint to the master",
  covers: ["TCL-089"],
  judges: ["endpoint"],
  on: [bringUp.nat, bringUp.global, manyTunnels.nat, bothEnds.nat, bothEnds.global],
  needs: PACKETS,
  subject(facts, evidence) {
    const cluster = clusterOf(facts, evidence), { master, masterAddress } = cluster;
    const addresses = [
      ...(master?.insideAddresses ?? []),
      ...(masterAddress === undefined ? [] : [masterAddress]),
    ];
    if (addresses.length === 0) return inconclusive("nothing tells the addresses of the master");
    // A mirror sends messages too: whoever serves has answered a request.
    const serving = new Set(cluster.replies().map(({ endpoint }) => endpoint));
    const sent = [...serving].flatMap((endpoint) => {
      const own = [...endpoint.insideAddresses, ...endpoint.outsideAddresses];
      const all = cluster.at(cluster.tunnelTaps(endpoint));
      // Where something came from there it may answer to.
      const known = new Set(all.filter((p) => !own.includes(p.source)).map(sourceOf));
      return all.filter((p) => own.includes(p.source))
        .map((packet) => ({ packet, isKnown: known.has(destinationOf(packet)) }));
    });
    return sent.length > 0
      ? { sent, addresses }
      : inconclusive("no message of L2TP of an endpoint was captured");
  },
  judge: (facts, { sent, addresses }, evidence) =>
    gravest(
      isEmpty(
        sent.filter(({ packet }) => addresses.includes(packet.destination))
          .map(({ packet }) => packet),
        "messages to initiators alone",
      ),
      // In captures alone what came may not have been captured.
      clusterOf(facts, evidence).isLab
        ? isEmpty(
          sent.filter(({ isKnown }) => !isKnown).map(({ packet }) => packet),
          "messages to where some came from alone",
        )
        : undefined,
    ),
});

const sourceOf = (p: L2tpPacket) => `${p.source}:${p.sourcePort}`;
const destinationOf = (p: L2tpPacket) => `${p.destination}:${p.destinationPort}`;

/** Sends copies of some of what leaves to another address as well. */
const copying = (
  test: (t: Transmission) => boolean,
  address: string,
): TunnelClusterOverrides => ({
  wire: {
    egress: (t) =>
      t.port === "cluster" || !test(t) ? [t] : [t, { ...t, to: { address, port: 1701 } }],
  },
});

/** The section. */
export const TUNNEL_PATHS: Section<TunnelClusterOverrides> = {
  title: "L111-L137, L159: nothing of a tunnel goes to the master",
  checks: [initiatorKeepsToItsEnd, endpointKeepsToItsEnd],
  mutants: [
    kit.mutant({
      name: "copies_data_to_master",
      title: "Sends copies of data to the master",
      role: "initiator",
      violates: "TCL-089",
      alsoViolates: ["TCL-048", "TCL-051", "TCL-073"],
      rules: copying(carriesData, ADDRESS.master),
    }),
    kit.mutant({
      name: "copies_calls_to_master",
      title: "Sends requests for calls to the master as well",
      role: "initiator",
      violates: "TCL-089",
      alsoViolates: ["TCL-046", "TCL-051"],
      rules: copying(is(ICRQ), ADDRESS.master),
    }),
    kit.mutant({
      name: "copies_data_to_master",
      title: "Sends copies of data to the master",
      role: "endpoint",
      violates: "TCL-089",
      rules: copying(carriesData, ADDRESS.masterLocal),
    }),
    kit.mutant({
      name: "copies_acknowledgements_to_master",
      title: "Sends copies of acknowledgements to the master",
      role: "endpoint",
      violates: "TCL-089",
      rules: copying(is(0), ADDRESS.masterLocal),
    }),
  ],
};
