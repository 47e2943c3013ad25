/** TCP segments in Ethernet frames, as the card's classifier reads them (L24, L86). */
import { type NoSegment, SegmentView } from "../../captures/view/segment.ts";
import { ADJUSTED, type OpaqueFormat } from "../../captures/wire/opaque.ts";
import { datagramStart } from "./link_header.ts";
import type { ClassifierRules } from "./classifier_rules.ts";

/** Why a frame is no segment: it carries no IP datagram, or one that is none. */
export type Irregular = NoSegment | "link";

/** A segment in a frame. Point it at a frame with `atFrame`; `start` is where the datagram begins. */
export class Segment extends SegmentView {
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
  atFrame(bytes: Uint8Array, start: number, end: number): boolean {
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
  place(s: Segment, bytes: Uint8Array): void {
    const { frame } = s;
    this.bytes = bytes;
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

  protected override isFormat(format: OpaqueFormat, protocol: number, opaque: number): boolean {
    return this.#rules.isFormat(format, protocol, this.bytes, opaque, this.end);
  }

  protected override opaqueOctets(format: OpaqueFormat, opaque: number): number {
    const octets = this.#rules.opaqueOctets(format, this.bytes, opaque, this.end);
    // One of fixed length was looked at when it was configured.
    if ("octets" in format.length) return octets;
    for (const adjusted of format.adjusts) {
      const { offset, octets: length } = ADJUSTED[adjusted];
      if (offset + length > octets) return -1;
    }
    return octets;
  }

  protected override innerVersion(format: OpaqueFormat, opaque: number, octets: number): number {
    return this.#rules.innerVersion(format, this.bytes, opaque, octets);
  }

  protected override fragmentBits(word: number, header: number): number {
    return this.#rules.fragmentBits(word, header === this.start ? "first" : "inner");
  }
}
