/** [0061]: how many cores a sender uses, of which it may know no more than their number. */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, inconclusive, isInconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import { FIGURE_7_COUNTS } from "../scenarios/figure_7_counts.ts";
import { kit } from "../vocabulary.ts";
import { announcedTo } from "./premises.ts";

const needs = { wan: wanFacts };

/** Fails unless just these identities are used, where so many sessions would use them all. */
function usesJust(sent: WanDirection, known: readonly string[], count: number): Verdict {
  const used = new Set(sent.sessions.map(({ identity }) => identity));
  const alien = sent.sessions.find(({ identity }) => !known.includes(identity));
  return alien === undefined && used.size === count ? pass : fail(
    `${count} identities, all of ${known.join(", ")}`,
    `${used.size}: ${[...used].join(", ")}`,
    frameRefs(alien?.first ?? sent.first),
  );
}

const justTheCount = kit.testCase({
  name: "5/just_the_count",
  title: "A sender that knows how many cores there are uses as many identities, counted from 0",
  covers: ["CID-042"],
  on: [FIGURE_7_COUNTS.count_only],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    if (declared(evidence, "receiver", "countOnly") !== true) {
      return inconclusive("the receiver is not told to tell the number of its cores alone");
    }
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    const { cores } = found.announcements[0];
    return found.sent.sessions.length >= 4 * cores
      ? { ...found, cores }
      : inconclusive(`there are ${found.sent.sessions.length} sessions, and ${cores} cores`);
  },
  judge: (_, { sent, cores }) => {
    const known = Array.from({ length: cores }, (_, i) => i.toString(16));
    return usesJust(sent, known, cores);
  },
});

const itsOwnLimit = kit.testCase({
  name: "5/its_own_limit",
  title: "A sender that limits the cores that it uses keeps to its number",
  covers: ["CID-043"],
  on: [FIGURE_7_COUNTS.core_limit],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const limit = declared(evidence, "sender", "coreLimit");
    if (typeof limit !== "number") return inconclusive("the sender is told no limit");
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    return found.sent.sessions.length >= 4 * limit
      ? { ...found, limit }
      : inconclusive(`there are ${found.sent.sessions.length} sessions for ${limit} cores`);
  },
  judge: (_, { sent, announcements, limit }) =>
    usesJust(sent, announcements.flatMap(({ identities }) => identities), limit),
});

/** The section. */
export const COUNTS: Section = {
  title: "[0061]: numbers of cores",
  checks: [justTheCount, itsOwnLimit],
  mutants: [
    kit.mutant({
      name: "uses_cores_beyond_the_count",
      title: "Counts on to eight cores where it was told of four",
      role: "sender",
      violates: "CID-042",
      alsoViolates: [
        "CID-007",
        "CID-060",
        "CID-053",
        "CID-055",
        "CID-058",
        "CID-061",
        "CID-062",
        "CID-068",
        "CID-099",
        "CID-100",
        "CID-107",
      ],
      rules: {
        node: {
          coresUsed: (limit, announced) =>
            limit === undefined && announced === 4 ? 8 : limit ?? announced,
          selectCore: (information, selection) =>
            information.identities.length === 4 && selection.policy === "sequential"
              ? selection.count % 8
              : SENDER_RULES.selectCore(information, selection),
        },
      },
    }),
    kit.mutant({
      name: "uses_one_core_less",
      title: "Leaves the last of the cores unused",
      role: "sender",
      violates: "CID-042",
      alsoViolates: [
        "CID-007",
        "CID-060",
        "CID-043",
        "CID-053",
        "CID-055",
        "CID-061",
        "CID-062",
        "CID-068",
        "CID-107",
      ],
      rules: {
        node: {
          coresUsed: (limit, announced) => Math.max(1, Math.min(limit ?? announced, announced) - 1),
        },
      },
    }),
    kit.mutant({
      name: "ignores_its_own_limit",
      title: "Uses all announced cores, whatever its limit is",
      role: "sender",
      violates: "CID-043",
      rules: { node: { coresUsed: (_limit, announced) => announced } },
    }),
  ],
};
