/** Writes pcap files: little-endian, nanoseconds unless told otherwise. */
import { FileOutput, MemoryOutput, type Output, OutputBuffer } from "./output.ts";

/** What the header of the file says. */
export interface PcapWriterOptions {
  /** LINKTYPE_ value; Ethernet unless told. */
  linkType?: number;
  /** Octets kept of each frame at most, as the header tells it; 262144 unless told. */
  snapLength?: number;
  /** Resolution of the times; nanoseconds unless told. */
  resolution?: "nanoseconds" | "microseconds";
}

/** Writes one pcap file. Every frame is encoded into a reused buffer. */
export class PcapWriter {
  readonly #out: OutputBuffer;
  readonly #divisor: number;

  constructor(output: Output, options: PcapWriterOptions = {}) {
    this.#out = new OutputBuffer(output);
    const micro = options.resolution === "microseconds";
    this.#divisor = micro ? 1000 : 1;
    const at = this.#out.reserve(24);
    const { view } = this.#out;
    view.setUint32(at, micro ? 0xa1b2c3d4 : 0xa1b23c4d, true);
    view.setUint16(at + 4, 2, true);
    view.setUint16(at + 6, 4, true);
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, 0, true);
    view.setUint32(at + 16, options.snapLength ?? 262144, true);
    view.setUint32(at + 20, options.linkType ?? 1, true);
    this.#out.at = at + 24;
  }

  /** Writes to a file, replacing what was there. */
  static create(path: string, options: PcapWriterOptions = {}): PcapWriter {
    return new PcapWriter(new FileOutput(path), options);
  }

  /** Writes to memory; `output.bytes()` gives the file once the writer is flushed or closed. */
  static inMemory(options: PcapWriterOptions = {}): { writer: PcapWriter; output: MemoryOutput } {
    const output = new MemoryOutput();
    return { writer: new PcapWriter(output, options), output };
  }

  /**
   * Writes one frame.
   * @param seconds Since 1970-01-01 UTC.
   * @param originalLength Octets on the wire; the captured ones unless told.
   */
  write(
    seconds: number,
    nanoseconds: number,
    bytes: Uint8Array,
    start = 0,
    end = bytes.length,
    originalLength = end - start,
  ): void {
    const length = end - start;
    const at = this.#out.reserve(16 + length);
    const { view } = this.#out;
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, nanoseconds / this.#divisor, true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, originalLength, true);
    this.#out.bytes.set(
      length === bytes.length ? bytes : bytes.subarray(start, end),
      at + 16,
    );
    this.#out.at = at + 16 + length;
  }

  /** Hands everything written to the output. */
  flush(): void {
    this.#out.flush();
  }

  /** Flushes and closes the output. */
  close(): void {
    this.#out.close();
  }
}
