/**
 * A view of a TCP segment, plain or in a stateless tunnel: one IP header or two with an opaque field
 * between them, then TCP.
 */
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { get16, get32 } from "../wire/octets.ts";
import { isOpaqueFormat, type OpaqueFormat, opaqueLength } from "../wire/opaque.ts";
import { PacketView } from "./packet_view.ts";

const NO_FORMATS: readonly OpaqueFormat[] = [];
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

/**
 * A TCP segment in place. Point it at an IP datagram; what an Ethernet frame has behind the datagram is
 * no part of it. IPv6 extension headers that are no fragment are walked over.
 */
export class SegmentView extends PacketView {
  /** Formats that are looked for; a datagram of none of them is plain. */
  formats: readonly OpaqueFormat[] = NO_FORMATS;
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
  inner = 0;
  /** First octet of the TCP header, of its options, and of its payload; the payload ends at `end`. */
  tcp = 0;
  options = 0;
  payload = 0;

  // What `#ip` found of the header that it looked at.
  #next = 0;
  #headerEnd = 0;
  #datagramEnd = 0;

  /** As `PacketView.at`: false where there is no TCP segment that is whole; `problem` says why. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    this.format = undefined;
    this.outer = -1;
    if (this.point(bytes, start, end) < IPV4) return this.#not("short");
    if (!this.#ip(start, this.limit)) return false;
    let inner = start, protocol = this.#next;
    this.end = this.#datagramEnd;
    this.opaque = this.opaqueEnd = start;
    const opaque = this.opaqueStart(start, this.#headerEnd);
    const format = this.formatOf(protocol, opaque);
    if (format !== undefined) {
      const octets = this.opaqueOctets(format, opaque);
      if (octets < 0) return this.#not("opaque");
      inner = opaque + octets;
      // The version says whether there is an IP header at all.
      const announced = protocol === IP_PROTOCOL.IPV4 ? 4 : protocol === IP_PROTOCOL.IPV6 ? 6 : 0;
      if (inner >= this.end || announced !== 0 && bytes[inner] >> 4 !== announced) {
        return this.#not("version");
      }
      if (!this.#ip(inner, this.end)) return false;
      if (this.#datagramEnd !== this.end) return this.#not("total_length");
      protocol = this.#next;
      this.format = format;
      this.outer = start;
      this.opaque = opaque;
      this.opaqueEnd = inner;
    }
    this.inner = inner;
    if (protocol !== IP_PROTOCOL.TCP) return this.#not("protocol");
    return this.#tcp();
  }

  /** Version of the IP header at `header`, which is `outer` or `inner`. */
  version(header: number): number {
    return this.bytes[header] >> 4;
  }

  /** Octets of the TCP payload. */
  get length(): number {
    return this.end - this.payload;
  }

  get sequence(): number {
    return get32(this.bytes, this.tcp + 4);
  }

  get acknowledgment(): number {
    return get32(this.bytes, this.tcp + 8);
  }

  /** CWR, ECE, URG, ACK, PSH, RST, SYN and FIN, from the highest bit to the lowest. */
  get flags(): number {
    return this.bytes[this.tcp + 13];
  }

  get window(): number {
    return get16(this.bytes, this.tcp + 14);
  }

  /** Where the opaque field begins behind the header at `outer`: a hook, for devices that read otherwise. */
  protected opaqueStart(_outer: number, headerEnd: number): number {
    return headerEnd;
  }

  /** The format of what is at `start`, behind a header of `protocol`: a hook. */
  protected formatOf(protocol: number, start: number): OpaqueFormat | undefined {
    for (const format of this.formats) {
      if (isOpaqueFormat(format, protocol, this.bytes, start, this.end)) return format;
    }
    return undefined;
  }

  /** Octets of the field at `start`, or -1: a hook. */
  protected opaqueOctets(format: OpaqueFormat, start: number): number {
    return opaqueLength(format, this.bytes, start, this.end);
  }

  /** Whether an IPv4 header is that of a fragment, going by the word of its flags and offset: a hook. */
  protected isFragment(_header: number, word: number): boolean {
    return (word & 0x3fff) !== 0;
  }

  #not(problem: NoSegment): false {
    this.problem = problem;
    return false;
  }

  /** Reads the IP header at `at`. */
  #ip(at: number, limit: number): boolean {
    const { bytes } = this, version = bytes[at] >> 4;
    if (version === 4) {
      if (at + IPV4 > limit) return this.#not("short");
      const header = (bytes[at] & 15) << 2, total = get16(bytes, at + 2);
      if (header < IPV4) return this.#not("header_length");
      if (total < header || at + total > limit) return this.#not("total_length");
      if (this.isFragment(at, get16(bytes, at + 6))) return this.#not("fragment");
      this.#next = bytes[at + 9];
      this.#headerEnd = at + header;
      this.#datagramEnd = at + total;
      return true;
    }
    if (version !== 6) return this.#not("version");
    if (at + IPV6 > limit) return this.#not("short");
    const total = IPV6 + get16(bytes, at + 4);
    if (at + total > limit) return this.#not("total_length");
    this.#datagramEnd = at + total;
    return this.#extensions(bytes[at + 6], at + IPV6, at + total);
  }

  #extensions(next: number, at: number, end: number): boolean {
    for (;;) {
      switch (next) {
        case IP_PROTOCOL.FRAGMENT:
          return this.#not("fragment");
        case IP_PROTOCOL.HOP_BY_HOP:
        case IP_PROTOCOL.ROUTING:
        case IP_PROTOCOL.DESTINATION_OPTIONS: {
          if (at + 8 > end) return this.#not("short");
          next = this.bytes[at];
          at += (this.bytes[at + 1] + 1) << 3;
          if (at > end) return this.#not("header_length");
          break;
        }
        default:
          this.#next = next;
          this.#headerEnd = at;
          return true;
      }
    }
  }

  #tcp(): boolean {
    const at = this.#headerEnd;
    if (at + TCP > this.end) return this.#not("short");
    const header = this.bytes[at + 12] >> 4 << 2;
    if (header < TCP || at + header > this.end) return this.#not("header_length");
    this.tcp = at;
    this.options = at + TCP;
    this.payload = at + header;
    return true;
  }
}
