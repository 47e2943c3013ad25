/** What is kept of the packets of one side of a device: numbers in columns, no object for a packet. */
import type { Bound } from "../../kit/bounds.ts";

/** Columns, each a word of 32 bits. Halves and octets are listed from the highest. */
export const Column = {
  /** Number of the frame in its capture, and index of the capture in the highest 8 bits. */
  frame: 0,
  flow: 1,
  /** Of what is no TCP segment: digest of the datagram. */
  sequence: 2,
  acknowledgment: 3,
  /** Payload octets, window. */
  sizes: 4,
  /** TCP checksum, data offset and reserved bits, control bits. */
  tcp: 5,
  /** Identification of the outer and of the inner header. */
  ids: 6,
  /** TTL outer, TTL inner, TOS outer, TOS inner: or hop limits and traffic classes. */
  ips: 7,
  /** Hash of the TCP options but for the values of timestamps. */
  options: 8,
  tsval: 9,
  tsecr: 10,
  /** Hash of the opaque field but for what its format has adjusted. */
  opaque: 11,
  /** Hash of IPv4 options and IPv6 extension headers; hash of flow labels. */
  extra: 12,
  /** Hash of link addresses and VLAN tags; hash of outer addresses. */
  place: 13,
  /** Digest of the payload, see `digest.ts`. */
  digest: 14,
  /** Octets of the datagram. */
  total: 15,
  bits: 16,
  /** Microseconds since `origin`, or before it; the greatest number for what is further away. */
  time: 17,
  /** Hash of all headers but for the TCP checksum. */
  headers: 18,
} as const;
const WIDTH = 19;

/** The bits of `Column.bits`. */
export const Bit = {
  /** A TCP segment, plain or in a tunnel; anything else is an ordinary packet. */
  segment: 1 << 0,
  innerV6: 1 << 1,
  outerV6: 1 << 2,
  tunnel: 1 << 3,
  innerDf: 1 << 4,
  outerDf: 1 << 5,
  /** An IPv4 header checksum that is wrong. */
  innerSum: 1 << 6,
  outerSum: 1 << 7,
  /** The TCP checksum is that of the pseudo-header alone, or wrong. */
  partial: 1 << 8,
  wrong: 1 << 9,
  /** The checksum in the opaque field is that of the pseudo-header alone, or wrong. */
  opaquePartial: 1 << 10,
  opaqueWrong: 1 << 11,
  /** The UDP length in the opaque field is not that of the datagram. */
  udpLength: 1 << 12,
  /** IPv4 options or IPv6 extension headers. */
  innerExtra: 1 << 13,
  outerExtra: 1 << 14,
  /** Timestamps are the only TCP option; there are others. */
  timestamps: 1 << 15,
  otherOptions: 1 << 16,
  /** A length of an IP header that is not that of what was captured. */
  outerLength: 1 << 17,
  innerLength: 1 << 18,
  /** More fragments, or a fragment offset. */
  innerFragment: 1 << 19,
  outerFragment: 1 << 20,
  /** Another reading of the packet before: as long as its frame, whatever its header says. */
  reading: 1 << 21,
} as const;

/** What makes a segment damaged: it may be handed on past what is held. */
export const DAMAGED = Bit.innerSum | Bit.outerSum | Bit.wrong | Bit.outerLength | Bit.innerLength |
  Bit.innerFragment | Bit.outerFragment | Bit.opaqueWrong | Bit.udpLength;

/** Rows of a chunk. */
const SHIFT = 13, ROWS = 1 << SHIFT, MASK = ROWS - 1;
/** Bits of a frame's number below the index of its capture. */
const FRAME_BITS = 24;

/** The packets of one side in the order in which they came. */
export class PacketColumns {
  readonly #chunks: Int32Array[] = [];
  readonly #bound: Bound;
  count = 0;
  /** Seconds since 1970 that times are counted from; NaN before the first. */
  origin = NaN;

  /** @param bound Limit of packets. */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** A new row, its columns zero; -1 when there is no room. */
  add(): number {
    if (!this.#bound.admits(this.count)) return -1;
    const row = this.count++;
    if ((row & MASK) === 0) this.#chunks.push(new Int32Array(ROWS * WIDTH));
    return row;
  }

  /** The rows that are kept, in a store of their own. */
  filtered(isKept: (row: number) => boolean): PacketColumns {
    const kept = new PacketColumns(this.#bound);
    kept.origin = this.origin;
    for (let row = 0; row < this.count; row++) {
      if (!isKept(row)) continue;
      const to = kept.add(), at = (row & MASK) * WIDTH;
      const from = this.#chunks[row >> SHIFT].subarray(at, at + WIDTH);
      kept.#chunks[to >> SHIFT].set(from, (to & MASK) * WIDTH);
    }
    return kept;
  }

  get(row: number, column: number): number {
    return this.#chunks[row >> SHIFT][(row & MASK) * WIDTH + column];
  }

  set(row: number, column: number, value: number): void {
    this.#chunks[row >> SHIFT][(row & MASK) * WIDTH + column] = value;
  }

  /** Whether two rows, of two sides perhaps, have the same in a column. */
  same(row: number, other: PacketColumns, otherRow: number, column: number): boolean {
    return this.get(row, column) === other.get(otherRow, column);
  }

  bits(row: number): number {
    return this.get(row, Column.bits);
  }

  /** Payload octets of a segment. */
  length(row: number): number {
    return this.get(row, Column.sizes) >>> 16;
  }

  window(row: number): number {
    return this.get(row, Column.sizes) & 0xffff;
  }

  flags(row: number): number {
    return this.get(row, Column.tcp) & 0xff;
  }

  sequence(row: number): number {
    return this.get(row, Column.sequence);
  }

  /** Octets of the datagram. */
  total(row: number): number {
    return this.get(row, Column.total);
  }

  /** Identification of the outer or the inner header. */
  id(row: number, outer: boolean): number {
    const ids = this.get(row, Column.ids);
    return outer ? ids >>> 16 : ids & 0xffff;
  }

  ttl(row: number, outer: boolean): number {
    return this.get(row, Column.ips) >>> (outer ? 24 : 16) & 255;
  }

  /** TOS or traffic class. */
  tos(row: number, outer: boolean): number {
    return this.get(row, Column.ips) >>> (outer ? 8 : 0) & 255;
  }

  /** Seconds since `origin`. */
  seconds(row: number): number {
    return this.get(row, Column.time) / 1e6;
  }

  frame(row: number): number {
    return this.get(row, Column.frame) & (1 << FRAME_BITS) - 1;
  }

  /** Index of the capture that the frame is in. */
  capture(row: number): number {
    return this.get(row, Column.frame) >>> FRAME_BITS;
  }
}

/** The word of `Column.frame`. */
export function frameWord(capture: number, number: number): number {
  return capture << FRAME_BITS | number;
}
