import assert from "node:assert/strict";
import { layerProblem } from "./layers.ts";
import plugin from "./plugin.ts";
import { ROOT } from "./source_path.ts";

/** What the rules say of a source that stands at this path of the repository. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source)
    .map(({ message }) => message);
}

/** What the layer rule says of one import. */
function layer(from: string, to: string): string | undefined {
  return layerProblem({ from, to, typeOnly: false });
}

Deno.test("captures import nothing of ours, peers only captures, and suites not the lab", () => {
  const up = (folder: string) => `import { x } from "../${folder}/x.ts"; x;`;
  assert.deepEqual(lint("captures/a.ts", up("peers")), ["captures/ must not import peers/"]);
  assert.deepEqual(lint("peers/a.ts", up("suites")), ["peers/ must not import suites/"]);
  assert.deepEqual(lint("suites/a.ts", up("lab")), ["suites/ must not import lab/"]);
  assert.deepEqual(lint("peers/a.ts", up("captures")), []);
  assert.deepEqual(lint("suites/a.ts", up("peers")), []);
  assert.deepEqual(lint("lab/a.ts", up("suites")), []);
});

Deno.test("no kind of import escapes the layers", () => {
  const message = ["captures/ must not import lab/"];
  for (
    const source of [
      `export * from "../lab/x.ts";`,
      `export { x } from "../lab/x.ts";`,
      `import type { X } from "../lab/x.ts";`,
      `await import("../lab/x.ts");`,
      "await import(`../lab/x.ts`);",
      `let x: import("../lab/x.ts").X; x;`,
      `new Worker(new URL("../lab/x.ts", import.meta.url), { type: "module" });`,
    ]
  ) assert.deepEqual(lint("captures/a.ts", source), message, source);
  assert.deepEqual(lint("captures/a.tsx", `import "../lab/x.ts"; <p />;`), message);
  assert.deepEqual(lint("captures/a.ts", `new URL("../lab/x.json", import.meta.url);`), []);
});

Deno.test("a suite imports the kit and its own word, never another suite", () => {
  assert.equal(layer("suites/l2tp/cases/a.ts", "suites/kit/check.ts"), undefined);
  assert.equal(layer("suites/l2tp/cases/a.ts", "suites/l2tp/facts/a.ts"), undefined);
  assert.equal(layer("suites/l2tp/mutants/a.ts", "peers/l2tp/a.ts"), undefined);
  assert.equal(layer("suites/l2tp/a.ts", "peers/testing/a.ts"), undefined);
  assert.ok(layer("suites/l2tp/a.ts", "suites/core_identity/a.ts"));
  assert.ok(layer("suites/l2tp/a.ts", "peers/core_identity/a.ts"));
  assert.ok(layer("suites/l2tp/a.ts", "suites/engine/judge.ts"));
  assert.ok(layer("suites/l2tp/a.ts", "suites/report/model.ts"));
  assert.ok(layer("suites/l2tp/a.ts", "suites/registry.ts"));
});

Deno.test("a suite imports the one that it stands on, and that one not it", () => {
  assert.equal(layer("suites/tunnel_cluster/a.ts", "suites/l2tp/facts/a.ts"), undefined);
  assert.equal(layer("peers/tunnel_cluster/a.ts", "peers/l2tp/a.ts"), undefined);
  assert.ok(layer("suites/l2tp/a.ts", "suites/tunnel_cluster/a.ts"));
  assert.ok(layer("peers/l2tp/a.ts", "peers/tunnel_cluster/a.ts"));
});

Deno.test("kit, engine and report know no suite, and only those below them", () => {
  assert.ok(layer("suites/kit/a.ts", "suites/engine/a.ts"));
  assert.ok(layer("suites/kit/a.ts", "suites/l2tp/a.ts"));
  assert.ok(layer("suites/kit/a.ts", "peers/l2tp/a.ts"));
  assert.ok(layer("suites/engine/a.ts", "suites/report/a.ts"));
  assert.ok(layer("suites/engine/a.ts", "suites/l2tp/a.ts"));
  assert.ok(layer("suites/report/a.ts", "suites/registry.ts"));
  assert.equal(layer("suites/engine/a.ts", "suites/kit/a.ts"), undefined);
  assert.equal(layer("suites/report/a.ts", "suites/engine/a.ts"), undefined);
  assert.equal(layer("suites/registry.ts", "suites/l2tp/suite.ts"), undefined);
});

Deno.test("peers share only what all of them may have, and stand on no script of tests", () => {
  assert.equal(layer("peers/l2tp/a.ts", "peers/net/a.ts"), undefined);
  assert.equal(layer("peers/testing/a.ts", "peers/l2tp/a.ts"), undefined);
  assert.ok(layer("peers/net/a.ts", "peers/l2tp/a.ts"));
  assert.ok(layer("peers/l2tp/a.ts", "peers/testing/a.ts"));
  assert.ok(layer("peers/core_identity/a.ts", "peers/l2tp/a.ts"));
  const types = { from: "peers/l2tp/a.ts", to: "peers/testing/a.ts", typeOnly: true };
  assert.equal(layerProblem(types), undefined);
  assert.ok(layerProblem({ ...types, from: "peers/net/a.ts" }));
});

