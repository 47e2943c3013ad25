/** Makes the statement of a certificate from what a run owed and what its evidence says. */
import { createHash } from "node:crypto";
import type { Plan } from "../../engine/plan.ts";
import type { Suite } from "../../kit/suite.ts";
import { findingsSentences } from "../findings_words.ts";
import { listed } from "../../kit/listed.ts";
import type { Report, ReportRequirement } from "../model.ts";
import { headline, isWaived } from "../words.ts";
import { type Certificate, CERTIFICATE_TYPE } from "./model.ts";

/** What a certificate says of itself, where everything else follows from the run. */
export type Issue =
  & Pick<Certificate, "issued" | "valid_until" | "judged_by" | "key">
  & { files: Omit<Certificate["files"], "certificate.html"> };

/** A certificate before its page is made, whose hash it holds. */
export type Statement = Omit<Certificate, "files"> & Pick<Issue, "files">;

/** What a statement is made from. */
export interface Basis {
  plan: Plan;
  /** What the evidence says, judged against the plan. */
  report: Report;
  /** The suites that the report speaks of. */
  suites: readonly Suite[];
}

/** The statement of a run. */
export function statementOf({ plan, report, suites }: Basis, issue: Issue): Statement {
  const { title, sentence } = headline(report);
  const { run, device } = report;
  return {
    type: CERTIFICATE_TYPE,
    schema: 1,
    verdict: report.conclusion as Certificate["verdict"],
    headline: title,
    sentence,
    issued: issue.issued,
    valid_until: issue.valid_until,
    devices: plan.devices.map(({ sha256, profile }) => {
      const { name, vendor, version, roles, classes } = profile;
      return { name, vendor, version, roles, classes, profile: sha256 };
    }),
    ...(plan.images === undefined ? {} : { images: imagesOf(plan.images) }),
    suites: suites.map((suite) => ({
      name: suite.name,
      title: suite.title,
      catalogue: catalogueHash(suite),
      results: resultsOf(report.requirements.filter((row) => row.suite === suite.name)),
    })),
    ...(run.scope === undefined ? {} : { scope: run.scope }),
    shortfalls: report.requirements.flatMap((row) => shortfall(report, row)),
    exceptions: device.exceptions,
    findings: findingsSentences(report).map(({ text, checks }) =>
      checks.length === 0 ? text : `${text}: ${listed(checks)}`
    ),
    run: {
      ...{ started: plan.started, seed: plan.seed, world: plan.world, kernel: plan.kernel },
      ...{ version: plan.plumbline, commit: plan.commit, scenarios: plan.scenarios.length },
      command: plan.command,
    },
    judged_by: issue.judged_by,
    files: issue.files,
    key: issue.key,
  };
}

/**
 * SHA-256 of what a suite asks: its requirements, scenarios and checks, in the order in which it names
 * them. What scenarios do and how checks judge is code, which the hash of the sources holds.
 */
export function catalogueHash({ name, requirements, scenarios, checks }: Suite): string {
  const catalogue = {
    name,
    requirements: Object.values(requirements),
    scenarios: scenarios.map(({ run: _, ...rest }) => rest),
    checks: checks.map(({ kind, id, title, covers, on, judges, standsAlone }) => ({
      ...{ kind, id, title, covers, on, judges, standsAlone },
    })),
  };
  const text = JSON.stringify(
    catalogue,
    (_, value) => typeof value === "bigint" ? `${value}n` : value,
  );
  return createHash("sha256").update(text).digest("hex");
}

function imagesOf(images: NonNullable<Plan["images"]>): NonNullable<Certificate["images"]> {
  return Object.entries(images).map(([role, image]) => {
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
    return { role, image, ...(digest === undefined ? {} : { digest }) };
  });
}

function resultsOf(rows: readonly ReportRequirement[]) {
  const count = (level: string, verdict: string) =>
    rows.filter((row) => row.level === level && row.verdict === verdict).length;
  const levelOf = (level: string) => ({
    pass: count(level, "pass"),
    fail: count(level, "fail"),
    inconclusive: count(level, "inconclusive"),
    not_applicable: count(level, "not_applicable"),
    error: count(level, "error"),
  });
  return { MUST: levelOf("MUST"), SHOULD: levelOf("SHOULD"), MAY: levelOf("MAY") };
}

/** A row that keeps the device from being all that it might be. A SHOULD counts where it fails. */
function shortfall(report: Report, row: ReportRequirement): Certificate["shortfalls"] {
  const { id, level, verdict, required, text } = row;
  if (verdict === "pass" || verdict === "not_applicable") return [];
  if (!required && verdict === "inconclusive") return [];
  return [{ requirement: id, level, verdict, excused: isWaived(report, row), text }];
}
