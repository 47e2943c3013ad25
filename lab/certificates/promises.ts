/** What a run owed, recomputed from its profiles and the suites of this version. */
import { UnreadableInput } from "../../suites/engine/run_files.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { type Plan, type PlannedEvidence, profileHash } from "../../suites/engine/plan.ts";
import { listed } from "../../suites/kit/listed.ts";
import { verifyProfile } from "../commands/devices.ts";
import type { Owed } from "../commands/owed.ts";
import { type Deviation, otherThanPlanned } from "../commands/run_on_disk.ts";
import { scenariosOfPlan } from "../commands/run_plan.ts";
import { scenariosOfWhole } from "../commands/scenarios_owed.ts";
import { UsageError } from "../commands/usage.ts";
import {
  type Finding,
  finding,
  type FindingName,
} from "../../suites/report/certificate/findings.ts";

/** Evidence directories that a sentence names; more are counted. */
const NAMED = 5;

/** Holds a plan against what its devices owe. */
export async function planFindings(plan: Plan, { owed, devices }: Owed): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { sha256, profile } of plan.devices) {
    if (profileHash(profile) !== sha256) {
      const what = `the profile of ${profile.name} is not the one whose hash the plan holds`;
      findings.push(finding("profile_other", what));
    }
    try {
      await verifyProfile(profile, plan.started.slice(0, 10));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      findings.push(finding("profile_other", error.message));
    }
  }
  if (plan.selection !== undefined) return [...findings, finding("selection")];
  findings.push(...shardFindings(plan));
  const whole = scenariosOfPlan(scenariosOfWhole([...owed.keys()], devices, plan), plan.seed);
  return [...findings, ...differences(plan, whole)];
}

function shardFindings({ shard, merged }: Plan): Finding[] {
  if (shard !== undefined) {
    const what = `the run is shard ${shard.index} of ${shard.of}, and no whole`;
    return [finding("shard_missing", what)];
  }
  if (merged === undefined) return [];
  const there = new Set(merged.shards.map(({ index }) => index));
  const strange = merged.shards.map(({ index }) => index)
    .filter((index, i, all) => index > merged.of || all.indexOf(index) < i);
  if (strange.length > 0) {
    const what = `put together from shards that cannot be, or twice: ${
      strange.slice(0, NAMED).join(", ")
    } of ${merged.of}`;
    return [finding("shard_other", what)];
  }
  const lost = Array.from({ length: merged.of }, (_, i) => i + 1).filter((i) => !there.has(i));
  if (lost.length === 0) return [];
  // What was to be in it was not shown, and the verdict says so.
  const what = `lost of ${merged.of} shards: ${lost.slice(0, NAMED).join(", ")}`;
  return [finding("shard_missing", what, "open")];
}

function differences(plan: Plan, whole: readonly PlannedEvidence[]): Finding[] {
  const findings: Finding[] = [];
  const planned = new Map(plan.scenarios.map((one) => [one.evidence, one]));
  const owes = new Map(whole.map((one) => [one.evidence, one]));
  const left = [...owes.keys()].filter((evidence) => !planned.has(evidence));
  if (left.length > 0) {
    findings.push(finding("plan_incomplete", `the plan leaves out ${someOf(left)}`));
  }
  const more = [...planned.keys()].filter((evidence) => !owes.has(evidence));
  if (more.length > 0) {
    const what = `the plan names ${someOf(more)}, which its devices do not owe`;
    findings.push(finding("plan_other", what));
  }
  if (planned.size < plan.scenarios.length) {
    findings.push(finding("plan_other", "the plan names evidence twice"));
  }
  for (const [evidence, { suite, scenario, seed, devices }] of planned) {
    const due = owes.get(evidence);
    if (due === undefined) continue;
    const differs = (name: FindingName, field: string, found: unknown, wanted: unknown) => {
      if (JSON.stringify(found) === JSON.stringify(wanted)) return;
      const what = `the plan has another ${field} for ${evidence} than is owed`;
      findings.push(finding(name, what));
    };
    differs("evidence_other", "scenario", [suite, scenario], [due.suite, due.scenario]);
    differs("seed_other", "seed", seed, due.seed);
    const sorted = (record: Record<string, string>) => Object.entries(record).sort();
    differs("profile_other", "device", sorted(devices), sorted(due.devices));
  }
  return findings;
}

function someOf(paths: readonly string[]): string {
  const more = paths.length - NAMED;
  return listed([...paths.slice(0, NAMED), ...(more > 0 ? [`${more} more`] : [])]);
}

/** Names of the ways in which evidence is not that of its plan. */
const DEVIATIONS: Record<Deviation["field"], FindingName> = {
  scenario: "evidence_other",
  suite: "evidence_other",
  world: "evidence_other",
  seed: "seed_other",
  device: "profile_other",
};

/** Holds what the evidence of each scenario says of itself against the plan. */
export async function evidenceFindings(root: string, plan: Plan): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const planned of plan.scenarios) {
    const { evidence } = planned;
    try {
      const record = await loadEvidence(`${root}/${evidence}`);
      for (const { field, what } of otherThanPlanned(planned, record, plan.world)) {
        findings.push(finding(DEVIATIONS[field], `of ${evidence}: ${what}`));
      }
    } catch (error) {
      if (!(error instanceof UnreadableInput)) throw error;
      // As the manifest has it, so nobody took it away since: the verdict says what it left open.
      const what = `${evidence} was left unfinished: ${reason(error)}`;
      findings.push(finding("scenario_missing", what, "open"));
    }
  }
  return findings;
}

/** Why something cannot be read, without the path of the folder that it was unpacked to. */
function reason({ message }: Error): string {
  return message.replace(/^Cannot read .*? as /s, "");
}
