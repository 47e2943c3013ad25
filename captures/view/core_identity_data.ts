/** A view of core-identity data packets; the diagram stands in `wire/core_identity.ts`. */
import {
  ENCAPSULATION_LENGTH,
  IdentityKind,
  identityOffset,
  PacketType,
  pieceStart,
  Placement,
  SEAL_LENGTH,
  tunnelHeaderOffset,
} from "../wire/core_identity.ts";
import { get16, get32, get64, put16, put32, put64 } from "../wire/octets.ts";
import { PacketView } from "./packet_view.ts";

const H = 8, A = 4, S = 2;
/** Offset of the identity behind a section header. */
const SECTION_IDENTITY = identityOffset(Placement.payload);

/** By K and P, the upper four bits of the flags: where the parts of a packet begin. */
const KINDS_AND_PLACEMENTS = Array.from(
  { length: 16 },
  (_, both) => [both >> 2, both & 3] as const,
);
const TUNNEL_HEADER = Uint8Array.from(KINDS_AND_PLACEMENTS, ([k, p]) => tunnelHeaderOffset(k, p));
const PIECE = Uint8Array.from(KINDS_AND_PLACEMENTS, ([k, p]) => pieceStart(k, p));
/** 0 where there is no identity. */
const IDENTITY = Uint8Array.from(
  KINDS_AND_PLACEMENTS,
  ([kind, placement]) => kind === IdentityKind.none ? 0 : identityOffset(placement),
);

/**
 * A data packet in place, of whatever version. Where H is set the fields of the aggregated tunnel
 * header are ciphertext as it stands on the wire.
 *
 * Where the fields stand is decided by K, P and A as `at` found them; writing those moves no field.
 */
export class CoreIdentityDataView extends PacketView {
  /** First octet of the aggregated tunnel header; it has `TUNNEL_HEADER_LENGTH` octets. */
  tunnelHeaderStart = 0;
  /** First octet of the identity, or -1 where K is 0. */
  identityStart = -1;
  /** First octet of the piece of a datagram, and one past its last. */
  pieceStart = 0;
  pieceEnd = 0;

  /** As `PacketView.at`; false as well where Type is not data, or nonce and tag are cut short. */
  at(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const octets = this.point(bytes, start, end);
    if (octets < ENCAPSULATION_LENGTH || (bytes[start] & 15) !== PacketType.data) return false;
    const flags = bytes[start + 1], both = flags >> 4, first = PIECE[both];
    const tail = (flags & A) !== 0 ? SEAL_LENGTH : 0;
    if (octets < first + tail) return false;
    this.tunnelHeaderStart = start + TUNNEL_HEADER[both];
    this.identityStart = IDENTITY[both] === 0 ? -1 : start + IDENTITY[both];
    this.pieceStart = start + first;
    this.pieceEnd = this.end - tail;
    return true;
  }

  /** Four bits. */
  get version(): number {
    return this.bytes[this.start] >> 4;
  }

  set version(value: number) {
    this.bytes[this.start] = value << 4 | this.type;
  }

  /** Four bits: `PacketType.data`, unless it was written since. */
  get type(): number {
    return this.bytes[this.start] & 15;
  }

  set type(value: number) {
    this.bytes[this.start] = this.version << 4 | value & 15;
  }

  /** The octet of K, P, H, A, S and the reserved bit. */
  get flags(): number {
    return this.bytes[this.start + 1];
  }

  set flags(value: number) {
    this.bytes[this.start + 1] = value;
  }

  /** K: see `IdentityKind`. */
  get kind(): number {
    return this.bytes[this.start + 1] >> 6;
  }

  set kind(value: number) {
    this.flags = this.flags & 0x3f | (value & 3) << 6;
  }

  /** P: see `Placement`. */
  get placement(): number {
    return this.bytes[this.start + 1] >> 4 & 3;
  }

  set placement(value: number) {
    this.flags = this.flags & 0xcf | (value & 3) << 4;
  }

  /** H: the aggregated tunnel header is ciphertext. */
  get headerEncrypted(): boolean {
    return (this.flags & H) !== 0;
  }

  set headerEncrypted(value: boolean) {
    this.flags = this.flags & ~H | (value ? H : 0);
  }

  /** A: nonce and tag end the packet. */
  get authenticated(): boolean {
    return (this.flags & A) !== 0;
  }

  set authenticated(value: boolean) {
    this.flags = this.flags & ~A | (value ? A : 0);
  }

  /** S: the datagram was sealed. */
  get sealed(): boolean {
    return (this.flags & S) !== 0;
  }

