/** [0070], [0072]: selection policies and criteria, judged where they are asked for or declared. */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanSession } from "../facts/wan_types.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { kit } from "../vocabulary.ts";
import { addressesOf, byBeginning, inTurn } from "./identities.ts";
import { announcedTo, incompleteness, sightingOf } from "./premises.ts";

const needs = { wan: wanFacts };
const EXPEDITED = 46;
/** Sessions on each core from which chance is judged. */
const SESSIONS_EACH = 20;
/** Standard deviations that chance exceeds once in a million runs. */
const DEVIATIONS = 4.75;

const sequentialPolicy = kit.testCase({
  name: "7/sequential_policy",
  title: "Under the sequential policy successive sessions get successive cores",
  covers: ["CID-061"],
  on: [FIGURE_7.sequential],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    if (declared(evidence, "sender", "selection") !== "sequential") {
      return inconclusive("the sequential policy is neither asked for nor declared");
    }
    const isLimited = declared(evidence, "sender", "coreLimit") !== undefined;
    if (isLimited) return inconclusive("the sender is told to use some of the cores only");
    const { sent, announcements } = found, [{ identities, ...first }] = announcements;
    const why = incompleteness(facts.wan, sent, evidence);
    if (why !== undefined) return inconclusive(why);
    if (new Set(sent.sessions.map(addressesOf)).size < sent.sessions.length) {
      return inconclusive("flows with equal addresses and ports were captured: the key decides");
    }
    const isPlain = first.excluded.length + first.preferred.length + first.reserved.length === 0;
    const isOne = announcements.every((other) => other.identities.join() === identities.join());
    if (!isPlain || !isOne || sent.aggregates.length > 1) {
      return inconclusive("what was announced leaves more than one order of cores");
    }
    return sent.sessions.length > identities.length
      ? { sessions: byBeginning(sent.sessions, evidence), identities, announced: announcements[0] }
      : inconclusive(`only ${sent.sessions.length} sessions for ${identities.length} cores`);
  },
  judge: (_, { sessions, identities, announced }) => inTurn(sessions, identities, announced),
});

const randomPolicy = kit.testCase({
  name: "7/random_policy",
  title: "Under the random policy each core is selected about equally often",
  covers: ["CID-060"],
  on: [FIGURE_7.random],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    if (declared(evidence, "sender", "selection") !== "random") {
      return inconclusive("the random policy is neither asked for nor declared");
    }
    const { sent, announcements } = found, [{ identities }] = announcements;
    if (announcements.some((other) => other.identities.join() !== identities.join())) {
      return inconclusive("the receiver announced several sets of cores");
    }
    return sent.sessions.length >= SESSIONS_EACH * identities.length && identities.length > 1
      ? { sent, identities }
      : inconclusive(`only ${sent.sessions.length} sessions for ${identities.length} cores`);
  },
  judge: (_, { sent, identities }, evidence) => {
    const counts = new Map(identities.map((identity) => [identity, 0]));
    const sequence = byBeginning(sent.sessions, evidence).map(({ identity }) => identity);
    for (const identity of sequence) counts.set(identity, (counts.get(identity) ?? 0) + 1);
    const expected = sequence.length / identities.length;
    let chi = 0;
    for (const count of counts.values()) chi += (count - expected) ** 2 / expected;
    const limit = chiSquareLimit(identities.length - 1);
    const turns = sequence.filter((identity, i) =>
      i >= identities.length && identity === sequence[i - identities.length]
    ).length;
    // Taking turns is perfectly even, and not random.
    return chi <= limit && turns < sequence.length / 2 + expected / 2 ? pass : fail(
      `about ${expected} sessions on each core, in no order (chi-square at most ${
        limit.toFixed(1)
      })`,
      `${
        [...counts].map(([identity, count]) => `${identity}: ${count}`).join(", ")
      }; ` +
        `chi-square ${chi.toFixed(1)}, ${turns} repetitions of the order`,
      frameRefs(sent.first),
    );
  },
});

/** The chi-square that chance exceeds once in a million runs (Wilson and Hilferty's approximation). */
function chiSquareLimit(freedom: number): number {
  const part = 2 / (9 * freedom);
  return freedom * (1 - part + DEVIATIONS * Math.sqrt(part)) ** 3;
}

const selectionCriteria = kit.testCase({
  name: "7/selection_criteria",
  title:
    "Excluded cores stay unused, preferred cores come first, reserved ones are kept for their kind",
  covers: ["CID-055", "CID-062"],
  on: [FIGURE_7.selection_criteria],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    const { sent, announcements: [announced] } = found;
    const rule = announced.reserved.find(({ field, value }) =>
      field === "dscp" && value === EXPEDITED
    );
    if (rule === undefined || announced.preferred.length === 0) {
      return inconclusive("the receiver announced no selection criteria");
    }
    return sent.sessions.some(({ dscp }) => dscp === EXPEDITED)
      ? { sent, announced, rule }
      : inconclusive("no expedited datagram left");
  },
  judge: (_, { sent, announced, rule }, evidence) => {
    const ordinary = byBeginning(sent.sessions, evidence).filter(({ dscp }) => dscp !== EXPEDITED);
    const { identities, excluded, preferred, reserved } = announced;
    const kept = [...excluded, ...reserved.flatMap((reservation) => reservation.identities)];
    const open = identities.filter((identity) => !kept.includes(identity));
    const judge = (sessions: readonly WanSession[], allowed: readonly string[]) =>
      gravestOf(
        sessions,
        "session",
        (session) =>
          allowed.includes(session.identity) ? undefined : fail(
            `DSCP ${session.dscp} on cores ${allowed.join(" or ")}`,
            `on core ${session.identity}`,
            frameRefs(sightingOf(announced), session.first),
          ),
      );
    return gravest(
      judge(sent.sessions.filter(({ dscp }) => dscp === EXPEDITED), rule.identities),
      judge(ordinary, open),
      // Preferred cores come first: what comes once they have sessions is the sender's own affair.
      judge(ordinary.slice(0, preferred.length), preferred),
    );
  },
});

/** The section. */
export const SELECTION_POLICIES: Section = {
  title: "[0070], [0072]: selection policies and criteria",
  checks: [sequentialPolicy, randomPolicy, selectionCriteria],
  mutants: [
    kit.mutant({
      name: "always_the_first_core",
      title: "Selects the first core whatever the policy",
      role: "sender",
      violates: "CID-060",
      alsoViolates: [
        "CID-042",
        "CID-043",
        "CID-002",
        "CID-003",
        "CID-004",
        "CID-007",
        "CID-055",
        "CID-057",
        "CID-061",
        "CID-062",
        "CID-067",
      ],
      rules: { node: { selectCore: () => 0 } },
    }),
    kit.mutant({
      name: "skips_the_last_core",
      title: "Wraps one core too early",
      role: "sender",
      violates: "CID-061",
      alsoViolates: ["CID-042", "CID-043", "CID-007", "CID-060"],
      rules: {
        node: {
          selectCore: (information, selection) =>
            SENDER_RULES.selectCore(
              { ...information, identities: information.identities.slice(0, -1) },
              selection,
            ),
        },
      },
    }),
    kit.mutant({
      name: "wraps_onto_reserved_cores",
      title: "Knows no reserved and no excluded cores",
      role: "sender",
      violates: "CID-062",
      alsoViolates: ["CID-055"],
      rules: {
        node: {
          selectCore: (information, selection) =>
            SENDER_RULES.selectCore(
              { ...information, reserved: [], excluded: [], preferred: [] },
              selection,
            ),
        },
      },
    }),
  ],
};
