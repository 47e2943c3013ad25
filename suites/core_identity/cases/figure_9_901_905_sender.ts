/** FIG. 9, steps 901 to 905: clear session-IDs at the sender, with [0066] and [0084] to [0089]. */
import { Placement } from "../../../captures/wire/core_identity.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravest,
  inconclusive,
  isInconclusive,
  pass,
  type Verdict,
} from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { type WanFacts, wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { areDistinct, keepsIdentity } from "./identities.ts";
import { scrambled } from "./mutations.ts";
import { dataOf, sessionIdsOf } from "./premises.ts";

const needs = { wan: wanFacts };

/** What each cover may leave clear of a datagram, in octets; how much a part is, is nowhere said. */
const LEAVES_CLEAR = {
  none: undefined,
  part: (octets: number) => octets > 0,
  whole: (octets: number) => octets === 0,
} as const;

const PLACED = [
  FIGURE_9.encapsulation,
  FIGURE_9.tunnel,
  FIGURE_9.payload,
  FIGURE_9.encapsulation_encrypted_header,
  FIGURE_9.tunnel_encrypted_header,
  FIGURE_9.payload_encrypted_header,
] as const;

/** Judges session-IDs: each session keeps its own, and no other has it. */
function areSessionIds(sent: WanDirection, wan: WanFacts, evidence: Evidence): Verdict {
  return gravest(keepsIdentity(sent.sessions, wan, evidence), areDistinct(sent, evidence));
}

const oneIdASession = kit.invariant({
  name: "9/one_id_a_session",
  title:
    "Datagrams of one session carry one session-ID, those of different sessions different ones",
  covers: ["CID-078"],
  on: [FIGURE_9.sessions, FIGURE_9.key_fields],
  judges: ["sender"],
  needs,
  subject: sessionIdsOf,
  judge: ({ wan }, sent, evidence) => areSessionIds(sent, wan, evidence),
});

const uniqueIds = kit.testCase({
  name: "9/unique_ids",
  title: "No two of 10,000 live sessions share a session-ID",
  covers: ["CID-048"],
  on: [FIGURE_9.ten_thousand_sessions, FIGURE_10.ten_thousand_sessions],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = sessionIdsOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const { length } = sent.sessions;
    return length >= 10_000 ? sent : inconclusive(`only ${length} sessions were captured`);
  },
  judge: (_, sent, evidence) => areDistinct(sent, evidence),
});

const clearId = kit.testCase({
  name: "9/clear_id",
  title: "The session-ID is clear wherever it stands, whatever else is encrypted",
  covers: ["CID-080"],
  on: PLACED,
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = sessionIdsOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const place = declared<string>(evidence, "sender", "placement");
    return place !== undefined && place in Placement
      ? { sent, place: place as keyof typeof Placement }
      : inconclusive("nothing says where session-IDs are to stand");
  },
  judge: ({ wan }, { sent, place }, evidence) =>
    sent.placements.size === 1 && sent.placements.has(Placement[place])
      ? areSessionIds(sent, wan, evidence)
      : fail(
        `the session-ID in its declared place, ${place}`,
        `placements ${[...sent.placements].join(", ")}`,
        frameRefs(sent.first),
      ),
});

const datagramCover = kit.testCase({
  name: "9/datagram_cover",
  title: "As much of the datagram is encrypted as is declared",
  covers: ["CID-079"],
  on: PLACED,
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const cover = declared<string>(evidence, "sender", "cover");
    return cover !== undefined && cover in LEAVES_CLEAR
      ? { sent, cover: cover as keyof typeof LEAVES_CLEAR }
      : inconclusive("nothing says how much of a datagram is to be encrypted");
  },
  judge: (_, { sent, cover }) => {
    const mayBeClear = LEAVES_CLEAR[cover];
    const isRight = mayBeClear === undefined
      ? sent.sealed === 0
      : sent.sealed === sent.packets && sent.sealedNothing === 0 &&
        [...sent.clearLengths].every(mayBeClear);
    // Each sealed datagram was opened with the key, so what is called ciphertext is.
    return isRight && sent.unreadable === 0 ? pass : fail(
      `datagram cover "${cover}"`,
      `${sent.sealed} of ${sent.packets} sealed, clear octets ${[...sent.clearLengths]}, ` +
        `${sent.sealedNothing} without ciphertext, ${sent.unreadable} that the key does not open`,
      frameRefs(sent.first),
    );
  },
});

