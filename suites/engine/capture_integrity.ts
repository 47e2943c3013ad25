/** What of captures can be trusted: damage to evidence of a lab, and what captures alone lack. */
import type { Evidence, Tap } from "../kit/evidence.ts";
import type { CaptureReport } from "./capture_source.ts";

/** What is known of all captures together. */
interface Integrity {
  /** Everything that makes the evidence untrustworthy, each as one sentence without a full stop. */
  damage: string[];
  /** What a reader of captures alone must know of them: they end where they end. */
  notes: string[];
  /** Frames of all captures together. */
  frames: number;
}

/** Notes what makes a capture untrustworthy. */
export function account(
  evidence: Evidence,
  tap: Tap,
  report: CaptureReport | Error,
  cut: number,
  gathered: Integrity,
): void {
  const { damage } = gathered;
  if (report instanceof Error) {
    damage.push(`capture ${tap.name} cannot be read: ${report.message}`);
    return;
  }
  gathered.frames += report.frames;
  if (evidence.world === "captures") return noteEnd(tap, report, cut, gathered.notes);
  if (report.problem !== undefined) {
    damage.push(`capture ${tap.name} is damaged: ${report.problem}`);
  }
  if ((report.dropped ?? 0) > 0) {
    damage.push(`capture ${tap.name} lost ${report.dropped} frames while it was taken`);
  }
  if (cut > 0) damage.push(`frame ${cut} of capture ${tap.name} was cut short`);
  reconcile(evidence, tap, report.frames, damage);
}

/** Says of a capture that came without a lab what it lacks: it is judged as far as it goes. */
function noteEnd(tap: Tap, report: CaptureReport, cut: number, notes: string[]): void {
  const { name } = tap, { frames, problem, dropped = 0 } = report;
  if (frames === 0 && problem === undefined) {
    notes.push(`capture ${name} holds no frame: its link is taken to be idle`);
  }
  if (problem !== undefined) {
    notes.push(`capture ${name} is damaged and was read up to frame ${frames}: ${problem}`);
  }
  if (dropped > 0) {
    notes.push(
      `capture ${name} lost ${dropped} frames while it was taken: what it lacks may have been there`,
    );
  }
  if (cut > 0) {
    notes.push(
      `capture ${name} keeps only the first octets of some frames, the first of them ${cut}: ` +
        "capture with an unlimited snap length",
    );
  }
}

/** Holds the number of frames in a file against what the capturing side says that it wrote. */
function reconcile(evidence: Evidence, tap: Tap, frames: number, damage: string[]): void {
  const counters = evidence.captureCounters[tap.name];
  if (counters === undefined) {
    damage.push(`capture ${tap.name} came without its counters`);
  } else if (counters.dropped > 0) {
    damage.push(`the kernel dropped ${counters.dropped} frames at capture ${tap.name}`);
  } else if (counters.captured !== frames) {
    damage.push(`capture ${tap.name} holds ${frames} frames of ${counters.captured} written`);
  }
}
