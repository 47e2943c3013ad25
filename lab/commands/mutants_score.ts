/** What `mutants` found, in words. */
import { escapeControls } from "../../captures/escape.ts";
import { isLeftAlone, type LegalResult } from "../legality.ts";
import type { MutantResult, MutationScore, OpenMust } from "../mutation.ts";
import { print } from "./usage.ts";

/** What became of a mutant, in a line. */
export function sentence({ id, violates, killed_by, unrelated, seed }: MutantResult): string {
  const caught = killed_by.length > 0;
  const result = caught ? `killed by ${killed_by.join(", ")}` : `SURVIVED at seed ${seed}`;
  const others = unrelated.length === 0
    ? ""
    : `; ${caught ? "also" : "only unrelated checks"} failed ${unrelated.join(", ")}`;
  return `${violates} ${id}: ${result}${others}`;
}

/** What became of a legal variant, in a line. */
export function sentenceOfLegal(result: LegalResult): string {
  const { id, passed, failed, seed } = result;
  if (failed.length > 0) return `${id}: FAILED at seed ${seed}, though it is said to be legal`;
  return passed > 0 ? `${id}: passed by ${passed} checks` : `${id}: NOT JUDGED by any check`;
}

/** Prints all of it, and the score last. */
export function printScore(score: MutationScore & { legalVariants: readonly LegalResult[] }): void {
  for (const result of score.mutants) {
    print(`${result.killed_by.length > 0 ? "✓" : "✗"} ${escapeControls(sentence(result))}`);
    for (const text of result.otherVerdicts) print(`  ${escapeControls(text)}`);
    for (const error of result.errors) print(`  error ${escapeControls(error)}`);
  }
  for (const result of score.legalVariants) {
    print(`${isLeftAlone(result) ? "✓" : "✗"} ${escapeControls(sentenceOfLegal(result))}`);
    for (const text of result.failed) print(`  ${escapeControls(text)}`);
    for (const error of result.errors) print(`  error ${escapeControls(error)}`);
  }
  for (const open of score.uncovered) print(`? ${sentenceOfOpen(open)}`);
  for (const id of score.neverFailed) print(`? ${id} was never seen to fail`);
  print(totals(score));
}

function sentenceOfOpen({ id, check, mutant, reason }: OpenMust): string {
  const lacks = [check ? "" : "check", mutant ? "" : "mutant"].filter(Boolean).join(" and no ");
  return `${id} has no ${lacks}${reason === undefined ? "" : `: ${reason}`}`;
}

function totals(score: MutationScore & { legalVariants: readonly LegalResult[] }): string {
  const { killed, total, mutants, uncovered, neverFailed, legalVariants } = score;
  const broad = mutants.filter(({ unrelated }) => unrelated.length > 0).length;
  const alone = legalVariants.filter(isLeftAlone).length;
  return [
    ...(total > 0 || legalVariants.length === 0 ? [`${killed} of ${total} mutants killed`] : []),
    ...(broad > 0 ? [`${broad} of them failed an unrelated check`] : []),
    ...(legalVariants.length > 0
      ? [`${alone} of ${legalVariants.length} legal variants passed`]
      : []),
    ...(uncovered.length > 0
      ? [`${uncovered.length} MUSTs open, as they have no check or no mutant`]
      : []),
    ...(neverFailed.length > 0 ? [`${neverFailed.length} checks never seen to fail`] : []),
  ].join(", ");
}
