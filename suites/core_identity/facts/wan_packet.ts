import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import type { Tap } from "../../kit/evidence.ts";
import type { DataReader } from "./data_reader.ts";

/** A data packet with all that is known of it; one object, overwritten for every packet. */
export class WanPacket {
  /** Set before anything else is asked. */
  frame!: Frame;
  tap!: Tap;
  /** Name of the interface it was seen at: that of the tap, unless the tap has several files. */
  place = "";
  /** Seconds with a fraction; precise to about a microsecond. */
  time = 0;
  /** Whether the end that opened the aggregate sent it. */
  initiator = false;
  /** Index of the device that it goes to, or -1. */
  to = -1;
  readonly reader: DataReader;
  /** Stands on the inner datagram once that was walked. */
  readonly inner = new HeaderWalker();

  constructor(reader: DataReader) {
    this.reader = reader;
  }

  /** Where the packet lies: an object to keep. */
  ref(): FrameRef {
    return refTo(this.frame, this.tap);
  }
}

/** Where a frame lies. */
export function refTo(frame: Frame, tap: Tap): FrameRef {
  return { capture: tap.name, number: frame.number };
}

/** Time of a frame in seconds with a fraction; precise to about a microsecond. */
export function timeOf(frame: Frame): number {
  return frame.seconds + frame.nanoseconds / 1e9;
}
