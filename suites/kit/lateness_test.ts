import { deepStrictEqual, strictEqual } from "node:assert";
import type { EvidenceRecord } from "./evidence.ts";
import { judgeLimit, judgeUnaware, toleranceOf } from "./lateness.ts";
import { fail, type Verdict } from "./verdict.ts";

const broken = () => fail("less", "more", [{ capture: "wan", number: 1 }]);
const word = (verdict: Verdict | undefined) =>
  verdict === undefined
    ? "kept"
    : verdict.verdict === "inconclusive" && verdict.rerun
    ? "run again"
    : verdict.verdict;

Deno.test("what a capture may be off by is the lateness of those who took part", () => {
  const lateness = { nodes: { a: 5, b: 7 }, wires: 10, recorder: 1000, machine: 20 };
  const evidence = { lateness } as unknown as EvidenceRecord;
  strictEqual(toleranceOf(evidence, "a"), 16);
  strictEqual(toleranceOf(evidence, "a", "b"), 23);
  strictEqual(toleranceOf(evidence, "somebody else's"), 31);
  strictEqual(toleranceOf({} as EvidenceRecord, "a", "b"), 50);
});

Deno.test("a limit is kept, broken, or beyond telling, as the lateness allows", () => {
  const rows: [excess: number, tolerance: number, is: string][] = [
    [-1, 1, "kept"],
    [0, 900, "kept"],
    [20, 30, "kept"],
    [31, 30, "fail"],
    [Infinity, 500, "fail"],
    [500, 500, "kept"],
    [1, 501, "run again"],
    [Infinity, 501, "run again"],
  ];
  for (const [excess, tolerance, is] of rows) {
    strictEqual(word(judgeLimit(1000, excess, tolerance, broken)), is, `${excess}, ${tolerance}`);
  }
});

Deno.test("whoever may not have known in time is not blamed", () => {
  deepStrictEqual([judgeUnaware(31, 30, broken), judgeUnaware(30, 30, broken)].map(word), [
    "fail",
    "run again",
  ]);
});
