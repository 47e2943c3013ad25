import assert from "node:assert/strict";
import { allSuites } from "../suites/registry.ts";
import { suitesWithVariants, UnusableVariants } from "./variant_module.ts";

const suites = await allSuites();

const MUTANT = `{ id: "mine/a", title: "Stalls", violates: "L2TP-021", role: "lns",
  rules: { wire: { ingress: () => undefined } } }`;
const LEGAL =
  `{ id: "mine/b", title: "Does the same", source: "RFC 2661", role: "lac", rules: {} }`;
const MODULE = `export default { suite: "l2tp", mutants: [${MUTANT}], legalVariants: [${LEGAL}] };`;

async function load(text: string) {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, text);
    return await suitesWithVariants(file, suites);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("the variants of a module stand in the place of the suite's own", async () => {
  const [suite, ...others] = await load(MODULE);
  assert.deepEqual(others, []);
  assert.equal(suite.name, "l2tp");
  assert.deepEqual(suite.mutants.map(({ id }) => id), ["mine/a"]);
  assert.deepEqual(suite.legalVariants?.map(({ id }) => id), ["mine/b"]);
});

Deno.test("a module may hold variants of several suites", async () => {
  const cluster = `{ suite: "tunnel_cluster", legalVariants: [${
    LEGAL.replace("mine/b", "mine/c").replace("lac", "master")
  }] }`;
  const array = MODULE.replace("export default ", "export default [").replace(
    ";",
    `, ${cluster}];`,
  );
  assert.deepEqual((await load(array)).map(({ name }) => name), ["l2tp", "tunnel_cluster"]);
});

for (
  const [what, from, to, reason] of [
    ["a suite", `"l2tp"`, `"l2pt"`, /suite is unknown: got l2pt; .* l2tp$/],
    [
      "a requirement",
      "L2TP-021",
      "L2tp-021",
      /requirement is unknown: got L2tp-021; .* L2TP-021$/,
    ],
    ["a role", `"lns"`, `"lms"`, /role is unknown: got lms; .* lns$/],
    ["a machine", "wire", "wires", /machine is unknown: got wires; .* wire$/],
    ["a rule", "ingress", "ingres", /rule of wire is unknown: got ingres; .* ingress$/],
    ["a key", "violates", "violate", /violate/],
    ["a rule's type", "() => undefined", "true", /ingress must be a function: got a boolean/],
    ["an id", "mine/b", "mine/a", /two variants have the id mine\/a/],
    ["an id of the project", "mine/a", suites[1].mutants[0].id, /two variants have the id l2tp/],
    ["nothing replaced", "ingress: () => undefined", "", /it replaces no rule/],
    ["no export", "export default", "export const a =", /no default export/],
    ["a syntax error", "default {", "default {{", /SyntaxError|Expected/],
    ["an error", "export", "throw new Error('broken'); export", /broken/],
  ] as const
) {
  Deno.test(`a module that is wrong in ${what} is refused, in one line that says why`, async () => {
    await assert.rejects(load(MODULE.replace(from, to)), (error) => {
      assert.ok(error instanceof UnusableVariants);
      assert.match(error.message, /^Cannot take variants from [^\n]*$/);
      assert.match(error.message, reason);
      return true;
    });
  });
}

Deno.test("a module that does not exist is refused", async () => {
  await assert.rejects(suitesWithVariants("/nonexistent.ts", suites), UnusableVariants);
});
