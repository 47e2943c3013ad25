/**
 * Puts fragments of IPv4 datagrams together (RFC 791 §3.2), for devices that must see a whole datagram.
 * State is bounded; whoever sends fragments that overlap, or that make more than a datagram may hold,
 * gets nothing put together. Fragments of IPv6 are not.
 */
import { checksum } from "../captures/wire/checksum.ts";
import { MIN_LENGTH, OFFSET } from "../captures/wire/ipv4.ts";
import { put16, viewOf } from "../captures/wire/octets.ts";
import type { HeaderWalker } from "../captures/walk.ts";

/** Incomplete datagrams that are kept at most; the oldest gives way. */
const KEPT = 64;
/** Milliseconds that a fragment waits for the others. */
const PATIENCE = 30_000;
const LARGEST = 0xffff;

interface Incomplete {
  since: number;
  /** The first fragment's header, once it has come. */
  header: Uint8Array | undefined;
  /** Payloads by offset, in octets, none of which overlap. */
  pieces: Map<number, Uint8Array>;
  /** Octets that have come, and those that the last fragment says there are. */
  octets: number;
  length: number;
}

/** Incomplete datagrams by source, destination, protocol and identification. */
export class Fragments {
  readonly #incomplete = new Map<string, Incomplete>();

  /**
   * Takes a fragment, which `walker` has walked from its first octet on.
   * @param now Milliseconds on the device's clock.
   * @returns The whole datagram once nothing is missing.
   */
  add(fragment: Uint8Array, walker: HeaderWalker, now: number): Uint8Array | undefined {
    const header = (fragment[0] & 15) * 4, offset = walker.fragmentOffset;
    if (walker.ipVersion !== 4 || header < MIN_LENGTH) return undefined;
    const piece = fragment.slice(header, walker.end), end = offset + piece.length;
    const key = keyOf(fragment);
    const entry = this.#incomplete.get(key) ?? this.#begin(key, now);
    const overlaps = [...entry.pieces].some(([at, { length }]) => at < end && offset < at + length);
    if (overlaps || piece.length === 0 || header + end > LARGEST) {
      this.#incomplete.delete(key);
      return undefined;
    }
    entry.pieces.set(offset, piece);
    entry.octets += piece.length;
    if (offset === 0) entry.header = fragment.slice(0, header);
    if (!walker.moreFragments) entry.length = end;
    if (entry.header === undefined || entry.octets !== entry.length) return undefined;
    this.#incomplete.delete(key);
    // Without overlaps, so many octets below the end leave no gap.
    const within = [...entry.pieces].every(([at, { length }]) => at + length <= entry.length);
    return within ? whole(entry.header, entry) : undefined;
  }

  #begin(key: string, now: number): Incomplete {
    for (const [other, { since }] of this.#incomplete) {
      if (this.#incomplete.size < KEPT && now - since < PATIENCE) break;
      this.#incomplete.delete(other);
    }
    const entry = { since: now, header: undefined, pieces: new Map(), octets: 0, length: -1 };
    this.#incomplete.set(key, entry);
    return entry;
  }
}

function keyOf(fragment: Uint8Array): string {
  const { identification, protocol, source, options } = OFFSET;
  const name = fragment.subarray(identification, identification + 2).toHex();
  return `${fragment.subarray(source, options).toHex()} ${fragment[protocol]} ${name}`;
}

/** The datagram of pieces that leave no gap. */
function whole(header: Uint8Array, { pieces, length }: Incomplete): Uint8Array {
  const out = new Uint8Array(header.length + length);
  out.set(header);
  for (const [offset, piece] of pieces) out.set(piece, header.length + offset);
  put16(out, OFFSET.totalLength, out.length);
  put16(out, OFFSET.flagsAndOffset, 0);
  put16(out, OFFSET.checksum, 0);
  put16(out, OFFSET.checksum, checksum(out, viewOf(out), 0, header.length));
  return out;
}
