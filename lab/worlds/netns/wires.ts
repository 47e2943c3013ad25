import type { LinkCounters } from "../../../suites/kit/evidence.ts";
import type { Impairment } from "../../../suites/kit/topology.ts";
import { WakeupFd } from "../../kernel/descriptor.ts";
import type { EmulatedWire } from "./ip_commands.ts";
import { wireMemory, WireState } from "./wire_memory.ts";

/** Places in the memory by which lab and thread speak: the end, questions asked, questions answered. */
export const Control = { stop: 0, asked: 1, answered: 2 } as const;
const CONTROLS = 3;

/** What the emulating thread is started with. */
export interface WireStart {
  wires: readonly EmulatedWire[];
  memory: SharedArrayBuffer;
  /** 32-bit integers, by `Control`: `stop` other than 0 ends the thread. */
  control: SharedArrayBuffer;
  wakeup: number;
  seed: number;
}

/** The emulated wires of a lab. */
export class Wires {
  #states = new Map<string, WireState>();
  #before = new Map<string, LinkCounters>();
  #control = new Int32Array(new SharedArrayBuffer(CONTROLS * 4));
  #wakeup = new WakeupFd();
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
    const control = made.#control.buffer as SharedArrayBuffer;
    const start: WireStart = { wires, memory, control, wakeup: made.#wakeup.fd, seed };
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

  /** Resolves when every frame that has come so far is on its way: lost, delayed or delivered. */
  async idle(): Promise<void> {
    if (this.#worker === undefined) return;
    const asked = Atomics.add(this.#control, Control.asked, 1) + 1;
    this.#wakeup.wake();
    for (;;) {
      const answered = Atomics.load(this.#control, Control.answered);
      if (answered >= asked) return;
      await Atomics.waitAsync(this.#control, Control.answered, answered).value;
    }
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
    Atomics.store(this.#control, Control.stop, 1);
    this.#wakeup.wake();
    if (this.#worker !== undefined) await this.#stopped;
    this.#worker?.terminate();
    this.#wakeup.close();
  }
}
