/** Segments for tests of the engines, plain and in every format, and a card to put them through. */
import fc from "fast-check";
import { ethernetFrame } from "../../../captures/wire/build.ts";
import { buildOpaque } from "../../../captures/wire/build_opaque.ts";
import {
  fillGreChecksum,
  fillIpChecksums,
  fillLengths,
  fillTcpChecksum,
  fillUdpChecksum,
  layOutSegment,
  type Segment,
  type SegmentIp,
  type SegmentTunnel,
} from "../../../captures/wire/build_segment.ts";
import { get32, put32 } from "../../../captures/wire/octets.ts";
import {
  ADJUSTED,
  OPAQUE_FORMATS,
  type OpaqueFormat,
  type OpaqueFormatName,
} from "../../../captures/wire/opaque.ts";
import { NicMachine } from "../nic.ts";
import type { OffloadOverrides } from "../overrides.ts";

/** A segment to be built; `udpChecksum` says whether the UDP header of its tunnel has a checksum. */
export interface Specimen extends Segment {
  udpChecksum: boolean;
}

/** A line of a trace. */
export interface Traced {
  event: string;
  fields: Record<string, unknown>;
}

const MACS = { destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01" };

/** A finished datagram. */
export function datagramOf(segment: Specimen): Uint8Array {
  const layout = layOutSegment(segment);
  fillLengths(layout);
  fillTcpChecksum(layout);
  fillIpChecksums(layout);
  fillGreChecksum(layout);
  if (segment.udpChecksum && layout.format?.adjusts.includes("udp_checksum")) {
    fillUdpChecksum(layout);
  }
  return layout.bytes;
}

/** A datagram in an Ethernet frame, with a VLAN tag or without one. */
export function frameOf(payload: Uint8Array, vlan?: number): Uint8Array {
  return ethernetFrame({ ...MACS, vlan, payload });
}

/** The finished frame of a segment. */
export function segmentFrame(segment: Specimen, vlan?: number): Uint8Array {
  return frameOf(datagramOf(segment), vlan);
}

const four = (host: number) => ({ source: `10.0.0.${host}`, destination: "10.0.0.200" });
const six = (host: number) => ({ source: `2001:db8::${host}`, destination: "2001:db8::200" });

/** An IP header of either version. */
export const ip = (host: number): fc.Arbitrary<SegmentIp> =>
  fc.record({
    six: fc.boolean(),
    dscp: fc.nat(63),
    ecn: fc.nat(3),
    ttl: fc.integer({ min: 1, max: 255 }),
    identification: fc.nat(0xffff),
    dontFragment: fc.boolean(),
    flowLabel: fc.nat(0xfffff),
  }).map(({ six: isSix, ...rest }) => ({ ...(isSix ? six(host) : four(host)), ...rest }));

/** The opaque field of a flow, numbered so that flows of other numbers have other octets. */
export function opaqueOf(name: OpaqueFormatName, family: 4 | 6, number = 1): Uint8Array {
  const slots = { networkId: number, sourceSlot: number, targetSlot: 2 };
  return buildOpaque(name, { family, key: number, flowId: 1, length: 100, ...slots });
}

/** A tunnel of the format around inner headers of that family. */
export function tunnelOf(
  name: OpaqueFormatName,
  family: 4 | 6,
  outer: SegmentIp,
  number = 1,
): SegmentTunnel {
  const opaque = opaqueOf(name, family, number);
  return { format: OPAQUE_FORMATS[name], ip: outer, opaque };
}

/** The tunnel of the segment `index`, the first being 0: with the sequence number that its format has adjusted. */
export function numbered(tunnel: SegmentTunnel, index: number): SegmentTunnel {
  if (!tunnel.format.adjusts.includes("gre_sequence")) return tunnel;
  const opaque = tunnel.opaque.slice(), at = ADJUSTED.gre_sequence.offset;
  put32(opaque, at, get32(opaque, at) + index);
  return { ...tunnel, opaque };
}

/** Names of all formats, and `plain`. */
export const ENCAPSULATIONS = [
  "plain",
  ...Object.keys(OPAQUE_FORMATS),
] as ("plain" | OpaqueFormatName)[];

const familyOf = ({ source }: SegmentIp) => source.includes(":") ? 6 : 4;

/** The encapsulation whose inner header has this family, where the format speaks of one. */
export function fitting(name: "plain" | OpaqueFormatName, family: 4 | 6) {
  if (name === "ipip" || name === "ip6ip") return family === 4 ? "ipip" : "ip6ip";
  return name;
}

/** A segment of a flow; SYN, RST and URG are not set. */
export const specimen = (
  { octets, names = ENCAPSULATIONS }: {
    octets: number;
    names?: readonly ("plain" | OpaqueFormatName)[];
  },
): fc.Arbitrary<Specimen> =>
  fc.record({
    name: fc.constantFrom(...names),
    inner: ip(1),
    outer: ip(2),
    sourcePort: fc.nat(0xffff),
    destinationPort: fc.nat(0xffff),
    sequence: fc.nat(0xffffffff),
    acknowledgment: fc.nat(0xffffffff),
    flags: fc.nat(0xff).map((flags) => flags & ~0x26),
    window: fc.nat(0xffff),
    optionWords: fc.nat(10),
    length: fc.nat(octets),
    seed: fc.nat(255),
    udpChecksum: fc.boolean(),
  }).map(({ name: wanted, inner, outer, optionWords, length, seed, udpChecksum, ...rest }) => {
    const family = familyOf(inner), name = fitting(wanted, family);
    const tunnel = name === "plain" ? undefined : tunnelOf(name, family, outer);
    const options = Uint8Array.from({ length: 4 * optionWords }, (_, i) => i % 4 === 3 ? 0 : 1);
    const payload = Uint8Array.from({ length }, (_, i) => i * 7 + seed);
    return { ...rest, ip: inner, options, payload, tunnel, udpChecksum };
  });

/** The preset of a segment's tunnel, under a name of its own; none for a plain one. */
export function formatsOf({ tunnel }: Segment): Record<string, OpaqueFormat> {
  return tunnel === undefined ? {} : { tunnel: tunnel.format };
}

/** A card, what it traced, and functions that put frames through it. */
export function testNic(config: Record<string, unknown>, overrides?: OffloadOverrides) {
  const traced: Traced[] = [];
  const trace = (event: string, fields: Record<string, unknown>) => traced.push({ event, fields });
  const nic = new NicMachine(
    config,
    { random: () => 0, trace },
    overrides,
  );
  /** What comes out of a port at a time. */
  const out = (now: number) => {
    const frames: { port: string; packet: Uint8Array }[] = [];
    for (let t = nic.transmit(now); t !== undefined; t = nic.transmit(now)) frames.push(t);
    return frames;
  };
  /** Puts a frame in at a port; gives what comes out of the other, and nothing of its own. */
  const through = (port: "host" | "wire", frame: Uint8Array, now = 0): Uint8Array[] => {
    nic.receive(port, frame, now);
    return out(now).map(({ packet }) => packet);
  };
  return { nic, traced, out, through };
}

/** Octets of frames in hexadecimal, to be compared. */
export function hexOf(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => frame.toHex());
}
