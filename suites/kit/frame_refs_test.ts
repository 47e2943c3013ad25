import assert from "node:assert/strict";
import { frameRefs } from "./frame_refs.ts";

Deno.test("frames are taken from what was seen in them, in order, each once", () => {
  const first = { capture: "wan", number: 1 }, second = { capture: "wan", number: 2 };
  const message = { type: 1, frame: { ...second } };
  assert.deepEqual(frameRefs(first, undefined, message, second), [first, second]);
});
