/** A compressed source as a source of what it holds: octets come as they are asked for. */
import { Decompressor } from "./decompress.ts";
import type { OctetSource } from "./sources.ts";

/** Pieces that may wait to be asked for; then the decompressor is held back. */
const WAITING = 4;

/** Gives decompressed octets. */
export class DecompressedSource implements OctetSource {
  readonly name: string;
  /** Why the octets ended early; undefined when they did not. */
  problem: string | undefined;
  readonly #source: OctetSource;
  readonly #decompressor: Decompressor;
  readonly #pieces: Uint8Array[] = [];
  #state: "open" | "ended" | "closed" = "open";
  #wake = () => {};

  /** @param head Octets that were read from the source already. */
  constructor(source: OctetSource, compression: "gzip" | "zstd", head: Uint8Array) {
    this.name = source.name;
    this.#source = source;
    this.#decompressor = new Decompressor(compression, {
      push: (piece) => this.#push(piece),
      broken: (reason) => this.problem = reason,
    });
    this.#pump(head).catch((error) => this.problem ??= String(error)).finally(() => {
      this.#decompressor.close();
      if (this.#state === "open") this.#state = "ended";
      this.#wake();
    });
  }

  /** Reads into the array; gives the number of octets, or null at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    while (this.#pieces.length === 0) {
      if (this.#state !== "open") return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const piece = this.#pieces[0];
    const part = piece.subarray(0, into.length);
    into.set(part);
    if (part.length < piece.length) this.#pieces[0] = piece.subarray(part.length);
    else this.#pieces.shift();
    if (this.#pieces.length < WAITING) this.#decompressor.resume();
    return part.length;
  }

  /** Ends the decompression, wherever it is, and closes the source. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#decompressor.resume();
    await this.#source.close();
  }

  #push(piece: Uint8Array): boolean {
    if (this.#state === "closed") return false;
    // A slice of what the decompressor gives would be a view of its memory, not a copy.
    this.#pieces.push(new Uint8Array(piece));
    if (this.#pieces.length >= WAITING) this.#decompressor.pause();
    this.#wake();
    return true;
  }

  async #pump(head: Uint8Array): Promise<void> {
    let wanted = await this.#decompressor.push(head);
    const chunk = new Uint8Array(1 << 16);
    while (wanted && this.#state === "open") {
      const octets = await this.#source.read(chunk);
      if (octets === null) break;
      wanted = await this.#decompressor.push(chunk.subarray(0, octets));
    }
    if (this.#state === "open") await this.#decompressor.finish();
  }
}
