/** TCP segments as variations of one another: what bursts are made of. */
import { buildOpaque, type OpaqueValues } from "../../../captures/wire/build_opaque.ts";
import {
  fillGreChecksum,
  fillIpChecksums,
  fillLengths,
  fillPartialTcpChecksum,
  fillTcpChecksum,
  fillUdpChecksum,
  layOutSegment,
  type SegmentIp,
  type SegmentLayout,
} from "../../../captures/wire/build_segment.ts";
import type { OpaqueFormat, OpaqueFormatName } from "../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { ADDRESSES } from "../topologies.ts";

/** What packets travel in: a format with its octets, or nothing. */
export interface Carrier {
  /** Name of the preset, or what a made-up one is called. */
  name: string;
  format: OpaqueFormat;
  /** Its octets for values that make flows differ. */
  opaque(values: OpaqueValues): Uint8Array;
  /** IP version of its outer header. */
  family: 4 | 6;
  /** Values that a second tenant has: another flow id. */
  tenant: OpaqueValues;
  /** Values that differ in octets that belong to no flow id; absent where a format has none such. */
  other?: OpaqueValues;
  /** Whether it carries a UDP checksum. */
  udpChecksum?: boolean;
}

/** A carrier of one of our own formats. */
export function carrierOf(
  name: OpaqueFormatName,
  format: OpaqueFormat,
  more: Omit<Carrier, "name" | "format" | "opaque">,
): Carrier {
  return { name, format, opaque: (values) => buildOpaque(name, values), ...more };
}

/** One segment. What it does not say of its headers is as `layOutSegment` has it. */
export interface Shape {
  /** IP version of the inner header. */
  family: 4 | 6;
  sourcePort: number;
  destinationPort: number;
  /** Modulo 2^32. */
  sequence: number;
  acknowledgment: number;
  flags: number;
  window: number;
  reserved?: number;
  options?: Uint8Array;
  /** Octets of payload: each is told by its port and its place in the stream. */
  octets: number;
  /** What the inner IP header says besides its addresses. */
  inner: Partial<SegmentIp>;
  outer: Partial<SegmentIp>;
  opaque: OpaqueValues;
  /** False where it is plain though its burst has a carrier. */
  tunnelled?: false;
  /** Leaves the TCP checksum to the card. */
  partial?: true;
  /** What is done to the finished octets, for what no sender would do. */
  spoil?(layout: SegmentLayout): void;
}

/** Which way packets go: from the wire to the host, or from the host to the wire. */
export type Way = "receive" | "send";

/** Inner addresses: nobody in the lab has them, so that nobody answers. */
const INNER = {
  4: { source: "10.9.0.2", destination: "10.9.0.1" },
  6: { source: "fd00:9::2", destination: "fd00:9::1" },
} as const;

/** The octets of a stream from a place on: no two streams are alike. */
export function streamOctets(port: number, sequence: number, octets: number): Uint8Array {
  const payload = new Uint8Array(octets);
  for (let i = 0; i < octets; i++) {
    payload[i] = Math.imul((sequence + i >>> 0) ^ Math.imul(port, 0x9e3779b1), 0x85ebca6b) >>> 24;
  }
  return payload;
}

/** The datagram of a shape. @param carrier What it travels in; plain without. */
export function datagramOf(shape: Shape, way: Way, carrier?: Carrier): Uint8Array {
  const { inner, outer, family, partial, spoil } = shape;
  const isTunnelled = carrier !== undefined && shape.tunnelled !== false;
  const flip = way === "send";
  const addresses = turned(INNER[family], flip);
  const layout = layOutSegment({
    ip: { ...addresses, ...inner },
    sourcePort: shape.sourcePort,
    destinationPort: shape.destinationPort,
    sequence: shape.sequence >>> 0,
    acknowledgment: shape.acknowledgment >>> 0,
    flags: shape.flags,
    window: shape.window,
    reserved: shape.reserved ?? 0,
    ...(shape.options === undefined ? {} : { options: shape.options }),
    payload: streamOctets(shape.sourcePort, shape.sequence, shape.octets),
    ...(isTunnelled
      ? {
        tunnel: {
          format: carrier.format,
          ip: { ...turned(outerAddresses(carrier.family), flip), ...outer },
          opaque: carrier.opaque({ family, ...shape.opaque }),
        },
      }
      : {}),
  });
  fillLengths(layout);
  if (partial) fillPartialTcpChecksum(layout);
  else fillTcpChecksum(layout);
  fillIpChecksums(layout);
  if (isTunnelled) {
    fillGreChecksum(layout);
    if (carrier.udpChecksum) fillUdpChecksum(layout);
  }
  spoil?.(layout);
  return layout.bytes;
}

function outerAddresses(family: 4 | 6) {
  return { source: ADDRESSES.network[family], destination: ADDRESSES.host[family] };
}

function turned(ends: { source: string; destination: string }, flip: boolean) {
  return flip ? { source: ends.destination, destination: ends.source } : ends;
}

/** Control bits of data. */
export const DATA = TcpFlag.ack;
