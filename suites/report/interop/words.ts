/** How a matrix is told, the same on its page, in Markdown and at the terminal. */
import { EXIT } from "../../engine/conclusion.ts";
import { listed } from "../../kit/listed.ts";
import { several } from "../../kit/narration.ts";
import type { VerdictWord } from "../../kit/verdict.ts";
import { VERDICT_WORDS } from "../words.ts";
import type { Interop, Pair, PairFailure } from "./model.ts";

/** One table: the pairs of a suite in two roles. */
export interface Matrix {
  suite: string;
  roles: readonly [string, string];
  /** Devices that play the first role. */
  rows: string[];
  /** Devices that play the second one. */
  columns: string[];
  /** The pair of a row and a column. */
  at(row: string, column: string): Pair | undefined;
  /** Pairs that cannot be, each with its reason. */
  unsupported: Pair[];
}

/** The tables of a matrix, in the order of its pairs. */
export function matricesOf({ pairs }: Pick<Interop, "pairs">): Matrix[] {
  const groups = Map.groupBy(pairs, ({ suite, roles }) => [suite, ...roles].join(" "));
  return [...groups.values()].map((all) => {
    const [{ suite, roles }] = all;
    const key = (row: string, column: string) => `${row}\0${column}`;
    const table = new Map(all.map((pair) => [key(...pair.devices), pair]));
    const plays = (place: 0 | 1) => {
      const possible = all.filter(({ state }) => state !== "unsupported");
      return [...new Set(possible.map(({ devices }) => devices[place]))];
    };
    return {
      ...{ suite, roles, rows: plays(0), columns: plays(1) },
      at: (row, column) => table.get(key(row, column)),
      unsupported: all.filter(({ state }) => state === "unsupported"),
    };
  });
}

/** What is said of the roles in which no two of the devices can meet, a line each. */
export function emptyLines(matrices: readonly Matrix[]): string[] {
  return matrices.filter(({ rows }) => rows.length === 0).map(({ suite, roles, unsupported }) => {
    const reasons = new Set(unsupported.map(({ reason }) => reason));
    const [why] = reasons;
    const because = reasons.size === 1 && why !== undefined ? `, as ${why}` : "";
    return `No two of these devices can meet in ${suite} as ${listed(roles)}${because}.`;
  });
}

/** The verdict whose sign and colour a pair has. */
export function toneOf({ state, verdict }: Pair): VerdictWord {
  return state === "judged" ? verdict! : state === "not_run" ? "inconclusive" : "not_applicable";
}

/** A pair in a cell: `✗ 2 of 31 fail`. */
export function cellText(pair: Pair): string {
  const { sign } = VERDICT_WORDS[toneOf(pair)];
  if (pair.state !== "judged") {
    return `${sign} ${pair.state === "not_run" ? "not run" : "cannot be"}`;
  }
  const { pass, fail, inconclusive, error } = pair.totals!;
  const of = pass + fail + inconclusive + error;
  // What advises against something turns no pair.
  if (pair.verdict === "pass") {
    return `${sign} ${pass} pass${fail > 0 ? `, ${fail} SHOULD fail` : ""}`;
  }
  const parts: [number, string][] = [[error, "broke down"], [fail, "fail"], [
    inconclusive,
    "inconclusive",
  ]];
  const bad = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return bad.length === 0 ? `${sign} ${pass} pass` : `${sign} ${bad.join(", ")} of ${of}`;
}

/** Who is at fault, in words: the device and its role. */
export function faultText(pair: Pair, { at_fault, known_by }: PairFailure): string {
  const named = at_fault.map((role) => `${pair.devices[pair.roles.indexOf(role)]} as ${role}`);
  if (known_by === "nothing") return `${named.join(" or ")}: the evidence does not tell`;
  return known_by === "check" ? listed(named) : `${listed(named)}, by the frames`;
}

/** The whole matrix in a headline, a sentence and a tone. */
export function interopHeadline(
  interop: Interop,
): { title: string; sentence: string; tone: VerdictWord } {
  const { pairs, exit_code, shard, selection } = interop;
  const count = (state: Pair["state"], verdict?: string) =>
    pairs.filter((pair) =>
      pair.state === state && (verdict === undefined || pair.verdict === verdict)
    ).length;
  const part = shard === undefined ? "" : ` in shard ${shard.index} of ${shard.of}`;
  const parts = [
    `${count("judged", "pass")} of ${several(count("judged"), "pair")} without a failure`,
    `${count("judged", "fail")} with one`,
    `${count("judged", "inconclusive")} inconclusive`,
    ...(count("judged", "error") > 0 ? [`${count("judged", "error")} with an error of ours`] : []),
    ...(count("not_run") > 0 ? [`${count("not_run")} not run`] : []),
    `${count("unsupported")} that cannot be`,
  ];
  const chosen = selection === undefined ? "" : " A selection of the checks was asked for.";
  const sentence = `${parts.join(", ")}. A matrix certifies nothing.${chosen}`;
  const titles: Record<number, [string, VerdictWord]> = {
    [EXIT.conformant]: ["No failure between these devices", "pass"],
    [EXIT.not_conformant]: ["Not all pairs get along", "fail"],
    [EXIT.inconclusive]: ["Inconclusive", "inconclusive"],
    [EXIT.error]: ["Error in Plumbline", "error"],
  };
  const [title, tone] = titles[exit_code] ?? titles[EXIT.error];
  return { title: `${title}${part}`, sentence, tone };
}

/** The exit code of a matrix: the gravest of its pairs; those of other shards are not asked. */
export function interopExit({ pairs, shard }: Pick<Interop, "pairs" | "shard">): number {
  const judged = pairs.filter(({ state }) => state === "judged");
  const some = (word: Pair["verdict"]) => judged.some(({ verdict }) => verdict === word);
  if (some("error")) return EXIT.error;
  if (some("fail")) return EXIT.not_conformant;
  const open = shard === undefined && pairs.some(({ state }) => state === "not_run");
  return some("inconclusive") || open || judged.length === 0 ? EXIT.inconclusive : EXIT.conformant;
}
