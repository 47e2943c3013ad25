/** Says what changed between two runs. */
import { escapeControls } from "../../captures/escape.ts";
import { listed } from "../../suites/kit/listed.ts";
import { several } from "../../suites/kit/narration.ts";
import { compareReports, type Comparison, type Side } from "../../suites/report/comparison.ts";
import { VERDICT_WORDS } from "../../suites/report/words.ts";
import { changeOf, openNamed, readReport } from "./run_on_disk.ts";
import { print, printJson, UsageError } from "./usage.ts";

/** Runs `compare`; gives the exit code. */
export async function compare(
  before: string,
  after: string,
  { json = false }: { json?: boolean },
): Promise<number> {
  const comparison = compareReports(await openSide(before), await openSide(after));
  if (json) printJson(comparison);
  else print(comparisonText(comparison));
  return comparison.exit_code;
}

/** A run that has ended. @throws {UsageError} When it is none, or its report is not what it was. */
async function openSide(run: string): Promise<Side> {
  const refuse = (why: string) => new UsageError(`Cannot compare ${run} as ${why}`);
  const disk = await openNamed(run);
  if (disk === undefined) throw refuse("there is no such directory");
  const report = readReport(disk);
  if (report === undefined) {
    throw refuse(
      disk.plan === undefined
        ? "it is no run directory: it has no report.json"
        : "it has not ended: certify --resume goes on with it",
    );
  }
  if (typeof report === "string") throw refuse(`report.json ${report}`);
  const change = disk.unproven ?? changeOf(disk, "report.json");
  // An answer about captures has no plan, and its manifest lies where nobody vouches for it.
  if (change !== undefined && report.run.world !== "captures") throw refuse(change);
  return { run, report, profiles: (disk.plan?.devices ?? []).map(({ sha256 }) => sha256) };
}

/** How each change is told, the gravest first. */
const HEADINGS: readonly (readonly [Comparison["scenarios"][number]["change"], string])[] = [
  ["newly_failing", "newly failing"],
  ["worse", "worse"],
  ["fixed", "fixed"],
  ["better", "changed for the better"],
  ["absent", "no longer judged"],
  ["new", "judged in the second run only"],
];

/** Lines that are shown of each kind. */
const MOST_SHOWN = 12;

/** A comparison for a person at a terminal. */
export function comparisonText(comparison: Comparison): string {
  const { before, after, differences, findings } = comparison;
  const lines = [
    `${before.run} (${before.started}) and ${after.run} (${after.started})`,
    ...differences.map((key) => {
      const field = key as keyof typeof before;
      return `  ${key.replace("_", " ")}: ${text(before[field])} → ${text(after[field])}`;
    }),
    "",
    ...section(
      "Requirements",
      comparison.requirements,
      ({ id, required }) => `${id}${required ? "" : " (not required)"}`,
    ),
    ...section("Scenarios", comparison.scenarios, ({ evidence }) => evidence),
    ...section(
      "Judgements",
      comparison.checks,
      ({ id, evidence, finding }) =>
        `${id} on ${evidence}${finding === undefined ? "" : ` (${finding} finding)`}`,
    ),
  ];
  const sentences: [readonly string[], string][] = [
    [findings.new, "failing now that neither the profile records nor the first run showed"],
    [findings.unrecorded, "failing in both runs that no profile records"],
    [findings.known, "failing that the profile records"],
    [findings.no_longer_seen, "no longer seen to fail"],
  ];
  for (const [ids, what] of sentences) {
    if (ids.length === 0) continue;
    lines.push(`findings   ${several(ids.length, "check")} ${what}: ${shorten(ids)}`);
  }
  lines.push(conclusionOf(comparison));
  return escapeLines(lines);
}

function section<T extends { change: string; before?: string; after?: string }>(
  title: string,
  changed: readonly T[],
  name: (one: T) => string,
): string[] {
  return HEADINGS.flatMap(([change, heading]) => {
    const some = changed.filter((one) => one.change === change);
    if (some.length === 0) return [];
    const shown = some.slice(0, MOST_SHOWN).map((one) =>
      `  ${name(one)}: ${word(one.before)} → ${word(one.after)}`
    );
    const more = some.length - shown.length;
    return [
      `${title} ${heading}: ${some.length}`,
      ...shown,
      ...(more > 0 ? [`  … and ${more} more (--json has them all)`] : []),
      "",
    ];
  });
}

function word(verdict: string | undefined): string {
  if (verdict === undefined) return "not judged";
  return VERDICT_WORDS[verdict as keyof typeof VERDICT_WORDS].word;
}

function text(value: unknown): string {
  if (Array.isArray(value)) return listed(value.map((one) => String(one).slice(0, 12))) || "none";
  const short = String(value).slice(0, 60);
  return short === "" ? "none" : short;
}

function shorten(ids: readonly string[]): string {
  const more = ids.length - MOST_SHOWN;
  return listed([...ids.slice(0, MOST_SHOWN), ...(more > 0 ? [`${more} more`] : [])]);
}

function conclusionOf({ exit_code, requirements, checks, scenarios }: Comparison): string {
  const count = requirements.length + checks.length + scenarios.length;
  switch (exit_code) {
    case 0:
      return count === 0 ? "Nothing changed." : "Nothing that is required became worse.";
    case 1:
      return "Something required fails that did not fail before.";
    case 3:
      return "Nothing required fails anew, but not all that passed before was shown.";
    default:
      return "A judgement of ours broke down in the second run: it says nothing of the device.";
  }
}

function escapeLines(lines: readonly string[]): string {
  return lines.map((line) => escapeControls(line)).join("\n");
}
