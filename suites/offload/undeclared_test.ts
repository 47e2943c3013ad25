import assert from "node:assert/strict";
import { OFFLOAD } from "./suite.ts";
import { UNDECLARED } from "./undeclared.ts";

Deno.test("what no check judges says why, and binds nobody who does not ask for it", () => {
  const judged = new Set(OFFLOAD.checks.flatMap(({ covers }) => covers));
  const unjudged = Object.keys(OFFLOAD.requirements).filter((id) => !judged.has(id));
  assert.deepEqual(unjudged, Object.keys(UNDECLARED).sort());
  for (const id of unjudged) assert.ok(OFFLOAD.requirements[id].classes?.length, id);
});
