/** The lab's end of `agent.sh`, which runs devices in their containers. */
import { textLines } from "../../peer_host/lines.ts";
import { closeDescriptor, openDescriptor } from "../../kernel/descriptor.ts";
import { SystemError } from "../../kernel/libc.ts";
import { Reactor } from "../../worlds/netns/reactor.ts";
import type { HostedProcess } from "../hosted_process.ts";
import { STOPPED } from "../stuck.ts";
import { PipeReader, PipeWriter } from "./pipes.ts";

/** Milliseconds that a container has to be there: its engine has started it before the lab. */
const REACH = 3000;
/** Milliseconds that it has to answer. */
const PATIENCE = 10_000;
/** Milliseconds within which it says how its command is: it does nothing else meanwhile. */
const ANSWER = 5000;
/** Milliseconds between two attempts to reach it. */
const LOOK = 20;
/** Characters of a report: what is longer is none. */
const LONGEST_REPORT = 1000;

/** A container that plays a node, as the lab sees it. */
export interface Container {
  /** Name of its service in compose.yaml. */
  service: string;
  /** Path of its network namespace. */
  namespace: string;
  /** The folder that it shares with the lab, which is `/control` to itself. */
  control: string;
}

/** Where that folder is for the container. */
export const CONTROL = "/control";

/** Somebody who waits for a report. */
interface ReportWait {
  fits(words: string[]): boolean;
  resolve(words: string[]): void;
  reject(error: Error): void;
}

/** A connection to the agent of a container. */
export class Agent {
  readonly #reactor = new Reactor();
  #orders: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #reports: PipeReader | undefined;
  #listening: Promise<void> = Promise.resolve();
  /** Another end of the reports to write to: without one they would end before the agent has its own. */
  #kept: number | undefined;
  readonly #waits = new Set<ReportWait>();
  #isGone = false;
  /** Whether it has said how its command is, ever. */
  #hasAnswered = false;
  /** What it runs: our reference peers, or the device of its image. */
  plays: "reference" | "device" = "device";

  private constructor(readonly container: Container) {}

  /**
   * Connects to the agent of a container, which ends whatever it may run.
   * @param patience Milliseconds that the container has to be there.
   * @throws {Error} When the container does not answer.
   */
  static async connect(container: Container, patience = REACH): Promise<Agent> {
    const agent = new Agent(container);
    try {
      await agent.#open(patience);
    } catch (error) {
      await agent.close();
      throw error;
    }
    return agent;
  }

  async #open(patience: number): Promise<void> {
    const { control, service } = this.container;
    const limit = performance.now() + patience;
    while (!this.#reach(control)) {
      if (performance.now() > limit) {
        const how = `"docker compose logs ${service}" may say why`;
        throw new Error(`The container of "${service}" does not run its agent: ${how}`);
      }
      await passed(LOOK);
    }
    this.#listening = this.#listen();
    const token = crypto.randomUUID();
    const answer = this.#report(([word, echo]) => word === "agent" && echo === token);
    await this.#order(`hello ${token}`);
    this.plays = (await answer)[2] === "reference" ? "reference" : "device";
    this.#stopKeeping();
  }

  /** Opens the pipes if the agent has its ends open; those of one that has ended may still lie there. */
  #reach(control: string): boolean {
    let reports: PipeReader | undefined;
    try {
      reports = new PipeReader(`${control}/reports`, "read", this.#reactor);
      this.#kept = openDescriptor(`${control}/reports`, "write");
      this.#orders = new PipeWriter(`${control}/orders`, "write", this.#reactor).stream.getWriter();
      this.#reports = reports;
      return true;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#stopKeeping();
      void reports?.stream.cancel();
      return false;
    }
  }

  #stopKeeping(): void {
    if (this.#kept !== undefined) closeDescriptor(this.#kept);
    this.#kept = undefined;
  }

  /** Whether the container has ended since. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Runs the command of the container. @throws {Error} When it is not started. */
  async start(): Promise<HostedProcess> {
    const { control } = this.container;
    const input = new PipeWriter(`${control}/input`, "both", this.#reactor);
    const output = new PipeReader(`${control}/output`, "both", this.#reactor);
    const errors = new PipeReader(`${control}/errors`, "both", this.#reactor);
    const status = Promise.withResolvers<{ code: number; signal: string | null }>();
    const started = this.#report(([word]) => word === "started");
    const ended = this.#report(([word]) => word === "ended", Infinity);
    ended.then(([, code]) => ({ code: Number(code), signal: signalOf(Number(code)) }))
      .catch(() => ({ code: 255, signal: "the end of its container" }))
      .then((how) => {
        output.end();
        errors.end();
        status.resolve(how);
      });
    await this.#order("start");
    await started;
    return {
      stdin: input.stream,
      stdout: output.stream,
      stderr: errors.stream,
      status: status.promise,
      stuck: () => this.#stuck(),
      kill: (signal) => {
        void this.#order(`signal ${signal.replace(/^SIG/, "")}`);
        if (signal !== "SIGKILL") return;
        // A container that is paused carries out nothing, and must keep nobody waiting.
        const timer = setTimeout(() => this.#lose(), PATIENCE);
        void status.promise.then(() => clearTimeout(timer));
      },
    };
  }

  /** Asks the agent how its command is; a container that is paused does not answer. */
  async #stuck(): Promise<string | undefined> {
    const token = crypto.randomUUID();
    const answer = this.#report(([word, echo]) => word === "pong" && echo === token, ANSWER);
    await this.#order(`ping ${token}`);
    try {
      const [, , state] = await answer;
      this.#hasAnswered = true;
      return state === "T" ? STOPPED : undefined;
    } catch {
      // An image may have an agent of before, which knows no such order.
      return this.#isGone || !this.#hasAnswered
        ? undefined
        : `its container does not answer within ${ANSWER} ms`;
    }
  }

  /** Leaves the container, whose agent ends what it has started. */
  async close(): Promise<void> {
    this.#stopKeeping();
    await this.#orders?.close().catch(() => {});
    this.#reports?.end();
    await this.#listening;
    await this.#reactor.close();
  }

  async #order(line: string): Promise<void> {
    await this.#orders?.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }

  async #listen(): Promise<void> {
    const text = this.#reports!.stream.pipeThrough(new TextDecoderStream())
      .pipeThrough(textLines(LONGEST_REPORT));
    for await (const line of text) {
      const words = line.split(" ");
      for (const wait of this.#waits) {
        if (!wait.fits(words)) continue;
        this.#waits.delete(wait);
        wait.resolve(words);
      }
    }
    this.#lose();
  }

  /** Takes the container for gone. */
  #lose(): void {
    this.#isGone = true;
    const error = new Error(`The container of "${this.container.service}" has ended`);
    for (const { reject } of this.#waits) reject(error);
  }

  /** The next report of a kind. @throws {Error} When the container ends, or says nothing such in time. */
  #report(fits: (words: string[]) => boolean, patience = PATIENCE): Promise<string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    const wait = { fits, resolve, reject };
    this.#waits.add(wait);
    const late = `The container of "${this.container.service}" did not answer in ${patience} ms`;
    const timer = patience === Infinity
      ? undefined
      : setTimeout(() => reject(new Error(late)), patience);
    const done = () => {
      clearTimeout(timer);
      this.#waits.delete(wait);
    };
    promise.then(done, done);
    return promise;
  }
}

/** The signals that end processes, by their numbers. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
};

/** The signal that a shell's exit status stands for. */
function signalOf(status: number): string | null {
  return SIGNALS[status - 128] ?? null;
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
