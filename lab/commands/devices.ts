import { variantOf } from "../reference.ts";
import { oneLine } from "../../suites/engine/load.ts";
import { allSuites } from "../../suites/registry.ts";
import { type Profile, profileSchema } from "../../suites/kit/profile.ts";
import { type ParameterDefinitions, parameterProblem } from "../../suites/kit/parameters.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { UsageError } from "./usage.ts";

/** Folder of the project's device profiles. */
const PROFILES = new URL("../devices/", import.meta.url);

/**
 * Loads a device profile: a NAME stands for `lab/devices/NAME.json`, anything else is a path.
 * @throws {UsageError} When there is no such profile, or it breaks the schema.
 */
export async function loadProfile(nameOrPath: string): Promise<Profile> {
  const isName = /^[a-z0-9_-]+$/i.test(nameOrPath);
  let text: string;
  try {
    text = await Deno.readTextFile(isName ? new URL(`${nameOrPath}.json`, PROFILES) : nameOrPath);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound ? "there is none" : "it cannot be opened";
    const hint = isName ? `: known are ${(await deviceNames()).join(", ")}` : "";
    throw new UsageError(`Cannot load device profile ${nameOrPath} as ${why}${hint}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`Cannot load device profile ${nameOrPath} as it must be JSON`);
  }
  const result = profileSchema.safeParse(value);
  if (result.success) return result.data;
  throw new UsageError(`Cannot load device profile ${nameOrPath}: ${oneLine(result.error)}`);
}

/** Names of the profiles in `lab/devices/`, sorted. */
export async function deviceNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(PROFILES)) {
    if (name.endsWith(".json")) names.push(name.slice(0, -".json".length));
  }
  return names.sort();
}

/**
 * Holds what a profile names against the suites: variants, parameters, waived requirements, classes.
 * @param chosen Suites that are loaded already; the others are, when these do not know all of it.
 * @throws {UsageError} When a name is unknown: a word that means nothing must not pass for a choice.
 */
export async function verifyProfile(profile: Profile, chosen: readonly Suite[]): Promise<void> {
  if (unknownIn(profile, chosen) === undefined) return;
  const unknown = unknownIn(profile, await allSuites());
  if (unknown !== undefined) {
    throw new UsageError(`Cannot use profile ${profile.name} as ${unknown}`);
  }
}

function definitionsOf(suites: readonly Suite[]): ParameterDefinitions[] {
  return suites.flatMap(({ parameters }) => parameters === undefined ? [] : [parameters]);
}

/** All parameters but those that a suite may know which does not say what it knows. */
function parametersToHold(parameters: Profile["parameters"], suites: readonly Suite[]) {
  if (suites.every((suite) => suite.parameters !== undefined)) return parameters;
  const known = definitionsOf(suites);
  return Object.fromEntries(
    Object.entries(parameters).filter(([name]) => known.some((of) => Object.hasOwn(of, name))),
  );
}

/** What of a profile these suites do not know. */
function unknownIn(profile: Profile, suites: readonly Suite[]): string | undefined {
  const unknown = (what: string, name: string) => `${what} is unknown: got ${name}`;
  const { attach, exceptions, classes, roles, parameters } = profile;
  if (attach.kind === "reference" && attach.variant !== undefined) {
    const { variant } = attach;
    if (!suites.some((suite) => variantOf(suite, variant) !== undefined)) {
      return unknown("its variant", variant);
    }
  }
  const problem = parameterProblem(parametersToHold(parameters, suites), definitionsOf(suites));
  if (problem !== undefined) return problem;
  for (const { requirement } of exceptions) {
    const known = suites.some(({ requirements }) => requirement in requirements);
    if (!known) return unknown("a waived requirement", requirement);
  }
  const all = suites.flatMap(({ requirements }) => Object.values(requirements));
  const classesOfScenarios = new Set(
    suites.flatMap((s) => s.scenarios.flatMap(({ class: own, needs = [] }) => [own, ...needs])),
  );
  for (const word of classes) {
    const known = all.some((requirement) => requirement.classes?.includes(word));
    if (!known && !classesOfScenarios.has(word)) return unknown("a class", word);
  }
  for (const role of roles) {
    if (!all.some((requirement) => requirement.binds.includes(role))) {
      return unknown("a role", role);
    }
  }
  return undefined;
}
