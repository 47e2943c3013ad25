/**
 * Verifies a run directory: the signature, the hash of every file, what was owed, and every verdict.
 * Nothing of it is judged before its hashes hold, and nothing is fetched.
 */
import type { KeyObject } from "node:crypto";
import { EXIT } from "../../suites/engine/conclusion.ts";
import { planSchema } from "../../suites/engine/plan.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import type { Verification } from "../../suites/report/certificate/verification_model.ts";
import { manifestSchema } from "../../suites/report/manifest.ts";
import type { Report } from "../../suites/report/model.ts";
import { owedBy } from "../commands/owed.ts";
import { openRun, readDocument } from "../commands/run_on_disk.ts";
import { contentsFindings, type Documents } from "./contents.ts";
import { type Finding, finding, shortened } from "../../suites/report/certificate/findings.ts";
import { evidenceFindings, planFindings } from "./promises.ts";
import { readCertificate, type Signed } from "./signature.ts";
import { isCurrent, recompute } from "./verdicts.ts";

/** What a run is held against. */
export interface Trust {
  /** The key that it must be signed with; undefined when nobody named one. */
  key?: KeyObject;
  /** The day on which it must hold, `YYYY-MM-DD`. */
  today: string;
}

/** Milliseconds by which the clocks of two machines may be apart, time zones set wrongly included. */
const CLOCKS_APART = 86_400_000;

/**
 * Verifies a run directory.
 * @param root Where it lies, without a link before it.
 * @throws {UnreadableInput} When something in it may not be read.
 */
export async function verifyDirectory(root: string, trust: Trust): Promise<Verification> {
  const signed = readCertificate(root, trust.key);
  const documents = documentsOf(root, signed.certificate);
  const findings = [
    ...signed.findings,
    ...documents.findings,
    ...(signed.certificate === undefined ? [] : dateFindings(signed.certificate, trust.today)),
  ];
  if (documents.found === undefined) return concluded({ findings, signed });
  findings.push(...await contentsFindings(documents.found));
  if (isRefused(findings)) return concluded({ findings, signed });
  return await verifyWhole(documents.found, findings, signed);
}

/** Verifies what a run owed and what its evidence says, once nothing of it is other than signed. */
async function verifyWhole(
  documents: Documents,
  before: readonly Finding[],
  signed: Signed,
): Promise<Verification> {
  const { root, plan, manifest, certificate } = documents;
  const owed = await owedBy(plan);
  const evidence = await evidenceFindings(root, plan);
  const disk = await openRun(root);
  const { report, findings: said } = await recompute(disk, documents, owed);
  const ours = [...await planFindings(plan, owed), ...said];
  const findings = [
    ...before,
    ...evidence,
    ...(certificate === undefined || await isCurrent(certificate)
      ? ours
      : byAnother(certificate, ours)),
  ];
  return concluded({ findings, signed, report, files: Object.keys(manifest.files).length });
}

/** What differs where another version has judged: it may be that version's right, or somebody's work. */
function byAnother({ judged_by: judge }: Certificate, findings: readonly Finding[]): Finding[] {
  const by = `Plumbline ${judge.version}, commit ${judge.commit || "unknown"}`;
  if (findings.length === 0) {
    const what = `${by}, judged the run, and this is another that comes to the same`;
    return [finding("other_version", what, "note")];
  }
  const what =
    `${by}, judged the run, and this is another: what differs can only be verified with ` +
    "that one";
  return [
    finding("other_version", what),
    ...findings.map((one) => ({ ...one, weight: "open" as const })),
  ];
}

function documentsOf(
  root: string,
  certificate: Certificate | undefined,
): { findings: Finding[]; found?: Documents } {
  const plan = readDocument(root, "plan.json", planSchema);
  const manifest = readDocument(root, "manifest.json", manifestSchema);
  const findings: Finding[] = [];
  if (typeof plan !== "object") {
    findings.push(finding("plan_missing", `plan.json ${plan ?? "is missing"}`));
  }
  if (typeof manifest !== "object") {
    findings.push(finding("manifest_missing", `manifest.json ${manifest ?? "is missing"}`));
  }
  if (typeof plan !== "object" || typeof manifest !== "object") return { findings };
  return {
    findings,
    found: { root, plan, manifest, ...(certificate === undefined ? {} : { certificate }) },
  };
}

function dateFindings(certificate: Certificate, today: string): Finding[] {
  const { issued, valid_until: until, exceptions } = certificate;
  const over = exceptions.filter(({ state, expires }) => state === "in_force" && expires < today);
  const findings = over.map(({ requirement, expires }) =>
    finding("exception_expired", `the exception for ${requirement} held until ${expires}`)
  );
  if (until < today) {
    findings.push(finding("certificate_expired", `the certificate was valid until ${until}`));
  }
  if (Date.parse(issued) > Date.parse(today) + 2 * CLOCKS_APART) {
    findings.push(finding("not_yet_valid", `the certificate was issued at ${issued}`));
  }
  return findings;
}

function isRefused(findings: readonly Finding[]): boolean {
  return findings.some(({ weight }) => weight === "refused");
}

/** What verification has found in the end, or when it stopped. */
interface Found {
  findings: readonly Finding[];
  signed?: Signed;
  report?: Report;
  files?: number;
}

/** Draws the conclusion. */
export function concluded({ findings, signed, report, files = 0 }: Found): Verification {
  const outcome = isRefused(findings)
    ? "refused"
    : findings.some(({ weight }) => weight === "open")
    ? "open"
    : "verified";
  const verdict = report?.conclusion as Verification["verdict"];
  return {
    schema: 1,
    plumbline: VERSION,
    outcome,
    exit_code: exitCode(outcome, verdict),
    sentence: sentenceOf(outcome, verdict, findings),
    ...(verdict === undefined ? {} : { verdict }),
    ...(report === undefined ? {} : {
      recomputed: {
        files,
        scenarios: new Set(report.suites.flatMap(({ checks }) => checks.map((c) => c.evidence)))
          .size,
        verdicts: report.suites.flatMap(({ checks }) => checks).length,
      },
    }),
    findings: shortened(findings),
    ...(signed?.certificate === undefined ? {} : { certificate: signed.certificate }),
  };
}

/** As certify would say it: 0 is nothing but conformant. */
function exitCode(
  outcome: Verification["outcome"],
  verdict: Verification["verdict"],
): number {
  if (outcome === "refused") return EXIT.not_conformant;
  const own = verdict === undefined ? EXIT.inconclusive : EXIT[verdict];
  return outcome === "open" && own === EXIT.conformant ? EXIT.inconclusive : own;
}

function sentenceOf(
  outcome: Verification["outcome"],
  verdict: Verification["verdict"],
  findings: readonly Finding[],
): string {
  const words = verdict?.replace("_", " ");
  switch (outcome) {
    case "verified":
      return `Verified: it is what was signed, and its evidence says ${words}.`;
    case "refused":
      return `Refused: ${findings.filter(({ weight }) => weight === "refused")[0].what}.`;
    case "open": {
      const judged = words === undefined ? "" : `; its evidence says ${words}`;
      return `Not proven: ${findings.filter(({ weight }) => weight === "open")[0].what}${judged}.`;
    }
  }
}
