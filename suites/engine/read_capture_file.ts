import { mergeCaptures, type MergeSink } from "../../captures/file/merge.ts";
import { readCapture } from "../../captures/file/read.ts";
import type { CaptureInterface, CaptureSummary } from "../../captures/file/summary.ts";
import { Checksum } from "./integrity/digest.ts";
import type { CaptureReader, CaptureReport } from "./capture_source.ts";

/** Reads a capture with the reader of `captures/`. */
export const readCaptureFile: CaptureReader = async (path, sink, binds = false) => {
  if (!binds) return reportOf(await readCapture(path, sink));
  const checksum = new Checksum();
  const summary = await readCapture(path, sink, (octets) => checksum.update(octets));
  return { ...reportOf(summary), crc32: checksum.text };
};

/** Reads captures with the reader of `captures/`, all frames together in the order of their times. */
export async function readCaptureFiles(
  paths: readonly string[],
  sink: MergeSink,
): Promise<(CaptureReport | Error)[]> {
  const results = await mergeCaptures(paths, sink);
  return results.map((result) => result instanceof Error ? result : reportOf(result));
}

function reportOf({ packets, interfaces, problem }: CaptureSummary): CaptureReport {
  const dropped = droppedBy(interfaces);
  return {
    frames: packets,
    ...(dropped === undefined ? {} : { dropped }),
    ...(problem === undefined ? {} : { problem: `octet ${problem.offset}: ${problem.message}` }),
  };
}

/**
 * Frames that the capturing system lost on all interfaces together. A file that does not say is
 * unknown, not zero: undefined unless every interface tells, or one of them tells of a loss.
 */
export function droppedBy(interfaces: readonly CaptureInterface[]): number | undefined {
  const known = interfaces.map(({ dropped }) => dropped).filter((count) => count !== undefined);
  const sum = known.reduce((total, count) => total + count, 0);
  const complete = interfaces.length > 0 && known.length === interfaces.length;
  return complete || sum > 0 ? sum : undefined;
}
