/**
 * Pairs of segments with one reason why they may not be one, each on a flow of its own; behind the pair a
 * segment that goes on as the first began. These differ in TCP, its payload, and its order.
 */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { writeOptions } from "../../../captures/wire/options.ts";
import { DATA, type Shape } from "./shape.ts";

/** Octets of payload of a segment where nothing else is wanted. */
export const OCTETS = 100;

/** The segments of one flow. @param train Gives so many segments that follow one another. */
export type Variation = (train: (count: number, octets?: number) => Shape[]) => Shape[];

/** Three segments of which the second is another. */
export function second(change: (shape: Shape) => Partial<Shape>): Variation {
  return (train) => train(3).map((shape, i) => i === 1 ? { ...shape, ...change(shape) } : shape);
}

/** Three segments of which the first is another. */
export function first(change: (shape: Shape) => Partial<Shape>): Variation {
  return (train) => train(3).map((shape, i) => i === 0 ? { ...shape, ...change(shape) } : shape);
}

/** Three segments that are all alike in something. */
export function all(change: (shape: Shape) => Partial<Shape>): Variation {
  return (train) => train(3).map((shape) => ({ ...shape, ...change(shape) }));
}

/** A segment of so many octets, and what follows it moved to where it ends. */
function sizes(...octets: readonly number[]): Variation {
  return (train) => {
    const shapes = train(octets.length);
    let sequence = shapes[0].sequence;
    return shapes.map((shape, i) => {
      const own = { ...shape, octets: octets[i], sequence };
      sequence += octets[i];
      return own;
    });
  };
}

/** A pure acknowledgment at the place of a segment. */
const pure = (shape: Shape): Shape => ({ ...shape, octets: 0 });

/** Data, a pure acknowledgment that is changed, and data that follows the first. */
function among(change: (shape: Shape) => Partial<Shape>): Variation {
  return (train) => {
    const [before, after] = train(2);
    return [before, { ...pure(after), ...change(after) }, after];
  };
}

const flagged = (flags: number) => ({ flags: DATA | flags });

/** RFC 7323 §3.2: a timestamp behind two NOPs, as most stacks write it. */
export const timestamp = (value: number) =>
  writeOptions([{ kind: 1 }, { kind: 1 }, { kind: 8, value: words(value, 7) }]);
const timestampBehind = (value: number) =>
  writeOptions([{ kind: 8, value: words(value, 7) }, { kind: 1 }, { kind: 1 }]);
/** RFC 2018 §3: one block. */
const sack = () => writeOptions([{ kind: 1 }, { kind: 1 }, { kind: 5, value: words(1, 2) }]);

function words(...values: readonly number[]): Uint8Array {
  const octets = new Uint8Array(4 * values.length), view = new DataView(octets.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value >>> 0));
  return octets;
}

/** Sizes, order and sequence numbers: rules 1 to 11. */
export const ORDER: Readonly<Record<string, Variation>> = {
  base: (train) => train(4),
  shorter_last: sizes(OCTETS, 60, 60),
  longer: sizes(50, OCTETS, OCTETS),
  one_octet: sizes(OCTETS, 1),
  gap: (train) => {
    const [a, b, c] = train(3);
    return [a, { ...b, sequence: b.sequence + 1 }, { ...c, sequence: c.sequence + 1 }];
  },
  gap_of_64k: (train) => {
    const [a, b] = train(2);
    return [a, { ...b, sequence: b.sequence + 0x1_0000 }];
  },
  missing: (train) => train(4).filter((_, i) => i !== 1),
  reversed: (train) => train(2).reverse(),
  swapped: (train) => {
    const [a, b, c, d] = train(4);
    return [a, c, b, d];
  },
  duplicate: (train) => {
    const [a, b] = train(2);
    return [a, { ...a }, b];
  },
  overlap: (train) => {
    const [a, b] = train(2);
    return [a, { ...b, sequence: b.sequence - 40 }];
  },
  within: (train) => {
    const [a, b] = train(2);
    return [a, { ...b, sequence: a.sequence + 10, octets: 20 }];
  },
  wrap: (train) =>
    train(4).map((shape, i) => ({ ...shape, sequence: 0x1_0000_0000 - 150 + i * OCTETS })),
  ends_at_wrap: (train) =>
    train(3).map((shape, i) => ({ ...shape, sequence: 0x1_0000_0000 - 2 * OCTETS + i * OCTETS })),
};

