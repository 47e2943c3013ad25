/**
 * Segmentation (TSO): cuts a datagram that a host made as large as it liked into segments that fit the
 * wire (L88; research section 3). In each of them
 *
 * ```
 * outer IP: length, ID, checksum | opaque: verbatim, but for what its format has adjusted
 *   inner IP: length, ID, checksum | TCP: sequence number, FIN, PSH, CWR, checksum | payload: a piece
 * ```
 *
 * and all the rest is as it came.
 */
import { sumOctets } from "../../captures/wire/checksum.ts";
import { get16, get32, put16, put32 } from "../../captures/wire/octets.ts";
import { ADJUSTED } from "../../captures/wire/opaque.ts";
import type { IdRule, SegmentationConfig } from "./config.ts";
import type { Emit } from "./emit.ts";
import { LONGEST_LINK_HEADER } from "./link_header.ts";
import { adjusts, greChecksum, type Tunnelled, udpChecksum } from "./opaque_sums.ts";
import type { Header, SegmentationRules } from "./rules.ts";
import type { Segment } from "./segment.ts";
import { headerChecksum, isHeaderSumRight, tcpChecksum, tcpChecksumState } from "./sums.ts";

const DONT_FRAGMENT = 0x4000;
const LARGEST = LONGEST_LINK_HEADER + 65_575;

/** What became of a datagram: it needs no segmentation, it was segmented, or it cannot be. */
export type Segmented = "untouched" | "segmented" | "flags" | "checksum" | "headers";

/** Cuts datagrams into segments. One object makes all of them, in the same octets. */
export class SegmentationEngine {
  readonly #config: SegmentationConfig;
  readonly #rules: SegmentationRules;
  readonly #mtu: number;
  readonly #mss: number;
  readonly #bytes = new Uint8Array(LARGEST);
  /** The segment that is being made, in `#bytes`, its frame beginning at 0. */
  readonly #made: { -readonly [K in keyof Tunnelled]: Tunnelled[K] };

  constructor(
    config: SegmentationConfig,
    { mtu, mss = Infinity }: { mtu: number; mss?: number },
    rules: SegmentationRules,
  ) {
    this.#config = config;
    this.#rules = rules;
    this.#mtu = mtu;
    this.#mss = mss;
    const view = new DataView(this.#bytes.buffer);
    this.#made = { bytes: this.#bytes, view, outer: -1, opaque: 0, payload: 0, end: 0 };
  }

  /** Cuts the datagram that a segment is, and emits the pieces in order, as far as it is to be cut. */
  segment(template: Segment, emit: Emit): Segmented {
    const rules = this.#rules, { bytes, view, payload, end } = template;
    const headers = payload - template.start, opaque = template.opaqueEnd - template.opaque;
    const size = rules.segmentPayload(this.#mtu, headers, this.#mss, opaque);
    const octets = end - payload;
    if (!rules.exceeds(octets, size)) return "untouched";
    if (size <= 0) return "headers";
    if (!rules.segmentable(template.flags)) return "flags";
    const sum = sumOctets(bytes, view, payload, end);
    if (!isHeaderSumRight(bytes, view, template.inner)) return "checksum";
    if (template.tunnelled && !isHeaderSumRight(bytes, view, template.outer)) return "checksum";
    if (!rules.takesChecksum(tcpChecksumState(template, view, sum))) return "checksum";
    const count = rules.count(octets, size);
    for (let turn = 0; turn < count; turn++) {
      const index = rules.position(turn, count), at = index * size;
      this.#make(template, at, Math.max(0, Math.min(size, octets - at)), index, count);
      rules.sent(emit, this.#bytes, 0, this.#made.end, template, index, count);
    }
    return "segmented";
  }

  /** Makes the segment of the payload from `offset` on. */
  #make(template: Segment, offset: number, octets: number, index: number, count: number): void {
    const rules = this.#rules, made = this.#made, { bytes, view } = made;
    const { frame } = template;
    const payload = template.payload - frame, from = template.payload + offset;
    bytes.set(template.bytes.subarray(frame, template.payload));
    bytes.set(template.bytes.subarray(from, from + octets), payload);
    made.outer = template.tunnelled ? template.outer - frame : -1;
    made.opaque = template.opaque - frame;
    made.payload = payload;
    made.end = payload + octets;
    const sum = sumOctets(bytes, view, payload, made.end);
    const tcp = template.tcp - frame, inner = template.inner - frame;
    rules.copied(bytes, 0, template, index);
    put32(bytes, tcp + 4, rules.sequence(template.sequence, offset, index));
    bytes[tcp + 13] = rules.flags(template.flags, index, count);
    this.#ip(template, inner, "inner", this.#config.innerId, index);
    const transport = made.end - tcp;
    const right = tcpChecksum(bytes, view, inner, tcp, payload, transport, sum);
    put16(
      bytes,
      tcp + 16,
      rules.tcpChecksum(right, get16(template.bytes, template.tcp + 16), index),
    );
    this.#ipChecksum(template, template.inner, inner, "inner", index);
    if (made.outer < 0) return;
    this.#ip(template, made.outer, "outer", this.#config.outerId, index);
    this.#ipChecksum(template, template.outer, made.outer, "outer", index);
    this.#opaque(template, index, sum);
  }

  /** Length and ID of the header at `at`. */
  #ip(template: Segment, at: number, header: Header, idRule: IdRule, index: number): void {
    const { bytes, end } = this.#made, rules = this.#rules;
    if (bytes[at] >> 4 === 6) {
      const before = get16(template.bytes, template.frame + at + 4) + 40;
      put16(bytes, at + 4, rules.datagramOctets(end - at, before, header, index) - 40);
      return;
    }
    const before = get16(template.bytes, template.frame + at + 2);
    put16(bytes, at + 2, rules.datagramOctets(end - at, before, header, index));
    const dontFragment = (get16(bytes, at + 6) & DONT_FRAGMENT) !== 0;
    const first = get16(template.bytes, template.frame + at + 4);
    put16(bytes, at + 4, rules.identification(idRule, first, index, dontFragment, header));
  }

  #ipChecksum(template: Segment, before: number, at: number, header: Header, index: number): void {
    const { bytes, view } = this.#made;
    if (bytes[at] >> 4 !== 4) return;
    const right = headerChecksum(bytes, view, at), old = get16(template.bytes, before + 10);
    put16(bytes, at + 10, this.#rules.headerChecksum(right, old, header, index));
  }

  /** What the format has adjusted; checksums last, as they cover the rest. */
  #opaque({ format, bytes: before, opaque: from }: Segment, index: number, sum: number): void {
    if (format === undefined || format.adjusts.length === 0) return;
    const made = this.#made, { bytes, opaque, end } = made, rules = this.#rules;
    if (adjusts(format, "udp_length")) {
      const at = ADJUSTED.udp_length.offset;
      put16(bytes, opaque + at, rules.udpLength(end - opaque, get16(before, from + at), index));
    }
    if (adjusts(format, "gre_sequence")) {
      const at = ADJUSTED.gre_sequence.offset;
      put32(bytes, opaque + at, rules.greSequence(get32(before, from + at), index));
    }
    if (adjusts(format, "gre_checksum")) {
      const at = ADJUSTED.gre_checksum.offset, right = greChecksum(made, sum);
      put16(bytes, opaque + at, rules.greChecksum(right, get16(before, from + at), index));
    }
    if (adjusts(format, "udp_checksum")) {
      const at = ADJUSTED.udp_checksum.offset, right = udpChecksum(made, sum);
      put16(bytes, opaque + at, rules.udpChecksum(right, get16(before, from + at), index));
    }
  }
}
