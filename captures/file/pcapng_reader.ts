/**
 * Reads pcapng files: several sections of either byte order, several interfaces, all kinds of packet
 * blocks, comments and statistics. Unknown blocks are skipped.
 *
 * Source: draft-ietf-opsawg-pcapng.
 */
import type { Frame } from "../frame.ts";
import { emptyFrame, type FormatReader, type FrameSink, maxFrame } from "./format_reader.ts";
import { BlockType, BYTE_ORDER_MAGIC, OptionCode, padded } from "./pcapng_blocks.ts";
import { walkOptions } from "./pcapng_options.ts";
import { TimeConverter } from "./pcapng_time.ts";
import { type CaptureInterface, type CaptureProblem, CommentCollector } from "./summary.ts";

/** Octets of a block at most; what exceeds them is damage. */
export const MAX_BLOCK = 1 << 24;

/** Interfaces of a file at most, or a hostile file could fill the memory with them. */
const MAX_INTERFACES = 1 << 16;

/** Octets of a block without options and data, by type. */
const MIN_BLOCK: Readonly<Record<number, number>> = {
  [BlockType.section]: 28,
  [BlockType.interface]: 20,
  [BlockType.packet]: 32,
  [BlockType.simplePacket]: 16,
  [BlockType.interfaceStatistics]: 24,
  [BlockType.enhancedPacket]: 32,
};

/** An interface with what it takes to read its frames. */
interface Source {
  readonly summary: CaptureInterface;
  readonly time: TimeConverter;
  readonly limit: number;
}

/** Whether a file that begins with these octets (12 of them) is a pcapng file. */
export function isPcapng(view: DataView, at: number): boolean {
  return view.getUint32(at) === BlockType.section &&
    (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC ||
      view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC);
}

/** Reads the blocks of one pcapng file. */
export class PcapngReader implements FormatReader {
  readonly format = "pcapng";
  readonly interfaces: CaptureInterface[] = [];
  readonly comments = new CommentCollector();
  packets = 0;
  octets = 0;
  needed = 12;
  problem?: CaptureProblem;
  readonly #sink: FrameSink;
  readonly #frame: Frame = emptyFrame();
  /** Interfaces of the current section. */
  #sources: Source[] = [];
  #little = true;
  #decoder = new TextDecoder();

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  incomplete(view: DataView, start: number, end: number): string {
    const got = end - start;
    if (got < 8) return `block header cut short: ${got} of 8 octets`;
    return `block cut short: ${got} of ${view.getUint32(start + 4, this.#little)} octets`;
  }

