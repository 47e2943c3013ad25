/**
 * Reads pcap files of either byte order, with micro- or nanoseconds.
 *
 * ```
 * file:    magic (32), version (16, 16), time zone (32), accuracy (32), snap length (32), link type (32)
 * record:  seconds (32), fraction (32), captured length (32), original length (32), octets
 * ```
 *
 * Source: draft-ietf-opsawg-pcap; the modified format of libpcap's "Kuznetzov" patch, whose records
 * have eight octets more.
 */
import type { Frame } from "../frame.ts";
import { emptyFrame, type FormatReader, type FrameSink, maxFrame } from "./format_reader.ts";
import { type CaptureInterface, type CaptureProblem, CommentCollector } from "./summary.ts";

/** Octets of the file header. */
export const FILE_HEADER = 24;

/** What a magic number says. */
interface Variant {
  resolution: number;
  /** Octets of a record header. */
  recordHeader: number;
}

const VARIANTS: Readonly<Record<number, Variant>> = {
  0xa1b2c3d4: { resolution: 1e6, recordHeader: 16 },
  0xa1b23c4d: { resolution: 1e9, recordHeader: 16 },
  0xa1b2cd34: { resolution: 1e6, recordHeader: 24 },
};

/** Whether a file that begins with these four octets is a pcap file. */
export function isPcap(view: DataView, at: number): boolean {
  return view.getUint32(at, true) in VARIANTS || view.getUint32(at, false) in VARIANTS;
}

/** Reads the records of one pcap file. */
export class PcapReader implements FormatReader {
  readonly format = "pcap";
  readonly interfaces: CaptureInterface[] = [];
  readonly comments = new CommentCollector();
  packets = 0;
  octets = 0;
  needed = FILE_HEADER;
  problem?: CaptureProblem;
  readonly #sink: FrameSink;
  readonly #frame: Frame = emptyFrame();
  #little = true;
  #recordHeader = 16;
  #toNanoseconds = 1000;
  #limit = 0;
  /** Files of version 2.2 and before have the lengths the other way round, 2.3 now and then. */
  #swapped: "never" | "always" | "sometimes" = "never";
  #begun = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  consume(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (this.#begun) return this.#records(bytes, view, start, end);
    if (end - start < FILE_HEADER) return start;
    this.#header(view, start);
    return this.#records(bytes, view, start + FILE_HEADER, end);
  }

  incomplete(view: DataView, start: number, end: number): string {
    const got = end - start;
    if (!this.#begun) return `pcap file header cut short: ${got} of ${FILE_HEADER} octets`;
    if (got < this.#recordHeader) {
      return `record header cut short: ${got} of ${this.#recordHeader} octets`;
    }
    const captured = view.getUint32(start + 8, this.#little);
    return `frame cut short: ${got - this.#recordHeader} of ${captured} octets`;
  }

  #header(view: DataView, at: number): void {
    this.#begun = true;
    this.#little = view.getUint32(at, true) in VARIANTS;
    const { resolution, recordHeader } = VARIANTS[view.getUint32(at, this.#little)];
    this.#recordHeader = recordHeader;
    this.#toNanoseconds = 1e9 / resolution;
    const major = view.getUint16(at + 4, this.#little);
    const minor = view.getUint16(at + 6, this.#little);
    if (major === 2 && minor < 3) this.#swapped = "always";
    if (major === 2 && minor === 3) this.#swapped = "sometimes";
    // The upper bits tell of a frame check sequence.
    const linkType = view.getUint32(at + 20, this.#little) & 0xffff;
    const snapLength = view.getUint32(at + 16, this.#little);
    this.interfaces.push({ name: "", linkType, snapLength, resolution });
    this.#limit = maxFrame(linkType);
    this.#frame.linkType = linkType;
  }

  #records(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const little = this.#little;
    const header = this.#recordHeader;
    const toNanoseconds = this.#toNanoseconds;
    const frame = this.#frame;
    const sink = this.#sink;
    const limit = this.#limit;
    frame.bytes = bytes;
    frame.view = view;
    let at = start;
    while (at + header <= end) {
      let captured = view.getUint32(at + 8, little);
      let original = view.getUint32(at + 12, little);
      if (this.#swapped !== "never" && (this.#swapped === "always" || captured > original)) {
        [captured, original] = [original, captured];
      }
      if (captured > limit) {
        const message = `record claims ${captured} captured octets, more than ${limit}`;
        this.problem = { offset: at, message };
        break;
      }
      const next = at + header + captured;
      if (next > end) {
        this.needed = header + captured;
        return at;
      }
      let seconds = view.getUint32(at, little);
      let nanoseconds = view.getUint32(at + 4, little) * toNanoseconds;
      if (nanoseconds >= 1e9) {
        seconds += Math.floor(nanoseconds / 1e9);
        nanoseconds %= 1e9;
      }
      frame.number = ++this.packets;
      frame.seconds = seconds;
      frame.nanoseconds = nanoseconds;
      frame.originalLength = original > captured ? original : captured;
      frame.start = at + header;
      frame.end = next;
      this.octets += captured;
      at = next;
      sink(frame);
    }
    this.needed = header;
    return at;
  }
}
