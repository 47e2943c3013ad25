/**
 * TCP segments, plain or in a stateless tunnel, as hosts and encapsulators make them: super-packets
 * and those that fit a link alike.
 *
 * ```
 * +----------+--------+----------+------------+---------+
 * | outer IP | opaque | inner IP | TCP        | payload |
 * +----------+--------+----------+------------+---------+
 * ^ outer    ^ opaque ^ inner    ^ tcp        ^ payload
 * ```
 *
 * `buildSegment` gives a finished one. Where a test wants lengths that lie or checksums that are wrong
 * it takes `layOutSegment`, in which all of them are zero, and calls of the acts those that it wants:
 *
 * ```ts
 * const layout = layOutSegment(segment);
 * fillLengths(layout);
 * fillIpChecksums(layout);
 * fillPartialTcpChecksum(layout);
 * ```
 */
import type { IpParameters } from "./build.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "./checksum.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import { put16, viewOf } from "./octets.ts";
import { ADJUSTED, type OpaqueFormat } from "./opaque.ts";
import * as tcp from "./tcp.ts";
import * as udp from "./udp.ts";

/** An extension header of IPv6 (RFC 8200 §4). */
export interface ExtensionHeader {
  /** The Next Header value that announces it. */
  protocol: number;
  /** Its octets behind Next Header and Hdr Ext Len: 6, 14, 22, … */
  content: Uint8Array;
}

/** An IP header of either version, as the addresses are. */
export interface SegmentIp extends IpParameters {
  /** IPv4 only: options, in words of 4 octets (see `writeOptions`). */
  options?: Uint8Array;
  /** IPv4 only: the flag that must be zero, and what makes it a fragment. */
  reservedFlag?: boolean;
  moreFragments?: boolean;
  /** Octets, a multiple of 8. */
  fragmentOffset?: number;
  /** IPv6 only, in order. */
  extensions?: readonly ExtensionHeader[];
}

/** A tunnel around a segment. */
export interface SegmentTunnel {
  format: OpaqueFormat;
  ip: SegmentIp;
  /** The octets between both IP headers (see `buildOpaque`). */
  opaque: Uint8Array;
}

/** A TCP segment. */
export interface Segment {
  ip: SegmentIp;
  sourcePort: number;
  destinationPort: number;
  /** Modulo 2^32. */
  sequence: number;
  /** 0 unless told. */
  acknowledgment?: number;
  /** Control bits, see `TcpFlag`; ACK unless told. */
  flags?: number;
  /** The four reserved bits; 0 unless told. */
  reserved?: number;
  /** 65535 unless told. */
  window?: number;
  urgentPointer?: number;
  /** Options in words of 4 octets, 40 octets at most (see `writeOptions`). */
  options?: Uint8Array;
  payload?: Uint8Array;
  /** Absent in a plain segment. */
  tunnel?: SegmentTunnel;
}

/** Where the parts of a segment begin, in octets; `outer` is -1 in a plain one. */
export interface SegmentLayout {
  readonly bytes: Uint8Array;
  readonly format: OpaqueFormat | undefined;
  readonly outer: number;
  /** Where the inner header begins if the segment is plain. */
  readonly opaque: number;
  readonly inner: number;
  readonly tcp: number;
  readonly payload: number;
}

const NOTHING = new Uint8Array(0);
/** Octets that an IP datagram has at most. */
const LARGEST = 0xffff;

/** A finished segment. UDP checksums of tunnels are left zero, as their RFCs want it of IPv4. */
export function buildSegment(segment: Segment): Uint8Array {
  const layout = layOutSegment(segment);
  fillLengths(layout);
  fillTcpChecksum(layout);
  fillIpChecksums(layout);
  fillGreChecksum(layout);
  return layout.bytes;
}

/**
 * The segment without lengths of datagrams and without checksums: these octets are zero, but for those
 * of the opaque field, which are as told.
 * @throws RangeError where a header cannot hold what it is told to.
 */
