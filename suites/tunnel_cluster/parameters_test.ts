import assert from "node:assert/strict";
import { parameterProblem } from "../kit/parameters.ts";
import { TUNNEL_CLUSTER_PARAMETERS } from "./parameters.ts";

const problemOf = (parameters: Record<string, string | number>) =>
  parameterProblem(parameters, [TUNNEL_CLUSTER_PARAMETERS]);

Deno.test("a policy that the source does not name is refused with the nearest that it does", () => {
  assert.match(problemOf({ policy: "lowest_lode" }) ?? "", /nearest that is known is lowest_load/);
  assert.equal(problemOf({ policy: "round_robin" }), undefined);
});

Deno.test("a take-over of minutes, and a bucket that holds nothing, are refused", () => {
  assert.match(problemOf({ takeOverWithin: 120_000 }) ?? "", /from 10 to 60000/);
  assert.match(problemOf({ bucketDepth: 0 }) ?? "", /from 1 to/);
});
