/**
 * How many packets left for each capture of a segment and how many came: what suffices where checksums
 * show that the captures are as they were written, and costs next to nothing.
 */

/** Departures whose times are kept for each capture: those that may be under way at the end. */
const KEPT = 64;

/** The packets of one segment, counted. */
export class Census {
  readonly #due: Uint32Array;
  readonly #came: Uint32Array;
  readonly #times: Float64Array;

  /** @param taps Number of captures of the evidence. */
  constructor(taps: number) {
    this.#due = new Uint32Array(taps);
    this.#came = new Uint32Array(taps);
    this.#times = new Float64Array(taps * KEPT);
  }

  /** Counts a packet that left for a capture. @param at Milliseconds. */
  departure(receiver: number, at: number): void {
    this.#times[receiver * KEPT + this.#due[receiver]++ % KEPT] = at;
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
    const due = this.#due[receiver], kept = Math.min(due, KEPT);
    let late = 0;
    for (let i = 0; i < kept; i++) if (this.#times[receiver * KEPT + i] >= since) late++;
    // With all that are kept under way, so may be more.
    return late === KEPT ? 0 : Math.max(0, due - this.#came[receiver] - late);
  }
}
