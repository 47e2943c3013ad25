/** FIG. 5, steps 502 to 504: packets of the aggregated tunnel at the sender ([0056], [0059]). */
import { IdentityKind, Placement } from "../../../captures/wire/core_identity.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { crossingFacts } from "../facts/crossings.ts";
import { lanFacts } from "../facts/lan.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_5 } from "../scenarios/figure_5.ts";
import { kit } from "../vocabulary.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { another, dataInForm5, FORWARD, givenBy, notForm5 } from "./figure_5_premises.ts";
import { changing } from "./packet_changes.ts";

const needs = { wan: wanFacts };

/** What breaks besides where datagrams are not what they were. */
const SCRAMBLING = ["CID-033", "CID-037", "CID-063", "CID-087", "CID-100", "CID-109"] as const;

/** The octets, those from `from` on changed. */
function xored(octets: Uint8Array, from: number): Uint8Array {
  return octets.map((octet, i) => i < from ? octet : octet ^ 0x5a);
}

const inTheHeader = kit.invariant({
  name: "5/identity_in_tunnel_header",
  title: "Each packet has an aggregated tunnel header with the identity that was given",
  covers: ["CID-035"],
  on: FORWARD,
  judges: ["sender"],
  needs,
  subject(facts, evidence) {
    const sent = dataInForm5(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const given = givenBy(facts.wan, "receiver");
    return given === undefined
      ? inconclusive("no identity for the aggregated tunnel was captured")
      : { sent, given };
  },
  judge: (_, { sent, given }) => {
    const isThere = sent.placements.size === 1 && sent.placements.has(Placement.tunnel) &&
      sent.kind === IdentityKind.core && sent.untagged === 0;
    if (!isThere) {
      return fail(
        "a core identity in the aggregated tunnel header of every packet",
        `places ${[...sent.placements].join(", ")}, ${sent.untagged} packets without one`,
        frameRefs(sent.firstUntagged ?? sent.first),
      );
    }
    const other = sent.sessions.find(({ identity, changed }) => identity !== given || changed > 0);
    return other === undefined ? pass : fail(
      `identity ${given}, which the receiver gave, in every packet`,
      `${other.flow} carries ${other.changes[0]?.identity ?? other.identity}`,
      frameRefs(other.changes[0]?.frame ?? other.first),
    );
  },
});

const allUnencrypted = kit.testCase({
  name: "5/payload_unencrypted",
  title: "Tunnel header and datagram travel unencrypted, octet for octet",
  covers: ["CID-036"],
  on: FORWARD,
  judges: ["sender"],
  needs: { ...needs, crossings: crossingFacts },
  stimulus(facts, evidence) {
    const why = notForm5(evidence);
    if (why !== undefined) return why;
    const met = facts.crossings.of("sender", "egress").filter(({ required }) => required > 0);
    const sent = facts.wan.of("sender").find(({ packets }) => packets > 0);
    if (sent === undefined) {
      return inconclusive("no encapsulation packet of the sender was captured");
    }
    return met.length > 0 ? { met, sent } : inconclusive("no datagram from its LAN was captured");
  },
  judge: (_, { met, sent }) =>
    gravest(
      sent.sealed + sent.encryptedHeaders === 0 ? undefined : fail(
        "no packet with an encrypted header or datagram",
        `${sent.encryptedHeaders} headers, ${sent.sealed} datagrams`,
        frameRefs(sent.first),
      ),
      gravestOf(met, "device", ({ required, missing, firstMissing }) => {
        if (missing === 0) return undefined;
        // What IP fragments is in no packet as a whole.
        if (sent.fragments > 0) return inconclusive(`${missing} datagrams may be in IP fragments`);
        return fail(
          `the octets of ${required} datagrams in packets of the sender`,
          `those of ${missing} are in none`,
          frameRefs(firstMissing, sent.first),
        );
      }),
    ),
});

const sentOnce = kit.testCase({
  name: "5/sent_once",
  title: "Each encapsulation packet is sent once",
  covers: ["CID-037"],
  on: FORWARD,
  judges: ["sender"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm5(facts, evidence);
    return isInconclusive(sent) ? sent : carriedBy(facts, evidence);
  },
  judge: ({ lan }, { sent, flows }) =>
    gravest(
      sent.copies + sent.repeats === 0 ? undefined : fail(
        "each packet once",
        `${sent.copies + sent.repeats} appear again`,
        frameRefs(sent.firstCopy ?? sent.firstRepeat ?? sent.first),
      ),
      delivered({ lan, flows }),
    ),
});

const oneForAll = kit.invariant({
  name: "5/one_identity_for_all",
  title: "All packets of the aggregated tunnel carry the same identity",
  covers: ["CID-040"],
  on: [FIGURE_5.sessions],
  judges: ["sender"],
  needs,
  subject(facts, evidence) {
    const sent = dataInForm5(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.sessions.length > 1 ? sent : inconclusive("fewer than two sessions were captured");
  },
  judge: (_, sent) =>
    gravestOf([...Map.groupBy(sent.sessions, ({ aggregate }) => aggregate).values()], "aggregate", (
      sessions,
    ) => {
      const [{ identity }] = sessions;
      const other = sessions.find((session) =>
        session.identity !== identity || session.changed + session.untagged > 0
      );
      return other === undefined ? pass : fail(
        `identity ${identity} in all packets of the aggregated tunnel`,
        `${other.flow} carries ${other.changes[0]?.identity ?? (other.identity || "none")}`,
        frameRefs(sessions[0].first, other.changes[0]?.frame ?? other.firstUntagged ?? other.first),
      );
    }),
});

/** The section. */
export const PACKETS_OF_ONE_IDENTITY: Section = {
  title: "FIG. 5, steps 502 to 504: packets with the one identity",
  checks: [inTheHeader, allUnencrypted, sentOnce, oneForAll],
  mutants: [
    kit.mutant({
      name: "one_identity_in_the_outer_header",
      title: "Puts the one identity into the encapsulation header",
      role: "sender",
      violates: "CID-035",
      alsoViolates: ["CID-080", "CID-094"],
      rules: {
        node: { placement: (asked) => asked === "tunnel" ? "encapsulation" : asked ?? "tunnel" },
      },
    }),
    kit.mutant({
      name: "identity_of_its_own",
      title: "Puts another identity into packets than the one that it was given",
      role: "sender",
      violates: "CID-035",
      alsoViolates: ["CID-041"],
      rules: { node: { aggregateIdentityUsed: another } },
    }),
    kit.mutant({
      name: "scrambles_datagrams",
      title: "Scrambles the octets of datagrams behind their first 28",
      role: "sender",
      violates: "CID-036",
      alsoViolates: SCRAMBLING,
      rules: { node: { encapsulated: (payload) => xored(payload, 28) } },
    }),
    kit.mutant({
      name: "scrambles_whole_datagrams",
      title: "Scrambles all octets of datagrams",
      role: "sender",
      violates: "CID-036",
      alsoViolates: SCRAMBLING,
      rules: { node: { encapsulated: (payload) => xored(payload, 0) } },
    }),
    kit.mutant({
      name: "sends_packets_of_one_identity_twice",
      title: "Sends every packet of data twice",
      role: "sender",
      violates: "CID-037",
      alsoViolates: ["CID-033", "CID-064", "CID-109"],
      rules: changing((packet) => [packet, packet]),
    }),
    kit.mutant({
      name: "an_identity_for_each_session",
      title: "Takes another identity for every second session",
      role: "sender",
      violates: "CID-040",
      alsoViolates: ["CID-035", "CID-041"],
      rules: {
        node: {
          aggregateIdentityUsed: (given, sessions) => sessions & 1 ? another(given) : given,
        },
      },
    }),
    kit.mutant({
      name: "first_session_alone_has_it",
      title: "Leaves the identity out of all sessions but the first",
      role: "sender",
      violates: "CID-040",
      alsoViolates: ["CID-001", "CID-035", "CID-041", "CID-063"],
      rules: {
        node: { aggregateIdentityUsed: (given, sessions) => sessions === 0 ? given : undefined },
      },
    }),
  ],
};
