/**
 * Finished datagrams and frames, with lengths and checksums filled in: what peers and scenarios send.
 *
 * Illegal packets are made from the records of the single headers instead. Everything here throws a
 * `TypeError` or `RangeError` when a parameter cannot be sent, as that is a fault of the caller.
 */
import { parseAddress } from "./address.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "./checksum.ts";
import * as icmp from "./icmp.ts";
import * as icmpv6 from "./icmpv6.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import { put16, put32, viewOf } from "./octets.ts";
import * as tcp from "./tcp.ts";
import * as udp from "./udp.ts";

export { type EthernetFrame, ethernetFrame } from "./build_ethernet.ts";
export { fragment } from "./fragment.ts";
export { TcpFlag } from "./tcp.ts";

/** What an IP header needs to know; the version follows from the addresses. */
export interface IpParameters {
  /** IPv4 in dotted decimal or IPv6; both ends of the same version. */
  source: string;
  destination: string;
  /** Differentiated services codepoint, 0 to 63; 0 unless told. */
  dscp?: number;
  /** Explicit congestion notification, 0 to 3; 0 unless told. */
  ecn?: number;
  /** Time to live or hop limit; 64 unless told. */
  ttl?: number;
  /** IPv4 only; 0 unless told. */
  identification?: number;
  /** IPv4 only; false unless told. */
  dontFragment?: boolean;
  /** IPv6 only, 20 bits; 0 unless told. */
  flowLabel?: number;
}

/** An IP datagram with a payload of any protocol. */
export interface IpDatagram extends IpParameters {
  /** IP protocol number. */
  protocol: number;
  payload: Uint8Array;
}

/** A UDP datagram. */
export interface UdpDatagram extends IpParameters {
  sourcePort: number;
  destinationPort: number;
  payload: Uint8Array;
  /** False sends a checksum field of zero, which IPv4 alone allows. */
  checksum?: boolean;
}

/** A TCP segment. */
export interface TcpSegment extends IpParameters {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  /** 0 unless told. */
  acknowledgment?: number;
  /** Control bits, see `TcpFlag`. */
  flags: number;
  /** 65535 unless told. */
  window?: number;
  urgentPointer?: number;
  /** Options, padded to a multiple of four octets (see `writeOptions`). */
  options?: Uint8Array;
  payload?: Uint8Array;
}

/** An ICMP echo, of version 4 or 6 as the addresses are. */
export interface IcmpEcho extends IpParameters {
  identifier: number;
  sequence: number;
  /** True for a reply; a request unless told. */
  reply?: boolean;
  payload?: Uint8Array;
}

/** An ICMP error that says that a port is closed, of version 4 or 6 as the addresses are. */
export interface IcmpUnreachable extends IpParameters {
  /** The IP datagram that came to it: as much of it is quoted as the error may hold. */
  datagram: Uint8Array;
}

/** Addresses parsed of late: a peer or a host builds for the same few again and again. */
const parsed = new Map<string, Uint8Array>();
const REMEMBERED = 4096;

/** The octets of an address; not to be written to. */
function octetsOf(address: string): Uint8Array {
  let octets = parsed.get(address);
  if (octets === undefined) {
    octets = parseAddress(address);
    if (parsed.size >= REMEMBERED) parsed.clear();
    parsed.set(address, octets);
  }
  return octets;
}

const NOTHING = new Uint8Array(0);

/** An IP datagram around a payload that is sent as it is. */
export function ipDatagram(p: IpDatagram): Uint8Array {
  const { bytes, at } = startIp(p, p.protocol, p.payload.length);
  bytes.set(p.payload, at);
  return bytes;
}

/** A UDP datagram in IP. */
export function udpDatagram(p: UdpDatagram): Uint8Array {
  const length = udp.LENGTH + p.payload.length;
  const { bytes, at, addressSum } = startIp(p, IP_PROTOCOL.UDP, length);
  put16(bytes, at + udp.OFFSET.sourcePort, p.sourcePort);
  put16(bytes, at + udp.OFFSET.destinationPort, p.destinationPort);
  put16(bytes, at + udp.OFFSET.length, length);
  bytes.set(p.payload, at + udp.LENGTH);
  if (p.checksum === false) return bytes;
  const sum = transportChecksum(bytes, at, sumPseudoHeader(addressSum, IP_PROTOCOL.UDP, length));
  put16(bytes, at + udp.OFFSET.checksum, udp.transmitted(sum));
  return bytes;
}

/** A TCP segment in IP. */
export function tcpSegment(p: TcpSegment): Uint8Array {
  const options = p.options ?? NOTHING;
  const payload = p.payload ?? NOTHING;
  if (options.length % 4 !== 0 || options.length > 40) {
    throw new RangeError(
      `Cannot build TCP segment as its options must be 0 to 40 octets in words of 4: got ${options.length}`,
    );
  }
  const header = tcp.MIN_LENGTH + options.length;
  const length = header + payload.length;
  const { bytes, at, addressSum } = startIp(p, IP_PROTOCOL.TCP, length);
  tcp.encodeInto(
    {
      sourcePort: p.sourcePort,
      destinationPort: p.destinationPort,
      sequence: p.sequence,
      acknowledgment: p.acknowledgment ?? 0,
      dataOffset: header >> 2,
      reserved: 0,
      flags: p.flags,
      window: p.window ?? 0xffff,
      checksum: 0,
      urgentPointer: p.urgentPointer ?? 0,
      options,
    },
    bytes,
    at,
  );
  bytes.set(payload, at + header);
  const sum = transportChecksum(bytes, at, sumPseudoHeader(addressSum, IP_PROTOCOL.TCP, length));
  put16(bytes, at + tcp.OFFSET.checksum, sum);
  return bytes;
}

