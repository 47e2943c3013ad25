/**
 * Cutting IP datagrams into fragments, as a source or a router does.
 *
 * Source: RFC 791 §3.2, RFC 8200 §4.5.
 */
import { checksum } from "./checksum.ts";
import { IP_PROTOCOL } from "./ip_protocol.ts";
import * as ipv4 from "./ipv4.ts";
import * as ipv6 from "./ipv6.ts";
import * as ipv6Fragment from "./ipv6_fragment.ts";
import { get16, put16, viewOf } from "./octets.ts";
import { readOptions } from "./options.ts";

/**
 * Fragments of a datagram, in order; the datagram itself when it fits.
 *
 * A DF flag is kept but does not hinder. Of IPv4 options, later fragments carry those that say so.
 * @param mtu Octets of the largest fragment, its IP header included.
 * @param identification Of the IPv6 fragment header; datagrams in flight need different ones. IPv4
 *   datagrams have theirs already.
 * @throws {TypeError} When the octets are no whole IP datagram.
 * @throws {RangeError} When the headers leave no room for eight octets.
 */
export function fragment(datagram: Uint8Array, mtu: number, identification = 0): Uint8Array[] {
  if (datagram.length <= mtu) return [datagram];
  const version = datagram[0] >> 4;
  if (version === 4 && datagram.length >= ipv4.MIN_LENGTH) return fragment4(datagram, mtu);
  if (version === 6 && datagram.length >= ipv6.LENGTH) {
    return fragment6(datagram, mtu, identification);
  }
  throw new TypeError(
    `Cannot fragment as the datagram must be IPv4 or IPv6: got version ${version}`,
  );
}

function fragment4(datagram: Uint8Array, mtu: number): Uint8Array[] {
  const header = (datagram[0] & 0x0f) * 4;
  if (header < ipv4.MIN_LENGTH || header > datagram.length) {
    throw new TypeError(`Cannot fragment as the IPv4 header must be whole: got ${header} octets`);
  }
  const first = datagram.slice(0, header);
  const later = laterHeader(first);
  const flags = get16(datagram, ipv4.OFFSET.flagsAndOffset);
  const fragments: Uint8Array[] = [];
  for (let at = header; at < datagram.length;) {
    const head = at === header ? first : later;
    const take = piece(mtu, head.length, datagram.length - at);
    const last = at + take === datagram.length;
    const out = new Uint8Array(head.length + take);
    out.set(head);
    out.set(datagram.subarray(at, at + take), head.length);
    put16(out, ipv4.OFFSET.totalLength, out.length);
    // A fragment of a fragment keeps its place and its "more follow".
    const offset = (flags & 0x1fff) + ((at - header) >> 3);
    const more = last ? flags & 0x2000 : 0x2000;
    put16(out, ipv4.OFFSET.flagsAndOffset, (flags & 0xc000) | more | (offset & 0x1fff));
    put16(out, ipv4.OFFSET.checksum, 0);
    put16(out, ipv4.OFFSET.checksum, checksum(out, viewOf(out), 0, head.length));
    fragments.push(out);
    at += take;
  }
  return fragments;
}

/** The header of all fragments but the first: with those options only whose copied flag is set. */
function laterHeader(header: Uint8Array): Uint8Array {
  const { options } = readOptions(header, ipv4.MIN_LENGTH, header.length);
  const copied = options.filter(({ kind }) => (kind & 0x80) !== 0);
  const octets = copied.flatMap(({ start, end }) => [...header.subarray(start, end)]);
  while (octets.length % 4 !== 0) octets.push(0);
  const later = Uint8Array.from([...header.subarray(0, ipv4.MIN_LENGTH), ...octets]);
  later[0] = 0x40 | (later.length >> 2);
  return later;
}

function fragment6(datagram: Uint8Array, mtu: number, identification: number): Uint8Array[] {
  const { at: split, pointer } = unfragmentablePart(datagram);
  const nextHeader = datagram[pointer];
  const header = split + ipv6Fragment.LENGTH;
  const fragments: Uint8Array[] = [];
  for (let at = split; at < datagram.length;) {
    const take = piece(mtu, header, datagram.length - at);
    const out = new Uint8Array(header + take);
    out.set(datagram.subarray(0, split));
    out[pointer] = IP_PROTOCOL.FRAGMENT;
    const record = {
      nextHeader,
      reserved: 0,
      fragmentOffset: at - split,
      reservedBits: 0,
      moreFragments: at + take < datagram.length,
      identification,
    };
    ipv6Fragment.encodeInto(record, out, split);
    out.set(datagram.subarray(at, at + take), header);
    put16(out, ipv6.OFFSET.payloadLength, out.length - ipv6.LENGTH);
    fragments.push(out);
    at += take;
  }
  return fragments;
}

/** Where the part ends that every fragment repeats, and where its last next-header octet stands. */
function unfragmentablePart(datagram: Uint8Array): { at: number; pointer: number } {
  let at: number = ipv6.LENGTH;
  let pointer: number = ipv6.OFFSET.nextHeader;
  // Hop-by-hop options and routing headers are what nodes on the way must see.
  while ((datagram[pointer] === 0 || datagram[pointer] === 43) && at + 8 <= datagram.length) {
    const length = (datagram[at + 1] + 1) * 8;
    if (at + length > datagram.length) break;
    pointer = at;
    at += length;
  }
  return { at, pointer };
}

/** Payload octets of the next fragment: a multiple of eight unless it is the last. */
function piece(mtu: number, header: number, left: number): number {
  if (header + left <= mtu) return left;
  const room = (mtu - header) & ~7;
  if (room < 8) {
    throw new RangeError(
      `Cannot fragment as the MTU must hold the headers and eight octets: got ${mtu} for ${header} octets of headers`,
    );
  }
  return room;
}