  consume(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.view = view;
    let at = start;
    this.needed = 12;
    while (at + 12 <= end) {
      const type = view.getUint32(at, this.#little);
      if (type === BlockType.section && !this.#byteOrder(view, at)) return at;
      const total = view.getUint32(at + 4, this.#little);
      if (total < (MIN_BLOCK[type] ?? 12) || total > MAX_BLOCK) {
        return this.#stop(at, `block of type ${type} claims ${total} octets`);
      }
      const next = at + padded(total);
      if (next > end) {
        this.needed = next - at;
        return at;
      }
      const trailer = view.getUint32(next - 4, this.#little);
      if (trailer !== total) {
        return this.#stop(at, `block has two lengths: ${total} before, ${trailer} behind it`);
      }
      if (type === BlockType.enhancedPacket) this.#enhancedPacket(view, at, total);
      else this.#block(type, bytes, view, at, total);
      if (this.problem !== undefined) return at;
      at = next;
    }
    return at;
  }

  #stop(offset: number, message: string): number {
    this.problem = { offset, message };
    return offset;
  }

  /** Reads the byte order that a section header announces; it holds for its own length already. */
  #byteOrder(view: DataView, at: number): boolean {
    if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) this.#little = true;
    else if (view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC) this.#little = false;
    else {
      this.#stop(at, "section header has no byte-order magic");
      return false;
    }
    return true;
  }

  #block(type: number, bytes: Uint8Array, view: DataView, at: number, total: number): void {
    switch (type) {
      case BlockType.section:
        return this.#section(bytes, view, at, total);
      case BlockType.interface:
        return this.#interface(bytes, view, at, total);
      case BlockType.simplePacket:
        return this.#simplePacket(view, at, total);
      case BlockType.packet: {
        const id = view.getUint16(at + 8, this.#little);
        return this.#timedPacket(id, view, at, total);
      }
      case BlockType.interfaceStatistics:
        return this.#statistics(view, at, total);
    }
  }

  #section(bytes: Uint8Array, view: DataView, at: number, total: number): void {
    const major = view.getUint16(at + 12, this.#little);
    if (major !== 1) {
      this.#stop(at, `section is of version ${major}, which is not known`);
      return;
    }
    this.#sources = [];
    walkOptions(view, this.#little, at + 24, at + total - 4, (code, start, end) => {
      if (code === OptionCode.comment) this.comments.add(this.#text(bytes, start, end));
    });
  }

  #interface(bytes: Uint8Array, view: DataView, at: number, total: number): void {
    if (this.interfaces.length >= MAX_INTERFACES) {
      this.#stop(at, `file has more than ${MAX_INTERFACES} interfaces`);
      return;
    }
    let name = "", resolution = 6, offset = 0n;
    walkOptions(view, this.#little, at + 16, at + total - 4, (code, start, end) => {
      if (code === OptionCode.comment) this.comments.add(this.#text(bytes, start, end));
      else if (code === OptionCode.interfaceName) name = this.#text(bytes, start, end);
      else if (code === OptionCode.interfaceResolution && end > start) resolution = bytes[start];
      else if (code === OptionCode.interfaceTimeOffset && end - start === 8) {
        offset = view.getBigInt64(start, this.#little);
      }
    });
    const time = new TimeConverter(resolution, offset);
    const linkType = view.getUint16(at + 8, this.#little);
    const summary: CaptureInterface = {
      name,
      linkType,
      snapLength: view.getUint32(at + 12, this.#little),
      resolution: time.resolution,
    };
    this.interfaces.push(summary);
    this.#sources.push({ summary, time, limit: maxFrame(linkType) });
  }

  #enhancedPacket(view: DataView, at: number, total: number): void {
    this.#timedPacket(view.getUint32(at + 8, this.#little), view, at, total);
  }

  /** An enhanced packet block or the obsolete packet block, which differ in the interface only. */
  #timedPacket(id: number, view: DataView, at: number, total: number): void {
    const little = this.#little;
    const captured = view.getUint32(at + 20, little);
    const source = this.#source(id, captured, at);
    if (source === undefined) return;
    if (captured > total - 32) {
      this.#stop(at, `packet block of ${total} octets claims ${captured} captured octets`);
      return;
    }
    const { time } = source;
    time.convert(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    const frame = this.#frame;
    frame.seconds = time.seconds;
    frame.nanoseconds = time.nanoseconds;
    const options = at + 28 + padded(captured);
    if (options + 8 <= at + total) this.#packetOptions(view, options, at + total - 4);
    this.#deliver(source, id, at + 28, captured, view.getUint32(at + 24, little));
  }

  /** A packet without a time, which leaves that of the frame before in place, on the first interface of the section. */
  #simplePacket(view: DataView, at: number, total: number): void {
    const original = view.getUint32(at + 8, this.#little);
    const snapLength = this.#sources[0]?.summary.snapLength ?? 0;
    const kept = snapLength === 0 ? original : Math.min(original, snapLength);
    const captured = Math.min(kept, total - 16);
    const source = this.#source(0, captured, at);
    if (source === undefined) return;
    this.#frame.untimed = true;
    this.#deliver(source, 0, at + 12, captured, original);
    this.#frame.untimed = false;
  }

  /** The interface of a frame; undefined, with the problem noted, when it cannot be right. */
  #source(id: number, captured: number, at: number): Source | undefined {
    const source = this.#sources[id];
    if (source === undefined) {
      this.#stop(
        at,
        `packet is of interface ${id}, of which the section has ${this.#sources.length}`,
      );
    } else if (captured > source.limit) {
      this.#stop(at, `packet block claims ${captured} captured octets, more than ${source.limit}`);
      return undefined;
    }
    return source;
  }

  #deliver(source: Source, id: number, start: number, captured: number, original: number): void {
    const frame = this.#frame;
    frame.number = ++this.packets;
    frame.linkType = source.summary.linkType;
    frame.interfaceId = id;
    frame.start = start;
    frame.end = start + captured;
    frame.originalLength = original > captured ? original : captured;
    this.octets += captured;
    this.#sink(frame);
  }

  #packetOptions(view: DataView, start: number, end: number): void {
    const { bytes } = this.#frame;
    walkOptions(view, this.#little, start, end, (code, from, to) => {
      if (code === OptionCode.comment) {
        this.comments.add(this.#text(bytes, from, to), this.packets + 1);
      }
    });
  }

  #statistics(view: DataView, at: number, total: number): void {
    const summary = this.#sources[view.getUint32(at + 8, this.#little)]?.summary;
    if (summary === undefined) return;
    let dropped: number | undefined;
    walkOptions(view, this.#little, at + 20, at + total - 4, (code, start, end) => {
      if (end - start !== 8) return;
      const value = Number(view.getBigUint64(start, this.#little));
      if (code === OptionCode.statisticsReceived) summary.received = value;
      else if (
        code === OptionCode.statisticsDropped || code === OptionCode.statisticsDroppedBySystem
      ) dropped = (dropped ?? 0) + value;
    });
    if (dropped !== undefined) summary.dropped = dropped;
  }

  #text(bytes: Uint8Array, start: number, end: number): string {
    return this.#decoder.decode(bytes.subarray(start, end));
  }
}
