import type { LinkCounters } from "../../../suites/kit/evidence.ts";
import type { Impairment } from "../../../suites/kit/topology.ts";

/** Fields of a wire: five of its impairment, three counters, the worst lateness. */
const FIELDS = 9;
const FORWARDED = 5, LOST = 6, DELAYED = 7, LATENESS = 8;

/** Memory for so many wires, shared by the lab and the thread that emulates them. */
export function wireMemory(wires: number): SharedArrayBuffer {
  return new SharedArrayBuffer(Math.max(1, wires) * FIELDS * 8);
}

/** What one wire does and has done; each field is written by one thread only while frames flow. */
export class WireState {
  #fields: Float64Array;

  constructor(memory: SharedArrayBuffer, index: number) {
    this.#fields = new Float64Array(memory, index * FIELDS * 8, FIELDS);
  }

  /** Replaces the impairment as a whole. */
  impair({ rate = Infinity, delay = 0, jitter = 0, loss = 0, up = true }: Impairment): void {
    this.#fields.set([rate, delay, jitter, loss, up ? 1 : 0]);
  }

  get rate(): number {
    return this.#fields[0];
  }
  get delay(): number {
    return this.#fields[1];
  }
  get jitter(): number {
    return this.#fields[2];
  }
  get loss(): number {
    return this.#fields[3];
  }
  get up(): boolean {
    return this.#fields[4] === 1;
  }

  forwarded(): void {
    this.#fields[FORWARDED]++;
  }
  lost(frames = 1): void {
    this.#fields[LOST] += frames;
  }
  delayed(): void {
    this.#fields[DELAYED]++;
  }

  /** A frame was so many milliseconds late. */
  late(milliseconds: number): void {
    if (milliseconds > this.#fields[LATENESS]) this.#fields[LATENESS] = milliseconds;
  }
  /** Forgets the worst lateness. */
  begin(): void {
    this.#fields[LATENESS] = 0;
  }
  /** The worst lateness in milliseconds. */
  get lateness(): number {
    return this.#fields[LATENESS];
  }

  /** The counters as they stand. */
  counters(): LinkCounters {
    const [forwarded, lost, delayed] = this.#fields.slice(FORWARDED);
    return { forwarded, lost, delayed };
  }
}
