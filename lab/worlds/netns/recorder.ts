import { UnwritableOutput } from "../../../suites/engine/system_error.ts";
import type { CaptureCounters, LatenessRecord } from "../../../suites/kit/evidence.ts";
import { WakeupFd } from "../../kernel/descriptor.ts";

/** Where a tap listens. */
export interface TapSource {
  name: string;
  namespace: string;
  interface: string;
  /** Whether a kernel there leaves checksums to its network card: they are recorded filled in. */
  fills?: boolean;
}

/** What was captured since the beginning, and how late the recorder and the machine were. */
export interface Recorded {
  counters: Record<string, CaptureCounters>;
  lateness: Pick<LatenessRecord, "recorder" | "machine">;
}

/** What the recorder's thread is told; it answers each order with a reply of the same kind. */
export type RecorderOrder =
  | { kind: "open"; wakeup: number; taps: readonly TapSource[] }
  | { kind: "begin"; directory: string }
  | { kind: "count" }
  | { kind: "end" }
  | { kind: "close" };

/** What it answers. */
export type RecorderReply =
  | { kind: "open" }
  | { kind: "begin" }
  | { kind: "count"; frames: number }
  | { kind: "end" } & Recorded
  | { kind: "close" }
  | { kind: "failed"; reason: string; unwritable?: boolean };

/** Captures every tap of a lab, in a thread of its own. */
export class Recorder {
  #worker: Worker;
  #wakeup = new WakeupFd();
  #last: Promise<unknown> = Promise.resolve();
  #waiting: ((reply: RecorderReply) => void)[] = [];

  private constructor() {
    this.#worker = new Worker(new URL("./recorder_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#waiting.shift()?.(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const failed = { kind: "failed", reason: event.message } as const;
      this.#waiting.splice(0).forEach((resolve) => resolve(failed));
    };
  }

  /** Opens a ring for every tap; frames are kept from `begin` on. */
  static async open(taps: readonly TapSource[]): Promise<Recorder> {
    const recorder = new Recorder();
    await recorder.#order({ kind: "open", wakeup: recorder.#wakeup.fd, taps });
    return recorder;
  }

  /** Starts a file for every tap in a directory; frames that came before are not in it. */
  async begin(directory: string): Promise<void> {
    await this.#order({ kind: "begin", directory });
  }

  /** Frames seen on all taps so far: it stands still when the lab is silent. */
  async count(): Promise<number> {
    return (await this.#order({ kind: "count" }) as RecorderReply & { kind: "count" }).frames;
  }

  /** Waits for all that the kernel has captured, closes the files and says how much there was. */
  async end(): Promise<Recorded> {
    const answer = await this.#order({ kind: "end" }) as RecorderReply & { kind: "end" };
    return { counters: answer.counters, lateness: answer.lateness };
  }

  async close(): Promise<void> {
    await this.#order({ kind: "close" });
    this.#worker.terminate();
    this.#wakeup.close();
  }

  /** One order at a time, so that each wakeup stands for exactly one. */
  #order(order: RecorderOrder): Promise<RecorderReply> {
    const reply = this.#last.then(() => this.#send(order));
    this.#last = reply.catch(() => {});
    return reply;
  }

  async #send(order: RecorderOrder): Promise<RecorderReply> {
    const reply = new Promise<RecorderReply>((resolve) => this.#waiting.push(resolve));
    this.#worker.postMessage(order);
    // Before it has opened its taps, the worker waits for messages and not for the wakeup.
    if (order.kind !== "open") this.#wakeup.wake();
    const answer = await reply;
    if (answer.kind === "failed") {
      if (answer.unwritable) throw new UnwritableOutput(answer.reason);
      throw new Error(`Cannot capture: ${answer.reason}`);
    }
    return answer;
  }
}
