/** Where the parts of a TCP segment lie, plain or in a stateless tunnel. */
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { get16, viewOf } from "../wire/octets.ts";
import { isOpaqueFormat, type OpaqueFormat, opaqueLength, opaqueVersion } from "../wire/opaque.ts";
import type { SegmentLayout } from "../wire/segment_layout.ts";
import { PacketView } from "./packet_view.ts";

/** Octets of an IPv6 header, and the least of an IPv4 and of a TCP header. */
const IPV6 = 40, IPV4 = 20, TCP = 20;

/** Why octets are no TCP segment. */
export type NoSegment =
  | "short"
  | "version"
  | "header_length"
  | "total_length"
  | "fragment"
  | "opaque"
  | "protocol";

/** Finds the parts of a segment: base of `SegmentView`, which says what stands in them. */
export abstract class SegmentPlaces extends PacketView implements SegmentLayout {
  /** The format that was found; undefined in a plain segment. */
  format: OpaqueFormat | undefined;
  /** Why it is none, once `at` has said false. */
  problem: NoSegment = "short";
  /** First octet of the outer IP header, -1 in a plain segment. */
  outer = -1;
  /** First octet of the opaque field and one past its last; where the inner header begins if plain. */
  opaque = 0;
  opaqueEnd = 0;
  /** First octet of the IP header in front of TCP. */
  inner = -1;
  /** First octet of the TCP header, of its options, and of its payload; the payload ends at `end`. */
  tcp = -1;
  options = 0;
  payload = 0;

  #formats: readonly OpaqueFormat[] = [];
  #viewed = this.bytes;
  #view = viewOf(this.bytes);
  // What `#ip` found of the header that it looked at, and whether a later fragment hides what follows.
  #next = 0;
  #headerEnd = 0;
  #datagramEnd = 0;
  #isHidden = false;
  // The first problem that leaves addresses and ports readable.
  #flaw: NoSegment | undefined;

  /**
   * Formats that are looked for; none, so that all is plain, unless set. Where a field is of several,
   * that with the longest format id comes first, then that which stands first.
   */
  get formats(): readonly OpaqueFormat[] {
    return this.#formats;
  }

  set formats(formats: readonly OpaqueFormat[]) {
    const octets = ({ formatId }: OpaqueFormat) => formatId?.octets ?? 0;
    this.#formats = [...formats].sort((a, b) => octets(b) - octets(a));
  }

  /** A data view of `bytes`. */
  get view(): DataView {
    if (this.#viewed !== this.bytes) {
      this.#viewed = this.bytes;
      this.#view = viewOf(this.bytes);
    }
    return this.#view;
  }

  /** As `PacketView.at`: false where there is no TCP segment that is whole; `problem` says why. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    this.#flaw = undefined;
    this.#plain(start);
    this.inner = this.tcp = -1;
    if (this.point(bytes, start, end) < 1) return this.#not("short");
    if (!this.#ip(start, this.limit)) return false;
    this.end = this.#datagramEnd;
    const protocol = this.#next, next = this.#headerEnd, opaque = this.opaqueStart(start, next);
    const flaw = this.#flaw, isHidden = this.#isHidden;
    if (!isHidden) {
      let isTried = false;
      for (const format of this.#formats) {
        if (!this.isFormat(format, protocol, opaque)) continue;
        isTried = true;
        this.#flaw = flaw;
        if (this.#tunnelled(format, start, opaque)) return true;
      }
      if (isTried && protocol !== IP_PROTOCOL.TCP) return false;
    }
    this.#plain(start);
    this.tcp = -1;
    this.#flaw = flaw;
    this.#isHidden = isHidden;
    return this.#transport(protocol, next);
  }

  /** Where the field begins behind the header from `outer` to `headerEnd`: a hook, as are the next. */
  protected opaqueStart(_outer: number, headerEnd: number): number {
    return headerEnd;
  }

  /** Whether what stands at `opaque`, behind a header of `protocol`, is of this format. */
  protected isFormat(format: OpaqueFormat, protocol: number, opaque: number): boolean {
    return isOpaqueFormat(format, protocol, this.bytes, opaque, this.end);
  }

  /** Octets of the field at `opaque`, or -1. */
  protected opaqueOctets(format: OpaqueFormat, opaque: number): number {
    return opaqueLength(format, this.bytes, opaque, this.end);
  }

  /** Version that the inner header behind a field of so many octets must have; 0 where any may stand. */
  protected innerVersion(format: OpaqueFormat, opaque: number, octets: number): number {
    return opaqueVersion(format, this.bytes, opaque, octets);
  }

