import assert from "node:assert/strict";
import { isUnexplained, uncovered } from "../../lab/mutation.ts";
import { allSuites, SUITES } from "../registry.ts";
import { BASES } from "./lint/layers.ts";
import { isInScope } from "../engine/scope.ts";

const suites = await allSuites();

/** MUSTs that have no check or no mutant yet, by suite: none is added here without a reason. */
const KNOWN_OPEN: Readonly<Record<string, readonly string[]>> = {};

Deno.test("suites name the suites that they stand on, as the layers allow them", () => {
  const named = suites.filter(({ bases }) => bases !== undefined)
    .map(({ name, bases }) => [name, bases]);
  assert.deepEqual(Object.fromEntries(named), BASES);
});

Deno.test("there is a suite", () => assert.ok(Object.keys(SUITES).length > 0));

/** Names that occur more than once. */
function doubles(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}

Object.keys(SUITES).forEach((word, i) => {
  const suite = suites[i];
  const { requirements, checks, mutants, scenarios } = suite;
  const roles = new Set(scenarios.flatMap(({ nodes }) => Object.values(nodes)).map((c) => c.role));

  Deno.test(`${word}: ids are names under the suite's word, and no two are the same`, () => {
    assert.equal(suite.name, word);
    for (const all of [checks, [...mutants, ...suite.legalVariants ?? []], scenarios]) {
      const ids = all.map(({ id }) => id);
      assert.deepEqual(doubles(ids), []);
      for (const id of ids) assert.match(id, new RegExp(`^${word}(/[a-z0-9_]+)+$`));
    }
    for (const [key, { id }] of Object.entries(requirements)) assert.equal(key, id);
  });

  Deno.test(`${word}: no two files give the same number to a requirement`, async () => {
    const folder = new URL(`../${word}/requirements/`, import.meta.url), ids: string[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      const groups: object[] = Object.values(await import(new URL(name, folder).href));
      ids.push(...groups.flatMap((rows) => Object.keys(rows)).filter((id) => id in requirements));
    }
    assert.deepEqual(doubles(ids), []);
    assert.deepEqual(ids.toSorted(), Object.keys(requirements).toSorted());
  });

  Deno.test(`${word}: every requirement that is cited exists`, () => {
    const cited = [
      ...checks.flatMap(({ covers }) => covers),
      ...mutants.flatMap(({ violates, alsoViolates = [] }) => [violates, ...alsoViolates]),
    ];
    assert.deepEqual(cited.filter((id) => !(id in requirements)), []);
  });

  Deno.test(`${word}: every scenario and every role that a check names exists`, () => {
    const ids = new Set(scenarios.map(({ id }) => id));
    for (const { id, on, judges } of checks) {
      assert.deepEqual(on.filter((each) => !ids.has(each)), [], id);
      assert.deepEqual(judges.filter((role) => !roles.has(role)), [], id);
    }
    for (const { id, role } of mutants) assert.ok(roles.has(role), id);
  });

  Deno.test(`${word}: every scenario is judged by a check`, () => {
    const judged = new Set(checks.flatMap(({ on }) => on));
    assert.deepEqual(scenarios.map(({ id }) => id).filter((id) => !judged.has(id)), []);
  });

  Deno.test(`${word}: a check judges a role that its requirements bind`, () => {
    for (const { id, covers, judges } of checks) {
      const bound = covers.flatMap((requirement) => requirements[requirement].binds);
      assert.ok(judges.some((role) => bound.includes(role)), id);
    }
  });

  Deno.test(`${word}: two passes of one name are the same pass`, () => {
    const passes = new Map<string, unknown>();
    for (const { id, needs } of checks) {
      for (const pass of Object.values(needs)) {
        assert.equal(passes.get(pass.name) ?? pass, pass, `${id} needs another ${pass.name}`);
        passes.set(pass.name, pass);
      }
    }
  });

  Deno.test(`${word}: every MUST has a check and a mutant, but those that are known to be open`, () => {
    const open = uncovered(suite);
    assert.deepEqual(open.map(({ id }) => id), KNOWN_OPEN[word] ?? []);
    assert.deepEqual(open.filter(isUnexplained), []);
  });

  Deno.test(`${word}: only what no check judges is said to be without a judge`, () => {
    const judged = new Set<string>(checks.flatMap(({ covers }) => covers));
    const explained = Object.keys(suite.unjudged ?? {});
    assert.deepEqual(explained.filter((id) => judged.has(id) || !(id in requirements)), []);
  });

  Deno.test(`${word}: every role of a MUST in scope is judged by one of its checks`, () => {
    const missing: string[] = [];
    for (const requirement of Object.values(requirements)) {
      if (requirement.level !== "MUST" || !isInScope(suite, requirement)) continue;
      const judged = checks.filter(({ covers }) => covers.includes(requirement.id))
        .flatMap(({ judges }) => judges);
      for (const role of requirement.binds) {
        if (!judged.includes(role)) missing.push(`${requirement.id} ${role}`);
      }
    }
    assert.deepEqual(missing, []);
  });
});
