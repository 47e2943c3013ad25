import type { LinkCounters } from "../../suites/kit/evidence.ts";
import type { Impairment } from "../../suites/kit/topology.ts";
import { Bell } from "../kernel/descriptor.ts";
import type { EmulatedWire } from "./ip_commands.ts";
import { wireMemory, WireState } from "./wire_memory.ts";

/** What the emulating thread is started with. */
export interface WireStart {
  wires: readonly EmulatedWire[];
  memory: SharedArrayBuffer;
  /** One 32-bit integer: other than 0 ends the thread. */
  stop: SharedArrayBuffer;
  bell: number;
  seed: number;
}

/** The emulated wires of a lab. */
export class Wires {
  #states = new Map<string, WireState>();
  #before = new Map<string, LinkCounters>();
  #stop = new SharedArrayBuffer(4);
  #bell = new Bell();
  #worker: Worker | undefined;
  #stopped: Promise<void> = Promise.resolve();

  private constructor(readonly wires: readonly EmulatedWire[]) {}

  /** Joins the ends of the wires; without wires there is no thread. */
  static async start(wires: readonly EmulatedWire[], seed: number): Promise<Wires> {
    const made = new Wires(wires);
    const memory = wireMemory(wires.length);
    wires.forEach(({ link }, i) => made.#states.set(link, new WireState(memory, i)));
    made.begin();
    if (wires.length === 0) return made;
    const worker = new Worker(new URL("./wire_worker.ts", import.meta.url), { type: "module" });
    made.#worker = worker;
    const start: WireStart = { wires, memory, stop: made.#stop, bell: made.#bell.fd, seed };
    worker.postMessage(start);
    await new Promise<void>((resolve, reject) => {
      made.#stopped = new Promise((stopped) => {
        worker.onmessage = ({ data }) => {
          if (data.ready) resolve();
          if (data.stopped) stopped();
          if (data.failed) reject(new Error(`Cannot emulate a link: ${data.failed}`));
        };
      });
    });
    return made;
  }

  /** A new scenario: every wire as its topology has it, counters from 0. */
  begin(): void {
    for (const { link, impairment } of this.wires) {
      this.#states.get(link)!.impair(impairment);
      this.#before.set(link, this.#states.get(link)!.counters());
      this.#states.get(link)!.begin();
    }
  }

  /** Whether a link is emulated, so that it can be impaired. */
  has(link: string): boolean {
    return this.#states.has(link);
  }

  /** Changes a wire from now on. */
  impair(link: string, impairment: Impairment): void {
    this.#states.get(link)!.impair(impairment);
  }

  /** Milliseconds by which a frame was late at the worst since `begin`. */
  lateness(): number {
    return Math.max(0, ...[...this.#states.values()].map(({ lateness }) => lateness));
  }

  /** What every wire did since `begin`. */
  counters(): Record<string, LinkCounters> {
    return Object.fromEntries([...this.#states].map(([link, state]) => {
      const { forwarded, lost, delayed } = state.counters();
      const before = this.#before.get(link)!;
      return [link, {
        forwarded: forwarded - before.forwarded,
        lost: lost - before.lost,
        delayed: delayed - before.delayed,
      }];
    }));
  }

  async close(): Promise<void> {
    Atomics.store(new Int32Array(this.#stop), 0, 1);
    this.#bell.ring();
    if (this.#worker !== undefined) await this.#stopped;
    this.#worker?.terminate();
    this.#bell.close();
  }
}