export function layOutSegment(segment: Segment): SegmentLayout {
  const { tunnel, ip, options = NOTHING, payload = NOTHING } = segment;
  if (options.length % 4 !== 0 || options.length > 40) {
    throw new RangeError(
      `Cannot build segment as TCP options must be 0 to 40 octets in words of 4: got ${options.length}`,
    );
  }
  const header = tcp.encode(tcp.withLength({
    sourcePort: segment.sourcePort,
    destinationPort: segment.destinationPort,
    sequence: segment.sequence,
    acknowledgment: segment.acknowledgment ?? 0,
    dataOffset: 0,
    reserved: segment.reserved ?? 0,
    flags: segment.flags ?? tcp.TcpFlag.ack,
    window: segment.window ?? 0xffff,
    checksum: 0,
    urgentPointer: segment.urgentPointer ?? 0,
    options,
  }));
  const outerIp = tunnel === undefined ? NOTHING : ipHeader(tunnel.ip, tunnel.format.protocol);
  const opaqueField = tunnel?.opaque ?? NOTHING;
  const innerIp = ipHeader(ip, IP_PROTOCOL.TCP);
  const opaque = outerIp.length, inner = opaque + opaqueField.length;
  const tcpAt = inner + innerIp.length, payloadAt = tcpAt + header.length;
  const bytes = new Uint8Array(payloadAt + payload.length);
  bytes.set(outerIp);
  bytes.set(opaqueField, opaque);
  bytes.set(innerIp, inner);
  bytes.set(header, tcpAt);
  bytes.set(payload, payloadAt);
  const outer = tunnel === undefined ? -1 : 0;
  return { bytes, format: tunnel?.format, outer, opaque, inner, tcp: tcpAt, payload: payloadAt };
}

/**
 * Act: lengths of both IP headers, and of UDP where the format has it adjusted.
 * @throws RangeError where the octets are more than a datagram may have.
 */
export function fillLengths({ bytes, format, outer, opaque, inner }: SegmentLayout): void {
  if (bytes.length > LARGEST) {
    throw new RangeError(
      `Cannot build segment as a datagram has at most ${LARGEST} octets: got ${bytes.length}`,
    );
  }
  if (outer >= 0) fillIpLength(bytes, outer);
  fillIpLength(bytes, inner);
  if (format?.adjusts.includes("udp_length")) {
    put16(bytes, opaque + ADJUSTED.udp_length.offset, bytes.length - opaque);
  }
}

/** Act: header checksums of both IP headers, as far as they are of version 4. */
export function fillIpChecksums({ bytes, outer, inner }: SegmentLayout): void {
  if (outer >= 0) fillIpChecksum(bytes, outer);
  fillIpChecksum(bytes, inner);
}

/** Act: the TCP checksum, over all that stands in the segment now. */
export function fillTcpChecksum(layout: SegmentLayout): void {
  const { bytes, tcp: at } = layout;
  put16(bytes, at + tcp.OFFSET.checksum, 0);
  const sum = addSums(tcpPseudoHeader(layout), sumOctets(bytes, viewOf(bytes), at, bytes.length));
  put16(bytes, at + tcp.OFFSET.checksum, complement(sum));
}

/**
 * Act: what a host leaves in the TCP checksum for its network card: the sum of the pseudo header, not
 * complemented.
 * @param withLength Whether the pseudo header has its length, as on Linux, or 0 there, as on Windows,
 * where the card adds the length of each segment.
 */
export function fillPartialTcpChecksum(layout: SegmentLayout, withLength = true): void {
  const sum = tcpPseudoHeader(layout, withLength);
  put16(layout.bytes, layout.tcp + tcp.OFFSET.checksum, sum);
}

/** Act: the UDP checksum of a tunnel in UDP, over all that stands behind the outer IP header now. */
export function fillUdpChecksum({ bytes, outer, opaque }: SegmentLayout): void {
  const at = opaque + ADJUSTED.udp_checksum.offset, length = bytes.length - opaque;
  put16(bytes, at, 0);
  const pseudo = sumPseudoHeader(addressSum(bytes, outer), IP_PROTOCOL.UDP, length);
  const sum = addSums(pseudo, sumOctets(bytes, viewOf(bytes), opaque, bytes.length));
  put16(bytes, at, udp.transmitted(complement(sum)));
}

