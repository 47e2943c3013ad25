/** Writes captures again with a comment on each frame that a verdict cites. */
import { annotate } from "../../captures/file/annotate.ts";
import { FileOutput } from "../../captures/file/output.ts";
import { escapeControls } from "../../captures/escape.ts";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { UsageError } from "./usage.ts";

/**
 * Writes every capture of a report that a failure cites, with what was found in comments on its frames.
 * @param out Path of the file; of several captures each goes to `NAME-CAPTURE.pcapng`.
 * @returns Paths that were written.
 * @throws {UsageError} When a capture was read from standard input, would be written over, or a file
 * cannot be written.
 */
export async function annotateCaptures(report: Report, out: string): Promise<string[]> {
  const written: string[] = [];
  for (const { evidence, name, file } of report.captures) {
    if (file === "-") throw new UsageError("Cannot annotate standard input as it is read but once");
    const path = report.captures.length === 1 ? out : placeOf(out, evidence, name);
    const comments = commentsOn(report, evidence, name);
    if (report.captures.length > 1 && comments.size === 0) continue;
    await refuseToOverwrite(report, path);
    let output: FileOutput;
    try {
      output = new FileOutput(path);
    } catch {
      throw new UsageError(`Cannot write annotated capture ${path} as it cannot be opened`);
    }
    try {
      const bare = await annotate(file, comments, output);
      for (const number of bare) {
        console.error(`${path}: frame ${number} can hold no comment, as it is a simple packet`);
      }
    } finally {
      output.close();
    }
    written.push(path);
  }
  return written;
}

/** Refuses a path that one of the captures has, by whatever name: it would be emptied before it is read. */
async function refuseToOverwrite({ captures }: Report, path: string): Promise<void> {
  const there = await identityOf(path);
  if (there === undefined) return;
  for (const { file } of captures) {
    if (await identityOf(file) !== there) continue;
    throw new UsageError(
      `Cannot write annotated capture ${path} as it is a capture that was judged`,
    );
  }
}

/** What makes a file the same under every name; undefined where there is none. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await Deno.stat(path);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

/** `bad.pcapng` of several captures: `bad-wan.pcapng`, with the scenario where there are many. */
function placeOf(out: string, evidence: string, name: string): string {
  const place = [...evidence.split("/").slice(1), name].join("-").replace(/[^\w.-]+/g, "_");
  return `${out.replace(/\.pcapng$/, "")}-${place}.pcapng`;
}

/** What the failures of a report say of the frames of a capture, by number. */
function commentsOn(report: Report, evidence: string, capture: string): Map<number, string[]> {
  const comments = new Map<number, string[]>();
  for (const check of report.suites.flatMap(({ checks }) => checks)) {
    if (check.evidence !== evidence || check.verdict !== "fail") continue;
    for (const frame of check.frames ?? []) {
      if (frame.capture !== capture) continue;
      comments.set(frame.number, [...comments.get(frame.number) ?? [], comment(report, check)]);
    }
  }
  return comments;
}

function comment(report: Report, { covers, title, expected, actual }: ReportCheck): string {
  const source = report.requirements.find(({ id }) => id === covers[0])?.source ?? "";
  const text = `Plumbline ${
    covers.join(", ")
  } (${source}) ${title}: expected ${expected}, found ${actual}`;
  return escapeControls(text, true);
}
