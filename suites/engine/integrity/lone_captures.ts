/** What captures that came without a lab lack: they are judged as far as they go. */
import type { Tap } from "../../kit/evidence.ts";
import type { CaptureReport } from "../capture_source.ts";

/**
 * What a reader must know of a capture, each as one sentence without a full stop.
 * @param cut Number of its first frame that was cut short; 0 for none.
 */
export function captureNotes({ name }: Tap, report: CaptureReport, cut: number): string[] {
  const { frames, problem, dropped = 0 } = report;
  const notes: string[] = [];
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
  return notes;
}
