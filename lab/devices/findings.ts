/**
 * Holds what a run found in a device against the findings of its profile:
 * `deno run -A lab/devices/findings.ts RUN_DIRECTORY PROFILE.json [--record CHECK…]`
 *
 * Prints what is new, what is known and was seen again, and what is known but was not seen. With
 * `--record` it writes the named checks' failures into the profile, with the packets that prove them,
 * after somebody has looked at those packets.
 */
import { HeaderWalker } from "../../captures/walk.ts";
import { join } from "../../suites/kit/paths.ts";
import { type findingSchema, profileSchema } from "../../suites/kit/profile.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";
import { Limit, locateInside, readJsonInside } from "../../suites/engine/run_files.ts";
import { type Report, type ReportCheck, reportSchema } from "../../suites/report/model.ts";
import type { z } from "zod";

type Finding = z.infer<typeof findingSchema>;

/** Octets of a UDP payload that a finding quotes. */
const QUOTED = 96;
const UDP_HEADER = 8;
/** Packets that a finding quotes. */
const PACKETS = 4;

/** What a run and a profile say of each other. */
export interface Comparison {
  /** Failures of the run that the profile does not know. */
  fresh: ReportCheck[];
  /** Checks that the profile knows to fail, and that failed. */
  confirmed: string[];
  /** Checks that the profile knows to fail, and that passed. */
  gone: string[];
  /** Checks that the profile knows to fail, and of which the run says nothing. */
  unseen: string[];
}

/** Compares the verdicts of a run with known findings of its suites, check by check. */
export function compareFindings(report: Report, findings: readonly Finding[]): Comparison {
  const checks = report.suites.flatMap((suite) => suite.checks);
  const verdicts = (id: string) => checks.filter((check) => check.id === id).map((c) => c.verdict);
  const suites = report.suites.map(({ name }) => `${name}/`);
  const known = [...new Set(findings.map(({ check }) => check))]
    .filter((id) => suites.some((suite) => id.startsWith(suite)));
  const failed = (id: string) => verdicts(id).includes("fail");
  const passed = (id: string) => !failed(id) && verdicts(id).includes("pass");
  return {
    fresh: checks.filter(({ id, verdict }) => verdict === "fail" && !known.includes(id)),
    confirmed: known.filter(failed),
    gone: known.filter(passed),
    unseen: known.filter((id) => !failed(id) && !passed(id)),
  };
}

/** Makes a finding of a failed check. @throws {Error} When no packet proves it. */
export async function findingOf(
  check: ReportCheck,
  directory: string,
  seen: string,
): Promise<Finding> {
  const { id, covers, expected = "", actual = "", frames = [], evidence } = check;
  if (frames.length === 0) throw new Error(`Cannot record ${id} as no packet proves it`);
  const quoted: Finding["frames"] = [];
  for (const { capture, number } of frames.slice(0, PACKETS)) {
    const path = join(evidence, `${capture}.pcapng`);
    quoted.push({
      capture: path,
      number,
      octets: await payload(locateInside(directory, path), number),
    });
  }
  return { check: id, requirements: covers, expected, actual, frames: quoted, seen };
}

/** The UDP payload of a frame in hexadecimal, as far as it is quoted. */
async function payload(path: string, wanted: number): Promise<string> {
  let hex = "";
  const walker = new HeaderWalker();
  await readCaptureFile(path, (frame) => {
    if (frame.number !== wanted || !walker.walk(frame) || walker.l4 < 0) return;
    const start = walker.l4 + UDP_HEADER;
    hex = frame.bytes.subarray(start, Math.min(walker.end, start + QUOTED)).toHex();
    if (walker.end - start > QUOTED) hex += "…";
  });
  return hex;
}

async function main([directory, file, flag, ...wanted]: string[]): Promise<number> {
  const report = reportSchema.parse(readJsonInside(directory, "report.json", Limit.report));
  const profile = JSON.parse(await Deno.readTextFile(file));
  const findings = profileSchema.parse(profile).findings ?? [];
  if (flag === "--record") {
    const seen = report.run.started.slice(0, 10);
    const failed = report.suites.flatMap((suite) => suite.checks)
      .filter(({ id, verdict }) => verdict === "fail" && wanted.includes(id));
    const notes = new Map(findings.map(({ check, note }) => [check, note]));
    const made = await Promise.all(failed.map(async (check) => ({
      ...await findingOf(check, directory, seen),
      note: notes.get(check.id),
    })));
    const others = findings.filter(({ check }) => !made.some((finding) => finding.check === check));
    profile.findings = [...others, ...made].sort((a, b) => a.check.localeCompare(b.check, "en"));
    await Deno.writeTextFile(file, JSON.stringify(profile, null, 2) + "\n");
    return made.length === wanted.length ? 0 : 1;
  }
  const { fresh, confirmed, gone, unseen } = compareFindings(report, findings);
  for (const { id, expected, actual } of fresh) {
    console.log(`new        ${id}: expected ${expected}, actual ${actual}`);
  }
  for (const id of confirmed) console.log(`confirmed  ${id}`);
  for (const id of gone) console.log(`gone       ${id}`);
  for (const id of unseen) console.log(`unseen     ${id}`);
  return fresh.length + gone.length > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
