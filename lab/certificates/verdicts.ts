/** Every verdict of a run recomputed from its evidence, and what is said of them held against that. */
import { VERSION } from "../../suites/engine/version.ts";
import { isDeepStrictEqual } from "node:util";
import type { Report } from "../../suites/report/model.ts";
import { catalogueHash, statementOf } from "../../suites/report/certificate/statement.ts";
import { certificateHtml } from "../../suites/report/certificate/page.tsx";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import { Limit, readTextInside } from "../../suites/engine/run_files.ts";
import { sha256 } from "../../suites/report/manifest.ts";
import { renderPage } from "../../suites/report/write.ts";
import { projectSuite } from "../../suites/registry.ts";
import { concludes } from "../commands/finish.ts";
import { judgeOpened } from "../commands/judge_run.ts";
import { type Owed, runOf } from "../commands/owed.ts";
import { differenceOf, differentPage, valueDifference } from "../commands/report_difference.ts";
import { readReport, type RunOnDisk } from "../commands/run_on_disk.ts";
import type { Documents } from "./contents.ts";
import {
  type Finding,
  finding,
  type FindingName,
} from "../../suites/report/certificate/findings.ts";
import { sourcesHash } from "./sources.ts";

/** What the evidence of a run says, and what else is said of it that is not so. */
export interface Recomputed {
  /** The report as the evidence makes it. */
  report: Report;
  findings: Finding[];
}

/** Judges the evidence of a run again, and holds its report and its certificate against that. */
export async function recompute(
  disk: RunOnDisk,
  documents: Documents,
  owed: Owed,
): Promise<Recomputed> {
  const { root, plan, certificate } = documents;
  const judged = await judgeOpened(root, disk, {});
  const run = runOf(plan, { id: "", milliseconds: 0, scope: judged.scope });
  const report = concludes({ ...judged, run, contradiction: undefined });
  const findings = reportFindings(disk, report);
  if (certificate !== undefined) {
    findings.push(...claimFindings(documents, certificate, report, owed));
    // Another version may have other words.
    if (findings.length === 0 && await isCurrent(certificate)) {
      findings.push(...await pageFindings(disk, documents, certificate));
    }
  }
  return { report, findings };
}

/** Whether the very sources that judge here have judged what a certificate is about. */
export async function isCurrent({ judged_by: judge }: Certificate): Promise<boolean> {
  return judge.version === VERSION && judge.sources === await sourcesHash();
}

function reportFindings(disk: RunOnDisk, ours: Report): Finding[] {
  const theirs = readReport(disk);
  if (typeof theirs !== "object") {
    return [finding("report_forged", `report.json ${theirs ?? "is missing"}`)];
  }
  const difference = differenceOf(theirs, ours, { root: disk.root, part: false });
  if (difference !== undefined) return [finding("report_forged", difference)];
  const page = differentPage(disk, theirs);
  return page === undefined ? [] : [finding("page_changed", page)];
}

/** Names of findings by the field of the certificate that is wrong; the first that fits. */
const CLAIMS: readonly [RegExp, FindingName][] = [
  [/^suites\.\d+\.catalogue$/, "suite_version"],
  [/^run\.seed$/, "seed_other"],
  [/^devices\./, "profile_other"],
  [/^files\./, "manifest_changed"],
];

function claimFindings(
  { root, plan }: Documents,
  certificate: Certificate,
  report: Report,
  { owed }: Owed,
): Finding[] {
  const findings: Finding[] = [];
  const suites = [...owed.keys()];
  for (const suite of suites) {
    const said = certificate.suites.find(({ name }) => name === suite.name)?.catalogue;
    if (said !== undefined && said !== catalogueHash(suite)) {
      const what = `suite ${suite.name} is of another version here than the certificate says`;
      findings.push(finding("suite_version", what));
    }
  }
  const { files: { "certificate.html": _, ...files }, ...said } = certificate;
  const hashes = Object.fromEntries(
    Object.keys(files).map((name) => [name, sha256(root, name)]),
  ) as typeof files;
  const ours = statementOf({ plan, report, suites }, { ...certificate, files: hashes });
  // What a suite's version changes was told already.
  const theirs = findings.length > 0 ? { ...said, suites: ours.suites, files } : { ...said, files };
  if (!isDeepStrictEqual(theirs, ours)) {
    const found = valueDifference(theirs, ours);
    const at = found?.at ?? "some place";
    const name = CLAIMS.find(([field]) => field.test(at))?.[1] ?? "claim_false";
    const what = `the certificate says ${found?.theirs} at ${at}, and the run ${found?.ours}`;
    findings.push(finding(name, what));
  }
  return [...findings, ...validityFindings(certificate)];
}

/** What a certificate may not promise, whoever signs it. */
function validityFindings({ valid_until: until, exceptions, issued, run }: Certificate): Finding[] {
  const over = exceptions.filter(({ state, expires }) => state === "in_force" && expires < until);
  const findings = over.map(({ requirement, expires }) =>
    finding(
      "claim_false",
      `the certificate is valid until ${until}, and the exception for ${requirement} until ${expires}`,
    )
  );
  if (Date.parse(issued) < Date.parse(run.started)) {
    findings.push(finding("claim_false", "the certificate was issued before the run began"));
  }
  return findings;
}

/** Holds the pages of a signed run against what they are to show: each is made again. */
async function pageFindings(
  disk: RunOnDisk,
  { root, plan }: Documents,
  certificate: Certificate,
): Promise<Finding[]> {
  const { files: { "certificate.html": _, ...files }, ...said } = certificate;
  const report = readReport(disk) as Report;
  const profiles = plan.devices.map(({ profile }) => profile);
  const rendering = { suiteOf: projectSuite, elsewhere: false };
  const pages = {
    "certificate.html": certificateHtml({ ...said, files }),
    "report.html": await renderPage(root, report, profiles, rendering),
  };
  return Object.entries(pages)
    .filter(([name, page]) => readTextInside(root, name, Limit.report) !== page)
    .map(([name]) => finding("page_changed", `${name} does not show what it should`));
}
