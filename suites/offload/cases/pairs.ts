/** Cases about what a card made of packets: each names the rules that its requirements are judged by. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { Check } from "../../kit/check.ts";
import type { Scenario } from "../../kit/scenario.ts";
import {
  fail,
  gravest,
  inconclusive,
  type PartialVerdict,
  tooLateToTell,
  type Verdict,
} from "../../kit/verdict.ts";
import { declared, isSegmentationOff } from "../facts/declared.ts";
import { type CardFacts, lateBy, pairFacts } from "../facts/pairs.ts";
import type { Way } from "../facts/ways.ts";
import type { PairFacts } from "../pairing/pair_judge.ts";
import { PAIR_RULES, type PairRule } from "../pairing/rules.ts";
import { kit, type OffloadId } from "../vocabulary.ts";

/** A case as a row of a table. */
export interface PairCase {
  /** Below the role. */
  name: string;
  title: string;
  covers: readonly [OffloadId, ...OffloadId[]];
  /** Rules of pairs of captures: one of them must have been put to the test. */
  rules: readonly [PairRule, ...PairRule[]];
  on: readonly [Scenario, ...Scenario[]];
  /** Whether only its scenario makes what it is about: captures alone do not show that it was there. */
  staged?: true;
}

/** Rules that hold of every packet, and of nothing that must be provoked. */
const OF_ALL: readonly PairRule[] = ["path_lost", "path_invented", "path_doubled", "path_order"];

/**
 * The rules that count in an evidence. What is missing of captures alone, or too much, says nothing of
 * what keeps segments apart: other cases have it.
 */
function countedRules(rules: readonly PairRule[], { world }: Evidence): readonly PairRule[] {
  const isJoining = rules.some((rule) => rule.startsWith("join_"));
  if (world !== "captures" || !isJoining) return rules;
  return rules.filter((rule) => rule !== "path_lost" && rule !== "path_invented");
}

/** Which way the rules of a case are about. */
function wayOf(rules: readonly PairRule[], on: readonly Scenario[]): Way {
  if (rules.some((rule) => rule.startsWith("segment_"))) return "send";
  if (rules.some((rule) => /^(join|unit)_/.test(rule))) return "receive";
  return on[0].id.includes("segmentation/") ? "send" : "receive";
}

/** The case that a row describes. */
export function pairCase({ name, title, covers, rules, on, staged }: PairCase): Check<OffloadId> {
  const way = wayOf(rules, on);
  return kit.testCase({
    name: `nic/${name}`,
    title,
    covers,
    judges: ["nic"],
    on,
    needs: { pairs: pairFacts },
    // A pair of captures alone shows what came as well as that of a lab does.
    ...(staged === undefined ? { standsAlone: true } : {}),
    stimulus: ({ pairs }: { pairs: CardFacts }, evidence) => {
      if (typeof pairs === "string") return inconclusive(pairs);
      const facts = pairs[way];
      if (facts === undefined) {
        return inconclusive(
          `the captures show no ${way === "send" ? "segmentation" : "coalescing"}`,
        );
      }
      if (facts.came === 0) return inconclusive("no packet came to a network card");
      if (way === "send" && isSegmentationOff(evidence)) {
        return inconclusive("the card was told to segment nothing");
      }
      return whyNoStimulus(facts, countedRules(rules, evidence), way) ?? facts;
    },
    judge: (_, facts, evidence) => judgeRules(facts, countedRules(rules, evidence), evidence),
  });
}

function whyNoStimulus(facts: PairFacts, rules: readonly PairRule[], way: Way) {
  if (facts.left === 0) return inconclusive("the card passed no packet on");
  const isSeen = rules.some((rule) =>
    OF_ALL.includes(rule) || (facts.rules.get(rule)?.stimuli ?? 0) > 0
  );
  if (!isSeen) return inconclusive(`nothing came that shows whether ${PAIR_RULES[rules[0]].text}`);
  const broken = rules.some((rule) => (facts.rules.get(rule)?.broken ?? 0) > 0);
  // Whoever joins or cuts nothing at all leaves everything apart, and shows nothing by it.
  if (facts.units > 0 || broken) return undefined;
  return inconclusive(
    way === "send" ? "the card segmented nothing at all" : "the card coalesced nothing at all",
  );
}

/** Whether a lab was so late that nobody can tell for how long its card held a segment. */
function tooLate(evidence: Evidence): PartialVerdict {
  const [node] = new LabView(evidence).nodesOf("nic");
  const timer = node === undefined ? undefined : declared<number>(evidence, node, "timer");
  if (timer === undefined || evidence.world === "captures") return undefined;
  const late = lateBy(evidence, node);
  return late <= timer / 2
    ? undefined
    : tooLateToTell(`the lab may have been ${late.toFixed(0)} ms late, for a limit of ${timer}`);
}

/** The gravest of what is to be said of rules. */
function judgeRules(
  { rules: accounts }: PairFacts,
  rules: readonly PairRule[],
  evidence: Evidence,
): Verdict {
  const parts = rules.map((rule): PartialVerdict => {
    const finding = accounts.get(rule)?.findings[0];
    if (finding === undefined) return undefined;
    if (rule === "unit_timer") {
      const late = tooLate(evidence);
      if (late !== undefined) return late;
    }
    return fail(finding.expected, finding.actual, frameRefs(...finding.frames));
  });
  return gravest(...parts);
}
