/** TCP segments in Ethernet frames, as the card's classifier reads them (L24, L86). */
import { type NoSegment, SegmentView } from "../../captures/view/segment.ts";
import { ADJUSTED, type OpaqueFormat } from "../../captures/wire/opaque.ts";
import { datagramStart } from "./link_header.ts";
import type { ClassifierRules } from "./rules.ts";

const NO_OCTETS = new DataView(new ArrayBuffer(0));

/** Why a frame is no segment: it carries no IP datagram, or one that is none. */
export type Irregular = NoSegment | "link";

/** A segment in a frame. Point it at a frame with `atFrame`; `start` is where the datagram begins. */
export class Segment extends SegmentView {
  /** Spans the same octets as `bytes`. */
  view: DataView = NO_OCTETS;
  /** First octet of the frame, and one past its last: behind the datagram there may be padding. */
  frame = 0;
  frameEnd = 0;
  /** First octet of the IP datagram, whatever it carries; -1 in other frames. */
  datagram = -1;
  readonly #rules: ClassifierRules;

  constructor(rules: ClassifierRules) {
    super();
    this.#rules = rules;
  }

  /** Whether a whole segment lies in the frame; `irregular` says why not. */
  atFrame(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    this.view = view;
    this.frame = start;
    this.frameEnd = end;
    this.datagram = datagramStart(bytes, start, end);
    if (this.datagram < 0) {
      this.bytes = bytes;
      this.format = undefined;
      return false;
    }
    return this.at(bytes, this.datagram, end);
  }

  /** Points at a copy of the frame that another stands on, at the beginning of `bytes`. */
  place(s: Segment, bytes: Uint8Array, view: DataView): void {
    const { frame } = s;
    this.bytes = bytes;
    this.view = view;
    this.formats = s.formats;
    this.format = s.format;
    this.frame = 0;
    this.frameEnd = this.limit = s.frameEnd - frame;
    this.start = this.datagram = s.datagram - frame;
    this.end = s.end - frame;
    this.outer = s.outer < 0 ? -1 : s.outer - frame;
    this.opaque = s.opaque - frame;
    this.opaqueEnd = s.opaqueEnd - frame;
    this.inner = s.inner - frame;
    this.tcp = s.tcp - frame;
    this.options = s.options - frame;
    this.payload = s.payload - frame;
  }

  /** Why `atFrame` said false. */
  get irregular(): Irregular {
    return this.datagram < 0 ? "link" : this.problem;
  }

  /** Whether there is a tunnel around the segment. */
  get tunnelled(): boolean {
    return this.outer >= 0;
  }

  /** Data offset, reserved bits and control bits: 16 bits. */
  get offsetAndFlags(): number {
    return this.bytes[this.tcp + 12] << 8 | this.bytes[this.tcp + 13];
  }

  protected override opaqueStart(outer: number, headerEnd: number): number {
    return this.#rules.opaqueStart(headerEnd, outer, this.frame);
  }

  protected override formatOf(protocol: number, start: number): OpaqueFormat | undefined {
    const { bytes, end } = this, { isFormat } = this.#rules;
    for (const format of this.formats) {
      if (isFormat(format, protocol, bytes, start, end)) return format;
    }
    return undefined;
  }

  protected override opaqueOctets(format: OpaqueFormat, start: number): number {
    const octets = this.#rules.opaqueOctets(format, this.bytes, start, this.end);
    for (const adjusted of format.adjusts) {
      const { offset, octets: length } = ADJUSTED[adjusted];
      if (offset + length > octets) return -1;
    }
    return octets;
  }

  protected override isFragment(header: number, word: number): boolean {
    return this.#rules.isFragment(word, header === this.start ? "first" : "inner");
  }
}
