import type { CaptureReader, CaptureReport } from "./capture_source.ts";

/** Reads a capture with the reader of `captures/`. */
export const readCaptureFile: CaptureReader = async (path, sink): Promise<CaptureReport> => {
  const module = "../captures/file/read.ts";
  const { readCapture } = await import(module);
  return await readCapture(path, sink);
};
