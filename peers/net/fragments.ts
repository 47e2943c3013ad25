/**
 * Puts fragments of IP datagrams together (RFC 791 §3.2, RFC 8200 §4.5), for devices that must see a
 * whole datagram. State is bounded. A duplicate fragment changes nothing; fragments that
 * overlap otherwise, or exceed the size of a datagram, are dropped with all others of their datagram.
 */
import { checksum } from "../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import * as ipv4 from "../../captures/wire/ipv4.ts";
import * as ipv6 from "../../captures/wire/ipv6.ts";
import * as ipv6Fragment from "../../captures/wire/ipv6_fragment.ts";
import { put16, viewOf } from "../../captures/wire/octets.ts";
import type { HeaderWalker } from "../../captures/walk.ts";

/** Incomplete datagrams kept at most; the oldest is dropped. */
const KEPT = 64;
/** Milliseconds until an incomplete datagram may be dropped. */
const PATIENCE = 30_000;
const LARGEST = 0xffff;

const { HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS } = IP_PROTOCOL;
/** Extension headers that may stand before a Fragment header. */
const UNFRAGMENTABLE: readonly number[] = [HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS];

/** Where a fragment can be cut. */
interface Cut {
  /** What all fragments of the datagram have in common. */
  key: string;
  /** The header of the whole datagram, but for its length. */
  header: Uint8Array;
  /** Where the payload begins in the fragment. */
  payload: number;
}

interface Incomplete {
  since: number;
  /** The first fragment's header, once it has come. */
  header: Uint8Array | undefined;
  /** Payloads by offset, in octets, none of which overlap. */
  pieces: Map<number, Uint8Array>;
  /** Payload octets received, and the total by the last fragment. */
  octets: number;
  length: number;
}

/** Incomplete datagrams by source, destination, protocol (IPv4) and identification. */
export class Fragments {
  readonly #incomplete = new Map<string, Incomplete>();

  /**
   * Takes a fragment, which `walker` has walked from its first octet on.
   * @param now Milliseconds on the device's clock.
   * @returns The whole datagram once nothing is missing.
   */
  add(fragment: Uint8Array, walker: HeaderWalker, now: number): Uint8Array | undefined {
    const cut = walker.ipVersion === 4 ? cut4(fragment) : cut6(fragment, walker.end);
    if (cut === undefined) return undefined;
    const { key, header, payload } = cut, offset = walker.fragmentOffset;
    const piece = fragment.slice(payload, walker.end), end = offset + piece.length;
    const entry = this.#incomplete.get(key) ?? this.#begin(key, now);
    if (entry.pieces.get(offset)?.length === piece.length) return undefined;
    const overlaps = [...entry.pieces].some(([at, { length }]) => at < end && offset < at + length);
    const ragged = walker.moreFragments && piece.length % 8 !== 0;
    if (overlaps || ragged || piece.length === 0 || header.length + end > LARGEST) {
      this.#incomplete.delete(key);
      return undefined;
    }
    entry.pieces.set(offset, piece);
    entry.octets += piece.length;
    if (offset === 0) entry.header = header;
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

function cut4(fragment: Uint8Array): Cut | undefined {
  const length = (fragment[0] & 15) * 4;
  if (length < ipv4.MIN_LENGTH) return undefined;
  const { identification, protocol, source, options } = ipv4.OFFSET;
  const name = fragment.subarray(identification, identification + 2).toHex();
  return {
    key: `${fragment.subarray(source, options).toHex()} ${fragment[protocol]} ${name}`,
    header: fragment.slice(0, length),
    payload: length,
  };
}

/** The header of the whole is what stands before the fragment header, which is taken out. */
function cut6(fragment: Uint8Array, end: number): Cut | undefined {
  let at: number = ipv6.LENGTH, pointer: number = ipv6.OFFSET.nextHeader;
  while (UNFRAGMENTABLE.includes(fragment[pointer])) {
    if (at + 2 > end) return undefined;
    pointer = at;
    at += (fragment[at + 1] + 1) * 8;
  }
  if (fragment[pointer] !== FRAGMENT || at + ipv6Fragment.LENGTH > end) return undefined;
  const header = fragment.slice(0, at);
  header[pointer] = fragment[at + ipv6Fragment.OFFSET.nextHeader];
  const name = fragment.subarray(at + ipv6Fragment.OFFSET.identification, at + 8).toHex();
  return {
    key: `${fragment.subarray(ipv6.OFFSET.source, ipv6.LENGTH).toHex()} ${name}`,
    header,
    payload: at + ipv6Fragment.LENGTH,
  };
}

/** The datagram of pieces that leave no gap. */
function whole(header: Uint8Array, { pieces, length }: Incomplete): Uint8Array {
  const out = new Uint8Array(header.length + length);
  out.set(header);
  for (const [offset, piece] of pieces) out.set(piece, header.length + offset);
  if (header[0] >> 4 === 6) {
    put16(out, ipv6.OFFSET.payloadLength, out.length - ipv6.LENGTH);
    return out;
  }
  put16(out, ipv4.OFFSET.totalLength, out.length);
  put16(out, ipv4.OFFSET.flagsAndOffset, 0);
  put16(out, ipv4.OFFSET.checksum, 0);
  put16(out, ipv4.OFFSET.checksum, checksum(out, viewOf(out), 0, header.length));
  return out;
}
