/** [0031], [0036], step 705, claim 48: the tunnels of an aggregate, and which of them packets take. */
import type { Transmission } from "../../../peers/machine.ts";
import { hashOf } from "../../../peers/core_identity/session.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_DATAGRAMS } from "../scenarios/figure_7_datagrams.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { tunnelsUp } from "./establishment.ts";
import { networksOf } from "./one_network_at_one_side.ts";
import { isData, misreading } from "./packet_changes.ts";
import { dataOf, duplicated } from "./premises.ts";

/** Packets of a session from which it is told whether it is spread. */
const MANY_PACKETS = 20;

const onceOnOneConnection = kit.invariant({
  name: "7/one_connection_each",
  title: "Each packet goes through one connection of the aggregate",
  covers: ["CID-064"],
  on: [FIGURE_7.sessions, FIGURE_7_NETWORKS.transfer],
  judges: ["sender"],
  needs: { wan: wanFacts },
  subject: (facts) => dataOf(facts),
  judge: (_, sent, { world }) => {
    if (sent.repeats > 0) {
      return fail(
        "each packet on one connection",
        `${sent.repeats} packets appear again on another`,
        frameRefs(sent.firstRepeat),
      );
    }
    if (sent.copies === 0) return pass;
    return world === "captures" ? duplicated(sent) : fail(
      "each packet once",
      `${sent.copies} packets appear again`,
      frameRefs(sent.firstCopy),
    );
  },
});

const severalTunnels = kit.testCase({
  name: "7/several_tunnels",
  title: "A sender that is told to spread sessions sends each through several connections",
  covers: ["CID-064"],
  on: [FIGURE_7.round_robin],
  judges: ["sender"],
  needs: { wan: wanFacts },
  stimulus(facts, evidence) {
    if (declared(evidence, "sender", "tunnelSelection") !== "round_robin") {
      return inconclusive("the sender is not told to send on all tunnels in turn");
    }
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const long = sent.sessions.filter(({ packets }) => packets >= MANY_PACKETS);
    if (long.length === 0) return inconclusive(`no session had ${MANY_PACKETS} packets`);
    return tunnelsUp(facts.wan).length > 1 ? long : inconclusive("fewer than two tunnels came up");
  },
  judge: (_, long) =>
    gravestOf(
      long,
      "session",
      ({ flow, tunnels, first }) =>
        tunnels.size >= 2
          ? undefined
          : fail(`${flow} on two connections or more`, `on ${tunnels.size}`, frameRefs(first)),
    ),
});

const piecesOnManyTunnels = kit.testCase({
  name: "9/pieces_on_many_tunnels",
  title: "Pieces of one datagram take different tunnels",
  covers: ["CID-086"],
  on: [FIGURE_7.round_robin, FIGURE_9.round_robin],
  judges: ["sender"],
  needs: { wan: wanFacts },
  stimulus(facts, evidence) {
    if (declared(evidence, "sender", "tunnelSelection") !== "round_robin") {
      return inconclusive("the sender is not told to send on all tunnels in turn");
    }
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    return sent.pieces > 0 ? sent : inconclusive("no datagram travelled in pieces");
  },
  judge: (_, sent) =>
    sent.spreadDatagrams > 0 ? pass : fail(
      "pieces of one datagram on several tunnels, as declared",
      "every datagram kept to one tunnel",
      frameRefs(sent.first),
    ),
});

const piecesJoined = kit.testCase({
  name: "9/pieces_joined",
  title: "Pieces are joined whichever tunnels carry them",
  covers: ["CID-086"],
  on: [FIGURE_7.sessions, FIGURE_9.sessions, FIGURE_7_DATAGRAMS.pieces_out_of_order],
  judges: ["receiver"],
  needs: { wan: wanFacts, lan: lanFacts },
  stimulus(facts, evidence) {
    const carried = carriedBy(facts, evidence);
    if (isInconclusive(carried)) return carried;
    return carried.sent.spreadDatagrams > 0
      ? carried
      : inconclusive("no datagram in pieces took several tunnels");
  },
  judge: (_, carried) => delivered(carried),
});