const headerEncryption = kit.testCase({
  name: "9/header_encryption",
  title: "The tunnel header is encrypted when that is declared, and only then",
  covers: ["CID-083"],
  on: PLACED,
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const encrypts = declared<boolean>(evidence, "sender", "headerEncrypted");
    return encrypts === undefined
      ? inconclusive("nothing says whether tunnel headers are to be encrypted")
      : { sent, encrypts };
  },
  judge: (_, { sent, encrypts }) => {
    const expected = encrypts ? sent.packets : 0;
    return sent.encryptedHeaders === expected && sent.unreadable === 0 ? pass : fail(
      `${expected} of ${sent.packets} tunnel headers encrypted, and opened by the key`,
      `${sent.encryptedHeaders} encrypted, ${sent.unreadable} unreadable`,
      frameRefs(sent.first),
    );
  },
});

const outerId = kit.testCase({
  name: "9/outer_id",
  title: "The session-ID stands in the header of the encapsulation packet",
  covers: ["CID-084"],
  on: [FIGURE_9.encapsulation, FIGURE_9.encapsulation_encrypted_header],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus: (facts, evidence) =>
    declared(evidence, "sender", "placement") === "encapsulation"
      ? sessionIdsOf(facts, evidence)
      : inconclusive("the sender is not told to put session-IDs into the encapsulation header"),
  judge: ({ wan }, sent, evidence) => {
    const isOuter = sent.placements.size === 1 && sent.placements.has(Placement.encapsulation);
    return isOuter && sent.untagged === 0 ? keepsIdentity(sent.sessions, wan, evidence) : fail(
      "the session-ID in the encapsulation header",
      `placements ${[...sent.placements].join(", ")}`,
      frameRefs(sent.first),
    );
  },
});

/** The section. */
export const SESSION_IDS: Section = {
  title: "FIG. 9, steps 901, 902 and 904: session-IDs",
  checks: [oneIdASession, uniqueIds, clearId, datagramCover, headerEncryption, outerId],
  mutants: [
    kit.mutant({
      name: "short_session_ids",
      title: "Cuts session-IDs to 16 bits",
      role: "sender",
      violates: "CID-048",
      alsoViolates: ["CID-094", "CID-095", "CID-078"],
      rules: { node: { sessionId: (candidate) => candidate & 0xffffn } },
    }),
    kit.mutant({
      name: "ids_that_come_again",
      title: "Counts session-IDs to 5,000, and begins again",
      role: "sender",
      violates: "CID-048",
      alsoViolates: ["CID-078", "CID-095"],
      rules: { node: { sessionId: (_candidate, { sessions }) => BigInt(sessions % 5000) } },
    }),
    kit.mutant({
      name: "one_id_for_two",
      title: "Gives two sessions in a row one session-ID",
      role: "sender",
      violates: "CID-078",
      alsoViolates: ["CID-002", "CID-048", "CID-080"],
      rules: {
        node: {
          sessionId: (candidate, { sessions, asked }) =>
            asked === undefined ? BigInt(sessions >> 1) : candidate,
        },
      },
    }),
    kit.mutant({
      name: "new_id_for_each_datagram",
      title: "Makes a new session-ID for every datagram",
      role: "sender",
      violates: "CID-078",
      alsoViolates: ["CID-001", "CID-080", "CID-084", "CID-104"],
      rules: { node: { sessionIdPerSession: false } },
    }),
    kit.mutant({
      name: "encrypts_too_little",
      title: "Leaves the inner headers clear although the whole datagram is to be encrypted",
      role: "sender",
      violates: "CID-079",
      rules: { node: { clearOctets: (_configured, length) => Math.min(28, length) } },
    }),
    kit.mutant({
      name: "encrypts_nothing_of_a_part",
      title: "Leaves all octets clear where a part of the datagram is to be encrypted",
      role: "sender",
      violates: "CID-079",
      rules: { node: { clearOctets: (asked, length) => asked === 0 ? 0 : length } },
    }),
    kit.mutant({
      name: "encrypts_the_id_with_the_header",
      title: "Lets header encryption cover the session-ID",
      role: "sender",
      violates: "CID-080",
      alsoViolates: ["CID-001", "CID-078", "CID-084", "CID-109"],
      rules: {
        node: {
          clearIdentity: (identity, encrypted, global) =>
            encrypted ? scrambled(identity, global) : identity,
        },
      },
    }),
    kit.mutant({
      name: "leaves_the_header_clear",
      title: "Leaves the tunnel header clear although its encryption is declared",
      role: "sender",
      violates: "CID-083",
      rules: { node: { encryptsHeader: () => false } },
    }),
  ],
};
