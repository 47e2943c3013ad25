/** Judges the evidence of a run again, and holds what stands in its directory against it. */
import { type JudgedCheck, scopesOf } from "../../suites/engine/judge.ts";
import { loadEvidence, UnreadableInput } from "../../suites/engine/load.ts";
import { scopesPlayed } from "../../suites/engine/owed.ts";
import { type PlannedEvidence, profileHash } from "../../suites/engine/plan.ts";
import type { Scope } from "../../suites/engine/scope.ts";
import { resolve } from "../../suites/kit/paths.ts";
import { isPlainReference } from "../../suites/kit/device_origin.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { inconclusive, type Outcome } from "../../suites/kit/verdict.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { Report } from "../../suites/report/model.ts";
import { projectSuite } from "../../suites/registry.ts";
import { concludes, type Finished } from "./finish.ts";
import { isPart, owedBy, runOf } from "./owed.ts";
import { scenariosOfPlan } from "./run_plan.ts";
import { scenariosOwed } from "./scenarios_owed.ts";
import { commit } from "./run_metadata.ts";
import {
  changeOf,
  damageOf,
  exists,
  findEvidence,
  openRun,
  readReport,
  type RunOnDisk,
} from "./run_on_disk.ts";
import { differenceOf, differentPage } from "./report_difference.ts";
import { logNotes, ownValue } from "./run_log.ts";
import { type Judged, judgeDirectory, notRunSentence, unjudged } from "./run_scenarios.ts";
import { UsageError } from "./usage.ts";

/** What is asked for of a run. */
export interface RunChoice {
  /** Profile that takes the place of those that the evidence names: of evidence without a plan only. */
  profile?: Profile;
  /** Words of suites. */
  suites?: readonly string[];
  /** Only checks whose id begins with this. */
  prefix?: string;
}

/** A run judged again: everything but what its report says of the judging. */
export type JudgedRun =
  & Omit<Finished, "run">
  & Pick<Report["run"], "seed" | "world" | "selection" | "scope" | "repeat" | "shard">
  & { disk: RunOnDisk };

/**
 * Judges a run directory, one evidence directory of it, or evidence that belongs to no run.
 * @throws {UsageError} When there is nothing that can be judged.
 */
export async function judgeRun(path: string, choice: RunChoice): Promise<JudgedRun> {
  return await judgeOpened(path, await openRun(path), choice);
}

/**
 * Judges what was opened already.
 * @param path What to call it in messages.
 * @throws {UsageError} When there is nothing that can be judged.
 */
export async function judgeOpened(
  path: string,
  disk: RunOnDisk,
  choice: RunChoice,
): Promise<JudgedRun> {
  return disk.plan === undefined
    ? await judgeLoose(path, disk, choice)
    : await judgePlanned(path, disk, choice);
}

async function judgePlanned(path: string, disk: RunOnDisk, choice: RunChoice): Promise<JudgedRun> {
  const plan = disk.plan!;
  const { profile, suites, prefix } = choice;
  if (profile !== undefined && !plan.devices.some((one) => one.sha256 === profileHash(profile))) {
    throw new UsageError(
      `Cannot judge ${path} by profile ${profile.name} as its plan names ${
        plan.devices.map((device) => device.profile.name).join(" and ") || "no device"
      }, and says what these owe`,
    );
  }
  const { owed, devices, scope } = await owedBy(plan, suites);
  const isChosen = ({ evidence, suite }: PlannedEvidence) =>
    suites?.includes(suite) !== false && (disk.only === undefined || evidence === disk.only);
  // A plan that was thinned out owes what a run of the same devices owes.
  const whole = scenariosOfPlan(scenariosOwed([...owed.keys()], devices, plan), plan.seed);
  const listed = new Set(plan.scenarios.map(({ evidence }) => evidence));
  const scenarios = [
    ...plan.scenarios,
    ...whole.filter(({ evidence }) => !listed.has(evidence)),
  ].filter(isChosen);
  const judged: Judged[] = [];
  for (const planned of scenarios) {
    const suite = await projectSuite(planned.suite);
    if (suite === undefined) continue;
    const profiles = Object.fromEntries(
      Object.entries(planned.devices).flatMap(([node, hash]) => {
        const device = plan.devices.find((one) => one.sha256 === hash)?.profile;
        return device === undefined ? [] : [[node, device]];
      }),
    );
    const scopes = scopesPlayed(suite, planned.scenario, profiles);
    judged.push(
      await judgeScenario(suite, disk, planned, scopes, prefix ?? plan.selection?.prefix),
    );
  }
  const { repeat, shard } = runOf(plan, { id: "", milliseconds: 0, scope });
  const found = {
    ...{ disk, judged, owed, devices, scope, seed: plan.seed, world: plan.world, repeat, shard },
    selection: isPart(plan) || (prefix ?? disk.only) !== undefined,
    notes: [...await strangers(disk, listed), ...logNotes(disk.log)],
  };
  return { ...found, ...await heldAgainstReport(found, choice) };
}

