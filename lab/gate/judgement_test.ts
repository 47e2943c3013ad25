import assert from "node:assert/strict";
import type { Mutant } from "../../suites/kit/mutant.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import { judgeAgain, mutantsOf, scenariosOf, unproven } from "./judgement.ts";

const SUITE = {
  ...testSuite(),
  scenarios: [
    { id: "test/plain", class: "X1", nodes: {}, heavy: true },
    { id: "test/other", class: "X1", nodes: {} },
    { id: "test/huge", class: "X1", nodes: {}, heavy: true },
  ] as unknown as Scenario[],
};

function mutant(id: string, violates: string): Mutant {
  return { id, title: "Wrong", violates, role: "sender", rules: {} };
}

/** What was touched of the suite of tests. */
function touched(ids: string[], peers = false) {
  return { word: "test", requirements: new Set(ids), peers };
}

Deno.test("scenarios of what was touched run, and all that are not heavy for a peer", () => {
  const ids = (ids: string[], peers?: boolean) =>
    scenariosOf(SUITE, touched(ids, peers)).map(({ id }) => id);
  assert.deepEqual(ids([]), []);
  assert.deepEqual(ids(["TST-001"]), ["test/plain"]);
  assert.deepEqual(ids(["TST-001"], true), ["test/plain", "test/other"]);
});

Deno.test("each requirement has its first mutant run before any has its second", () => {
  const mutants = [mutant("a", "X"), mutant("b", "X"), mutant("c", "Y"), mutant("d", "Z")];
  const chosen = mutantsOf({ ...SUITE, mutants }, new Set(["X", "Y"]));
  assert.deepEqual(chosen.map(({ id }) => id), ["a", "c", "b"]);
});

Deno.test("a MUST of which no check passes on the reference peers is a problem", () => {
  const ids = new Set(Object.keys(SUITE.requirements));
  assert.equal(unproven(SUITE, ids, ids).length, 0);
  assert.ok(unproven(SUITE, ids, new Set()).length > 0);
  assert.equal(unproven(SUITE, new Set(), new Set()).length, 0);
});

Deno.test("a word that no suite has is not judged", async () => {
  assert.equal(await judgeAgain({ ...touched(["TST-001"]), word: "no_such_word" }), undefined);
});

Deno.test("a row of a suite is judged with its scenarios and mutants", async () => {
  const row = { word: "l2tp", requirements: new Set(["L2TP-001"]), peers: false };
  const judgement = await judgeAgain(row);
  assert.deepEqual(judgement?.problems, []);
  assert.ok(judgement!.scenarios > 0 && judgement!.mutants > 0);
});
