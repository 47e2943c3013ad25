import assert from "node:assert/strict";
import { TUNNEL_CLUSTER } from "./suite.ts";
import { UNDECLARED } from "./undeclared.ts";

Deno.test("what no check judges is an option that is not declared, and the other way round", () => {
  const judged = new Set(TUNNEL_CLUSTER.checks.flatMap(({ covers }) => covers));
  const unjudged = Object.keys(TUNNEL_CLUSTER.requirements).filter((id) => !judged.has(id));
  assert.deepEqual(unjudged, Object.keys(UNDECLARED).sort());
  for (const id of unjudged) assert.equal(TUNNEL_CLUSTER.requirements[id].level, "MAY", id);
});
