import { readCapture } from "../captures/file/read.ts";
import type { CaptureReader } from "./capture_source.ts";

/** Reads a capture with the reader of `captures/`. */
export const readCaptureFile: CaptureReader = async (path, sink) => {
  const { packets, interfaces, problem } = await readCapture(path, sink);
  const dropped = interfaces.reduce((sum, each) => sum + (each.dropped ?? 0), 0);
  return {
    frames: packets,
    dropped,
    ...(problem === undefined ? {} : { problem: `octet ${problem.offset}: ${problem.message}` }),
  };
};