const tunnelsShareAnInterface = kit.testCase({
  name: "common/tunnels_share_an_interface",
  title: "A sender that is told to opens more than one tunnel over UDP on one interface",
  covers: ["CID-105"],
  on: [FIGURE_7_NETWORKS.every_pair],
  judges: ["sender"],
  needs: { wan: wanFacts },
  stimulus({ wan }, evidence) {
    if (declared(evidence, "sender", "everyPair") !== true) {
      return inconclusive("the sender is not told to open a tunnel on every pair of networks");
    }
    if (networksOf(evidence, "receiver") < 2) {
      return inconclusive("the receiver is not known to have several access networks");
    }
    const up = tunnelsUp(wan);
    return up.length > 0 ? up : inconclusive("no tunnel was seen to come up");
  },
  judge: (_, up) => {
    const places = new Set(up.map(({ confirmed }) => confirmed!.place));
    return up.length > places.size ? pass : fail(
      "more tunnels than interfaces",
      `${up.length} tunnels on ${places.size} interfaces`,
      frameRefs(...up.map(({ confirmed }) => confirmed)),
    );
  },
});

function everyTenthTwice() {
  let sent = 0;
  return (packet: Transmission): Transmission[] =>
    isData(packet.packet) && ++sent % 10 === 0 ? [packet, packet] : [packet];
}

/** A receiver that knows a datagram once its first piece was there. */
function afterTheFirstPiece(): CoreIdentityOverrides {
  const begun = new Set<number>();
  const { ingress } = misreading((packet) => {
    if (packet.piece.length === packet.datagramLength) return packet;
    if (packet.pieceOffset === 0) begun.add(packet.datagramNumber);
    return begun.has(packet.datagramNumber) ? packet : undefined;
  }).wire!;
  return {
    wire: {
      ingress(packet, from) {
        // Numbers begin anew with each scenario, which begins with control messages.
        if (!isData(packet)) begun.clear();
        return ingress!(packet, from);
      },
    },
  };
}

/** The section. */
export const TUNNELS: Section = {
  title: "[0031], [0036], step 705: tunnels of an aggregate",
  checks: [
    onceOnOneConnection,
    severalTunnels,
    piecesOnManyTunnels,
    piecesJoined,
    tunnelsShareAnInterface,
  ],
  mutants: [
    kit.mutant({
      name: "stays_on_one_tunnel",
      title: "Keeps a session to one tunnel in multi-tunnel mode",
      role: "sender",
      violates: "CID-064",
      alsoViolates: ["CID-081", "CID-085", "CID-086"],
      rules: {
        node: {
          selectTunnel: (tunnels, _policy, { sessionKey }) =>
            tunnels[hashOf(sessionKey) % tunnels.length].id,
        },
      },
    }),
    kit.mutant({
      name: "sends_packets_twice",
      title: "Sends every tenth packet twice",
      role: "sender",
      violates: "CID-064",
      alsoViolates: ["CID-074", "CID-097", "CID-103", "CID-104", "CID-106", "CID-109"],
      rules: { wire: { egress: everyTenthTwice() } },
    }),
    kit.mutant({
      name: "one_tunnel_per_interface",
      title: "Opens one tunnel on each of its interfaces",
      role: "sender",
      violates: "CID-105",
      alsoViolates: ["CID-085"],
      rules: { node: { opensTunnel: (_own, peer) => peer === 0 } },
    }),
    kit.mutant({
      name: "wants_the_first_piece_first",
      title: "Drops pieces that arrive before the first one of their datagram",
      role: "receiver",
      violates: "CID-086",
      alsoViolates: ["CID-065", "CID-100", "CID-102", "CID-110"],
      rules: afterTheFirstPiece(),
    }),
    kit.mutant({
      name: "joins_two_pieces",
      title: "Drops pieces that are neither the first nor the last",
      role: "receiver",
      violates: "CID-086",
      alsoViolates: ["CID-065", "CID-100", "CID-102", "CID-110"],
      rules: misreading((packet) => {
        const stop = packet.pieceOffset + packet.piece.length;
        return packet.pieceOffset > 0 && stop < packet.datagramLength ? undefined : packet;
      }),
    }),
    kit.mutant({
      name: "joins_pieces_of_one_tunnel",
      title: "Waits for all pieces of a datagram on the tunnel of the first",
      role: "receiver",
      violates: "CID-086",
      alsoViolates: ["CID-065", "CID-100", "CID-106", "CID-110"],
      rules: { node: { acceptsPieceFrom: (tunnel, first) => tunnel === first } },
    }),
  ],
};
