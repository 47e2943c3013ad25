/** Claims 45 and 54: the identity is not encrypted. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { classify } from "../../../peers/core_identity/session.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_DATAGRAMS } from "../scenarios/figure_7_datagrams.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { kit } from "../vocabulary.ts";
import { mayLack } from "./identities.ts";
import { scrambled } from "./mutations.ts";
import { changing } from "./packet_changes.ts";
import { announcedTo, incompleteness, workByIdentity } from "./premises.ts";

const clearIdentity = kit.invariant({
  name: "common/clear_identity",
  title: "The identity is readable on every packet without decryption",
  covers: ["CID-099"],
  on: [FIGURE_7.sessions, FIGURE_7_NETWORKS.outer_ipv6],
  judges: ["sender"],
  needs: { wan: wanFacts },
  subject(facts, evidence) {
    if (declared(evidence, "sender", "identityEncrypted") === true) {
      return inconclusive("the sender is told to encrypt identities");
    }
    return announcedTo(facts, evidence);
  },
  judge: ({ wan }, { sent, announcements }, evidence) => {
    const known = new Set(announcements.flatMap(({ identities }) => identities));
    const isWhole = incompleteness(wan, sent, evidence);
    return gravestOf(sent.sessions, "session", (session) => {
      const { identity, changes, flow } = session;
      const untagged = mayLack(session, wan, evidence) ? 0 : session.untagged;
      const alien = known.has(identity) || identity === ""
        ? changes.find((change) => !known.has(change.identity))
        : { identity, frame: session.first };
      if (untagged === 0 && alien === undefined) return undefined;
      if (untagged === 0 && isWhole !== undefined) return inconclusive(isWhole);
      return fail(
        `one of the announced identities ${[...known].join(" ")} on every packet of ${flow}`,
        alien?.identity ?? `${untagged} packets without`,
        frameRefs(alien?.frame, session.firstUntagged),
      );
    });
  },
});

const clearIdentityUsed = kit.testCase({
  name: "common/clear_identity_used",
  title: "The receiver finds the core without decrypting anything",
  covers: ["CID-099"],
  on: [FIGURE_7.sessions, FIGURE_7_NETWORKS.outer_ipv6, FIGURE_7_DATAGRAMS.sealed],
  judges: ["receiver"],
  needs: { wan: wanFacts, trace: traceFacts },
  stimulus(facts, evidence) {
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    if (facts.wan.directions.some(({ reports }) => reports.length > 0)) {
      return inconclusive("the receiver reports identities, and binds cores to what has none");
    }
    return work.some(({ withdrawn }) => withdrawn.size > 0)
      ? inconclusive("cores were added or withdrawn meanwhile")
      : work;
  },
  judge: (_, work) =>
    gravestOf(work, "receiver", (node) => {
      const { trace, arrived, sent } = node;
      return trace.processed === arrived && trace.unknown.size === 0 ? undefined : fail(
        `${arrived} packets processed by their identities`,
        `${trace.processed} processed, ${trace.unknown.size} identities unknown`,
        frameRefs(sent.first),
      );
    }),
});

/** The section. */
export const CLEAR_IDENTITY: Section = {
  title: "Claims 45 and 54: a clear identity",
  checks: [clearIdentity, clearIdentityUsed],
  mutants: [
    kit.mutant({
      name: "encrypts_the_identity",
      title: "Encrypts the identity although the clear profile is declared",
      role: "sender",
      violates: "CID-099",
      alsoViolates: [
        "CID-042",
        "CID-043",
        "CID-001",
        "CID-004",
        "CID-006",
        "CID-007",
        "CID-030",
        "CID-031",
        "CID-032",
        "CID-054",
        "CID-055",
        "CID-056",
        "CID-058",
        "CID-059",
        "CID-060",
        "CID-061",
        "CID-062",
        "CID-063",
        "CID-068",
        "CID-078",
        "CID-080",
        "CID-084",
        "CID-100",
        "CID-103",
        "CID-104",
        "CID-106",
        "CID-109",
      ],
      rules: {
        node: { clearIdentity: (identity, _encrypted, global) => scrambled(identity, global) },
      },
    }),
    kit.mutant({
      name: "no_identity_for_icmp",
      title: "Leaves the identity out of packets with ICMP",
      role: "sender",
      violates: "CID-099",
      alsoViolates: ["CID-001", "CID-006", "CID-078"],
      rules: changing((packet) =>
        !packet.sealed && packet.pieceOffset === 0 &&
          classify(packet.piece).protocol === IP_PROTOCOL.ICMP
          ? { ...packet, kind: IdentityKind.none }
          : packet
      ),
    }),
    kit.mutant({
      name: "decides_by_datagram_not_identity",
      title: "Ignores clear identities it did not decrypt and assigns anew",
      role: "receiver",
      violates: "CID-099",
      alsoViolates: ["CID-029", "CID-066", "CID-091"],
      rules: { node: { coreOfIdentity: () => undefined } },
    }),
  ],
};
