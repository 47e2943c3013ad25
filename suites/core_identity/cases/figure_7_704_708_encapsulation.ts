/** FIG. 7, steps 704 to 708: datagrams and identities in packets, and out of them again. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { Core } from "../../../peers/core_identity/processor_information.ts";
import { type NodeRules, RECEIVER_RULES } from "../../../peers/core_identity/rules.ts";
import { classify } from "../../../peers/core_identity/session.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { coresNamed } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { withWrongOctet } from "./datagram_changes.ts";
import { mayLack } from "./identities.ts";
import { misreading } from "./packet_changes.ts";
import { identitiesOf, workByIdentity } from "./premises.ts";

const everyPieceAttributable = kit.invariant({
  name: "7/every_piece_attributable",
  title: "Every piece of a datagram carries the identity of its session",
  covers: ["CID-063"],
  on: [FIGURE_7.sessions],
  judges: ["sender"],
  needs: { wan: wanFacts },
  subject(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.pieces > 0 ? sent : inconclusive("no datagram travelled in pieces");
  },
  judge: ({ wan }, sent, evidence) => {
    // Before the report of a session all pieces of a datagram lack it (FIG. 1 and 4).
    const isTagged = sent.untaggedPieces === 0 ||
      sent.sessions.every((one) => one.untagged === 0 || mayLack(one, wan, evidence));
    return isTagged && sent.pieceConflicts === 0 ? pass : fail(
      "the same identity in every piece of a datagram",
      `${sent.untaggedPieces} pieces without identity, ${sent.pieceConflicts} with another`,
      frameRefs(sent.firstUntaggedPiece, sent.firstPieceConflict),
    );
  },
});

const recoveredIntact = kit.testCase({
  name: "7/recovered_intact",
  title: "The receiver takes datagrams out of encapsulation packets intact",
  covers: ["CID-065"],
  on: [
    FIGURE_7.sessions,
    FIGURE_8.sessions,
    FIGURE_9.sessions,
    FIGURE_10.sessions,
    FIGURE_7_NETWORKS.payload_identity,
    FIGURE_9.encapsulation,
  ],
  judges: ["receiver"],
  needs: { wan: wanFacts, lan: lanFacts },
  stimulus: (facts, evidence) => carriedBy(facts, evidence),
  judge: (_, carried) => delivered(carried),
});

const coreIdentified = kit.invariant({
  name: "7/core_identified",
  title: "The core that an identity names, and no other, processes the datagram",
  covers: ["CID-066"],
  on: [
    FIGURE_7.sessions,
    FIGURE_7.sixty_four_sessions,
    FIGURE_7.offline_cores,
    FIGURE_9.identity_instead,
    FIGURE_7.portless,
    FIGURE_7.processor_update,
  ],
  judges: ["receiver"],
  needs: { wan: wanFacts, trace: traceFacts },
  subject(facts, evidence) {
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    return work.every(({ trace }) => trace.cores.size > 0)
      ? work
      : inconclusive("the receiver's trace does not name its cores");
  },
  judge: (_, work) => gravestOf(work, "receiver", coresNamed),
});

/** A receiver that goes by the cores that it offered first; it is told anew by each fewer of them. */
function knowingTheFirst(): NodeRules["coreOfIdentity"] {
  let known: readonly Core[] = [];
  return (identity, offered) => {
    if (known.length === 0 || offered.length < known.length) known = [...offered];
    const named = RECEIVER_RULES.coreOfIdentity(identity, offered);
    return named === undefined || known.some((core) => core.index === named) ? named : 0;
  };
}

/** The section. */
export const ENCAPSULATION: Section = {
  title: "FIG. 7, steps 704 to 708: encapsulation and processing",
  checks: [everyPieceAttributable, recoveredIntact, coreIdentified],
  mutants: [
    kit.mutant({
      name: "tags_only_the_first_piece",
      title: "Puts the identity into the first piece of a datagram only",
      role: "sender",
      violates: "CID-063",
      alsoViolates: ["CID-001", "CID-028", "CID-078", "CID-099", "CID-100", "CID-106"],
      rules: {
        node: { identityOfPiece: (identity, index) => index === 0 ? identity : undefined },
      },
    }),
    kit.mutant({
      name: "another_identity_on_later_pieces",
      title: "Puts another identity into all pieces of a datagram but the first",
      role: "sender",
      violates: "CID-063",
      alsoViolates: ["CID-001", "CID-006", "CID-078", "CID-106"],
      rules: {
        node: { identityOfPiece: (identity, index) => index === 0 ? identity : identity ^ 1n },
      },
    }),
    kit.mutant({
      name: "changes_an_octet_inside",
      title: "Takes datagrams out with another last octet",
      role: "receiver",
      violates: "CID-065",
      alsoViolates: [
        "CID-074",
        "CID-076",
        "CID-030",
        "CID-086",
        "CID-087",
        "CID-100",
        "CID-103",
        "CID-106",
        "CID-108",
        "CID-110",
      ],
      rules: { node: { decapsulated: withWrongOctet } },
    }),
    kit.mutant({
      name: "strips_one_octet_too_many",
      title: "Takes one octet too many off the front of a datagram",
      role: "receiver",
      violates: "CID-065",
      alsoViolates: [
        "CID-074",
        "CID-002",
        "CID-029",
        "CID-030",
        "CID-086",
        "CID-087",
        "CID-100",
        "CID-103",
        "CID-106",
        "CID-108",
        "CID-110",
      ],
      rules: { node: { decapsulated: (datagram) => datagram.subarray(1) } },
    }),
    kit.mutant({
      name: "another_core_for_pieces",
      title: "Processes datagrams in pieces on the core next to the one that is named",
      role: "receiver",
      violates: "CID-066",
      alsoViolates: ["CID-001", "CID-019", "CID-100"],
      rules: misreading((packet) =>
        packet.kind === IdentityKind.core && packet.piece.length < packet.datagramLength
          ? { ...packet, identity: (packet.identity! + 1n) % 4n }
          : packet
      ),
    }),
    kit.mutant({
      name: "first_core_for_icmp",
      title: "Processes ICMP on its first core, whatever core is named",
      role: "receiver",
      violates: "CID-066",
      alsoViolates: ["CID-001", "CID-100"],
      rules: misreading((packet) =>
        packet.kind === IdentityKind.core && packet.pieceOffset === 0 && !packet.sealed &&
          classify(packet.piece).protocol === IP_PROTOCOL.ICMP
          ? { ...packet, identity: 0n }
          : packet
      ),
    }),
    kit.mutant({
      name: "first_core_for_added_ones",
      title: "Processes on its first core what is for cores that it added later",
      role: "receiver",
      violates: "CID-066",
      // What it offered least is what it knows, in scenarios with more cores too.
      alsoViolates: ["CID-001", "CID-031", "CID-054", "CID-100", "CID-107"],
      rules: { node: { coreOfIdentity: knowingTheFirst() } },
    }),
    kit.mutant({
      name: "counts_cores_from_one",
      title: "Takes identity n for core n + 1",
      role: "receiver",
      violates: "CID-066",
      alsoViolates: ["CID-001", "CID-031", "CID-054", "CID-100"],
      rules: {
        node: {
          coreOfIdentity: (identity, offered) => {
            const core = RECEIVER_RULES.coreOfIdentity(identity, offered);
            return core === undefined ? undefined : (core + 1) % offered.length;
          },
        },
      },
    }),
  ],
};
