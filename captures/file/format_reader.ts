/** What the readers of the two formats have in common. */
import type { Frame } from "../frame.ts";
import type { CaptureInterface, CaptureProblem, CommentCollector } from "./summary.ts";

/** Octets of a frame at most; what exceeds them is damage. Wireshark and libpcap agree on it. */
export const MAX_FRAME = 262144;

/** The same for link types whose "frames" are larger: D-Bus, USB, EBHSCR. */
export const MAX_LARGE_FRAME = 1 << 24;

/** Octets of a frame at most on a link of this type. */
export function maxFrame(linkType: number): number {
  return linkType === 231 || linkType === 249 || linkType === 279 ? MAX_LARGE_FRAME : MAX_FRAME;
}

/** Reads records from a buffer that is filled again and again. */
export interface FormatReader {
  readonly format: "pcap" | "pcapng";
  readonly interfaces: CaptureInterface[];
  readonly comments: CommentCollector;
  /** Frames delivered so far. */
  packets: number;
  /** Captured octets delivered so far. */
  octets: number;
  /** Octets of the record that was incomplete when `consume` returned. */
  needed: number;
  /**
   * Set when the reader cannot go on; the offset is where the record stands in the buffer that
   * `consume` was given last.
   */
  problem?: CaptureProblem;
  /**
   * Delivers every whole record in `bytes[start..end)`; returns where the first incomplete or
   * damaged one begins.
   */
  consume(bytes: Uint8Array, view: DataView, start: number, end: number): number;
  /** Says what is missing from the record of which only `bytes[start..end)` is there. */
  incomplete(view: DataView, start: number, end: number): string;
}

/** Takes the frames. It must copy what it keeps. */
export type FrameSink = (frame: Frame) => void;

/** A frame for a reader to overwrite. */
export function emptyFrame(): Frame {
  const bytes = new Uint8Array(0);
  return {
    number: 0,
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: 0,
    originalLength: 0,
    seconds: 0,
    nanoseconds: 0,
    untimed: false,
    linkType: 0,
    interfaceId: 0,
  };
}
