/** Reads a capture into objects, for tests: never for captures of any size. */
import { type CaptureSource, type CaptureSummary, readCapture } from "../file/read.ts";

/** A frame with octets of its own. */
export interface KeptFrame {
  number: number;
  octets: Uint8Array;
  originalLength: number;
  seconds: number;
  nanoseconds: number;
  /** There for a frame without a time. */
  untimed?: true;
  linkType: number;
  interfaceId: number;
}

/** All frames of a capture, copied, with the summary. */
export async function collectFrames(
  source: CaptureSource,
): Promise<{ frames: KeptFrame[]; summary: CaptureSummary }> {
  const frames: KeptFrame[] = [];
  const summary = await readCapture(source, (frame) => {
    const { bytes, view: _, start, end, untimed, ...rest } = frame;
    frames.push({ ...rest, ...(untimed && { untimed }), octets: bytes.slice(start, end) });
  });
  return { frames, summary };
}

/** A stream that gives octets in pieces of so many. */
export function inPieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at += size));
    },
  });
}
