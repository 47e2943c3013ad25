/** Random streams of segments in which anything may change from one to the next. */
import { buildSegment, type Segment } from "../../../../captures/wire/build_segment.ts";
import { TcpFlag } from "../../../../captures/wire/tcp.ts";
import { following, frameOf, segment, type Style, type Timed } from "./packets.ts";

const { ack, psh, fin, syn, rst, urg, ece, cwr } = TcpFlag;

const stamps = (value: number, echo: number): Uint8Array => {
  const options = Uint8Array.of(1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0),
    view = new DataView(options.buffer);
  view.setUint32(4, value);
  view.setUint32(8, echo);
  return options;
};

/** One flow. */
class Stream {
  #last: Segment;
  readonly #usual: number;
  readonly #stamped: boolean;
  #stamp: number;

  constructor(readonly draw: () => number, style: Style, port: number, key: number) {
    this.#usual = 20 + this.#below(1300);
    this.#stamped = draw() < 0.4;
    this.#stamp = this.#below(2 ** 32);
    const v4 = style.version !== 6,
      ids = { dontFragment: draw() < 0.8, identification: this.#below(65_536) };
    this.#last = segment({
      ...{ sequence: this.#below(2 ** 32), length: this.#usual, sourcePort: port },
      ...(this.#stamped ? { options: stamps(this.#stamp, 1) } : {}),
      ...(v4 ? { ip: ids } : {}),
      opaque: { key, networkId: key, sourceSlot: key, targetSlot: 2 },
    }, style);
  }

  #below(limit: number): number {
    return Math.floor(this.draw() * limit);
  }

  next(): Uint8Array {
    const { draw } = this, before = this.#last, flags = ack | (draw() < 0.08 ? psh : 0);
    const v4 = !before.ip.source.includes(":");
    const change: Parameters<typeof following>[1] = { length: this.#usual, flags };
    // Few change at a time, so that what stands against joining stands alone.
    if (draw() < 0.35) {
      const changes: (() => void)[] = [
        () => change.length = 1 + this.#below(2 * this.#usual),
        () => change.length = 0,
        () => change.acknowledgment = before.acknowledgment! + this.#below(3000) >>> 0,
        () => change.acknowledgment = before.acknowledgment! - this.#below(3000) >>> 0,
        () => change.window = this.#below(65_536),
        () => change.flags = ack | fin,
        () => change.flags = ack | [syn, rst, urg, ece, cwr, ece | cwr][this.#below(6)],
        () => change.reserved = this.#below(16),
        () => change.ip = { ttl: 60 + this.#below(5) },
        () => change.ip = { dscp: this.#below(64) },
        () => change.ip = { ecn: this.#below(4) },
        () => change.ip = v4 ? { identification: this.#below(3) } : { flowLabel: this.#below(3) },
        () => change.ip = v4 ? { dontFragment: draw() < 0.5 } : {},
        () => change.outer = { ttl: 60 + this.#below(5) },
        () => change.outer = { ecn: this.#below(4) },
        () => change.sequence = before.sequence + this.#below(3000) >>> 0,
        () => change.sequence = before.sequence - this.#below(3000) >>> 0,
        () => change.sequence = before.sequence,
        () => change.options = stamps(this.#stamp += this.#below(100), this.#below(3)),
        () => change.options = Uint8Array.of(2, 4, 5, 180),
        () => change.options = new Uint8Array(0),
        () => change.ip = v4 ? { options: Uint8Array.of(1, 1, 1, 0) } : {},
        () => change.ip = v4 ? { moreFragments: true } : {},
      ];
      changes[this.#below(changes.length)]();
    } else if (this.#stamped && draw() < 0.1) {
      change.options = stamps(this.#stamp += 1 + this.#below(9), 1);
    }
    const next = following(before, change), bytes = buildSegment(next);
    if (draw() < 0.02) bytes[bytes.length - 1 - this.#below(40)] ^= 1 + this.#below(255);
    // What is odd once is not so for ever.
    const { tunnel } = next;
    this.#last = {
      ...next,
      flags: ack,
      reserved: 0,
      options: this.#stamped ? stamps(this.#stamp, 1) : new Uint8Array(0),
      ip: { ...next.ip, options: undefined, moreFragments: false, ttl: 64 },
      ...(tunnel === undefined
        ? {}
        : { tunnel: { ...tunnel, ip: { ...tunnel.ip, ttl: 64, ecn: 0 } } }),
    };
    return bytes;
  }
}

/** Frames of several flows, some in tunnels, with some that are no TCP among them. */
export function randomSegments(draw: () => number, style: Style, count: number): Timed[] {
  const flows = 1 + Math.floor(draw() * 4);
  const streams = Array.from(
    { length: flows },
    (_, i) =>
      new Stream(draw, draw() < 0.8 ? style : { version: style.version }, 4000 + i, 7 + i % 2),
  );
  let at = 1;
  return Array.from({ length: count }, () => {
    at += draw() < 0.9 ? draw() * 1e-5 : draw() * 3e-3;
    if (draw() < 0.97) return { at, bytes: frameOf(streams[Math.floor(draw() * flows)].next()) };
    const other = Uint8Array.from({ length: 40 + Math.floor(draw() * 60) }, () => draw() * 256);
    other.set([0x45, 0, 0, other.length, 0, 0, 0, 0, 64, 17]);
    return { at, bytes: frameOf(other) };
  });
}