/** Judges what the evidence of a planned scenario bears: nothing, where it is missing or was changed. */
async function judgeScenario(
  suite: Suite,
  disk: RunOnDisk,
  planned: PlannedEvidence,
  scopes: readonly Scope[],
  prefix = "",
): Promise<Judged> {
  const { evidence, scenario } = planned;
  const directory = `${disk.root}/${evidence}`;
  try {
    const record = await loadEvidence(directory);
    const damage = disk.unproven === undefined ? damageOf(disk, planned, record) : [];
    const judged = await judgeDirectory(suite, disk.root, evidence, { scopes, prefix, damage });
    return placed(disk, judged);
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    const isThere = exists(`${directory}/scenario.json`, "file");
    const why = isThere ? undefined : ownValue(disk.log?.not_run ?? {}, evidence);
    const found = isThere ? error.message : `${evidence} is missing`;
    const reason = why === undefined ? `the evidence is unfinished: ${found}` : notRunSentence(why);
    return unjudged({ suite, scenario, evidence, scopes, prefix }, reason);
  }
}

/** Judges evidence that belongs to no run: what it shows by itself, as captures would. */
async function judgeLoose(path: string, disk: RunOnDisk, choice: RunChoice): Promise<JudgedRun> {
  const { profile, suites, prefix } = choice;
  const directories = await findEvidence(disk.root);
  if (directories.length === 0) {
    throw new UsageError(
      `Cannot judge ${path} as no plan.json and no scenario.json lies in it or under evidence/`,
    );
  }
  const judged: Judged[] = [];
  const owed = new Map<Suite, Scope[]>();
  const devices = new Map<string, Profile>();
  let first: { seed: number; world: Report["run"]["world"] } | undefined;
  for (const evidence of directories) {
    const record = await loadEvidence(evidence === "" ? disk.root : `${disk.root}/${evidence}`);
    const suite = await projectSuite(record.suite);
    if (suite === undefined || suites?.includes(suite.name) === false) continue;
    first ??= record;
    const scopes = scopesOf(record).map(({ roles, classes }) => ({
      roles: roles.filter((role) => profile?.roles.includes(role) ?? true),
      classes: profile?.classes ?? classes,
    }));
    judged.push(
      placed(disk, await judgeDirectory(suite, disk.root, evidence, { scopes, prefix })),
    );
    owed.set(suite, [...owed.get(suite) ?? [], ...scopes]);
    for (const { profile: device } of Object.values(record.nodes)) {
      if (!isPlainReference(device)) devices.set(profileHash(device), device);
    }
  }
  if (first === undefined) {
    throw new UsageError(`Cannot judge ${path} as its evidence belongs to none of the suites`);
  }
  return {
    ...{
      disk,
      judged,
      owed,
      seed: first.seed,
      world: first.world,
      selection: prefix !== undefined,
    },
    scope: undefined,
    devices: profile === undefined ? [...devices.values()] : [profile],
    notes: [{ evidence: "", text: disk.unproven! }],
  };
}

/** A judgement whose captures are found from anywhere, and that claims no more than is proven. */
function placed({ root, unproven }: RunOnDisk, judged: Judged): Judged {
  return {
    ...judged,
    captures: judged.captures.map((capture) => ({ ...capture, file: resolve(root, capture.file) })),
    checks: unproven === undefined ? judged.checks : judged.checks.map((check) => ({
      ...check,
      outcome: withoutProof(check, unproven),
    })),
  };
}

/**
 * What a judgement is worth when nothing proves that the evidence is whole: what it holds may be
 * broken for all to see, but what is missing may be anything.
 */
function withoutProof({ check, outcome }: JudgedCheck, unproven: string): Outcome {
  const stands = outcome.verdict === "fail"
    ? check.kind === "invariant" || check.standsAlone
    : outcome.verdict !== "pass";
  return stands ? outcome : inconclusive(unproven);
}

/** Evidence that lies in a run directory and that the plan does not know. */
async function strangers(
  { root }: RunOnDisk,
  listed: ReadonlySet<string>,
): Promise<NonNullable<Report["notes"]>> {
  return (await findEvidence(root)).filter((evidence) => !listed.has(evidence)).map((evidence) => ({
    evidence,
    text: "left out, as the plan of the run does not know it",
  }));
}

/** How the report of a run that was judged again differs from what its evidence says. */
async function heldAgainstReport(
  found: Omit<JudgedRun, "contradiction">,
  { suites, prefix }: RunChoice,
): Promise<Pick<Finished, "contradiction" | "notes">> {
  const { disk, selection, scope, notes = [] } = found;
  const plan = disk.plan!;
  const report = readReport(disk);
  if (report === undefined) {
    return disk.manifest === undefined ? {} : { contradiction: "report.json is missing" };
  }
  if (typeof report === "string") return { contradiction: `report.json ${report}` };
  const run = { ...runOf(plan, { id: "", milliseconds: 0, scope }), selection };
  const ours = concludes({ ...found, run });
  const part = (suites ?? prefix ?? disk.only) !== undefined;
  const difference = differenceOf(report, ours, { root: disk.root, part });
  const current = plan.plumbline === VERSION && plan.commit === await commit();
  if (difference === undefined) {
    // Another version may have other words.
    const page = current && !part ? differentPage(disk, report) : undefined;
    return page === undefined ? {} : { contradiction: page };
  }
  // Another version may have other checks; what it wrote is in its place as long as nobody touched it.
  if (current || changeOf(disk, "report.json") !== undefined) return { contradiction: difference };
  const by = `Plumbline ${plan.plumbline} ${plan.commit.slice(0, 12)}`.trim();
  return { notes: [...notes, { evidence: "", text: `${difference}: it was judged by ${by}` }] };
}
