import assert from "node:assert/strict";
import { escapeControls } from "./escape.ts";

Deno.test("what would steer a display is shown by its code", () => {
  const hostile = "a\u0000\u202eb\u200f\u2028\n\t";
  assert.equal(escapeControls(hostile), "a\\u{0}\\u{202e}b\\u{200f}\\u{2028}\\u{a}\\u{9}");
  assert.equal(escapeControls(hostile, true), "a\\u{0}\\u{202e}b\\u{200f}\\u{2028}\n\t");
});

Deno.test("other text stays as it is, but for halves of characters", () => {
  assert.equal(escapeControls("שלום ✓ — \ud800"), "שלום ✓ — \ufffd");
});
