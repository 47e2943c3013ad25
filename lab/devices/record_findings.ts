/**
 * Records failures of a run among the findings of a profile, with the packets that prove them, after
 * somebody has looked at those packets:
 * `deno run -A lab/devices/record_findings.ts RUN_DIRECTORY PROFILE.json CHECK…`
 *
 * What is new and what is known the report of the run says.
 */
import { HeaderWalker } from "../../captures/walk.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { join } from "../../suites/kit/paths.ts";
import { profileSchema } from "../../suites/kit/profile.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";
import { Limit, locateInside, readJsonInside } from "../../suites/engine/run_files.ts";
import { type Report, type ReportCheck, reportSchema } from "../../suites/report/model.ts";
import type { Finding } from "../../suites/report/findings.ts";

/** Octets of a packet that a finding quotes. */
const QUOTED = 96;
const UDP_HEADER = 8;
/** Packets that a finding quotes. */
const PACKETS = 4;

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
      octets: await octetsOf(locateInside(directory, path), number),
    });
  }
  return { check: id, requirements: covers, expected, actual, frames: quoted, seen };
}

/** The UDP payload of a frame in hexadecimal, or its IP datagram, as far as they are quoted. */
export async function octetsOf(path: string, wanted: number): Promise<string> {
  let hex = "";
  const walker = new HeaderWalker();
  await readCaptureFile(path, (frame) => {
    if (frame.number !== wanted || !walker.walk(frame)) return;
    const isUdp = walker.l4 >= 0 && walker.protocol === IP_PROTOCOL.UDP;
    const start = isUdp ? walker.l4 + UDP_HEADER : walker.l3;
    hex = frame.bytes.subarray(start, Math.min(walker.end, start + QUOTED)).toHex();
    if (walker.end - start > QUOTED) hex += "…";
  });
  return hex;
}

/** The failed judgement of each check that shows it: the first that cites a packet. */
export function tellingOf(report: Report, wanted: readonly string[]): ReportCheck[] {
  const failed = report.suites.flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict === "fail");
  return wanted.map((id) => {
    const judgements = failed.filter((check) => check.id === id);
    const telling = judgements.find(({ frames = [] }) => frames.length > 0) ?? judgements[0];
    if (telling === undefined) {
      throw new Error(`Cannot record ${id} as it did not fail in this run`);
    }
    return telling;
  });
}

async function main([directory, file, ...wanted]: string[]): Promise<void> {
  const report = reportSchema.parse(readJsonInside(directory, "report.json", Limit.report));
  const profile = JSON.parse(await Deno.readTextFile(file));
  const findings = profileSchema.parse(profile).findings ?? [];
  const seen = report.run.started.slice(0, 10);
  const notes = new Map(findings.map(({ check, note }) => [check, note]));
  const made = await Promise.all(
    tellingOf(report, wanted).map(async (check) => ({
      ...await findingOf(check, directory, seen),
      note: notes.get(check.id),
    })),
  );
  const others = findings.filter(({ check }) => !wanted.includes(check));
  profile.findings = [...others, ...made].sort((a, b) => a.check.localeCompare(b.check, "en"));
  await Deno.writeTextFile(file, JSON.stringify(profile, null, 2) + "\n");
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(2);
  }
}
