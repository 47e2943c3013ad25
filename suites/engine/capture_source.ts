import type { Frame } from "../../captures/frame.ts";

/** What reading one capture to its end showed. */
export interface CaptureReport {
  frames: number;
  /** Frames that the capturing system reports as dropped, where the file says so. */
  dropped?: number;
  /** Where and why the file stopped making sense. */
  problem?: string;
}

/** Reads a capture file frame by frame. The frame is only valid during the call. */
export type CaptureReader = (
  path: string,
  sink: (frame: Frame) => void,
) => Promise<CaptureReport>;
