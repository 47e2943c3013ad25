import assert from "node:assert/strict";
import { idsIn, rowsAt, touchedSuites } from "./touched.ts";

const ROWS = `import x from "y";
export const ROWS = {
  "TST-001": {
    text: "one",
  },
  "TST-002": {
    text: "two",
  },
};`;

const FILES: Record<string, string> = {
  "suites/test/requirements/a.ts": ROWS,
  "suites/test/checks/a.ts": `covers: ["TST-001", "TST-003"]`,
  "suites/test/checks/b.ts": `covers: ["TST-004"]`,
};

/** What changes touch, in a repository where check b needs a fact that check a needs by another. */
function touched(...changes: Parameters<typeof touchedSuites>[0]) {
  const distance = new Map([
    ["suites/test/facts/f.ts", 0],
    ["suites/test/checks/b.ts", 1],
    ["suites/test/facts/g.ts", 1],
    ["suites/test/checks/a.ts", 2],
  ]);
  return touchedSuites(changes, () => distance, (path) => FILES[path])
    .map(({ word, requirements, peers }) => ({ word, ids: [...requirements], peers }));
}

Deno.test("ids are found where a source names them as strings", () => {
  assert.deepEqual(idsIn(`"CID-001", 'L2TP-012', CID-003, "utf-8", "CID-001"`), [
    "CID-001",
    "L2TP-012",
  ]);
});

Deno.test("a line of a catalogue belongs to the row above it", () => {
  assert.deepEqual(rowsAt(ROWS, [7]), ["TST-002"]);
  assert.deepEqual(rowsAt(ROWS, [3, 4, 6]), ["TST-001", "TST-002"]);
  assert.deepEqual(rowsAt(ROWS, [1]), []);
});

Deno.test("a changed row touches itself, a new catalogue all its rows", () => {
  const path = "suites/test/requirements/a.ts";
  assert.deepEqual(touched({ path, deleted: false, lines: [7] })[0].ids, ["TST-002"]);
  assert.deepEqual(touched({ path, deleted: false })[0].ids, ["TST-001", "TST-002"]);
});

Deno.test("a file of checks touches all that it names, a fact what is nearest above it", () => {
  const check = { path: "suites/test/checks/a.ts", deleted: false, lines: [1] };
  assert.deepEqual(touched(check)[0].ids, ["TST-001", "TST-003"]);
  const fact = { path: "suites/test/facts/f.ts", deleted: false, lines: [1] };
  assert.deepEqual(touched(fact)[0].ids, ["TST-004"]);
});

Deno.test("a peer touches its suite, and the suites that stand on it", () => {
  const all = touched({ path: "peers/l2tp/tunnel.ts", deleted: false, lines: [1] });
  assert.deepEqual(all.map(({ word, peers }) => [word, peers]), [
    ["l2tp", true],
    ["tunnel_cluster", true],
  ]);
});

Deno.test("tests, kit, engine, documents and other folders touch no suite", () => {
  const paths = [
    "suites/test/facts/f_test.ts",
    "suites/kit/check.ts",
    "suites/engine/judge.ts",
    "suites/registry.ts",
    "peers/net/queue.ts",
    "captures/wire/udp.ts",
    "README.md",
  ];
  assert.deepEqual(touched(...paths.map((path) => ({ path, deleted: false }))), []);
});
