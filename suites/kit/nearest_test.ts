import assert from "node:assert/strict";
import { gotUnknown } from "./nearest.ts";

Deno.test("an unknown word is named with the nearest that is known", () => {
  const known = ["hiding", "strict_hiding", "F7", "F9"];
  assert.equal(gotUnknown("hidding", known), "got hidding; the nearest that is known is hiding");
  assert.equal(gotUnknown("f9", known), "got f9; the nearest that is known is F9");
  assert.equal(gotUnknown("x", []), "got x");
});
