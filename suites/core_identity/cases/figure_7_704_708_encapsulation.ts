/** FIG. 7, steps 704 to 708: datagrams and identities in packets, and out of them again. */
import { RECEIVER_RULES } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { coresNamed } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
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
  judge: (_, sent) =>
    sent.untaggedPieces === 0 && sent.pieceConflicts === 0 ? pass : fail(
      "the same identity in every piece of a datagram",
      `${sent.untaggedPieces} pieces without identity, ${sent.pieceConflicts} with another`,
      frameRefs(sent.firstUntaggedPiece, sent.firstPieceConflict),
    ),
});

const recoveredIntact = kit.testCase({
  name: "7/recovered_intact",
  title: "The receiver takes datagrams out of encapsulation packets intact",
  covers: ["CID-065"],
  on: [
    FIGURE_7.sessions,
    FIGURE_9.sessions,
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
      name: "strips_one_octet_too_many",
      title: "Takes one octet too many off the front of a datagram",
      role: "receiver",
      violates: "CID-065",
      alsoViolates: [
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
