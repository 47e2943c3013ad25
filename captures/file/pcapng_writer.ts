/**
 * Writes pcapng files: one little-endian section, nanoseconds.
 *
 * Source: draft-ietf-opsawg-pcapng, blocks of §4.
 */
import { BlockType, OptionCode, padded } from "./pcapng_blocks.ts";
import { FileOutput, MemoryOutput, type Output, OutputBuffer } from "./output.ts";

/** What the section header says. */
export interface SectionOptions {
  /** Program that writes the file. */
  application?: string;
  comment?: string;
}

/** An interface that frames are captured on. */
export interface InterfaceOptions {
  name: string;
  description?: string;
  /** LINKTYPE_ value; Ethernet unless told. */
  linkType?: number;
  /** Octets kept of each frame at most; 0, the default, for no limit. */
  snapLength?: number;
}

/** Counters of one interface, as the capturing system kept them. */
export interface InterfaceCounters {
  /** Frames that arrived, the dropped ones included. */
  received: number;
  /** Frames that were lost before they could be written. */
  dropped: number;
  /** When the counters were read. */
  seconds: number;
  nanoseconds: number;
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** Writes one pcapng file. Every frame is encoded into a reused buffer, without an object for it. */
export class PcapngWriter {
  /** Frames written so far. */
  packets = 0;
  readonly #out: OutputBuffer;
  #interfaces = 0;