  /** Of flags and offset of the IPv4 header at `header` those bits that make its datagram a fragment. */
  protected fragmentBits(word: number, _header: number): number {
    return word & 0x3fff;
  }

  #not(problem: NoSegment): false {
    this.problem = problem;
    return false;
  }

  #plain(start: number): void {
    this.format = undefined;
    this.outer = -1;
    this.opaque = this.opaqueEnd = this.inner = start;
  }

  /** Reads what follows the outer header at `outer` as a field of this format and a segment. */
  #tunnelled(format: OpaqueFormat, outer: number, opaque: number): boolean {
    const { bytes, end } = this;
    this.inner = this.tcp = -1;
    const octets = this.opaqueOctets(format, opaque);
    if (octets < 0) return this.#not("opaque");
    const inner = opaque + octets;
    if (inner >= end) return this.#not("short");
    // The version says whether there is an IP header at all.
    const version = this.innerVersion(format, opaque, octets);
    if (version !== 0 && bytes[inner] >> 4 !== version) return this.#not("version");
    if (!this.#ip(inner, end)) return false;
    if (this.#datagramEnd !== end) this.#flaw ??= "total_length";
    this.format = format;
    this.outer = outer;
    this.opaque = opaque;
    this.opaqueEnd = this.inner = inner;
    return this.#transport(this.#next, this.#headerEnd);
  }

  #transport(protocol: number, at: number): boolean {
    if (this.#isHidden) return this.#not("fragment");
    if (protocol !== IP_PROTOCOL.TCP) return this.#not("protocol");
    if (at + TCP > this.end) return this.#not(this.#flaw ?? "short");
    const header = this.bytes[at + 12] >> 4 << 2;
    this.tcp = at;
    this.options = at + TCP;
    this.payload = at + header;
    if (header < TCP || this.payload > this.end) this.#flaw ??= "header_length";
    return this.#flaw === undefined || this.#not(this.#flaw);
  }

  /** Reads the IP header at `at`; false where there is none. */
  #ip(at: number, limit: number): boolean {
    const { bytes } = this, version = bytes[at] >> 4;
    this.#isHidden = false;
    if (version === 6) return this.#ipv6(at, limit);
    if (version !== 4) return this.#not("version");
    if (at + IPV4 > limit) return this.#not("short");
    const header = (bytes[at] & 15) << 2, total = get16(bytes, at + 2);
    if (header < IPV4) return this.#not("header_length");
    if (at + header > limit) return this.#not("short");
    this.#limitTo(at + total, at + header, limit);
    const fragment = this.fragmentBits(get16(bytes, at + 6), at);
    if (fragment !== 0) this.#fragment((fragment & 0x1fff) !== 0);
    this.#next = bytes[at + 9];
    this.#headerEnd = at + header;
    return true;
  }

  #ipv6(at: number, limit: number): boolean {
    if (at + IPV6 > limit) return this.#not("short");
    const { bytes } = this;
    this.#limitTo(at + IPV6 + get16(bytes, at + 4), at + IPV6, limit);
    return this.#extensions(bytes[at + 6], at + IPV6, this.#datagramEnd);
  }

  /** Notes where a datagram ends: at `limit` where it tells an end that cannot be. */
  #limitTo(told: number, least: number, limit: number): void {
    const isPossible = told >= least && told <= limit;
    this.#datagramEnd = isPossible ? told : limit;
    if (!isPossible) this.#flaw ??= "total_length";
  }

  #fragment(isLater: boolean): void {
    this.#flaw ??= "fragment";
    this.#isHidden = isLater;
  }

  #extensions(first: number, start: number, end: number): boolean {
    const { bytes } = this;
    let next = first, at = start;
    // What follows in a later fragment is payload.
    while (isExtension(next) && !this.#isHidden) {
      if (at + 8 > end) return this.#not("short");
      const isFragment = next === IP_PROTOCOL.FRAGMENT;
      if (isFragment) this.#fragment((get16(bytes, at + 2) & 0xfff8) !== 0);
      next = bytes[at];
      at += isFragment ? 8 : bytes[at + 1] + 1 << 3;
      if (at > end) return this.#not("header_length");
    }
    this.#next = next;
    this.#headerEnd = at;
    return true;
  }
}

function isExtension(next: number): boolean {
  return next === IP_PROTOCOL.HOP_BY_HOP || next === IP_PROTOCOL.ROUTING ||
    next === IP_PROTOCOL.FRAGMENT || next === IP_PROTOCOL.DESTINATION_OPTIONS;
}
