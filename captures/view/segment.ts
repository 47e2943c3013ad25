/**
 * A view of a TCP segment, plain or in a stateless tunnel: one IP header or two with an opaque field
 * between them, then TCP.
 */
import { get16, get32, put16, put32 } from "../wire/octets.ts";
import { OFFSET } from "../wire/tcp.ts";
import { SegmentPlaces } from "./segment_places.ts";

export type { NoSegment } from "./segment_places.ts";

/** Octets of an IPv6 header, which its Payload Length does not count. */
const IPV6 = 40;

/**
 * A TCP segment in place. Point it at an IP datagram; what an Ethernet frame has behind the datagram is
 * no part of it. IPv6 extension headers that are no fragment are walked over. Checksums are not looked
 * at: see `segment_layout.ts`, whose acts take a view as well.
 *
 * A datagram is a segment in a tunnel where it is of one of `formats` and its inner header lies where
 * the format says; any other is taken for plain (OFL-018, OFL-029).
 *
 * Where `at` said false, `inner` and `tcp` tell how far the datagram was understood, so that the order
 * of a flow can be kept: if not -1, the addresses of that header, and the ports and the sequence number
 * may be read, and nothing else.
 */
export class SegmentView extends SegmentPlaces {
  /** Version of the IP header at `header`, which is `outer` or `inner`, as below. */
  version(header: number): number {
    return this.bytes[header] >> 4;
  }

  /** First octet of both addresses, the source's before the destination's. */
  addresses(header: number): number {
    return header + (this.version(header) === 4 ? 12 : 8);
  }

  /** Octets of both addresses together: 8 or 32. */
  addressesLength(header: number): number {
    return this.version(header) === 4 ? 8 : 32;
  }

  /** Octets from the IP header on, as it tells: Total Length of IPv4, Payload Length of IPv6 and 40. */
  totalLength(header: number): number {
    const { bytes } = this;
    return this.version(header) === 4 ? get16(bytes, header + 2) : IPV6 + get16(bytes, header + 4);
  }

  /** Writes what `totalLength` reads. */
  setTotalLength(header: number, octets: number): void {
    if (this.version(header) === 4) put16(this.bytes, header + 2, octets);
    else put16(this.bytes, header + 4, octets - IPV6);
  }

  /** Octets of the IP header with its options or extension headers. */
  headerLength(header: number): number {
    return (header === this.inner ? this.tcp : this.opaque) - header;
  }

  /** TOS of IPv4 (DSCP and ECN), Traffic Class of IPv6. */
  trafficClass(header: number): number {
    const { bytes } = this;
    return this.version(header) === 4 ? bytes[header + 1] : get16(bytes, header) >> 4 & 0xff;
  }

  /** Writes what `trafficClass` reads. */
  setTrafficClass(header: number, value: number): void {
    const { bytes } = this;
    if (this.version(header) === 4) bytes[header + 1] = value;
    else put16(bytes, header, get16(bytes, header) & 0xf00f | (value & 0xff) << 4);
  }

  /** Time to Live of IPv4, Hop Limit of IPv6. */
  ttl(header: number): number {
    return this.bytes[header + (this.version(header) === 4 ? 8 : 7)];
  }

  /** Writes what `ttl` reads. */
  setTtl(header: number, value: number): void {
    this.bytes[header + (this.version(header) === 4 ? 8 : 7)] = value;
  }

  /** Identification of IPv4; -1 in IPv6. */
  identification(header: number): number {
    return this.version(header) === 4 ? get16(this.bytes, header + 4) : -1;
  }

  /** @throws RangeError in IPv6, which has none. */
  setIdentification(header: number, value: number): void {
    this.#mustBe4(header, "identification");
    put16(this.bytes, header + 4, value);
  }

  /** Don't Fragment; true in IPv6, whose routers never fragment. */
  dontFragment(header: number): boolean {
    return this.version(header) !== 4 || (this.bytes[header + 6] & 0x40) !== 0;
  }

  /** @throws RangeError in IPv6, which has no such flag. */
  setDontFragment(header: number, value: boolean): void {
    this.#mustBe4(header, "flag Don't Fragment");
    const at = header + 6;
    this.bytes[at] = this.bytes[at] & 0xbf | (value ? 0x40 : 0);
  }

  /** Octets of the TCP payload. */
  get length(): number {
    return this.end - this.payload;
  }

  get sourcePort(): number {
    return get16(this.bytes, this.tcp);
  }

  set sourcePort(value: number) {
    put16(this.bytes, this.tcp, value);
  }

  get destinationPort(): number {
    return get16(this.bytes, this.tcp + OFFSET.destinationPort);
  }

  set destinationPort(value: number) {
    put16(this.bytes, this.tcp + OFFSET.destinationPort, value);
  }

  get sequence(): number {
    return get32(this.bytes, this.tcp + OFFSET.sequence);
  }

  set sequence(value: number) {
    put32(this.bytes, this.tcp + OFFSET.sequence, value);
  }

  get acknowledgment(): number {
    return get32(this.bytes, this.tcp + OFFSET.acknowledgment);
  }

  set acknowledgment(value: number) {
    put32(this.bytes, this.tcp + OFFSET.acknowledgment, value);
  }

  /** The four bits behind the data offset; the lowest is AE of accurate ECN. */
  get reserved(): number {
    return this.bytes[this.tcp + OFFSET.dataOffset] & 15;
  }

  set reserved(value: number) {
    const at = this.tcp + OFFSET.dataOffset;
    this.bytes[at] = this.bytes[at] & 0xf0 | value & 15;
  }

  /** CWR, ECE, URG, ACK, PSH, RST, SYN and FIN, from the highest bit to the lowest. */
  get flags(): number {
    return this.bytes[this.tcp + OFFSET.flags];
  }

  set flags(value: number) {
    this.bytes[this.tcp + OFFSET.flags] = value;
  }

  get window(): number {
    return get16(this.bytes, this.tcp + OFFSET.window);
  }

  set window(value: number) {
    put16(this.bytes, this.tcp + OFFSET.window, value);
  }

  get checksum(): number {
    return get16(this.bytes, this.tcp + OFFSET.checksum);
  }

  set checksum(value: number) {
    put16(this.bytes, this.tcp + OFFSET.checksum, value);
  }

  get urgentPointer(): number {
    return get16(this.bytes, this.tcp + OFFSET.urgentPointer);
  }

  set urgentPointer(value: number) {
    put16(this.bytes, this.tcp + OFFSET.urgentPointer, value);
  }

  #mustBe4(header: number, what: string): void {
    if (this.version(header) !== 4) {
      throw new RangeError(`Cannot write ${what} as an IPv6 header has none`);
    }
  }
}
