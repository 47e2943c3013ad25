/** [0030]: what the receiver sends back keeps the rules of a sender. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, isInconclusive } from "../../kit/verdict.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { areDistinct, keepsIdentity, usesAnnounced } from "./identities.ts";
import { portlessKey } from "./mutations.ts";
import { announcementsOf, duplicated, identitiesOf } from "./premises.ts";

const identitiesInReverse = kit.invariant({
  name: "common/identities_in_reverse",
  title: "What comes back carries one identity a session, of the cores that the sender announced",
  covers: ["CID-102"],
  on: [FIGURE_7.sessions, FIGURE_9.sessions],
  judges: ["receiver"],
  needs: { wan: wanFacts },
  subject(facts, evidence) {
    const sent = identitiesOf(facts, evidence, "receiver");
    if (isInconclusive(sent)) return sent;
    return { sent, announcements: announcementsOf(facts.wan, "sender") };
  },
  judge: ({ wan }, { sent, announcements }, evidence) => {
    const isAnnounced = sent.kind === IdentityKind.core && announcements.length > 0;
    return gravest(
      keepsIdentity(sent.sessions, wan, evidence),
      sent.kind === IdentityKind.session ? areDistinct(sent, evidence) : undefined,
      isAnnounced ? usesAnnounced({ sent, announcements }, wan, evidence) : undefined,
      sent.untaggedPieces + sent.pieceConflicts === 0 ? undefined : fail(
        "the same identity in every piece of a datagram",
        `${sent.untaggedPieces} pieces without identity, ${sent.pieceConflicts} with another`,
        frameRefs(sent.firstUntaggedPiece, sent.firstPieceConflict),
      ),
      sent.copies === 0 ? undefined : evidence.world === "captures" ? duplicated(sent) : fail(
        "each packet once",
        `${sent.copies} packets appear again`,
        frameRefs(sent.firstCopy),
      ),
    );
  },
});

/** The section. */
export const REVERSE: Section = {
  title: "[0030]: the reverse direction",
  checks: [identitiesInReverse],
  mutants: [
    kit.mutant({
      name: "names_cores_that_are_none",
      title: "Puts identities that the other end did not announce into what it sends back",
      role: "receiver",
      violates: "CID-102",
      rules: { node: { identityOfPiece: (identity) => identity + 100n } },
    }),
    kit.mutant({
      name: "moves_what_it_sends_back",
      title: "Gives sessions that it sends back another core from their thirtieth datagram on",
      role: "receiver",
      violates: "CID-102",
      rules: {
        node: {
          identityOfPiece: (identity, _index, datagram) =>
            datagram % 60 < 30 ? identity : identity ^ 1n,
        },
      },
    }),
    kit.mutant({
      name: "no_ports_in_what_it_sends_back",
      title: "Leaves the ports out of the session key of what it sends back",
      role: "receiver",
      violates: "CID-102",
      rules: {
        node: {
          sessionKey: (c, criteria, number) =>
            c.source.startsWith("10.2.")
              ? portlessKey(() => true)(c, criteria, number)
              : SENDER_RULES.sessionKey(c, criteria, number),
        },
      },
    }),
    kit.mutant({
      name: "numbers_from_zero_again",
      title: "Counts the global sequence numbers of what it sends back from zero again and again",
      role: "receiver",
      violates: "CID-102",
      rules: { node: { globalSequence: (next) => next % 20 } },
    }),
  ],
};
