/** FIG. 4, [0048] and [0053]: where an identity stands, whether it is clear, and where it is from. */
import { Placement } from "../../../captures/wire/core_identity.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared, provisionedSet } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { kit } from "../vocabulary.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { keepsIdentity, mayLack } from "./identities.ts";
import {
  announcementsOf,
  coreIdentitiesOf,
  dataOf,
  identitiesOf,
  isLeftClear,
  workOf,
} from "./premises.ts";

const needs = { wan: wanFacts };

/** Whether the sender was told where to put the identity, or to encrypt it. */
function isTold(evidence: Evidence): boolean {
  const told = ["placement", "identityEncrypted", "headerEncrypted"] as const;
  return told.some((field) => declared(evidence, "sender", field) !== undefined);
}

const clearHeaderByDefault = kit.testCase({
  name: "4/clear_header_by_default",
  title: "By default the identity is clear and stands in a header",
  covers: ["CID-028"],
  on: [FIGURE_7.sessions],
  judges: ["sender"],
  needs,
  stimulus: (facts, evidence) =>
    isTold(evidence)
      ? inconclusive("the sender is told where to put the identity, or to encrypt it")
      : coreIdentitiesOf(facts, evidence),
  judge: ({ wan }, sent, evidence) => {
    const isInHeader = !sent.placements.has(Placement.payload);
    const isTagged = sent.untagged === 0 ||
      sent.sessions.every((session) => mayLack(session, wan, evidence));
    return isInHeader && sent.encryptedHeaders === 0 && isTagged ? pass : fail(
      "a core identity in a clear header",
      `placements ${
        [...sent.placements].join(", ")
      }, ${sent.encryptedHeaders} headers encrypted, ` +
        `${sent.untagged} packets without identity`,
      frameRefs(sent.first),
    );
  },
});

const encryptedIdentity = kit.testCase({
  name: "4/encrypted_identity",
  title: "An encrypted identity differs from packet to packet and from every clear one",
  covers: ["CID-029"],
  on: [FIGURE_7_NETWORKS.encrypted_identity],
  judges: ["sender"],
  needs,
  stimulus(facts) {
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    return sent.masked === undefined
      ? inconclusive("the sender is not told to encrypt identities")
      : { sent, masked: sent.masked };
  },
  judge: ({ wan }, { sent, masked: { packets, values } }) =>
    !isLeftClear(sent, wan) && values.size > packets / 2 ? pass : fail(
      "no clear identity on the wire, and another value on each packet",
      `${values.size} values on ${packets} packets${isLeftClear(sent, wan) ? ", clear ones" : ""}`,
      frameRefs(sent.first),
    ),
});

const decryptsThenAssigns = kit.testCase({
  name: "4/decrypts_then_assigns",
  title: "The receiver decrypts an encrypted identity before it assigns the core",
  covers: ["CID-029"],
  on: [FIGURE_7_NETWORKS.encrypted_identity],
  judges: ["receiver"],
  needs: { wan: wanFacts, trace: traceFacts },
  stimulus(facts, evidence) {
    const work = workOf(facts, evidence);
    if (isInconclusive(work)) return work;
    const isMasked = work.some(({ sent }) => sent.masked !== undefined);
    return isMasked ? work : inconclusive("no encrypted identity arrived");
  },
  judge: (_, work) =>
    gravestOf(work, "receiver", ({ trace, sent }) => {
      const sessions = [...trace.sessions.values()];
      if (sessions.length === 0) return inconclusive("the receiver's trace names no session");
      const isOneEach = sessions.every(({ cores }) => cores.size === 1);
      const used = new Set(sessions.flatMap(({ cores }) => [...cores.keys()]));
      return isOneEach && trace.unknown.size === 0 && used.size > 1 ? undefined : fail(
        "one core for each session, several cores for all, no unknown identity",
        `${used.size} cores, ${trace.unknown.size} unknown identities`,
        frameRefs(sent.first),
      );
    }),
});

const identityInPayload = kit.testCase({
  name: "4/identity_in_payload",
  title: "An identity in the payload stands at its declared place",
  covers: ["CID-030"],
  on: [FIGURE_7_NETWORKS.payload_identity],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus: (facts, evidence) =>
    declared(evidence, "sender", "placement") === "payload"
      ? identitiesOf(facts, evidence)
      : inconclusive("the sender is not told to put identities into the payload"),
  judge: ({ wan }, sent, evidence) => {
    const isPlaced = sent.placements.size === 1 && sent.placements.has(Placement.payload);
    return isPlaced ? keepsIdentity(sent.sessions, wan, evidence) : fail(
      "every identity in the payload section",
      `placements ${[...sent.placements].join(", ")}`,
      frameRefs(sent.first),
    );
  },
});

const identityRemoved = kit.testCase({
  name: "4/identity_removed",
  title: "An identity in the payload is removed before the datagram is forwarded",
  covers: ["CID-030"],
  on: [FIGURE_7_NETWORKS.payload_identity],
  judges: ["receiver"],
  needs: { wan: wanFacts, lan: lanFacts },
  stimulus(facts, evidence) {
    const carried = carriedBy(facts, evidence);
    if (isInconclusive(carried)) return carried;
    return carried.sent.placements.has(Placement.payload)
      ? carried
      : inconclusive("no identity in the payload was captured");
  },
  judge: (_, carried) => delivered(carried),
});

const provisionedIdentities = kit.testCase({
  name: "4/provisioned_identities",
  title: "A provisioned sender uses the provisioned identities, and none is announced",
  covers: ["CID-032"],
  on: [FIGURE_7_NETWORKS.preshared],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const sent = coreIdentitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    if (announcementsOf(facts.wan, "receiver").length > 0) {
      return inconclusive("the receiver announced its cores");
    }
    const known = provisionedSet(evidence);
    return known === undefined
      ? inconclusive("no provisioned identities are asked for or declared")
      : { sent, known };
  },
  judge: (_, { sent, known }) =>
    gravestOf(
      sent.sessions,
      "session",
      ({ identity, first }) =>
        known.includes(identity) ? undefined : fail(
          `one of the provisioned identities ${known.join(" ")}`,
          identity,
          frameRefs(first),
        ),
    ),
});

/** The section. */
export const IDENTITY: Section = {
  title: "FIG. 4, [0048], [0053]: the identity on the wire",
  checks: [
    clearHeaderByDefault,
    encryptedIdentity,
    decryptsThenAssigns,
    identityInPayload,
    identityRemoved,
    provisionedIdentities,
  ],
  mutants: [
    kit.mutant({
      name: "leaves_the_identity_clear",
      title: "Leaves the identity clear although its encryption is declared",
      role: "sender",
      violates: "CID-029",
      rules: { node: { masksIdentity: () => false } },
    }),
  ],
};
