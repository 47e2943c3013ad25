/** Where and when something was seen. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { Tap } from "../../kit/evidence.ts";

/** Something that was seen at a tap. */
export interface Sighting {
  /** Seconds. Clocks of taps may differ, unless they are a lab's. */
  time: number;
  frame: FrameRef;
  /** The interface: name of the tap, unless that has several files. */
  place: string;
}

/** Where a frame lies. */
export function refTo(frame: Frame, tap: Tap): FrameRef {
  return { capture: tap.name, number: frame.number };
}

/** Time of a frame in seconds with a fraction; precise to about a microsecond. */
export function timeOf(frame: Frame): number {
  return frame.seconds + frame.nanoseconds / 1e9;
}

/** A frame as something that was seen at an interface. */
export function sightingOf(frame: Frame, tap: Tap, place: string): Sighting {
  return { time: timeOf(frame), frame: refTo(frame, tap), place };
}
