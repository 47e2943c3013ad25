/** Packets and pairs of captures for tests, made without any device of ours. */
import type { Frame } from "../../../../captures/frame.ts";
import { LINK_TYPE } from "../../../../captures/link.ts";
import { HeaderWalker } from "../../../../captures/walk.ts";
import { ethernetFrame } from "../../../../captures/wire/build_ethernet.ts";
import { buildOpaque } from "../../../../captures/wire/build_opaque.ts";
import { buildSegment, type Segment } from "../../../../captures/wire/build_segment.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../../captures/wire/tcp.ts";
import { Bound } from "../../../kit/bounds.ts";
import type { PairDeclaration } from "../declaration.ts";
import { type PairFacts, PairJudge } from "../pair_judge.ts";
import type { PairRule } from "../rules.ts";

/** A packet with the seconds at which it was captured. */
export interface Timed {
  at: number;
  bytes: Uint8Array;
}

/** Octets that follow from where they stand in a stream. */
export function octets(sequence: number, length: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(sequence + i + salt, 0x9e3779b1) >>> 24);
}

/** What is different of a segment from the usual one. */
export type Change = Partial<Omit<Segment, "ip" | "tunnel">> & {
  length?: number;
  ip?: Partial<Segment["ip"]>;
  outer?: Partial<Segment["ip"]>;
  salt?: number;
  opaque?: Parameters<typeof buildOpaque>[1];
};

/** Which network the segments of a test are of. */
export interface Style {
  version?: 4 | 6;
  tunnel?: OpaqueFormatName;
  outerVersion?: 4 | 6;
}

const INNER = {
  4: { source: "10.0.0.1", destination: "10.0.0.2" },
  6: { source: "2001:db8::1", destination: "2001:db8::2" },
};
const OUTER = {
  4: { source: "192.0.2.1", destination: "192.0.2.2" },
  6: { source: "2001:db8:1::1", destination: "2001:db8:1::2" },
};

/** A segment of 100 octets at 1000 with ACK, in a style, with a change. */
export function segment(change: Change = {}, style: Style = {}): Segment {
  const { length = 100, ip, outer, salt, opaque, ...rest } = change, { version = 4 } = style;
  const sequence = rest.sequence ?? 1000;
  const id = version === 4 ? { identification: 1, dontFragment: true } : {};
  const { tunnel: name, outerVersion = 4 } = style;
  const outerId = outerVersion === 4 ? { identification: 1, dontFragment: true } : {};
  return {
    ...{ sourcePort: 5000, destinationPort: 80, acknowledgment: 7, flags: TcpFlag.ack },
    ...{ window: 500, payload: octets(sequence, length, salt) },
    ...rest,
    sequence,
    ip: { ...INNER[version], ...id, ...ip },
    ...(name === undefined ? {} : {
      tunnel: {
        format: OPAQUE_FORMATS[name],
        ip: { ...OUTER[outerVersion], ...outerId, ...outer },
        opaque: buildOpaque(name, { family: version, ...opaque }),
      },
    }),
  };
}

/** One that follows another: sequence number and identifications go on, the rest is the same. */
export function following(before: Segment, change: Change = {}): Segment {
  const sequence = change.sequence ?? before.sequence + before.payload!.length >>> 0;
  const { length = 100, ip, outer, salt, opaque: _, ...rest } = change;
  const next = (id: number | undefined) =>
    id === undefined ? {} : { identification: id + 1 & 0xffff };
  const { tunnel } = before;
  return {
    ...before,
    ...rest,
    sequence,
    payload: rest.payload ?? octets(sequence, length, salt),
    ip: { ...before.ip, ...next(before.ip.identification), ...ip },
    ...(tunnel === undefined ? {} : {
      tunnel: { ...tunnel, ip: { ...tunnel.ip, ...next(tunnel.ip.identification), ...outer } },
    }),
  };
}

/** The unit that segments make: headers of the first, PSH and FIN of all, with a change. */
export function unit(segments: readonly Segment[], change: Partial<Segment> = {}): Segment {
  const payload = Uint8Array.from(segments.flatMap(({ payload }) => [...payload!]));
  const ends = segments.reduce((all, { flags = 0 }) => all | flags & 0x09, 0);
  const [first] = segments;
  return { ...first, payload, flags: first.flags! | ends, ...change };
}

const link = (payload: Uint8Array) =>
  ethernetFrame({ destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01", payload });

/** The frame of a segment, or one that is given as octets of a datagram. */
export function frameOf(packet: Segment | Uint8Array): Uint8Array {
  return link(packet instanceof Uint8Array ? packet : buildSegment(packet));
}

type Packet = Segment | Uint8Array | Timed;
const isTimed = (packet: Packet): packet is Timed => "bytes" in packet;

/** Judges packets that came, and those that left, each a millisecond behind the one before it. */
export function judgePair(
  declaration: Partial<PairDeclaration>,
  came: readonly Packet[],
  left: readonly Packet[],
  order: "came" | "left" = "came",
): PairFacts {
  return judgeAllPairs(declaration, came, left, order)[0];
}

/** The same, and what went back. */
export function judgeAllPairs(
  declaration: Partial<PairDeclaration>,
  came: readonly Packet[],
  left: readonly Packet[],
  order: "came" | "left" = "came",
): PairFacts[] {
  const bounds = { packets: new Bound("packets", 1 << 22), flows: new Bound("flows", 1 << 17) };
  const judge = new PairJudge({ direction: "coalescing", formats: [], ...declaration }, bounds);
  const feed = (packets: readonly Packet[], side: "came" | "left") => {
    const walker = new HeaderWalker();
    for (const [i, packet] of packets.entries()) {
      const bytes = isTimed(packet) ? packet.bytes : frameOf(packet);
      const at = isTimed(packet) ? packet.at : i / 1000;
      const frame: Frame = {
        ...{ number: i + 1, bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length },
        ...{ originalLength: bytes.length, seconds: Math.floor(at), interfaceId: 0 },
        nanoseconds: Math.round(at % 1 * 1e9),
        linkType: LINK_TYPE.ETHERNET,
      };
      walker.walk(frame);
      judge[side](frame, walker, side === "came" ? "before" : "after");
    }
  };
  feed(order === "came" ? came : left, order);
  feed(order === "came" ? left : came, order === "came" ? "left" : "came");
  return judge.judgeAll();
}

/** The rules that were broken, in alphabetical order. */
export function brokenRules({ rules }: PairFacts): PairRule[] {
  return [...rules].filter(([, { broken }]) => broken > 0).map(([rule]) => rule).sort();
}

/** The first break of each rule as text. */
export function brokenText({ rules }: PairFacts): string {
  return [...rules.values()].flatMap(({ findings }) => findings.slice(0, 1))
    .map(({ rule, actual }) => `${rule}: ${actual}`).join("\n");
}
