/**
 * Finished datagrams and frames, with lengths and checksums filled in: what peers and scenarios send.
 *
 * Illegal packets are made from the records of the single headers instead. Everything here throws a
 * `TypeError` or `RangeError` when a parameter cannot be sent, as that is a fault of the caller.
 */
import { parseAddress, parseMac } from "./address.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "./checksum.ts";
import * as ethernet from "./ethernet.ts";
import * as icmp from "./icmp.ts";
import * as icmpv6 from "./icmpv6.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import { put16, put32, viewOf } from "./octets.ts";
import * as tcp from "./tcp.ts";
import * as udp from "./udp.ts";
import * as vlan from "./vlan.ts";

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

/** An Ethernet frame. */
export interface EthernetFrame {
  /** MAC addresses. */
  destination: string;
  source: string;
  /** EtherType of the payload; that of its IP version unless told. */
  type?: number;
  /** Identifier of an 802.1Q tag; untagged unless told. */
  vlan?: number;
  /** Priority code point of the tag. */
  priority?: number;
  payload: Uint8Array;
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
  const payload = p.payload ?? NOTHING;
  const length = icmp.LENGTH + payload.length;
  const six = p.source.includes(":");
  const protocol = six ? IP_PROTOCOL.ICMPV6 : IP_PROTOCOL.ICMP;
  const { IcmpType } = icmp, { Icmpv6Type } = icmpv6;
  const { bytes, at, addressSum } = startIp(p, protocol, length);
  if (six) bytes[at] = p.reply ? Icmpv6Type.echoReply : Icmpv6Type.echoRequest;
  else bytes[at] = p.reply ? IcmpType.echoReply : IcmpType.echoRequest;
  put16(bytes, at + icmp.OFFSET.rest, p.identifier);
  put16(bytes, at + icmp.OFFSET.rest + 2, p.sequence);
  bytes.set(payload, at + icmp.LENGTH);
  // ICMP of version 4 has no pseudo header.
  const seed = six ? sumPseudoHeader(addressSum, protocol, length) : 0;
  put16(bytes, at + icmp.OFFSET.checksum, transportChecksum(bytes, at, seed));
  return bytes;
}

/** An Ethernet frame, not padded. */
export function ethernetFrame(p: EthernetFrame): Uint8Array {
  const tag = p.vlan === undefined ? 0 : vlan.LENGTH;
  const bytes = new Uint8Array(ethernet.LENGTH + tag + p.payload.length);
  bytes.set(parseMac(p.destination), ethernet.OFFSET.destination);
  bytes.set(parseMac(p.source), ethernet.OFFSET.source);
  const type = p.type ?? (p.payload[0] >> 4 === 6 ? 0x86dd : 0x0800);
  if (p.vlan === undefined) put16(bytes, ethernet.OFFSET.type, type);
  else {
    put16(bytes, ethernet.OFFSET.type, 0x8100);
    const record = { priority: p.priority ?? 0, dropEligible: false, identifier: p.vlan, type };
    vlan.encodeInto(record, bytes, ethernet.LENGTH);
  }
  bytes.set(p.payload, ethernet.LENGTH + tag);
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
