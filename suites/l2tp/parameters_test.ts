import assert from "node:assert/strict";
import { parameterProblem } from "../kit/parameters.ts";
import { L2TP_PARAMETERS } from "./parameters.ts";

Deno.test("a cycle of no time, or of less than none, is refused, and one of 31 s is not", () => {
  const problemOf = (retransmission_cycle: number) =>
    parameterProblem({ retransmission_cycle }, [L2TP_PARAMETERS]);
  for (const cycle of [0, -1, 6999, Infinity]) assert.match(problemOf(cycle) ?? "", /from 7000 to/);
  assert.equal(problemOf(31_000), undefined);
});
