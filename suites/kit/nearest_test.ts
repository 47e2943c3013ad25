import assert from "node:assert/strict";
import { gotOther, gotUnknown } from "./nearest.ts";

Deno.test("an unknown word is named with the nearest that is known", () => {
  const known = ["hiding", "strict_hiding", "F7", "F9"];
  assert.equal(gotUnknown("hidding", known), "got hidding; the nearest that is known is hiding");
  assert.equal(gotUnknown("f9", known), "got f9; the nearest that is known is F9");
  assert.equal(gotUnknown("x", []), "got x");
});

Deno.test("of few words all are named where none is near", () => {
  const few = gotUnknown("typo", ["hiding", "F7"]);
  assert.equal(few, "got typo; known are hiding, F7");
  assert.equal(gotOther("typo", ["hiding", "F7"]), "got typo");
  assert.equal(gotOther("hidding", ["hiding"]), "got hidding; the nearest that is known is hiding");
  const many = Array.from({ length: 30 }, (_, i) => `class_${i}`);
  assert.equal(gotUnknown("typo", many), "got typo; the nearest that is known is class_0");
});
