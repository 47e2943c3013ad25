/** What `device validate`, `probe` and `contract` do. */
import { escapeControls } from "../../captures/escape.ts";
import { listed } from "../../suites/kit/listed.ts";
import { gotOther } from "../../suites/kit/nearest.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { KindName } from "../devices/kinds/kind.ts";
import { kindOf, KINDS, refusal } from "../devices/kinds/registry.ts";
import { inside } from "../worlds/netns/enter.ts";
import { WORLDS } from "../worlds/registry.ts";
import { loadProfile, profileText, verifyProfile } from "./devices.ts";
import { preflight } from "./preflight.ts";
import { formatProblem, placeOfWord, readProfile, type TextProblem } from "./profile_text.ts";
import { provide } from "./provide.ts";
import { type PlannedScenario, planRun, verifyPlaces } from "./run_plan.ts";
import { seedOfRun } from "./run_seed.ts";
import { chooseSuites } from "./suites.ts";
import { print, UsageError } from "./usage.ts";

/** Checks a profile and says what it can be put through; the exit code. */
export async function validate(nameOrPath: string): Promise<number> {
  const { text, path } = await profileText(nameOrPath);
  const { profile, problems = [] } = readProfile(text);
  const found = profile === undefined ? problems : await meaningless(profile, text);
  for (const problem of found) print(escapeControls(`${path}: ${formatProblem(problem)}`));
  if (profile === undefined || found.length > 0) return 2;
  const worlds = WORLDS.filter(({ name }) => refusal(profile, name) === undefined);
  const where = worlds.length === 0 ? "captures alone" : listed(worlds.map(({ name }) => name));
  print(escapeControls(`${path}: ${profile.name}, ${kindOf(profile.attach).summary}: ${where}`));
  if (worlds.length === 0) return 0;
  const planned = planRun(await chooseSuites(), [profile], {});
  for (const role of profile.roles) {
    const count = scenariosAs(planned, role).length;
    const hint = count > 0
      ? ""
      : "; it may lack a class (list scenarios): what it declares is owed";
    print(`  as ${role}: ${count} scenarios${hint}`);
  }
  verifyPlaces(planned);
  return 0;
}

/** The scenarios in which a device plays a role. */
function scenariosAs(planned: readonly PlannedScenario[], role: string): PlannedScenario[] {
  return planned.filter(({ scenario: { nodes }, profiles }) =>
    Object.keys(profiles).some((node) => nodes[node].role === role)
  );
}

/** What of a profile means nothing to the suites, at its place. */
async function meaningless(profile: Profile, text: string): Promise<TextProblem[]> {
  try {
    await verifyProfile(profile);
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const said = error.message.replace(/^Cannot use profile .*? as /s, "");
    const word = said.match(/got (.+?)(;|$)/)?.[1] ?? "";
    return [{ ...placeOfWord(text, word), path: "", text: said }];
  }
}

/** Tries a device in each of its roles; the exit code. */
export async function probe(
  nameOrPath: string,
  { suite, seed: given }: { suite?: string[]; seed?: number },
): Promise<number> {
  const device = await loadProfile(nameOrPath);
  await verifyProfile(device);
  const why = refusal(device, "netns");
  if (why !== undefined) throw new UsageError(why);
  if (kindOf(device.attach).plays !== "third party") {
    throw new UsageError(
      `Cannot probe ${device.name} as it is our own machine: it is always there`,
    );
  }
  const planned = planRun(await chooseSuites(suite), [device], {});
  verifyPlaces(planned);
  if (planned.length === 0) {
    throw new UsageError(`Cannot probe ${device.name} as no scenario fits its roles and classes`);
  }
  const entry = WORLDS.find(({ name }) => name === "netns")!;
  const guard = inside() ? undefined : await provide([device]);
  try {
    const code = await entry.enter(Deno.args);
    if (code !== undefined) return code;
  } finally {
    await guard?.end();
  }
  const world = await entry.open();
  try {
    const seed = given ?? seedOfRun([device]);
    const results = await preflight(world, planned, { seed });
    for (const { suite, role, seconds, problem } of results) {
      const what = problem ?? "it is ready";
      const line = `${device.name} as ${role} of ${suite.name}: ${what} (${seconds.toFixed(1)} s)`;
      print(escapeControls(line));
    }
    return results.every(({ problem }) => problem === undefined) ? 0 : 1;
  } finally {
    await world.close();
  }
}

const HEADINGS = {
  told: "Told",
  ready: "Ready",
  log: "Log",
  instructed: "Instructed",
  ended: "Ended",
};

/** Columns of a line. */
const WIDTH = 98;

/** Prints the contract of a kind, or of all; the exit code. */
export function contract(word: string | undefined): number {
  const kinds = Object.keys(KINDS) as KindName[];
  if (word !== undefined && !kinds.includes(word as KindName)) {
    const known = kinds.join(", ");
    throw new UsageError(
      `Cannot tell as a kind must be one of ${known}: ${gotOther(word, kinds)}`,
    );
  }
  const chosen = word === undefined ? kinds : [word as KindName];
  chosen.forEach((kind) => print(contractText(kind)));
  return 0;
}

/** The contract of a kind as text. */
export function contractText(kind: KindName): string {
  const { summary, contract } = KINDS[kind];
  const parts = Object.entries(HEADINGS).map(([key, heading]) =>
    wrapped(`${heading}: ${contract[key as keyof typeof contract]}`)
  );
  return [`${kind}: ${summary}`, ...parts, ""].join("\n");
}

function wrapped(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last.length + word.length + 3 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line, i) => `  ${i === 0 ? "" : "  "}${line}`).join("\n");
}
