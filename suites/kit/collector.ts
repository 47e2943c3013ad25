import type { Frame } from "../../captures/frame.ts";
import type { HeaderWalker } from "../../captures/walk.ts";
import type { TraceRecord } from "../../peers/machine.ts";
import { Bound, Budget } from "./bounds.ts";
import type { Evidence, Tap } from "./evidence.ts";

/**
 * A streaming reader of evidence: checks name the collectors that they need, and the engine feeds
 * all of them in one walk over the files.
 */
export interface FactCollector<T> {
  /** Identity of the collector: two checks that need it share one walk. */
  name: string;
  /** Whether it passes over what a capture cut short, so that its facts hold in spite of that. */
  toleratesCut?: true;
  begin(evidence: Evidence): Collector<T>;
}

/**
 * The running state of a collector. Whatever a capture holds, the state is bounded: per session,
 * flow or log, never per packet without a limit. Every store takes its limit from `bound`, so that
 * the engine learns of every item that was turned away, and no verdict rests on a cut log.
 */
export abstract class Collector<T> {
  readonly #bounds: (Bound | Budget)[] = [];

  /** Taps whose frames it wants; all unless overridden. */
  wants(_tap: Tap): boolean {
    return true;
  }

  /**
   * Sees one frame that the suite's recogniser claims; must copy what it keeps.
   * @param walk Where the frame's headers lie; valid during the call.
   */
  frame?(frame: Frame, walk: HeaderWalker, tap: Tap): void;

  /** Nodes whose traces it rests on, if it sees any; all unless overridden. */
  wantsTrace(_node: string): boolean {
    return true;
  }

  /** Sees one trace record of a node whose trace it wants. */
  trace?(record: TraceRecord): void;

  /** The facts, once everything was seen. */
  abstract facts(): T;

  /** A limit on what stores keep; several stores may share one, each up to the limit. */
  protected bound(what: string, limit: number): Bound {
    const bound = new Bound(what, limit);
    this.#bounds.push(bound);
    return bound;
  }

  /** A limit on what all stores keep together. */
  protected budget(what: string, limit: number): Budget {
    const budget = new Budget(what, limit);
    this.#bounds.push(budget);
    return budget;
  }

  /** What there was more of than is kept; undefined when the facts are whole. */
  excess(): string | undefined {
    const reasons = this.#bounds.map((bound) => bound.excess()).filter((why) => why !== undefined);
    return reasons.length === 0 ? undefined : reasons.join(", ");
  }
}

/** Named collectors, as a check lists them. */
// deno-lint-ignore no-explicit-any
export type FactCollectors = Record<string, FactCollector<any>>;

/** What the named collectors found. */
export type Facts<N extends FactCollectors> = {
  [K in keyof N]: N[K] extends FactCollector<infer T> ? T : never;
};

/**
 * Says whether a suite has anything to do with a frame, from headers that were walked already. It
 * must be cheap: each suite is asked for every frame of a capture.
 */
export type Recogniser = (frame: Frame, walk: HeaderWalker, tap: Tap) => boolean;
