/** Signs a run: makes its certificate, its page and its signature. */
import { Buffer } from "node:buffer";
import { type KeyObject, sign } from "node:crypto";
import { writeInside, writeTextInside } from "../../suites/engine/run_files.ts";
import { VERSION } from "../../suites/engine/version.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import { certificateHtml } from "../../suites/report/certificate/page.tsx";
import { type Issue, statementOf } from "../../suites/report/certificate/statement.ts";
import { sha256 } from "../../suites/report/manifest.ts";
import type { Report } from "../../suites/report/model.ts";
import { isPart, owedBy } from "../commands/owed.ts";
import { exists, openRun, readReport } from "../commands/run_on_disk.ts";
import { commit } from "../commands/run_metadata.ts";
import { UsageError } from "../commands/usage.ts";
import { fingerprint, publicDer } from "./keys.ts";
import { sourcesHash } from "./sources.ts";

/** Days for which a certificate holds unless told. */
export const DAYS = 365;

/** How to sign. */
export interface Signing {
  key: KeyObject;
  /** Now. */
  issued: Date;
  /** Days for which the certificate holds at most. */
  days: number;
}

/**
 * Signs a run directory whose report is known to be what its evidence says.
 * @throws {UsageError} When it is no whole run, is about a selection, or is signed already.
 */
export async function signRun(directory: string, signing: Signing): Promise<Certificate> {
  const { root, plan, manifest, only, unproven, report } = await opened(directory);
  const refuse = (why: string) => new UsageError(`Cannot sign ${directory} as ${why}`);
  if (plan === undefined || only !== undefined) throw refuse("no plan.json lies in it");
  if (unproven !== undefined || manifest === undefined) throw refuse(unproven ?? "");
  if (isPart(plan)) {
    throw refuse(
      "it is a selection or a shard, which certifies nothing: merge puts shards together",
    );
  }
  if (typeof report !== "object") throw refuse(`report.json ${report ?? "is missing"}`);
  for (const name of ["certificate.json", "certificate.sig"]) {
    if (exists(`${root}/${name}`)) throw refuse(`it is signed already: ${name} lies in it`);
  }
  const { owed } = await owedBy(plan);
  const statement = statementOf(
    { plan, report, suites: [...owed.keys()] },
    await issueOf(root, report, signing),
  );
  const page = certificateHtml(statement);
  writeTextInside(root, "certificate.html", page);
  const certificate: Certificate = {
    ...statement,
    files: { ...statement.files, "certificate.html": sha256(root, "certificate.html") },
  };
  const octets = new TextEncoder().encode(JSON.stringify(certificate, null, 1) + "\n");
  writeInside(root, "certificate.json", octets);
  writeInside(root, "certificate.sig", sign(null, octets, signing.key));
  return certificate;
}

async function opened(directory: string) {
  try {
    const disk = await openRun(directory);
    return { ...disk, report: readReport(disk) };
  } catch {
    throw new UsageError(`Cannot sign ${directory}: there is no such run directory`);
  }
}

async function issueOf(root: string, report: Report, signing: Signing): Promise<Issue> {
  const { key, issued, days } = signing;
  const last = new Date(issued.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  const exceptions = report.device.exceptions.filter(({ state }) => state === "in_force");
  return {
    issued: issued.toISOString(),
    // What an exception excuses is excused no longer than that.
    valid_until: [last, ...exceptions.map(({ expires }) => expires)].sort()[0],
    judged_by: { version: VERSION, commit: await commit(), sources: await sourcesHash() },
    files: {
      "plan.json": sha256(root, "plan.json"),
      "manifest.json": sha256(root, "manifest.json"),
      "report.json": sha256(root, "report.json"),
    },
    key: {
      algorithm: "Ed25519",
      public: Buffer.from(publicDer(key)).toString("base64"),
      fingerprint: fingerprint(key),
    },
  };
}
