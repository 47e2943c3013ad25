import { TimedQueue } from "../timed_queue.ts";

/** Virtual time in milliseconds: a queue of what is due, and nothing else. Deterministic. */
export class Scheduler {
  /** Now, in virtual milliseconds since the scenario began. */
  now = 0;
  readonly #queue = new TimedQueue<() => void>();

  /** Arranges for `act` to happen at virtual time `at`, or now when that has passed. */
  at(at: number, act: () => void) {
    this.#queue.push(Math.max(at, this.now), act);
  }

  /** When the next thing is due; Infinity when nothing is. */
  next(): number {
    return this.#queue.next;
  }

  /** Moves time to the next thing and does it; false when nothing is due. */
  step(): boolean {
    const at = this.#queue.next, act = this.#queue.shift();
    if (act === undefined) return false;
    this.now = at;
    act();
    return true;
  }
}