  constructor(output: Output, options: SectionOptions = {}) {
    this.#out = new OutputBuffer(output);
    const texts: [number, Uint8Array][] = [
      [OptionCode.comment, encoder.encode(options.comment ?? "")],
      [OptionCode.sectionApplication, encoder.encode(options.application ?? "")],
    ];
    this.#block(BlockType.section, 16, texts, (view, at) => {
      view.setUint32(at, 0x1a2b3c4d, true);
      view.setUint16(at + 4, 1, true);
      view.setUint16(at + 6, 0, true);
      // A section length of -1 says that it was not known beforehand.
      view.setUint32(at + 8, 0xffffffff, true);
      view.setUint32(at + 12, 0xffffffff, true);
    });
  }

  /** Writes to a file, replacing what was there. */
  static create(path: string, options: SectionOptions = {}): PcapngWriter {
    return new PcapngWriter(new FileOutput(path), options);
  }

  /** Writes to memory; `output.bytes()` gives the file once the writer is flushed or closed. */
  static inMemory(options: SectionOptions = {}): { writer: PcapngWriter; output: MemoryOutput } {
    const output = new MemoryOutput();
    return { writer: new PcapngWriter(output, options), output };
  }

  /** Describes an interface; returns its number, from 0. */
  addInterface(options: InterfaceOptions): number {
    const texts: [number, Uint8Array][] = [
      [OptionCode.interfaceName, encoder.encode(options.name)],
      [OptionCode.interfaceDescription, encoder.encode(options.description ?? "")],
      [OptionCode.interfaceResolution, Uint8Array.of(9)],
    ];
    this.#block(BlockType.interface, 8, texts, (view, at) => {
      view.setUint16(at, options.linkType ?? 1, true);
      view.setUint16(at + 2, 0, true);
      view.setUint32(at + 4, options.snapLength ?? 0, true);
    });
    return this.#interfaces++;
  }

  /**
   * Writes one frame, `bytes[start..end)`.
   * @param interfaceId What `addInterface` returned.
   * @param seconds Since 1970-01-01 UTC.
   * @param originalLength Octets on the wire; the captured ones unless told.
   * @param comment Shown by Wireshark with the packet.
   */
  write(
    interfaceId: number,
    seconds: number,
    nanoseconds: number,
    bytes: Uint8Array,
    start = 0,
    end = bytes.length,
    originalLength = end - start,
    comment?: string,
  ): void {
    const length = end - start;
    const text = comment === undefined ? NOTHING : encoder.encode(comment);
    const options = text.length === 0 ? 0 : 8 + padded(text.length);
    const total = 32 + padded(length) + options;
    const at = this.#out.reserve(total);
    const { view, bytes: out } = this.#out;
    view.setUint32(at, BlockType.enhancedPacket, true);
    view.setUint32(at + 4, total, true);
    view.setUint32(at + 8, interfaceId, true);
    putTime(view, at + 12, seconds, nanoseconds);
    view.setUint32(at + 20, length, true);
    view.setUint32(at + 24, originalLength, true);
    // The word that the padding shares; the frame overwrites the rest of it.
    if ((length & 3) !== 0) view.setUint32(at + 28 + (length & ~3), 0, true);
    out.set(length === bytes.length ? bytes : bytes.subarray(start, end), at + 28);
    if (options > 0) {
      const behind = putOption(out, view, at + 28 + padded(length), OptionCode.comment, text);
      view.setUint32(behind, 0, true);
    }
    view.setUint32(at + total - 4, total, true);
    this.#out.at = at + total;
    this.packets++;
  }

  /** Writes the counters of an interface; readers take the last ones. */
  statistics(interfaceId: number, counters: InterfaceCounters): void {
    const numbers: [number, Uint8Array][] = [
      [OptionCode.statisticsReceived, count64(counters.received)],
      [OptionCode.statisticsDropped, count64(counters.dropped)],
    ];
    this.#block(BlockType.interfaceStatistics, 12, numbers, (view, at) => {
      view.setUint32(at, interfaceId, true);
      putTime(view, at + 4, counters.seconds, counters.nanoseconds);
    });
  }

  /** Hands everything written to the output. */
  flush(): void {
    this.#out.flush();
  }

  /** Flushes and closes the output. */
  close(): void {
    this.#out.close();
  }

  /** Writes a block with options; those without octets are left out. */
  #block(
    type: number,
    bodyLength: number,
    options: readonly [number, Uint8Array][],
    body: (view: DataView, at: number) => void,
  ): void {
    const present = options.filter(([, value]) => value.length > 0);
    const lengths = present.reduce((sum, [, value]) => sum + 4 + padded(value.length), 0);
    const total = 12 + bodyLength + (lengths === 0 ? 0 : lengths + 4);
    const at = this.#out.reserve(total);
    const { bytes, view } = this.#out;
    bytes.fill(0, at, at + total);
    view.setUint32(at, type, true);
    view.setUint32(at + 4, total, true);
    body(view, at + 8);
    let behind = at + 8 + bodyLength;
    for (const [code, value] of present) behind = putOption(bytes, view, behind, code, value);
    view.setUint32(at + total - 4, total, true);
    this.#out.at = at + total;
  }
}

/** Writes one option with its padding; returns where it ends. */
function putOption(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  code: number,
  value: Uint8Array,
): number {
  // A value's length has 16 bits; longer comments are cut.
  const octets = value.length > 0xffff ? value.subarray(0, 0xffff) : value;
  view.setUint16(at, code, true);
  view.setUint16(at + 2, octets.length, true);
  const end = at + 4 + padded(octets.length);
  if (octets.length > 0) view.setUint32(end - 4, 0, true);
  bytes.set(octets, at + 4);
  return end;
}

/** Writes nanoseconds since 1970 as two 32-bit words, the high one first (pcapng §4.3). */
function putTime(view: DataView, at: number, seconds: number, nanoseconds: number): void {
  // The product has more bits than a double holds exactly, hence two halves of the seconds.
  const upper = Math.floor(seconds / 0x10000) * 1e9;
  const lower = (seconds % 0x10000) * 1e9 + nanoseconds;
  const rest = (upper % 0x10000) * 0x10000 + lower;
  view.setUint32(at, Math.floor(upper / 0x10000) + Math.floor(rest / 0x100000000), true);
  view.setUint32(at + 4, rest % 0x100000000, true);
}

function count64(value: number): Uint8Array {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, BigInt(value), true);
  return octets;
}
