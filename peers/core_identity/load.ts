/** Milliseconds over which a core's work is counted. */
const WINDOW = 1000;

/**
 * The load of each core (D0-05): packets of the present and the previous second, or what a world with
 * real cores measures, plus a background that an administrator set.
 */
export class LoadMeter {
  /** Load by core that other work puts on it. */
  background: number[] = [];
  /** Replaces the count when cores are workers that count for themselves. */
  measured: ((core: number) => number) | undefined;
  #present = new Map<number, number>();
  #previous = new Map<number, number>();
  #since = 0;

  /** Counts one packet. */
  count(core: number, now: number) {
    if (now - this.#since >= WINDOW) {
      this.#previous = now - this.#since < 2 * WINDOW ? this.#present : new Map();
      this.#present = new Map();
      this.#since = now;
    }
    this.#present.set(core, (this.#present.get(core) ?? 0) + 1);
  }

  /** Load of a core, in packets. */
  of(core: number): number {
    const counted = this.measured?.(core) ??
      (this.#present.get(core) ?? 0) + (this.#previous.get(core) ?? 0);
    return (this.background[core] ?? 0) + counted;
  }
}
