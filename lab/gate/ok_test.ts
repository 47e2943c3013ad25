import assert from "node:assert/strict";
import { runTool } from "./run.ts";

/** Runs the gate's program. */
function ok(...args: string[]) {
  return runTool(Deno.execPath(), ["run", "-A", "lab/gate/ok.ts", ...args]);
}

Deno.test("the gate explains itself", async () => {
  const { ok: success, text } = await ok("--help");
  assert.ok(success);
  assert.match(text, /--changed/);
});

Deno.test("a commit that does not exist is said, and nothing passes", async () => {
  const { ok: success, text } = await ok("--since", "no-such-commit");
  assert.equal(success, false);
  assert.match(text, /no-such-commit/);
});