Deno.test("tests may run the engine and scripted peers, and obey the rest", () => {
  assert.equal(layer("suites/l2tp/a_test.ts", "suites/engine/judge.ts"), undefined);
  assert.equal(layer("suites/l2tp/_testing/a.ts", "suites/_testing/a.ts"), undefined);
  assert.equal(layer("peers/l2tp/a_test.ts", "peers/testing/a.ts"), undefined);
  assert.ok(layer("suites/l2tp/a_test.ts", "suites/core_identity/a.ts"));
  assert.ok(layer("suites/l2tp/a_test.ts", "lab/worlds/memory/world.ts"));
  assert.ok(layer("captures/a_test.ts", "peers/a.ts"));
  assert.equal(layer("peers/a_test.ts", "peers/l2tp/a.ts"), undefined);
  assert.ok(layer("peers/a.ts", "peers/l2tp/a.ts"));
  assert.ok(layer("peers/net/a_test.ts", "peers/l2tp/a.ts"));
  assert.ok(layer("peers/core_identity/a_test.ts", "peers/l2tp/a.ts"));
});

Deno.test("the suite whose device is this repository may look at all of it", () => {
  assert.deepEqual(lint("suites/self/a.ts", `import { x } from "../../lab/x.ts"; x;`), []);
});

Deno.test("facts take nothing from peers but the type of a line of the trace", () => {
  const at = (source: string) => lint("suites/l2tp/facts/a.ts", source);
  assert.equal(at(`import { key } from "../../../peers/l2tp/hiding.ts"; key;`).length, 1);
  assert.equal(at(`import type { K } from "../../../peers/l2tp/hiding.ts";`).length, 1);
  assert.equal(at(`import { T } from "../../../peers/machine.ts"; T;`).length, 1);
  assert.deepEqual(at(`import type { TraceRecord } from "../../../peers/machine.ts";`), []);
});

Deno.test("the product stands on no helper of tests", () => {
  const source = `import { x } from "./_testing/x.ts"; x;`;
  assert.equal(lint("lab/a.ts", source).length, 1);
  assert.equal(lint("lab/a.ts", `import { x } from "./x_test.ts"; x;`).length, 1);
  assert.deepEqual(lint("lab/a_test.ts", source), []);
});

Deno.test("a peer has no clock, no chance, no files and no sockets", () => {
  for (
    const source of [
      "Date.now();",
      "new Date();",
      "performance.now();",
      "Math.random();",
      "crypto.getRandomValues(new Uint8Array(1));",
      `Deno.readFileSync("x");`,
      "setTimeout(() => {}, 1);",
      "fetch(String());",
      `import "node:fs";`,
      `import { createSocket } from "node:dgram"; createSocket;`,
      `import { randomBytes } from "node:crypto"; randomBytes;`,
      `import * as crypto from "node:crypto"; crypto.randomBytes(1);`,
    ]
  ) {
    assert.equal(lint("peers/a.ts", source).length, 1, source);
    assert.equal(lint("lab/a.ts", source).length, 0, source);
    assert.equal(lint("peers/a_test.ts", source).length, 0, source);
  }
  assert.deepEqual(lint("peers/a.ts", `import { createHash } from "node:crypto"; createHash;`), []);
});

Deno.test("captures and suites open no socket", () => {
  for (const source of [`Deno.listen({ port: 1 });`, `fetch(String());`, `import "node:net";`]) {
    assert.equal(lint("captures/a.ts", source).length, 1, source);
    assert.equal(lint("suites/a.ts", source).length, 1, source);
  }
  assert.deepEqual(lint("suites/a.ts", `Deno.readTextFileSync("x");`), []);
});

Deno.test("every export has a JSDoc comment of its own", () => {
  const missing = ["x is exported and has no JSDoc"];
  for (
    const source of [
      "export const x = 1;",
      "export function x() {}",
      "export class x {}",
      "export type x = 1;",
      "export interface x {}",
      "const x = 1; export { x };",
      "// A comment of the other kind.\nexport const x = 1;",
      "/* Nor this one. */\nexport const x = 1;",
      "/** The file's. */\n\nexport const x = 1;",
      "const x = 1; export default x;",
    ]
  ) assert.deepEqual(lint("lab/a.ts", source), missing, source);
  for (
    const source of [
      "/** Says it. */\nexport const x = 1;",
      "/** Says it. */\n// deno-lint-ignore no-explicit-any\nexport const x: any = 1;",
      "/** Says it. */\nconst x = 1; export { x };",
      "/** Says it. */\nexport function x(): void;\nexport function x() {}",
      `export { x } from "./x.ts";`,
      "const x = 1; x;",
    ]
  ) assert.deepEqual(lint("lab/a.ts", source), [], source);
});

Deno.test("nothing is left undone", () => {
  const word = ["TO", "DO"].join("");
  assert.equal(lint("lab/a.ts", `// ${word}: later`).length, 1);
  assert.equal(lint("lab/a.ts", `/* FIX${"ME"} */`).length, 1);
  assert.deepEqual(lint("lab/a.ts", "// All done."), []);
});

Deno.test("no test is switched off, nor alone", () => {
  assert.equal(lint("lab/a_test.ts", `Deno.test.only("x", () => {});`).length, 1);
  assert.equal(lint("lab/a_test.ts", `Deno.test.ignore("x", () => {});`).length, 1);
  assert.equal(lint("lab/a_test.ts", `Deno.test({ name: "x", only: true, fn() {} });`).length, 1);
  assert.equal(lint("lab/a_test.ts", `Deno.test({ name: "x", ignore: true, fn() {} });`).length, 1);
  assert.deepEqual(lint("lab/a_test.ts", `Deno.test({ name: "x", ignore: !ip, fn() {} });`), []);
});

Deno.test("only the lab and tests print", () => {
  assert.equal(lint("suites/a.ts", `console.log("x");`).length, 1);
  assert.equal(lint("captures/a.ts", `console.error("x");`).length, 1);
  assert.deepEqual(lint("lab/a.ts", `console.log("x");`), []);
  assert.deepEqual(lint("captures/a_test.ts", `console.log("x");`), []);
});
