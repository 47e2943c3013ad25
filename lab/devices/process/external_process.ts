import { textLines } from "../../peer_host/lines.ts";
import type { DeviceProcess } from "../device_process.ts";
import type { HostedProcess } from "../hosted_process.ts";
import { ProgramLog } from "./program_log.ts";
import { type ProgramStart, spawnProgram } from "./spawn_program.ts";
import { unreadOctets } from "./unread.ts";

/** Seconds that a program has to become ready, unless its profile tells. */
export const READY_WITHIN = 15;
/** Milliseconds that it has to end when asked to. */
const GRACE = 2000;

/** Milliseconds between two looks at its sockets, and after which it is not going to read them. */
const LOOK = 5, IGNORED = 2000;
/** Milliseconds after which traffic that never ends is left to itself. */
const LONGEST_READING = 10_000;
/** Milliseconds in which what it said last is read. */
const LAST_WORDS = 200;
/** Characters of a line that are read at most. */
const LONGEST_TEXT = 1 << 16;

/** What is kept of a third party's program, and asked of it. */
export interface Attendance {
  node: string;
  /** Path of the network namespace. */
  namespace: string;
  /** Text of a line that says it is ready; absent, it is at once. */
  ready: string | undefined;
  /** Seconds that it has to say so. */
  readyWithin: number;
  /** File that keeps what it says on standard output and standard error. */
  log: string;
  /** How the device within it ended, where it runs one and a line says so; undefined for any other. */
  endOf?: (line: string) => string | undefined;
  /** Told each line of its standard error, which may be anything. */
  complaint?: (line: string) => void;
  /** How it is instructed. */
  instruct(instruction: Record<string, unknown>): Promise<void>;
}

/** A third party's program that plays a device in the namespace of its node. */
export class ExternalProcess implements DeviceProcess {
  /** Octets that lie in its sockets and are never read. */
  #ignored = 0;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #complaints: ReadableStreamDefaultReader<string>;
  #reading: Promise<void> = Promise.resolve();
  readonly #complaining: Promise<void>;
  #onComplaint: (line: string) => void = () => {};
  #asked = false;
  #stopping: Promise<void> | undefined;
  /** With how the process ended, and with that in words if nobody had asked it to. */
  readonly #over: Promise<string>;
  /** How the device within it ended, as it said. */
  #within: string | undefined;
  readonly #gone = Promise.withResolvers<string>();

  private constructor(
    readonly node: string,
    readonly namespace: string,
    readonly child: Omit<HostedProcess, "stdin">,
    readonly log: ProgramLog,
    readonly instruct: Attendance["instruct"],
    readonly endOf: Attendance["endOf"],
    complaint: Attendance["complaint"],
    readonly readyWithin: number,
  ) {
    this.#reader = linesOf(child.stdout);
    this.#complaints = linesOf(child.stderr);
    this.#complaining = this.#readToEnd(this.#complaints, (line) => {
      this.#onComplaint(line);
      complaint?.(line);
    }).catch(() => {});
    this.#over = child.status.then(async ({ code, signal }) => {
      // What it said last is still in the pipes.
      await Promise.race([this.#complaining, passed(LAST_WORDS)]);
      return this.#within ?? (signal === null ? `exit status ${code}` : signal);
    });
    void this.#over.then((how) => this.#endsByItself(how));
  }

  #endsByItself(how: string): void {
    if (this.#asked) return;
    this.#gone.resolve(`"${this.node}" ended by itself, with ${how}${this.log.lastWords()}`);
  }

  get ended(): Promise<string> {
    return this.#gone.promise;
  }

  /**
   * Runs a program until it is ready; then somebody must `hear` more of it, or let it `readOn`.
   * @throws {Error} When it does not become ready.
   */
  static start(start: Attendance & ProgramStart): Promise<ExternalProcess> {
    return ExternalProcess.attend(start, spawnProgram(start));
  }

  /** Takes over a program that has been started, as `start` does. */
  static async attend(
    { node, namespace, log, instruct, endOf, complaint, ready, readyWithin }: Attendance,
    child: Omit<HostedProcess, "stdin">,
  ): Promise<ExternalProcess> {
    const file = await Deno.create(log).catch((error) => {
      child.kill("SIGKILL");
      throw error;
    });
    const process = new ExternalProcess(
      node,
      namespace,
      child,
      new ProgramLog(file),
      instruct,
      endOf,
      complaint,
      readyWithin,
    );
    try {
      if (ready !== undefined) await process.hear(ready);
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

  async stuck(): Promise<string | undefined> {
    return this.#asked ? undefined : await this.child.stuck?.();
  }

  freeze(): void {
    this.#asked = true;
    this.#signal("SIGSTOP");
  }

  async kill(): Promise<void> {
    this.#asked = true;
    this.#signal("SIGKILL");
    await this.child.status;
  }

  async stop(): Promise<undefined> {
    await (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#asked = true;
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), GRACE);
    await this.child.status;
    clearTimeout(timer);
    this.#signal("SIGKILL");
    // What it said last is still in the pipe, which a program that left the group may hold open.
    const patience = setTimeout(() => {
      for (const reader of [this.#reader, this.#complaints]) void reader.cancel().catch(() => {});
    }, LAST_WORDS);
    await Promise.all([this.#reading, this.#complaining]);
    clearTimeout(patience);
    this.log.close();
  }

  /** Sends a signal to the whole group. */
  #signal(signal: Deno.Signal): void {
    try {
      this.child.kill(signal);
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
      const complaint = `"${this.node}" did not say "${text}" within ${this.readyWithin} s`;
      timer = setTimeout(
        () => reject(new Error(complaint + this.log.lastWords())),
        this.readyWithin * 1000,
      ) as unknown as number;
    });
    const complained = new Promise<void>((resolve) => {
      this.#onComplaint = (line) => line.includes(text) && resolve();
    });
    let enough = false;
    const heard = async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw await this.#endedBefore(text);
        this.#note(value);
        if (value.includes(text) || enough) return;
      }
    };
    const said = heard();
    said.catch(() => {});
    // What is read meanwhile is read on by the same reader: nobody else may ask it before.
    this.#reading = said.catch(() => {});
    // A program that it has left behind may hold the pipe open.
    const over = this.#over.then(async () => {
      await passed(LAST_WORDS);
      throw await this.#endedBefore(text);
    });
    over.catch(() => {});
    try {
      await Promise.race([said, complained, over, late]);
    } finally {
      clearTimeout(timer);
      enough = true;
      this.#onComplaint = () => {};
    }
  }

  /** Reads what it says from now on, so that it never waits for us. */
  readOn(): void {
    this.#reading = this.#reading.then(() => this.#readToEnd(this.#reader)).catch(() => {});
  }

  async #readToEnd(
    reader: ReadableStreamDefaultReader<string>,
    told?: (line: string) => void,
  ): Promise<void> {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#note(value);
      told?.(value);
    }
  }

  async #endedBefore(text: string): Promise<Error> {
    const how = await this.#over;
    return new Error(
      `"${this.node}" ended before it said "${text}", with ${how}${this.log.lastWords()}`,
    );
  }

  #note(line: string): void {
    this.#within ??= this.endOf?.(line);
    // Nothing waits until what ran it has ended as well, whose own last words tell nothing.
    if (this.#within !== undefined) this.#endsByItself(this.#within);
    this.log.note(line, this.#within === undefined);
  }
}

function linesOf(stream: ReadableStream<Uint8Array>): ReadableStreamDefaultReader<string> {
  const text = (stream as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream());
  return text.pipeThrough(textLines(LONGEST_TEXT)).getReader();
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