/** An echo request or reply in IP. */
export function icmpEcho(p: IcmpEcho): Uint8Array {
  const { IcmpType } = icmp, { Icmpv6Type } = icmpv6;
  const type = p.source.includes(":")
    ? p.reply ? Icmpv6Type.echoReply : Icmpv6Type.echoRequest
    : p.reply
    ? IcmpType.echoReply
    : IcmpType.echoRequest;
  const rest = (p.identifier << 16 | p.sequence) >>> 0;
  return icmpMessage(p, { type, code: 0, rest }, p.payload ?? NOTHING);
}

/** A Port Unreachable in IP (RFC 792, RFC 4443 §3.1), not longer than any link must carry. */
export function icmpUnreachable(p: IcmpUnreachable): Uint8Array {
  const six = p.source.includes(":");
  const { type, code, longest } = six ? PORT_UNREACHABLE_6 : PORT_UNREACHABLE_4;
  return icmpMessage(p, { type, code, rest: 0 }, p.datagram.subarray(0, longest));
}

/** Types, codes, and octets that are quoted at most: an error fits the least MTU of its version. */
const PORT_UNREACHABLE_4 = {
  ...{ type: icmp.IcmpType.destinationUnreachable, code: 3 },
  longest: 576 - ipv4.MIN_LENGTH - icmp.LENGTH,
};
const PORT_UNREACHABLE_6 = {
  ...{ type: icmpv6.Icmpv6Type.destinationUnreachable, code: 4 },
  longest: 1280 - ipv6.LENGTH - icmp.LENGTH,
};

function icmpMessage(
  p: IpParameters,
  header: { type: number; code: number; rest: number },
  payload: Uint8Array,
): Uint8Array {
  const length = icmp.LENGTH + payload.length;
  const six = p.source.includes(":");
  const protocol = six ? IP_PROTOCOL.ICMPV6 : IP_PROTOCOL.ICMP;
  const { bytes, at, addressSum } = startIp(p, protocol, length);
  icmp.encodeInto({ ...header, checksum: 0 }, bytes, at);
  bytes.set(payload, at + icmp.LENGTH);
  // ICMP of version 4 has no pseudo header.
  const seed = six ? sumPseudoHeader(addressSum, protocol, length) : 0;
  put16(bytes, at + icmp.OFFSET.checksum, transportChecksum(bytes, at, seed));
  return bytes;
}

/** Octets of a datagram with its IP header written, where its payload begins, and its addresses' sum. */
interface Started {
  bytes: Uint8Array;
  at: number;
  addressSum: number;
}

function startIp(p: IpParameters, protocol: number, length: number): Started {
  const source = octetsOf(p.source);
  const destination = octetsOf(p.destination);
  if (source.length !== destination.length) {
    throw new TypeError(
      `Cannot build datagram as both addresses must be of one version: got ${p.source} and ${p.destination}`,
    );
  }
  const limit = source.length === 4 ? 0xffff - ipv4.MIN_LENGTH : 0xffff;
  if (length > limit) {
    throw new RangeError(
      `Cannot build datagram as the IP payload must be at most ${limit} octets: got ${length}`,
    );
  }
  return source.length === 4
    ? startIpv4(p, protocol, length, source, destination)
    : startIpv6(p, protocol, length, source, destination);
}

function startIpv4(
  p: IpParameters,
  protocol: number,
  length: number,
  source: Uint8Array,
  destination: Uint8Array,
): Started {
  const { OFFSET, MIN_LENGTH } = ipv4;
  const bytes = new Uint8Array(MIN_LENGTH + length);
  const view = viewOf(bytes);
  bytes[OFFSET.versionAndLength] = 0x45;
  bytes[OFFSET.trafficClass] = ((p.dscp ?? 0) << 2) | ((p.ecn ?? 0) & 3);
  put16(bytes, OFFSET.totalLength, bytes.length);
  put16(bytes, OFFSET.identification, p.identification ?? 0);
  put16(bytes, OFFSET.flagsAndOffset, p.dontFragment ? 0x4000 : 0);
  bytes[OFFSET.ttl] = p.ttl ?? 64;
  bytes[OFFSET.protocol] = protocol;
  bytes.set(source, OFFSET.source);
  bytes.set(destination, OFFSET.destination);
  put16(bytes, OFFSET.checksum, complement(sumOctets(bytes, view, 0, MIN_LENGTH)));
  return { bytes, at: MIN_LENGTH, addressSum: sumAddresses4(bytes, view, 0) };
}

function startIpv6(
  p: IpParameters,
  protocol: number,
  length: number,
  source: Uint8Array,
  destination: Uint8Array,
): Started {
  const { OFFSET, LENGTH } = ipv6;
  const bytes = new Uint8Array(LENGTH + length);
  const trafficClass = ((p.dscp ?? 0) << 2) | ((p.ecn ?? 0) & 3);
  put32(bytes, 0, (6 << 28) | ((trafficClass & 0xff) << 20) | ((p.flowLabel ?? 0) & 0xfffff));
  put16(bytes, OFFSET.payloadLength, length);
  bytes[OFFSET.nextHeader] = protocol;
  bytes[OFFSET.hopLimit] = p.ttl ?? 64;
  bytes.set(source, OFFSET.source);
  bytes.set(destination, OFFSET.destination);
  return { bytes, at: LENGTH, addressSum: sumAddresses6(bytes, viewOf(bytes), 0) };
}

/** Checksum over the octets from `at` on, whose checksum field is still zero. */
function transportChecksum(bytes: Uint8Array, at: number, seed: number): number {
  return complement(addSums(seed, sumOctets(bytes, viewOf(bytes), at, bytes.length)));
}
