/** Decompresses while reading, with constant memory. */
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Intake } from "./intake.ts";

/** Octets of one piece of output. */
const CHUNK = 1 << 18;

/** Feeds what compressed octets hold to an intake. */
export class Decompressor {
  readonly #stream: ReturnType<typeof createGunzip>;
  readonly #intake: Intake;
  /** Thrown by the sink or the intake, and to be thrown again to the caller. */
  #thrown: { error: unknown } | undefined;
  #wanted = true;
  #broken = false;
  readonly #ended: Promise<void>;
  #wake = () => {};

  constructor(compression: "gzip" | "zstd", intake: Intake) {
    this.#intake = intake;
    this.#stream = compression === "gzip"
      ? createGunzip({ chunkSize: CHUNK })
      : createZstdDecompress({ chunkSize: CHUNK });
    this.#stream.on("data", (chunk: Uint8Array) => this.#data(chunk));
    this.#ended = new Promise((resolve) => {
      this.#stream.on("end", () => resolve());
      this.#stream.on("error", (error: Error) => {
        this.#broken = true;
        intake.broken(`${compression}: ${error.message}`);
        this.#wake();
        resolve();
      });
    });
  }

  /** Takes compressed octets, which belong to the caller again then; resolves to whether more are wanted. */
  async push(chunk: Uint8Array): Promise<boolean> {
    if (!this.#broken && this.#wanted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#stream.write(chunk, () => resolve());
      });
    }
    this.#rethrow();
    return this.#wanted && !this.#broken;
  }

  /** Waits for the last octets. */
  async finish(): Promise<void> {
    if (!this.#broken && this.#wanted) {
      this.#stream.end();
      await this.#ended;
    }
    this.#rethrow();
  }

  /** Gives the decompressor's memory back. */
  close(): void {
    this.#stream.destroy();
  }

  #data(chunk: Uint8Array): void {
    if (!this.#wanted || this.#thrown !== undefined) return;
    try {
      this.#wanted = this.#intake.push(chunk);
    } catch (error) {
      // An exception within an event handler would end the process.
      this.#thrown = { error };
      this.#wanted = false;
    }
  }

  #rethrow(): void {
    if (this.#thrown !== undefined) throw this.#thrown.error;
  }
}
