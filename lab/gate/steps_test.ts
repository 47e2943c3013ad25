import assert from "node:assert/strict";
import { readTests, Steps } from "./steps.ts";

/** A gate's steps and the lines that they printed. */
function steps(): { steps: Steps; lines: string[] } {
  const lines: string[] = [];
  return { steps: new Steps((line) => lines.push(line)), lines };
}

Deno.test("a run of tests passes only when it succeeded and something passed", () => {
  const text = "\u001b[32mok\u001b[0m | 12 passed (3 steps) | 0 failed (1s)\n";
  assert.deepEqual(readTests({ ok: true, text }), { passed: 12, ok: true });
  assert.deepEqual(readTests({ ok: false, text }), { passed: 12, ok: false });
  const none = "ok | 0 passed | 0 failed | 3 ignored (1s)";
  assert.deepEqual(readTests({ ok: true, text: none }), { passed: 0, ok: false });
  assert.deepEqual(readTests({ ok: true, text: "" }), { passed: 0, ok: false });
});

Deno.test("one failed step fails the gate, and its text is printed", () => {
  const { steps: gate, lines } = steps();
  gate.done("format", true, 1);
  gate.done("lint", false, 1, "what is wrong\n");
  gate.done("types", true, 1);
  assert.equal(gate.end(), false);
  assert.deepEqual(lines.slice(0, 4), [
    "ok     format (1.0 s)",
    "FAILED lint (1.0 s)",
    "what is wrong",
    "ok     types (1.0 s)",
  ]);
  assert.match(lines[4], /^Not passed/);
});

Deno.test("what is left to the full gate is said when all passed", () => {
  const { steps: gate, lines } = steps();
  gate.leave("2 test files");
  assert.equal(gate.end(), true);
  assert.deepEqual(lines.slice(0, 2), ["Left to the full gate (deno task ok):", "  2 test files"]);
});

Deno.test("a tool that fails is a failed step, and one with nothing to do no step", async () => {
  const { steps: gate, lines } = steps();
  await gate.tool("nothing", ["eval", "Deno.exit(1)"], []);
  assert.deepEqual([gate.ok, lines], [true, []]);
  await gate.tool("tool", ["eval", "console.log('why'); Deno.exit(1)"], ["x"]);
  assert.equal(gate.ok, false);
  assert.match(lines[0], /^FAILED tool/);
  assert.equal(lines[1], "why");
});
