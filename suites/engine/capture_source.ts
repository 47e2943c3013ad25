import type { Frame } from "../../captures/frame.ts";

/** What reading one capture to its end showed. */
export interface CaptureReport {
  frames: number;
  /** Frames that the capturing system reports as dropped, where the file says so. */
  dropped?: number;
  /** Where and why the file stopped making sense. */
  problem?: string;
  /** CRC-32 of the file, eight hexadecimal digits, where it was asked for and the reader takes it. */
  crc32?: string;
}

/**
 * Reads a capture file frame by frame. The frame is only valid during the call.
 * @param binds Whether the CRC-32 of the file is wanted.
 */
export type CaptureReader = (
  path: string,
  sink: (frame: Frame) => void,
  binds?: boolean,
) => Promise<CaptureReport>;
