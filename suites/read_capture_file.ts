import { readCapture } from "../captures/file/read.ts";
import type { CaptureInterface } from "../captures/file/summary.ts";
import type { CaptureReader } from "./capture_source.ts";

/** Reads a capture with the reader of `captures/`. */
export const readCaptureFile: CaptureReader = async (path, sink) => {
  const { packets, interfaces, problem } = await readCapture(path, sink);
  const dropped = droppedBy(interfaces);
  return {
    frames: packets,
    ...(dropped === undefined ? {} : { dropped }),
    ...(problem === undefined ? {} : { problem: `octet ${problem.offset}: ${problem.message}` }),
  };
};

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