/** Act: the GRE checksum where the format has it adjusted, over all from the GRE header on. */
export function fillGreChecksum({ bytes, format, opaque }: SegmentLayout): void {
  if (!format?.adjusts.includes("gre_checksum")) return;
  const at = opaque + ADJUSTED.gre_checksum.offset;
  put16(bytes, at, 0);
  put16(bytes, at, complement(sumOctets(bytes, viewOf(bytes), opaque, bytes.length)));
}

function tcpPseudoHeader({ bytes, inner, tcp: at }: SegmentLayout, withLength = true): number {
  const length = withLength ? bytes.length - at : 0;
  return sumPseudoHeader(addressSum(bytes, inner), IP_PROTOCOL.TCP, length);
}

function addressSum(bytes: Uint8Array, header: number): number {
  const sum = bytes[header] >> 4 === 4 ? sumAddresses4 : sumAddresses6;
  return sum(bytes, viewOf(bytes), header);
}

function fillIpLength(bytes: Uint8Array, header: number): void {
  const length = bytes.length - header;
  if (bytes[header] >> 4 === 4) put16(bytes, header + ipv4.OFFSET.totalLength, length);
  else put16(bytes, header + ipv6.OFFSET.payloadLength, length - ipv6.LENGTH);
}

function fillIpChecksum(bytes: Uint8Array, header: number): void {
  if (bytes[header] >> 4 !== 4) return;
  const at = header + ipv4.OFFSET.checksum, end = header + ((bytes[header] & 15) << 2);
  put16(bytes, at, 0);
  put16(bytes, at, complement(sumOctets(bytes, viewOf(bytes), header, end)));
}

/** The octets of a header without lengths and checksum. */
function ipHeader(ip: SegmentIp, protocol: number): Uint8Array {
  const { source, destination, dscp = 0, ecn = 0, ttl = 64 } = ip;
  if (source.includes(":")) return ipv6Header(ip, protocol);
  const options = ip.options ?? NOTHING;
  if (options.length % 4 !== 0 || options.length > 40) {
    throw new RangeError(
      `Cannot build segment as IPv4 options must be 0 to 40 octets in words of 4: got ${options.length}`,
    );
  }
  const record = ipv4.withLength({
    ...{ version: 4, headerWords: 0, totalLength: 0, checksum: 0 },
    ...{ dscp, ecn, ttl, protocol, source, destination, options },
    identification: ip.identification ?? 0,
    reservedFlag: ip.reservedFlag ?? false,
    dontFragment: ip.dontFragment ?? false,
    moreFragments: ip.moreFragments ?? false,
    fragmentOffset: ip.fragmentOffset ?? 0,
  }, 0);
  return ipv4.encode({ ...record, totalLength: 0 });
}

function ipv6Header(ip: SegmentIp, protocol: number): Uint8Array {
  const { source, destination, dscp = 0, ecn = 0, ttl = 64, extensions = [] } = ip;
  const length = extensions.reduce((sum, { content }) => sum + 2 + content.length, ipv6.LENGTH);
  const bytes = new Uint8Array(length);
  let at = ipv6.encodeInto(
    {
      ...{ version: 6, dscp, ecn, flowLabel: ip.flowLabel ?? 0, payloadLength: 0 },
      ...{ nextHeader: extensions[0]?.protocol ?? protocol, hopLimit: ttl, source, destination },
    },
    bytes,
    0,
  );
  for (const [i, { content }] of extensions.entries()) {
    if (content.length % 8 !== 6) {
      throw new RangeError(
        `Cannot build segment as an extension header must have 6, 14, 22, … octets of content: ` +
          `got ${content.length}`,
      );
    }
    bytes[at] = extensions[i + 1]?.protocol ?? protocol;
    bytes[at + 1] = content.length - 6 >> 3;
    bytes.set(content, at + 2);
    at += 2 + content.length;
  }
  return bytes;
}
