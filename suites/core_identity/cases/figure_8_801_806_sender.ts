/** FIG. 8, steps 801 to 806: encrypted datagrams that name no core ([0078] to [0080]). */
import { type DataPacket, IdentityKind } from "../../../captures/wire/core_identity.ts";

import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravestOf,
  type Inconclusive,
  inconclusive,
  isInconclusive,
  pass,
} from "../../kit/verdict.ts";
import { isOfFigure } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { secrecyFacts } from "../facts/secrecy.ts";
import { type WanFacts, wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { kit } from "../vocabulary.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { changing } from "./packet_changes.ts";
import { announcementsOf, dataOf } from "./premises.ts";

const needs = { wan: wanFacts };

/** The data of a sender that is asked for FIG. 8, or declares no other form: some can be read. */
export function dataInForm8(
  facts: { wan: WanFacts },
  evidence: Evidence,
): WanDirection | Inconclusive {
  const sent = packetsInForm8(facts, evidence);
  return isInconclusive(sent) ? sent : dataOf(facts);
}

/** The same, whether it can be read or not. */
function packetsInForm8({ wan }: { wan: WanFacts }, evidence: Evidence) {
  const others = ["F4", "F5", "F7", "F9", "F9i", "F10"] as const;
  if (!isOfFigure(evidence, ["F8"], others)) return inconclusive("nobody is asked for FIG. 8");
  return wan.of("sender").find(({ packets }) => packets > 0) ??
    inconclusive("no encapsulation packet of the sender was captured");
}

const namesNoCore = kit.testCase({
  name: "8/names_no_core",
  title: "Packets name no core, although the receiver's cores are known",
  covers: ["CID-069"],
  on: [FIGURE_8.sessions, FIGURE_8.session_hash],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = dataInForm8(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return announcementsOf(facts.wan, "receiver").length > 0
      ? sent
      : inconclusive("the receiver announced no cores");
  },
  judge: (_, sent) => {
    const named = sent.sessions.find(({ identity }) => identity !== "");
    return named === undefined ? pass : fail(
      "no packet carries an identity",
      `${named.flow} carries ${named.identity}`,
      frameRefs(named.first),
    );
  },
});

const neverReadable = kit.testCase({
  name: "8/never_readable",
  title: "No datagram is readable on the wire",
  covers: ["CID-071"],
  on: [FIGURE_8.sessions, FIGURE_8.sizes],
  judges: ["sender"],
  needs: { ...needs, secrecy: secrecyFacts },
  stimulus(facts, evidence) {
    const sent = packetsInForm8(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const own = facts.secrecy.filter(({ role }) => role === "sender");
    return own.length > 0 ? { sent, own } : inconclusive("the sender of no lab was watched");
  },
  judge: (_, { sent, own }) => {
    const readable = own.find((one) => one.readable > 0);
    if (readable !== undefined) {
      return fail(
        "ciphertext alone of what hosts send",
        `${readable.readable} packets show it in clear`,
        frameRefs(readable.firstReadable),
      );
    }
    const { packets, sealed, sealedNothing, clearLengths } = sent;
    const clear = Math.max(0, ...clearLengths);
    return sealed === packets && sealedNothing === 0 && clear === 0 ? pass : fail(
      `each of ${packets} packets holds nothing but ciphertext`,
      `${sealed} are encrypted, ${sealedNothing} of them nowhere, up to ${clear} octets are clear`,
      frameRefs(sent.first),
    );
  },
});

const headerOfItsTunnel = kit.testCase({
  name: "8/header_of_its_tunnel",
  title: "Each packet has the header of the aggregated tunnel that carries it",
  covers: ["CID-072"],
  on: [FIGURE_8.two_receivers, FIGURE_8.sessions],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const sent = packetsInForm8(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const set = facts.wan.of("sender").flatMap(({ setups }) => [...setups.values()])
      .flatMap(({ id, aggregate, left }) => left === undefined ? [] : [{ id, aggregate, ...left }]);
    return set.length > 0 ? { sent, set } : inconclusive("no tunnel was seen to be set up");
  },
  judge: (_, { sent, set }) =>
    gravestOf(sent.tunnels.values(), "tunnel", ({ id, aggregate, remoteAddress, place, first }) => {
      const known = set.some((one) =>
        one.id === id && one.aggregate === aggregate && one.to === remoteAddress &&
        one.place === place
      );
      return known ? pass : fail(
        `packets to ${remoteAddress} by ${place} have the header of a tunnel set up there`,
        `aggregated tunnel ${aggregate}, tunnel ${id}`,
        frameRefs(first),
      );
    }),
});

const oneWhereItFits = kit.testCase({
  name: "8/one_packet_where_it_fits",
  title: "What is no longer than what a packet holds travels in one, the rest in several",
  covers: ["CID-073"],
  on: [FIGURE_8.sizes],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = packetsInForm8(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.pieces > 0 ? sent : inconclusive("no payload travelled in several packets");
  },
  judge: (_, { longestPiece, shortestSplit, firstShortestSplit, pieceFaults, first }) => {
    const [fault] = pieceFaults.all;
    if (fault !== undefined) {
      return fail("pieces that make the payload up", fault[0], frameRefs(fault[1].first));
    }
    return shortestSplit > longestPiece ? pass : fail(
      `a payload of ${shortestSplit} octets in one packet, as others hold ${longestPiece}`,
      "it travels in several",
      frameRefs(firstShortestSplit ?? first),
    );
  },
});

const arrivesWhole = kit.testCase({
  name: "8/arrives_whole",
  title: "What the sender encrypts and splits comes out as it was",
  covers: ["CID-074"],
  on: [FIGURE_8.sessions, FIGURE_8.sizes, FIGURE_8.pieces_out_of_order],
  judges: ["sender"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm8(facts, evidence);
    return isInconclusive(sent) ? sent : carriedBy(facts, evidence);
  },
  judge: (_, carried) => delivered(carried),
});

/** Puts an identity into data packets that have none. */
function stamping(): CoreIdentityOverrides {
  return { node: { identityBeforeDecryption: (offered) => offered?.identities[0] ?? 0n } };
}

/** A sender whose packets name the other of two aggregated tunnels, or a tunnel beside their own. */
const misplaced = (change: (packet: DataPacket) => DataPacket): CoreIdentityOverrides =>
  changing((packet) => packet.kind === IdentityKind.none ? change(packet) : packet);

/** The section. */
export const ENCRYPTED_DATAGRAMS: Section<CoreIdentityOverrides> = {
  title: "FIG. 8, steps 801 to 806: encrypted datagrams",
  checks: [namesNoCore, neverReadable, headerOfItsTunnel, oneWhereItFits, arrivesWhole],
  mutants: [
    kit.mutant({
      name: "still_stamps_an_identity",
      title: "Puts an identity of the announced cores into packets that are to carry none",
      role: "sender",
      violates: "CID-069",
      rules: stamping(),
    }),
    kit.mutant({
      name: "first_tunnel_whatever_the_criterion",
      title: "Sends by its first tunnel, whatever the criterion is",
      role: "sender",
      violates: "CID-070",
      alsoViolates: ["CID-064", "CID-081", "CID-086", "CID-085", "CID-096"],
      rules: { node: { selectTunnel: (tunnels) => tunnels[0].id } },
    }),
    kit.mutant({
      name: "in_turn_whatever_the_criterion",
      title: "Takes tunnels in turn, whatever the criterion is",
      role: "sender",
      violates: "CID-070",
      alsoViolates: ["CID-081", "CID-085", "CID-096"],
      rules: {
        node: {
          selectTunnel: (tunnels, _policy, choice) =>
            SENDER_RULES.selectTunnel(tunnels, "round_robin", choice),
        },
      },
    }),
    kit.mutant({
      name: "null_cipher",
      title: "Sends datagrams unencrypted that are to be encrypted",
      role: "sender",
      violates: "CID-071",
      alsoViolates: ["CID-079", "CID-087", "CID-115"],
      rules: { node: { cover: () => "none" } },
    }),
    kit.mutant({
      name: "leaves_inner_headers_clear",
      title: "Leaves the first 28 octets of datagrams clear",
      role: "sender",
      violates: "CID-071",
      alsoViolates: ["CID-079", "CID-115"],
      rules: { node: { clearOctets: (_configured, length) => Math.min(28, length) } },
    }),
    kit.mutant({
      name: "header_of_another_tunnel",
      title: "Tells the tunnel beside the one that carries a packet",
      role: "sender",
      violates: "CID-072",
      alsoViolates: ["CID-064", "CID-082", "CID-109", "CID-112"],
      rules: misplaced((packet) => ({ ...packet, tunnelId: packet.tunnelId ^ 1 })),
    }),
    kit.mutant({
      name: "header_of_another_aggregate",
      title: "Puts the header of another aggregated tunnel in front",
      role: "sender",
      violates: "CID-072",
      alsoViolates: ["CID-074", "CID-082", "CID-103", "CID-109", "CID-112"],
      rules: misplaced((packet) => ({ ...packet, aggregateId: packet.aggregateId ^ 3 })),
    }),
    kit.mutant({
      name: "splits_what_fits",
      title: "Splits every payload in two",
      role: "sender",
      violates: "CID-073",
      rules: { node: { pieceOctets: (room, length) => Math.min(room, Math.ceil(length / 2)) } },
    }),
    kit.mutant({
      name: "encrypts_twenty_in_vain",
      title: "Damages the ciphertext of every twentieth datagram",
      role: "sender",
      violates: "CID-074",
      alsoViolates: ["CID-071", "CID-079", "CID-103", "CID-109"],
      rules: {
        node: {
          encapsulated(payload, number) {
            if (number % 20 !== 19) return payload;
            const damaged = payload.slice();
            damaged[damaged.length >> 1] ^= 1;
            return damaged;
          },
        },
      },
    }),
  ],
};
