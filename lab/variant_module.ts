/** Mutants and legal variants of a module outside the project, held against what the suites know. */
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { gotUnknown } from "../suites/kit/nearest.ts";
import type { Suite } from "../suites/kit/suite.ts";
import type { VariantModule } from "../suites/kit/variant_module.ts";

/** The module cannot be loaded, or says what no suite knows. */
export class UnusableVariants extends Error {
  override name = "UnusableVariants";
}

const id = z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/, "must be words parted by slashes");
const rules = z.record(z.string(), z.record(z.string(), z.unknown()));
const common = { id, title: z.string().min(1), role: z.string(), rules };

const moduleSchema = z.strictObject({
  suite: z.string(),
  mutants: z.array(z.strictObject({
    ...common,
    violates: z.string(),
    alsoViolates: z.array(z.string()).optional(),
  })).default([]),
  legalVariants: z.array(z.strictObject({
    ...common,
    source: z.string().min(1),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })).default([]),
});
const manySchema = z.array(moduleSchema).min(1);

/**
 * The suites that a module names, each with the module's variants in the place of its own.
 * @param path A TypeScript or JavaScript module, relative to the present folder.
 * @throws {UnusableVariants} When it cannot be used, with the reason.
 */
export async function suitesWithVariants(
  path: string,
  suites: readonly Suite[],
): Promise<Suite[]> {
  const parts = await loadModule(path);
  const known = new Set(
    suites.flatMap(({ mutants, legalVariants = [] }) => [...mutants, ...legalVariants])
      .map((variant) => variant.id),
  );
  const found = new Map<string, Suite>();
  for (const { suite: word, mutants = [], legalVariants = [] } of parts) {
    const suite = suites.find(({ name }) => name === word);
    if (suite === undefined) {
      const words = suites.map(({ name }) => name);
      throw refusal(path, `its suite is unknown: ${gotUnknown(word, words)}`);
    }
    for (const variant of [...mutants, ...legalVariants]) {
      if (known.has(variant.id)) throw refusal(path, `two variants have the id ${variant.id}`);
      known.add(variant.id);
      verify(path, suite, variant);
    }
    const before = found.get(word) ?? { ...suite, mutants: [], legalVariants: [] };
    found.set(word, {
      ...before,
      mutants: [...before.mutants, ...mutants],
      legalVariants: [...before.legalVariants ?? [], ...legalVariants],
    });
  }
  return [...found.values()];
}

async function loadModule(path: string): Promise<readonly VariantModule[]> {
  let value: unknown;
  try {
    ({ default: value } = await import(pathToFileURL(Deno.realPathSync(path)).href));
  } catch (error) {
    throw refusal(path, error instanceof Error ? error.message : String(error));
  }
  if (value === undefined) throw refusal(path, "it has no default export");
  const result = (Array.isArray(value) ? manySchema : moduleSchema).safeParse(value);
  if (!result.success) throw refusal(path, z.prettifyError(result.error));
  // The module's own objects: rules may be functions that belong to them.
  return (Array.isArray(value) ? value : [value]) as VariantModule[];
}

type Variant = NonNullable<VariantModule["mutants" | "legalVariants"]>[number];

/** @throws {UnusableVariants} When a variant names what the suite does not have. */
function verify(path: string, suite: Suite, variant: Variant): void {
  const refuse = (why: string) => refusal(path, `${variant.id}: ${why}`);
  const { requirements, scenarios, machines } = suite, { role } = variant;
  if ("violates" in variant) {
    for (const word of [variant.violates, ...variant.alsoViolates ?? []]) {
      if (Object.hasOwn(requirements, word)) continue;
      throw refuse(`a requirement is unknown: ${gotUnknown(word, Object.keys(requirements))}`);
    }
  }
  const roles = new Set(
    scenarios.flatMap(({ nodes }) => Object.values(nodes).map((setup) => setup.role)),
  );
  roles.delete("tester");
  if (!roles.has(role)) throw refuse(`its role is unknown: ${gotUnknown(role, roles)}`);
  if (machines === undefined) throw refuse(`the suite ${suite.name} does not list its rules`);
  const replaced = Object.entries(variant.rules as Record<string, object>);
  for (const [machine, own] of replaced) {
    if (!Object.hasOwn(machines, machine)) {
      throw refuse(`a machine is unknown: ${gotUnknown(machine, Object.keys(machines))}`);
    }
    const known = machines[machine] as Record<string, unknown>;
    for (const [rule, value] of Object.entries(own)) {
      if (!Object.hasOwn(known, rule)) {
        throw refuse(`a rule of ${machine} is unknown: ${gotUnknown(rule, Object.keys(known))}`);
      }
      if (typeof value !== typeof known[rule]) {
        throw refuse(`rule ${rule} must be a ${typeof known[rule]}: got a ${typeof value}`);
      }
    }
  }
  const isChanged = replaced.some(([, own]) => Object.keys(own).length > 0);
  if ("violates" in variant && !isChanged) throw refuse("it replaces no rule");
}

function refusal(path: string, why: string): UnusableVariants {
  const line = why.trim().replace(/\s*\n\s*/g, "; ");
  return new UnusableVariants(`Cannot take variants from ${path} as ${line}`);
}
