import { textLines } from "../peer_host/lines.ts";
import type { DeviceProcess } from "./peer_process.ts";
import { unreadOctets } from "./unread.ts";

/** Milliseconds that a program has to become ready. */
const PATIENCE = 60_000;
/** Milliseconds that it has to end when asked to. */
const GRACE = 2000;

/** Milliseconds between two looks at its sockets, and after which it is not going to read them. */
const LOOK = 5, IGNORED = 2000;
/** Milliseconds after which traffic that never ends is left to itself. */
const LONGEST_READING = 10_000;
/** Milliseconds in which what it said last is read. */
const LAST_WORDS = 200;
/** Lines that are quoted when it ends early, and letters of each. */
const LAST_LINES = 3, LONGEST_LINE = 200;
/** Octets of what a program says that are kept at most. */
const LONGEST_LOG = 4 << 20;

/** How a third party's program is started. */
export interface ProgramStart {
  node: string;
  /** Path of the network namespace. */
  namespace: string;
  command: readonly string[];
  /** Text of a line on standard output that says it is ready; absent, it is at once. */
  ready: string | undefined;
  /** Variables besides those of this process. */
  environment: Readonly<Record<string, string>>;
  /** File that keeps what it says on standard output. */
  log: string;
  /** How it is instructed. */
  instruct(instruction: Record<string, unknown>): Promise<void>;
}

/** A third party's program that plays a device in the namespace of its node. */
export class ExternalProcess implements DeviceProcess {
  #said = 0;
  readonly #last: string[] = [];
  /** Octets that lie in its sockets and are never read. */
  #ignored = 0;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #reading: Promise<void> = Promise.resolve();

  private constructor(
    readonly node: string,
    readonly namespace: string,
    readonly child: Deno.ChildProcess,
    readonly log: Deno.FsFile,
    readonly instruct: ProgramStart["instruct"],
  ) {
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
    this.#reader = lines.getReader();
  }

  /**
   * Runs a program until it is ready; then somebody must `hear` more of it, or let it `readOn`.
   * @throws {Error} When it does not become ready.
   */
  static async start(start: ProgramStart): Promise<ExternalProcess> {
    const log = await Deno.create(start.log);
    const child = new Deno.Command("nsenter", {
      args: [`--net=${start.namespace}`, "--", ...start.command],
      env: start.environment,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
      // A group of its own, so that what the program started ends with it.
      detached: true,
    }).spawn();
    const process = new ExternalProcess(start.node, start.namespace, child, log, start.instruct);
    try {
      if (start.ready !== undefined) await process.hear(start.ready);
    } catch (error) {
      await process.stop();
      throw error;
    }
    return process;
  }

  event(event: string): Promise<void> {
    return Promise.reject(
      new Error(`Cannot wait for "${event}" of "${this.node}" as the device has no trace`),
    );
  }

  /**
   * Waits until what has reached its sockets has been read: more of a third party's program is not ours
   * to see. What it leaves unread for long is nothing that it will read.
   */
  async idle(): Promise<void> {
    let left = unreadOctets(this.namespace), since = performance.now();
    const limit = since + LONGEST_READING;
    while (left > this.#ignored && performance.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      const now = unreadOctets(this.namespace);
      if (now !== left) since = performance.now();
      else if (performance.now() - since > IGNORED) this.#ignored = now;
      left = now;
    }
  }

  freeze(): void {
    this.#signal("SIGSTOP");
  }

  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.child.status;
  }

  async stop(): Promise<undefined> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), GRACE);
    await this.child.status;
    clearTimeout(timer);
    this.#signal("SIGKILL");
    // What it said last is still in the pipe, which a program that left the group may hold open.
    const patience = setTimeout(() => void this.#reader.cancel().catch(() => {}), LAST_WORDS);
    await this.#reading;
    clearTimeout(patience);
    this.log.close();
  }

  /** Sends a signal to the whole group. */
  #signal(signal: Deno.Signal): void {
    try {
      Deno.kill(-this.child.pid, signal);
    } catch {
      // Gone already.
    }
  }

  /**
   * Reads on until a line says `text`.
   * @throws {Error} When the program ends before, or says nothing such in time.
   */
  async hear(text: string): Promise<void> {
    const reader = this.#reader;
    let timer: number | undefined;
    const late = new Promise<never>((_, reject) => {
      const complaint = `"${this.node}" did not say "${text}" within ${PATIENCE} ms`;
      timer = setTimeout(() => reject(new Error(complaint)), PATIENCE) as unknown as number;
    });
    const heard = async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) {
          throw new Error(`"${this.node}" ended before it said "${text}"${this.#lastWords()}`);
        }
        this.#note(value);
        if (value.includes(text)) return;
      }
    };
    try {
      await Promise.race([heard(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads what it says from now on, so that it never waits for us. */
  readOn(): void {
    this.#reading = this.#readToEnd().catch(() => {});
  }

  async #readToEnd(): Promise<void> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      this.#note(value);
    }
  }

  /** What it said last: where it ended early, mostly why. */
  #lastWords(): string {
    return this.#last.length === 0 ? "" : `; its last words were: ${this.#last.join(" / ")}`;
  }

  #note(line: string): void {
    if (line.trim() !== "") this.#last.push(line.trim().slice(0, LONGEST_LINE));
    if (this.#last.length > LAST_LINES) this.#last.shift();
    const octets = new TextEncoder().encode(`${line}\n`);
    this.#said += octets.length;
    if (this.#said <= LONGEST_LOG) this.log.writeSync(octets);
  }
}
