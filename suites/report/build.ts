import type { JudgedCheck } from "../engine/judge.ts";
import { levelOf } from "../engine/scope.ts";
import type { Suite } from "../kit/suite.ts";
import { concludeAnswer, concludeRun, EXIT } from "../engine/conclusion.ts";
import { type JudgedRequirement, totalsOf, type Waiver } from "../engine/tally.ts";
import { VERSION } from "../engine/version.ts";
import { type FindingDevice, recordedFinding, reportFindings } from "./findings.ts";
import type { Report, ReportCheck } from "./model.ts";
import { repetitionsOf } from "./repetitions.ts";

/** More frames than this prove no more, and a report is to be read. */
const MOST_FRAMES = 20;

/** A judgement and the evidence directory that it rests on, relative to the run directory. */
export interface PlacedCheck extends JudgedCheck {
  evidence: string;
}

/** Everything that a report is made from. */
export interface RunResult {
  run: Report["run"];
  device: Omit<Report["device"], "exceptions" | "findings">;
  /** The devices under test; none when these were the reference peers. */
  profiles: readonly FindingDevice[];
  suites: { suite: Suite; checks: PlacedCheck[] }[];
  requirements: JudgedRequirement[];
  waivers: Waiver[];
  captures: Report["captures"];
  notes?: NonNullable<Report["notes"]>;
  /** What the run directory says that its evidence does not; undefined where they agree. */
  contradiction?: string;
  /** What the conversations of captures came to. */
  conversations?: Report["conversations"];
}

/** Makes the report of a run. */
export function buildReport(result: RunResult): Report {
  const totals = totalsOf(result.suites.flatMap(({ checks }) => checks));
  const { requirements, waivers, contradiction, profiles } = result;
  const contradicted = contradiction !== undefined;
  const conclusion = result.conversations?.undeclared
    ? concludeAnswer({ totals, requirements })
    : concludeRun({ totals, requirements, waivers, contradicted });
  const suites = result.suites.map(({ suite, checks }) => ({
    name: suite.name,
    checks: checks.map((judged) => reportCheck(suite, judged, profiles)),
  }));
  const findings = reportFindings(profiles, suites, result.run.selection);
  const repetitions = repetitionsOf(suites.flatMap(({ checks }) => checks), result.run.repeat);
  return {
    schema: 1,
    plumbline: VERSION,
    run: result.run,
    device: {
      ...result.device,
      exceptions: result.waivers,
      ...(findings.length === 0 ? {} : { findings }),
    },
    conclusion,
    exit_code: EXIT[conclusion],
    ...(contradicted ? { contradiction } : {}),
    suites,
    requirements: requirements.map(({ suite, requirement, verdict, reason, ...rest }) => ({
      id: requirement.id,
      suite,
      level: requirement.level,
      verdict,
      ...(reason === undefined ? {} : { reason }),
      required: rest.required,
      checks: rest.checks,
      source: requirement.source,
      text: requirement.text,
      classes: [...requirement.classes ?? []],
    })),
    totals,
    captures: result.captures,
    ...(repetitions === undefined ? {} : { repetitions }),
    ...(result.notes === undefined || result.notes.length === 0 ? {} : { notes: result.notes }),
    ...(result.conversations === undefined ? {} : { conversations: result.conversations }),
  };
}

function reportCheck(
  suite: Suite,
  judged: PlacedCheck,
  profiles: readonly FindingDevice[],
): ReportCheck {
  const { check, outcome, scenario, evidence, durationMs } = judged;
  const word = suite.scenarios.find(({ id }) => id === scenario)?.class;
  const roles = judged.roles.length === 0 ? {} : { roles: [...judged.roles] };
  return {
    id: check.id,
    title: check.title,
    covers: [...check.covers],
    level: levelOf(suite, check),
    ...roles,
    verdict: outcome.verdict,
    ...("reason" in outcome ? { reason: outcome.reason } : {}),
    ...(outcome.verdict === "fail"
      ? {
        expected: outcome.expected,
        actual: outcome.actual,
        frames: outcome.frames.slice(0, MOST_FRAMES)
          .map(({ capture, number }) => ({ capture, number })),
        ...findingOf(profiles, { id: check.id, ...roles }),
      }
      : {}),
    scenario: scenario ?? "",
    ...(word === undefined ? {} : { class: word }),
    evidence,
    duration_ms: Math.round(durationMs * 1000) / 1000,
  };
}

/** What profiles say of a failure; nothing where no device under test has one. */
function findingOf(
  profiles: readonly FindingDevice[],
  judged: Pick<ReportCheck, "id" | "roles">,
): Pick<ReportCheck, "finding"> {
  if (profiles.length === 0) return {};
  return { finding: recordedFinding(profiles, judged) === undefined ? "new" : "known" };
}
