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
 * it takes `layOutSegment`, in which all of them are zero, and calls of the acts of `segment_layout.ts`
 * those that it wants:
 *
 * ```ts
 * const layout = layOutSegment(segment);
 * fillLengths(layout);
 * fillIpChecksums(layout);
 * fillPartialTcpChecksum(layout);
 * ```
 */
import type { IpParameters } from "./build.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import { viewOf } from "./octets.ts";
import type { OpaqueFormat } from "./opaque.ts";
import {
  fillGreChecksum,
  fillIpChecksums,
  fillLengths,
  fillTcpChecksum,
  type SegmentLayout,
} from "./segment_layout.ts";
import * as tcp from "./tcp.ts";

export * from "./segment_layout.ts";

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

const NOTHING = new Uint8Array(0);

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
  const places = { outer, opaque, inner, tcp: tcpAt, payload: payloadAt, end: bytes.length };
  return { bytes, view: viewOf(bytes), format: tunnel?.format, ...places };
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
