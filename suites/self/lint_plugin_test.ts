import assert from "node:assert/strict";
import plugin from "./lint_plugin.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What the rules say of a source that stands at this path of the repository. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source).map(({ message }) => message);
}

Deno.test("captures import nothing of ours, and peers only captures", () => {
  const up = (folder: string) => `import { x } from "../${folder}/x.ts"; x;`;
  assert.deepEqual(lint("captures/a.ts", up("peers")), ["captures/ must not import peers/"]);
  assert.deepEqual(lint("peers/a.ts", up("suites")), ["peers/ must not import suites/"]);
  assert.deepEqual(lint("suites/a.ts", up("lab")), ["suites/ must not import lab/"]);
  assert.deepEqual(lint("peers/a.ts", up("captures")), []);
  assert.deepEqual(lint("suites/a.ts", up("peers")), []);
  assert.deepEqual(lint("lab/a.ts", up("suites")), []);
});

Deno.test("exports and type imports obey the layers too", () => {
  const message = ["captures/ must not import lab/"];
  assert.deepEqual(lint("captures/a.ts", `export * from "../lab/x.ts";`), message);
  assert.deepEqual(lint("captures/a.ts", `export { x } from "../lab/x.ts";`), message);
  assert.deepEqual(lint("captures/a.ts", `import type { X } from "../lab/x.ts";`), message);
});

Deno.test("a deep path is judged by its first folder", () => {
  const source = `import { x } from "../../lab/x.ts"; x;`;
  assert.deepEqual(lint("peers/core_identity/a.ts", source), ["peers/ must not import lab/"]);
});

Deno.test("the suite whose device is this repository may look at all of it", () => {
  assert.deepEqual(lint("suites/self/a.ts", `import { x } from "../../lab/x.ts"; x;`), []);
});

Deno.test("a peer has no clock, no chance and no files", () => {
  assert.equal(lint("peers/a.ts", "export const t = Date.now();").length, 1);
  assert.equal(lint("peers/a.ts", "export const r = Math.random();").length, 1);
  assert.equal(lint("peers/a.ts", `Deno.readFileSync("x");`).length, 1);
  assert.equal(lint("lab/a.ts", "export const t = Date.now();").length, 0);
});
