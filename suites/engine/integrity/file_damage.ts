/** What reading a file of evidence to its end says of it. */
import type { Evidence, Tap, TraceRef } from "../../kit/evidence.ts";
import type { CaptureReport } from "../capture_source.ts";
import type { TraceReport } from "../trace_file.ts";
import type { Damage, DamageKind } from "./damage.ts";

/** What a busy kernel dropped need not be dropped when the scenario runs by itself. */
const DROPPED = { rerun: true } as const;

/**
 * What makes a capture untrustworthy.
 * @param report What reading it showed, or why it could not be read.
 * @param cut Number of its first frame that was cut short; 0 for none.
 */
export function captureDamage(
  evidence: Evidence,
  { name }: Tap,
  report: CaptureReport | Error,
  cut: number,
): Damage[] {
  const found: Damage[] = [];
  const note = (kind: DamageKind, what: string, more: Pick<Damage, "rerun"> = {}) =>
    found.push({ kind, what, concerns: { taps: [name] }, ...more });
  if (report instanceof Error) {
    note("damaged", `capture ${name} cannot be read: ${report.message}`);
    return found;
  }
  if ((report.dropped ?? 0) > 0) {
    note("damaged", `capture ${name} lost ${report.dropped} frames while it was taken`, DROPPED);
  }
  if (cut > 0) note("damaged", `frame ${cut} of capture ${name} was cut short`);
  if (report.problem !== undefined) {
    // What stands behind the damage is missing: that need not be told as well.
    note("damaged", `capture ${name} is damaged: ${report.problem}`);
  } else if (evidence.world !== "captures") {
    // An idle interface is no damage to captures that came without a lab.
    reconcile(evidence, name, report, note);
  }
  return found;
}

/** Holds a file against what the capturing side says that it wrote. */
function reconcile(
  { captureCounters }: Evidence,
  name: string,
  { frames, crc32 }: CaptureReport,
  note: (kind: DamageKind, what: string, more?: Pick<Damage, "rerun">) => void,
): void {
  const counters = captureCounters[name];
  if (counters === undefined) {
    note("unfinished", `capture ${name} came without its counters`);
  } else if (counters.dropped > 0) {
    note("damaged", `the kernel dropped ${counters.dropped} frames at capture ${name}`, DROPPED);
  } else if (counters.captured !== frames) {
    note("changed", `capture ${name} holds ${frames} frames of ${counters.captured} written`);
  } else if (counters.crc32 !== undefined && crc32 !== undefined && counters.crc32 !== crc32) {
    note("changed", `capture ${name} is not as it was written`);
  }
}

/** What makes a trace untrustworthy. */
export function traceDamage({ node, crc32 }: TraceRef, report: TraceReport | Error): Damage[] {
  const concerns = { traces: [node] };
  if (report instanceof Error) {
    const what = `trace of ${node} cannot be read: ${report.message}`;
    return [{ kind: "damaged", what, concerns }];
  }
  const { badLines, firstBad } = report;
  if (badLines > 0) {
    const what = `trace of ${node} has ${badLines} bad lines, the first is ${firstBad}`;
    return [{ kind: "damaged", what, concerns }];
  }
  if (crc32 === undefined || crc32 === report.crc32) return [];
  return [{ kind: "changed", what: `trace of ${node} is not as it was written`, concerns }];
}
