/** How much the cores have to do, counted by themselves in memory that all threads share. */

const WINDOW_MILLISECONDS = 100;
const PROCESSED = 0;
const TAKEN = 1;
const FIELDS = 2;

/** Memory for the counters of `cores` cores. */
export function loadMemory(cores: number): SharedArrayBuffer {
  return new SharedArrayBuffer(cores * FIELDS * 4);
}

/** A core's own counters. */
export class CoreCounters {
  #counts: Int32Array;

  constructor(memory: SharedArrayBuffer, core: number) {
    this.#counts = new Int32Array(memory, core * FIELDS * 4, FIELDS);
  }

  /** One packet was processed; `handed` when it came from the machine and not from the kernel. */
  processed(handed: boolean): void {
    Atomics.add(this.#counts, PROCESSED, 1);
    if (handed) Atomics.add(this.#counts, TAKEN, 1);
  }
}

/** The machine's view: packets that wait for a core, and those it processed of late. */
export class CoreLoads {
  #counts: Int32Array;
  #handed: number[];
  #since = 0;
  #older: Int32Array;
  #newer: Int32Array;

  constructor(memory: SharedArrayBuffer, cores: number, readonly now: () => number) {
    this.#counts = new Int32Array(memory);
    this.#handed = new Array(cores).fill(0);
    this.#older = new Int32Array(cores);
    this.#newer = new Int32Array(cores);
  }

  /** A packet was handed to a core. */
  handed(core: number): void {
    this.#handed[core]++;
  }

  /** Packets waiting at a core, and processed by it in the last one or two tenths of a second. */
  load(core: number): number {
    const time = this.now();
    if (time - this.#since >= WINDOW_MILLISECONDS) {
      this.#since = time;
      this.#older = this.#newer;
      this.#newer = this.#older.map((_, i) => Atomics.load(this.#counts, i * FIELDS + PROCESSED));
    }
    const processed = Atomics.load(this.#counts, core * FIELDS + PROCESSED) - this.#older[core];
    const waiting = this.#handed[core] - Atomics.load(this.#counts, core * FIELDS + TAKEN);
    return waiting + processed;
  }
}
