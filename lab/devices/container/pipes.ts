/** Named pipes as streams, by a reactor: no thread waits for each of them. */
import {
  closeDescriptor,
  openDescriptor,
  readDescriptor,
  writeDescriptor,
} from "../../kernel/descriptor.ts";
import type { Reactor } from "../../worlds/netns/reactor.ts";

/** Octets that a pipe takes as a whole or not at all (PIPE_BUF of Linux). */
const WHOLE = 4096;
/** Octets read at a time. */
const CHUNK = 1 << 16;
/** Milliseconds between two reads of a pipe that was full. */
const REST = 10;

/** A pipe that is read until its writers have left, or until `end`. */
export class PipeReader {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #fd: number;
  readonly #reactor: Reactor;
  #isEnded = false;
  #wake = () => {};

  /**
   * @param mode `both` keeps the pipe open though no writer has it, until `end`.
   * @throws {SystemError} When there is no such pipe.
   */
  constructor(path: string, mode: "read" | "both", reactor: Reactor) {
    this.#fd = openDescriptor(path, mode);
    this.#reactor = reactor;
    this.stream = new ReadableStream({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.#close(),
    }, { highWaterMark: 0 });
  }

  /** Lets the stream end with what lies in the pipe now, though a writer may have it open. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async #pull(controller: ReadableStreamDefaultController): Promise<void> {
    const into = new Uint8Array(CHUNK);
    for (;;) {
      // Asked first: what was written before the end is read.
      const isLast = this.#isEnded;
      const length = readDescriptor(this.#fd, into);
      if (length > 0) {
        // Who fills the pipe faster than it is read floods: the others need the processor too.
        if (length === CHUNK) await new Promise((resolve) => setTimeout(resolve, REST));
        return controller.enqueue(into.subarray(0, length));
      }
      if (length === 0 || isLast) break;
      await this.#readable();
    }
    this.#close();
    controller.close();
  }

  async #readable(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#reactor.watch(this.#fd, resolve);
    await promise;
    this.#reactor.forget(this.#fd);
  }

  #close(): void {
    this.#reactor.forget(this.#fd);
    closeDescriptor(this.#fd);
  }
}

/** A pipe that is written to. */
export class PipeWriter {
  readonly stream: WritableStream<Uint8Array>;
  readonly #fd: number;
  readonly #reactor: Reactor;

  /**
   * @param mode `both` opens the pipe though no reader has it.
   * @throws {SystemError} When there is no such pipe, or no reader.
   */
  constructor(path: string, mode: "write" | "both", reactor: Reactor) {
    this.#fd = openDescriptor(path, mode);
    this.#reactor = reactor;
    this.stream = new WritableStream({
      write: (octets) => this.#write(octets),
      close: () => this.#close(),
      abort: () => this.#close(),
    });
  }

  async #write(octets: Uint8Array): Promise<void> {
    for (let at = 0; at < octets.length; at += WHOLE) {
      const part = octets.subarray(at, at + WHOLE);
      while (!writeDescriptor(this.#fd, part)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#reactor.watch(this.#fd, resolve, true);
        const timer = setTimeout(resolve, PATIENCE);
        await promise;
        clearTimeout(timer);
        this.#reactor.forget(this.#fd);
        if (writeDescriptor(this.#fd, part)) break;
        // Whoever should read has gone, or has hung: that is noticed by its reports.
        throw new Error("nobody reads the pipe");
      }
    }
  }

  #close(): void {
    this.#reactor.forget(this.#fd);
    closeDescriptor(this.#fd);
  }
}

/** Milliseconds that a reader may leave a full pipe alone. */
const PATIENCE = 5000;
