/** Where captures are written to, through one buffer that is used again and again. */

/** Takes octets in order. They belong to the caller again on return. */
export interface Output {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Writes a file, replacing what was there. */
export class FileOutput implements Output {
  readonly #file: Deno.FsFile;

  /** @throws {Deno.errors.NotFound} When the folder does not exist, and as `Deno.openSync` does. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  close(): void {
    this.#file.close();
  }
}

/** Keeps everything in memory. */
export class MemoryOutput implements Output {
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  write(bytes: Uint8Array): void {
    this.#chunks.push(bytes.slice());
    this.#length += bytes.length;
  }

  close(): void {}

  /** Everything written so far. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** Octets that make one write worth its system call, and do not matter when many taps are open. */
const CAPACITY = 1 << 18;
/** Octets to begin with: most captures of a lab are small. */
const SMALL = 1 << 12;

/** Collects records into one buffer before they go to an output. */
export class OutputBuffer {
  bytes = new Uint8Array(SMALL);
  view = new DataView(this.bytes.buffer);
  /** Where the next record begins; who writes one moves it. */
  at = 0;
  readonly #output: Output;
  #closed = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Makes room for a record of so many octets at `at`; returns `at`. */
  reserve(octets: number): number {
    if (this.at + octets > this.bytes.length) this.#makeRoom(octets);
    return this.at;
  }

  #makeRoom(octets: number): void {
    if (this.at + octets > CAPACITY) this.flush();
    if (this.at + octets <= this.bytes.length) return;
    const grown = Math.min(2 * this.bytes.length, CAPACITY);
    const bytes = new Uint8Array(Math.max(grown, this.at + octets));
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** Hands over everything collected. */
  flush(): void {
    if (this.at === 0) return;
    this.#output.write(this.bytes.subarray(0, this.at));
    this.at = 0;
  }

  /** Flushes and closes the output; a second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.flush();
    this.#output.close();
  }
}
