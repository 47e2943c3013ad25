/**
 * How late a machine's host is at its worst: how long a packet lay in its socket or a deadline was past
 * before the machine was called, and how long what it decided then took to leave. The first is what the
 * machine's clock does not know of, the second what a capture does not.
 */
export class LatenessWatch {
  #before = 0;
  #after = 0;
  #due = Infinity;

  /**
   * The machine, which was called at `now`, asks to be called again at `deadline`, whatever else it is
   * called for. It is asked behind each of its calls: one may bring a deadline forward.
   * @param now Time of that call: what is overdue then is to be done at once, and was not missed.
   */
  expect(deadline: number, now: number): void {
    this.#due = Math.max(deadline, now);
  }

  /** A packet lay in its socket for so many milliseconds. */
  waited(milliseconds: number): void {
    if (milliseconds > this.#before) this.#before = milliseconds;
  }

  /** The machine is called at `now`. */
  called(now: number): void {
    if (now <= this.#due) return;
    this.waited(now - this.#due);
    this.#due = Infinity;
  }

  /** What was decided at one time has left by another. */
  sent(decided: number, now: number): void {
    if (now - decided > this.#after) this.#after = now - decided;
  }

  /** Milliseconds by which what has left may have been late. */
  get worst(): number {
    return this.#before + this.#after;
  }
}
