/**
 * Random pairs of captures of a legal device that coalesces: streams of segments with all that keeps
 * them apart, joined at random where nothing of it stands between them. It knows nothing of the judge:
 * what may be joined follows from how the streams were made.
 */
import type { Segment } from "../../../../captures/wire/build_segment.ts";
import { buildSegment } from "../../../../captures/wire/build_segment.ts";
import type { OpaqueFormatName } from "../../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../../captures/wire/tcp.ts";
import { following, frameOf, segment, type Style, type Timed, unit } from "./packets.ts";

/** Numbers from 0 to 1 by a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

const { ack, psh, fin, syn } = TcpFlag;

/** A packet that comes, and whether it may be joined to the one of its flow before it. */
interface Coming {
  flow: number;
  packet: Segment | Uint8Array;
  /** Whether nothing stands against joining it to the one before it in its flow. */
  goesOn: boolean;
  damaged: boolean;
}

const STYLES: readonly Style[] = [
  {},
  { version: 6 },
  { tunnel: "gre_key" },
  { tunnel: "udp_slots" },
  { tunnel: "vxlan" },
  { tunnel: "gre" },
  { tunnel: "ipip" },
  { tunnel: "gre_key", version: 6, outerVersion: 6 },
];

/** A pair of captures. */
export interface RandomPair {
  came: Timed[];
  left: Timed[];
  format: OpaqueFormatName | undefined;
}

/** The streams of one flow. */
class Stream {
  #last: Segment;
  #usual: number;
  #closed = true;
  #needsEqualUdp: boolean;

  constructor(readonly flow: number, readonly draw: () => number, readonly style: Style) {
    this.#usual = 20 + Math.floor(draw() * 1200);
    const sequence = draw() < 0.2 ? 2 ** 32 - 3000 : Math.floor(draw() * 2 ** 32);
    const timestamps = draw() < 0.3 ? stamp(draw) : new Uint8Array(0);
    this.#needsEqualUdp = false;
    this.#last = segment({
      ...{ sequence, length: this.#usual, options: timestamps, sourcePort: 4000 + flow },
      opaque: { key: 77, networkId: 9, sourceSlot: flow + 1, targetSlot: 2, sequence: 5 },
    }, style);
    void this.#needsEqualUdp;
  }

  next(): Coming {
    const { draw } = this, what = draw();
    const goes = (packet: Segment, goesOn: boolean, closes = false): Coming => {
      this.#last = packet;
      const isFirst = this.#closed;
      this.#closed = closes;
      return { flow: this.flow, packet, goesOn: goesOn && !isFirst, damaged: false };
    };
    const last = this.#last, flags = ack;
    if (what < 0.6) return goes(following(last, { length: this.#usual, flags }), true);
    if (what < 0.66) {
      return goes(following(last, { length: this.#usual, flags: ack | psh }), true, true);
    }
    if (what < 0.72) {
      const length = 1 + Math.floor(draw() * (this.#usual - 1));
      return goes(following(last, { length, flags }), true, true);
    }
    if (what < 0.78) {
      const bare = following(last, { length: 0, flags });
      return goes(bare, false, true);
    }
    if (what < 0.82) {
      const acknowledgment = last.acknowledgment! + 1;
      return goes(following(last, { length: this.#usual, acknowledgment, flags }), false);
    }
    if (what < 0.86) {
      const gap = last.sequence + last.payload!.length + 1 + Math.floor(draw() * 5000) >>> 0;
      return goes(following(last, { length: this.#usual, sequence: gap, flags }), false);
    }
    if (what < 0.9) {
      // A retransmission, as a host sends it: the same octets under another identification.
      const { payload, sequence } = last;
      return goes(following(last, { payload, sequence, flags }), false, true);
    }
    if (what < 0.92) return goes(following(last, { length: 3, flags: ack | fin }), false, true);
    if (what < 0.93) return goes(following(last, { length: 0, flags: syn }), false, true);
    if (what < 0.95) {
      return goes(following(last, { length: this.#usual, flags, ip: { ttl: 17 } }), false, true);
    }
    if (what < 0.97) {
      const packet = buildSegment(following(last, { length: this.#usual, flags }));
      packet[packet.length - 1] ^= 0xff;
      this.#closed = true;
      return { flow: this.flow, packet, goesOn: false, damaged: true };
    }
    const other = Uint8Array.from({ length: 40 + draw() * 60 }, () => draw() * 256);
    other.set([0x45, 0, 0, other.length, 0, 0, 0, 0, 64, 17]);
    return { flow: -1, packet: other, goesOn: false, damaged: false };
  }
}

function stamp(draw: () => number): Uint8Array {
  const options = new Uint8Array(12);
  options.set([1, 1, 8, 10]);
  new DataView(options.buffer).setUint32(4, draw() * 2 ** 32);
  return options;
}

/** A pair of captures of some hundred packets, cut at random edges, with clocks that differ. */
export function randomPair(seed: number): RandomPair {
  const draw = random(seed), style = STYLES[seed % STYLES.length];
  const flows = 1 + Math.floor(draw() * 5);
  const streams = Array.from({ length: flows }, (_, flow) => new Stream(flow, draw, style));
  const came: Timed[] = [], left: Timed[] = [];
  /** By flow: what is held. */
  const held = new Map<number, Segment[]>();
  const ahead = (draw() - 0.5) * 4000, origin = 1_700_000_000;
  let now = origin;
  const leaves = (packet: Segment | Uint8Array) =>
    left.push({ at: now + ahead, bytes: frameOf(packet) });
  const release = (flow: number) => {
    const segments = held.get(flow);
    held.delete(flow);
    if (segments !== undefined) leaves(segments.length === 1 ? segments[0] : unit(segments));
  };
  const packets = 40 + Math.floor(draw() * 160);
  for (let i = 0; i < packets; i++) {
    now += draw() * 1e-4;
    const { flow, packet, goesOn, damaged } = streams[Math.floor(draw() * flows)].next();
    came.push({ at: now, bytes: frameOf(packet) });
    if (damaged || packet instanceof Uint8Array) leaves(packet);
    else {
      const segments = held.get(flow);
      // A unit may end wherever it likes.
      const first = segments === undefined ? 0 : segments[0].payload!.length;
      // Where the UDP length is a part of what must be the same, shorter ones stay apart.
      const fits = style.tunnel !== "udp_slots" || packet.payload!.length === first;
      if (
        goesOn && segments !== undefined && segments.length < 40 && draw() < 0.85 && fits &&
        first >= packet.payload!.length
      ) segments.push(packet);
      else {
        release(flow);
        held.set(flow, [packet]);
      }
    }
    if (draw() < 0.1) { for (const held1 of [...held.keys()]) release(held1); }
  }
  for (const flow of [...held.keys()]) release(flow);
  const cut = <T>(items: T[], most: number) => {
    const from = Math.floor(draw() * most), to = items.length - Math.floor(draw() * most);
    return items.slice(from, Math.max(from + 1, to));
  };
  const isCut = draw() < 0.6;
  return {
    came: isCut ? cut(came, 15) : came,
    left: isCut ? cut(left, 10) : left,
    format: style.tunnel,
  };
}
