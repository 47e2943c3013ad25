/** Decompresses while reading, with constant memory. */
import { createGunzip, createZstdDecompress } from "node:zlib";
import { ZstdFraming } from "./zstd_framing.ts";

/** Octets of one piece of output. Damage costs what has been decompressed of the piece before it. */
const CHUNK = 1 << 16;

/** Takes decompressed octets in order. */
export interface Target {
  /** Takes all octets of a piece, which it must copy; returns whether more are wanted. */
  push(piece: Uint8Array): boolean;
  /** Notes that the compressed octets ended early, or are damaged. */
  broken(reason: string): void;
}

/** Feeds what compressed octets hold to a target, such as an intake. */
export class Decompressor {
  readonly #compression: "gzip" | "zstd";
  readonly #target: Target;
  readonly #framing: ZstdFraming | undefined;
  #stage: Stage | undefined;
  /** Thrown by the sink or the intake, and to be thrown again to the caller. */
  #thrown: { error: unknown } | undefined;
  #wanted = true;

  constructor(compression: "gzip" | "zstd", target: Target) {
    this.#compression = compression;
    this.#target = target;
    // gzip's own decompressor knows about several members and early ends; that of zstd does not.
    this.#framing = compression === "zstd" ? new ZstdFraming() : undefined;
  }

  /**
   * Takes compressed octets, which belong to the caller again once the promise resolves.
   * @returns Whether more are wanted.
   */
  async push(chunk: Uint8Array): Promise<boolean> {
    for (let at = 0; at < chunk.length && this.#wanted;) {
      const rest = chunk.subarray(at);
      const part = this.#framing === undefined ? rest : rest.subarray(0, this.#framing.push(rest));
      this.#stage ??= new Stage(this.#compression, (piece) => this.#piece(piece));
      await this.#stage.write(part);
      at += part.length;
      if (this.#framing?.complete) await this.#endStage();
      else this.#look(this.#stage?.problem);
    }
    return this.#wanted;
  }

  /** Waits for the last octets. */
  async finish(): Promise<void> {
    if (!this.#wanted) return;
    await this.#endStage();
    if (this.#wanted && this.#framing?.complete === false) this.#look("unexpected end of file");
  }

  /** Holds back further pieces, whatever is pushed, until `resume`. */
  pause(): void {
    this.#stage?.pause();
  }

  /** Lets pieces come again. */
  resume(): void {
    this.#stage?.resume();
  }

  /** Gives the decompressor's memory back. */
  close(): void {
    this.#stage?.close();
  }

  async #endStage(): Promise<void> {
    await this.#stage?.end();
    this.#look(this.#stage?.problem);
    this.#stage?.close();
    this.#stage = undefined;
  }

  /** Notes a problem of the compression, and throws what the sink threw. */
  #look(problem: string | undefined): void {
    if (this.#thrown !== undefined) throw this.#thrown.error;
    if (problem === undefined) return;
    this.#wanted = false;
    this.#target.broken(`${this.#compression}: ${problem}`);
  }

  #piece(piece: Uint8Array): void {
    if (!this.#wanted) return;
    try {
      this.#wanted = this.#target.push(piece);
    } catch (error) {
      // An exception within an event handler would end the process.
      this.#thrown = { error };
      this.#wanted = false;
    }
    release(piece);
  }
}

/**
 * Gives the memory of a piece back at once, if it is the last of its buffer and nobody else looks at
 * it any more. Otherwise tens of megabytes of such buffers pile up before they are collected.
 */
function release({ buffer, byteOffset, length }: Uint8Array): void {
  const own = buffer instanceof ArrayBuffer && buffer.byteLength === CHUNK;
  if (own && byteOffset + length === CHUNK) buffer.transfer(0);
}

/** One run of a decompressor, with its events turned into promises. */
class Stage {
  /** Why it cannot go on. */
  problem: string | undefined;
  readonly #stream: ReturnType<typeof createGunzip>;
  #wake = () => {};

  constructor(compression: "gzip" | "zstd", sink: (piece: Uint8Array) => void) {
    const create = compression === "gzip" ? createGunzip : createZstdDecompress;
    this.#stream = create({ chunkSize: CHUNK });
    this.#stream.on("data", sink);
    this.#stream.on("end", () => this.#wake());
    this.#stream.on("error", (error: Error) => {
      this.problem ??= error.message;
      this.#wake();
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.problem !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.write(chunk, () => resolve());
    });
  }

  async end(): Promise<void> {
    if (this.problem !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.end();
    });
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.destroy();
  }
}
