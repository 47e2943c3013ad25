/**
 * How many packets left for each capture of a segment and how many came: what suffices where checksums
 * show that the captures are as they were written, and costs next to nothing.
 */

/**
 * Departures whose times are kept for each capture, the latest, whichever capture shows them: those that
 * may be under way at the end.
 */
const KEPT = 64;

/** The packets of one segment, counted. */
export class Census {
  readonly #due: Uint32Array;
  readonly #came: Uint32Array;
  /** For each capture a heap whose first time is the earliest that is kept. */
  readonly #times: Float64Array;

  /** @param taps Number of captures of the evidence. */
  constructor(taps: number) {
    this.#due = new Uint32Array(taps);
    this.#came = new Uint32Array(taps);
    this.#times = new Float64Array(taps * KEPT).fill(-Infinity);
  }

  /** Counts a packet that left for a capture. @param at Milliseconds. */
  departure(receiver: number, at: number): void {
    this.#due[receiver]++;
    const times = this.#times, base = receiver * KEPT;
    // What was captured elsewhere is read later, and may have left earlier.
    if (at <= times[base]) return;
    let hole = 0;
    for (let child = 1; child < KEPT; child = 2 * hole + 1) {
      if (child + 1 < KEPT && times[base + child + 1] < times[base + child]) child++;
      if (times[base + child] >= at) break;
      times[base + hole] = times[base + child];
      hole = child;
    }
    times[base + hole] = at;
  }

  /** Counts a packet from another capture that came to the one that it was for. */
  arrival(receiver: number): void {
    this.#came[receiver]++;
  }

  /**
   * Packets that left for a capture and never came.
   * @param since Milliseconds from which on what left may be under way still.
   */
  missing(receiver: number, since: number): number {
    const due = this.#due[receiver];
    let late = 0;
    for (let i = 0; i < KEPT; i++) if (this.#times[receiver * KEPT + i] >= since) late++;
    // With all that are kept under way, so may be more.
    return late === KEPT ? 0 : Math.max(0, due - this.#came[receiver] - late);
  }
}
