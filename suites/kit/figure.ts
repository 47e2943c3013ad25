import type { Evidence } from "./evidence.ts";
import type { FactCollectors, Facts } from "./collector.ts";

/** Labelled quantities, drawn as horizontal bars. */
export interface Bars {
  kind: "bars";
  /** What the values count, such as `packets`. */
  unit: string;
  bars: { label: string; value: number }[];
}

/** Quantities by time. */
export interface Lines {
  kind: "lines";
  /** What the values count, such as `packets/s`. */
  unit: string;
  /** Points of `[seconds since the evidence begins, value]`, in the order of time. */
  series: { label: string; points: [number, number][] }[];
}

/** What each of several things was in, and when: which core a session was worked on by, say. */
export interface Lanes {
  kind: "lanes";
  /** What a value is, such as `core`. */
  unit: string;
  /** Spans in seconds since the evidence begins, in the order of time. */
  lanes: { label: string; spans: { from: number; to: number; value: string }[] }[];
}

/** A plot as data: the report draws it. */
export type Plot = Bars | Lines | Lanes;

/** A plot with what has to be said of it. */
export interface Drawing {
  plot: Plot;
  /** What was left out, or how to read it. */
  note?: string;
}

/** A plot with its title, of which nobody else says what it is about. */
export interface NamedDrawing extends Drawing {
  title: string;
}

/**
 * A plot that a suite draws of the evidence of a scenario, for the report. Like a check it names the
 * passes that it needs and sees their facts; unlike a check it judges nothing.
 */
export interface Figure<N extends FactCollectors = FactCollectors> {
  /** A name: `core_identity/core_by_time`. */
  id: string;
  title: string;
  needs: N;
  /** Undefined where the evidence has no data for it. Must be bounded, whatever the evidence holds. */
  draw(facts: Facts<N>, evidence: Evidence): Drawing | undefined;
}

/** Keeps the types of `needs` while a figure joins a list of figures. */
export function figure<N extends FactCollectors>(value: Figure<N>): Figure {
  return value as unknown as Figure;
}
