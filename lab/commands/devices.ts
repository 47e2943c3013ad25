import { Limit, readNamedText, UnreadableInput } from "../../suites/engine/run_files.ts";
import { allSuites } from "../../suites/registry.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { gotUnknown } from "../../suites/kit/nearest.ts";
import { parameterProblem } from "../../suites/kit/parameters.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { isProfileName } from "./profile_name.ts";
import { formatProblem, readProfile } from "./profile_text.ts";
import { classesOf, rolesOf } from "./run_plan.ts";
import { UsageError } from "./usage.ts";

/** Folder of the project's device profiles. */
const PROFILES = new URL("../devices/profiles/", import.meta.url);

/**
 * Loads a device profile: a NAME stands for `lab/devices/profiles/NAME.json`, anything else is a path.
 * @throws {UsageError} When there is no such profile, or it breaks the schema.
 */
export async function loadProfile(nameOrPath: string): Promise<Profile> {
  const { text } = await profileText(nameOrPath);
  const { profile, problems } = readProfile(text);
  if (profile !== undefined) return profile;
  const more = problems.length > 1 ? `; and ${problems.length - 1} more (device validate)` : "";
  throw new UsageError(
    `Cannot load device profile ${nameOrPath}: ${formatProblem(problems[0])}${more}`,
  );
}

/**
 * The text of a device profile, and where it stands.
 * @throws {UsageError} When there is no such profile.
 */
export async function profileText(nameOrPath: string): Promise<{ text: string; path: string }> {
  const isName = isProfileName(nameOrPath);
  try {
    const path = isName ? new URL(`${nameOrPath}.json`, PROFILES) : nameOrPath;
    const text = readNamedText(path, Limit.profile);
    return { text, path: path instanceof URL ? path.pathname : path };
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    const why = error.message.replace(/^Cannot read .*? as /s, "");
    const hint = isName ? `: ${gotUnknown(nameOrPath, await deviceNames())}` : "";
    throw new UsageError(`Cannot load device profile ${nameOrPath} as ${why}${hint}`);
  }
}

/** Names of the profiles in `lab/devices/profiles/`, sorted. */
export async function deviceNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(PROFILES)) {
    if (name.endsWith(".json")) names.push(name.slice(0, -".json".length));
  }
  return names.sort();
}

/** Days for which an exception may hold: after that somebody has to think again. */
const LONGEST_EXCEPTION = 366;

/**
 * Holds what a profile names against the suites: roles, classes, variants, taps, parameters,
 * checks and requirements, and how long its exceptions hold.
 * @param today `YYYY-MM-DD`.
 * @throws {UsageError} When a name is unknown: a word that means nothing must not pass for a choice.
 */
export async function verifyProfile(
  profile: Profile,
  today = new Date().toISOString().slice(0, 10),
): Promise<void> {
  const suites = await allSuites();
  const problem = unknownIn(profile, suites) ??
    parameterProblem(profile.parameters, suites.map(({ parameters = {} }) => parameters)) ??
    exclusive(profile, suites) ??
    doubled(profile) ??
    tooLong(profile, today);
  if (problem !== undefined) {
    throw new UsageError(`Cannot use profile ${profile.name} as ${problem}`);
  }
}

/** What of a profile the suites do not know, with the nearest that they do. */
function unknownIn(profile: Profile, suites: readonly Suite[]): string | undefined {
  const { attach, exceptions, classes, roles, findings = [] } = profile;
  const variants = suites.flatMap(({ mutants, legalVariants = [] }) => [
    ...mutants,
    ...legalVariants,
  ]);
  const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);
  const requirements = suites.flatMap((suite) => Object.keys(suite.requirements));
  const knownRoles = suites.flatMap(rolesOf);
  const nodes = suites.flatMap(({ scenarios }) =>
    scenarios.flatMap(({ topology }) => Object.keys(topology.nodes))
  );
  const words: [string, readonly string[], Iterable<string>][] = [
    ["a role", roles, knownRoles],
    ["a class", classes, suites.flatMap(classesOf)],
    ["a waived requirement", exceptions.map(({ requirement }) => requirement), requirements],
    [
      "the check of a finding",
      findings.map(({ check }) => check),
      suites.flatMap((suite) => ids(suite.checks)),
    ],
    ["a requirement of a finding", findings.flatMap((one) => one.requirements), requirements],
  ];
  if (attach.kind === "reference" && attach.variant !== undefined) {
    words.push(["its variant", [attach.variant], ids(variants)]);
  }
  if (attach.kind === "captures") {
    const named = Object.values(attach.taps).map(({ node }) => node);
    // A second sender is `sender2`.
    const numbered = named.filter((node) => knownRoles.includes(node.replace(/\d+$/, "")));
    words.push(["the node of a tap", named, [...knownRoles, ...nodes, ...numbered]]);
  }
  for (const [what, given, known] of words) {
    const unknown = given.find((word) => ![...known].includes(word));
    if (unknown !== undefined) return `${what} is unknown: ${gotUnknown(unknown, known)}`;
  }
  return undefined;
}

/** Why nobody could keep all classes that a device declares; our own peers take one for each scenario. */
function exclusive({ attach, classes }: Profile, suites: readonly Suite[]): string | undefined {
  if (attach.kind === "reference") return undefined;
  const pair = suites.flatMap(({ exclusive = [] }) => exclusive)
    .find((one) => one.classes.every((word) => classes.includes(word)));
  return pair && `no device can be both ${pair.classes.join(" and ")}: ${pair.why}`;
}

function doubled({ exceptions }: Profile): string | undefined {
  const ids = exceptions.map(({ requirement }) => requirement);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice && `it may have one exception for a requirement: got several for ${twice}`;
}

function tooLong({ exceptions }: Profile, today: string): string | undefined {
  const limit = new Date(Date.parse(today) + LONGEST_EXCEPTION * 86_400_000);
  const last = limit.toISOString().slice(0, 10);
  const found = exceptions.find(({ expires }) => expires > last);
  return found &&
    `the exception for ${found.requirement} may hold until ${last} at most: got ${found.expires}`;
}