/** Acknowledgments and window: rules 18 to 25. */
export const ACKNOWLEDGMENTS: Readonly<Record<string, Variation>> = {
  pure_acks: (train) => train(1).flatMap((shape) => [pure(shape), pure(shape), pure(shape)]),
  duplicate_ack: among(() => ({})),
  pure_ack_higher: among(({ acknowledgment }) => ({ acknowledgment: acknowledgment + 500 })),
  pure_ack_window: among(() => ({ window: 900 })),
  window_update_last: (train) => {
    const [a, b] = train(2);
    return [a, { ...pure(b), window: 0x3100 }];
  },
  window_larger_last: (train) => {
    const [a, b] = train(2);
    return [a, { ...b, window: 0x3001 }];
  },
  data_after_pure_ack: (train) => {
    const [a, b] = train(2);
    return [pure(a), a, b];
  },
  ack_higher: second(({ acknowledgment }) => ({ acknowledgment: acknowledgment + 500 })),
  ack_lower: second(({ acknowledgment }) => ({ acknowledgment: acknowledgment - 500 })),
  window_larger: second(() => ({ window: 0x3001 })),
  window_smaller: second(() => ({ window: 0x2fff })),
};

/** Control bits: rules 26 to 38. */
export const FLAGS: Readonly<Record<string, Variation>> = {
  push_second: second(() => flagged(TcpFlag.psh)),
  push_first: first(() => flagged(TcpFlag.psh)),
  push_last: (train) =>
    train(3).map((shape, i) => i === 2 ? { ...shape, ...flagged(TcpFlag.psh) } : shape),
  fin: second(() => flagged(TcpFlag.fin)),
  fin_first: first(() => flagged(TcpFlag.fin)),
  fin_empty: among(() => flagged(TcpFlag.fin)),
  syn: second(() => flagged(TcpFlag.syn)),
  syn_first: first(() => flagged(TcpFlag.syn)),
  reset: second(() => flagged(TcpFlag.rst)),
  reset_empty: among(() => flagged(TcpFlag.rst)),
  urgent: second(() => flagged(TcpFlag.urg)),
  urgent_first: first(() => flagged(TcpFlag.urg)),
  no_ack_second: second(() => ({ flags: 0 })),
  no_ack: all(() => ({ flags: 0 })),
  ece: all(() => flagged(TcpFlag.ece)),
  ece_second: second(() => flagged(TcpFlag.ece)),
  ece_first: first(() => flagged(TcpFlag.ece)),
  cwr: all(() => flagged(TcpFlag.cwr)),
  cwr_second: second(() => flagged(TcpFlag.cwr)),
  cwr_first: first(() => flagged(TcpFlag.cwr)),
  reserved: second(() => ({ reserved: 4 })),
  reserved_first: first(() => ({ reserved: 1 })),
};

/** TCP options: rules 38 to 46. */
export const OPTIONS: Readonly<Record<string, Variation>> = {
  timestamp: all(() => ({ options: timestamp(1000) })),
  timestamp_grows: (train) =>
    train(3).map((shape, i) => ({ ...shape, options: timestamp(1000 + i) })),
  timestamp_falls: (train) =>
    train(3).map((shape, i) => ({ ...shape, options: timestamp(1000 - i) })),
  timestamp_falls_across_wrap: (train) =>
    train(2).map((shape, i) => ({ ...shape, options: timestamp(3 - 10 * i) })),
  options_in_other_order: (train) =>
    train(2).map((shape, i) => ({
      ...shape,
      options: i === 0 ? timestamp(1000) : timestampBehind(1000),
    })),
  timestamp_second: second(() => ({ options: timestamp(1000) })),
  timestamp_first: first(() => ({ options: timestamp(1000) })),
  sack: all(() => ({ options: sack() })),
  sack_second: second(() => ({ options: sack() })),
  sack_on_duplicate: among(() => ({ options: sack() })),
};

/** What is wrong with a segment: rules 46 to 51. */
export const DAMAGE: Readonly<Record<string, Variation>> = {
  tcp_checksum: second(() => ({
    spoil: ({ bytes, tcp }) => void (bytes[tcp + 16] ^= 0x40),
  })),
  tcp_checksum_first: first(() => ({
    spoil: ({ bytes, tcp }) => void (bytes[tcp + 17] ^= 1),
  })),
  payload_damaged: second(() => ({
    spoil: ({ bytes, payload }) => void (bytes[payload + 10] ^= 0x10),
  })),
  short_header: second(() => ({
    spoil: ({ bytes, tcp }) => void (bytes[tcp + 12] = 4 << 4 | bytes[tcp + 12] & 15),
  })),
  header_beyond: (train) => {
    const [a, b] = train(2);
    return [a, {
      ...b,
      octets: 8,
      spoil: ({ bytes, tcp }) => void (bytes[tcp + 12] = 15 << 4),
    }];
  },
};