  set sealed(value: boolean) {
    this.flags = this.flags & ~S | (value ? S : 0);
  }

  /** The reserved bit behind S. */
  get reserved(): number {
    return this.flags & 1;
  }

  set reserved(value: number) {
    this.flags = this.flags & 0xfe | value & 1;
  }

  /** Clear Length: octets of a sealed datagram that stay clear. */
  get clearLength(): number {
    return get16(this.bytes, this.start + 2);
  }

  set clearLength(value: number) {
    put16(this.bytes, this.start + 2, value);
  }

  /** The upper 32 bits of the identity; 0 where there is none. */
  get identityHigh(): number {
    return this.identityStart < 0 ? 0 : get32(this.bytes, this.identityStart);
  }

  /** The lower 32 bits of the identity; 0 where there is none. */
  get identityLow(): number {
    return this.identityStart < 0 ? 0 : get32(this.bytes, this.identityStart + 4);
  }

  /** The identity, 64 bits, 0 where there is none: an object, so compare halves where speed counts. */
  get identity(): bigint {
    return this.identityStart < 0 ? 0n : get64(this.bytes, this.identityStart);
  }

  /** Writes 64 bits. @throws RangeError where there is no identity. */
  set identity(value: bigint) {
    if (this.identityStart < 0) throw new RangeError("Cannot write the identity as K is 0");
    put64(this.bytes, this.identityStart, value);
  }

  /** Whether a section header stands before the identity. */
  get hasSection(): boolean {
    return this.identityStart - this.start === SECTION_IDENTITY;
  }

  /** Section, 8 bits; -1 where there is no section header. */
  get sectionType(): number {
    return this.hasSection ? this.bytes[this.identityStart - 4] : -1;
  }

  /** Length of the section, 8 bits; -1 where there is no section header. */
  get sectionLength(): number {
    return this.hasSection ? this.bytes[this.identityStart - 3] : -1;
  }

  /** Reserved bits of the section, 16; -1 where there is no section header. */
  get sectionReserved(): number {
    return this.hasSection ? get16(this.bytes, this.identityStart - 2) : -1;
  }

  /** Aggregated Tunnel ID. */
  get aggregateId(): number {
    return get16(this.bytes, this.tunnelHeaderStart);
  }

  set aggregateId(value: number) {
    put16(this.bytes, this.tunnelHeaderStart, value);
  }

  /** Tunnel ID. */
  get tunnelId(): number {
    return get16(this.bytes, this.tunnelHeaderStart + 2);
  }

  set tunnelId(value: number) {
    put16(this.bytes, this.tunnelHeaderStart + 2, value);
  }

  /** Tunnel Sequence Number. */
  get tunnelSequence(): number {
    return get32(this.bytes, this.tunnelHeaderStart + 4);
  }

  set tunnelSequence(value: number) {
    put32(this.bytes, this.tunnelHeaderStart + 4, value);
  }

  /** Global Sequence Number. */
  get globalSequence(): number {
    return get32(this.bytes, this.tunnelHeaderStart + 8);
  }

  set globalSequence(value: number) {
    put32(this.bytes, this.tunnelHeaderStart + 8, value);
  }

  /** Datagram Number. */
  get datagramNumber(): number {
    return get32(this.bytes, this.tunnelHeaderStart + 12);
  }

  set datagramNumber(value: number) {
    put32(this.bytes, this.tunnelHeaderStart + 12, value);
  }

  /** Piece Offset, in octets. */
  get pieceOffset(): number {
    return get16(this.bytes, this.tunnelHeaderStart + 16);
  }

  set pieceOffset(value: number) {
    put16(this.bytes, this.tunnelHeaderStart + 16, value);
  }

  /** Datagram Length: octets of the whole (sealed) datagram. */
  get datagramLength(): number {
    return get16(this.bytes, this.tunnelHeaderStart + 18);
  }

  set datagramLength(value: number) {
    put16(this.bytes, this.tunnelHeaderStart + 18, value);
  }

  /** Octets of the piece. */
  get pieceLength(): number {
    return this.pieceEnd - this.pieceStart;
  }

  /** Whether the packet carries its datagram whole. */
  get isWholeDatagram(): boolean {
    return this.pieceOffset === 0 && this.pieceLength === this.datagramLength;
  }

  /** The octets of the piece in place: an object, which lasts as long as they do. */
  get piece(): Uint8Array {
    return this.bytes.subarray(this.pieceStart, this.pieceEnd);
  }

  /** Packet Nonce and Packet Tag in place; no octets where A is clear. An object. */
  get trailer(): Uint8Array {
    return this.bytes.subarray(this.pieceEnd, this.end);
  }
}
