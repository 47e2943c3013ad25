/**
 * Core-identity tunnels, the aggregated-tunnel formats that this project defines for source 000.
 *
 * The source leaves the format open; these are the decisions (catalogue D0-07 to D0-10, D0-16):
 * the carrier is UDP, and its payload is an encapsulation packet:
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---+---+-+-+-+-+-------------------------------+
 * |Version| Type  | K | P |H|A|S|0|         Clear Length          |  encapsulation header, clear
 * +-------+-------+---+---+-+-+-+-+-------------------------------+
 * :                     Identity (64), when P = 0                 :
 * +-------------------------------+-------------------------------+
 * |      Aggregated Tunnel ID     |           Tunnel ID           |  aggregated tunnel header,
 * +-------------------------------+-------------------------------+  encrypted when H = 1
 * |                    Tunnel Sequence Number                     |
 * +---------------------------------------------------------------+
 * |                    Global Sequence Number                     |
 * +---------------------------------------------------------------+
 * |                        Datagram Number                        |
 * +-------------------------------+-------------------------------+
 * |          Piece Offset         |        Datagram Length        |
 * +-------------------------------+-------------------------------+
 * :                     Identity (64), when P = 1                 :  clear even when H = 1
 * +---------------+---------------+-------------------------------+
 * |  Section = K  |  Length = 8   |           Reserved            |  when P = 2
 * +---------------+---------------+-------------------------------+
 * :                     Identity (64), when P = 2                 :
 * +---------------------------------------------------------------+
 * :                  octets of the datagram (a piece)             :
 * +---------------------------------------------------------------+
 * :          Packet Nonce (64) and Packet Tag (128), when A = 1   :
 * +---------------------------------------------------------------+
 * ```
 *
 * K says what the identity is: 0 absent, 1 core identity, 2 session-ID. The identity stands in clear
 * wherever it is placed ([0088]), so that a receiver steers without a key.
 * S says that the datagram as a whole was sealed before it was split: its first Clear Length octets
 * are clear, then come ciphertext, an 8-octet nonce and a 16-octet tag; Datagram Length counts them
 * all. A large datagram travels as pieces that share the Datagram Number; each carries the identity
 * (D0-09), so that all pieces reach the same core. All fields are in network byte order.
 *
 * @see seed 000 [0056], [0074], [0086]-[0088]
 */
import { cutShort, type Decoded, decoded } from "./decoded.ts";
import { get16, get32, get64, put16, put32, put64 } from "./octets.ts";

export { CORE_IDENTITY_PORT } from "./udp_port.ts";
/** The only version there is. */
export const VERSION = 1;

/** Values of the Type field. */
export const PacketType = { data: 1, control: 2 } as const;
/** Values of the K field. */
export const IdentityKind = { none: 0, core: 1, session: 2 } as const;
/** Values of the P field. */
export const Placement = { encapsulation: 0, tunnel: 1, payload: 2 } as const;

/** Octets of the encapsulation header without an identity. */
export const ENCAPSULATION_LENGTH = 4;
/** Octets of the aggregated tunnel header without an identity. */
export const TUNNEL_HEADER_LENGTH = 20;
/** Octets of an identity: a core identity or a session-ID. */
export const IDENTITY_LENGTH = 8;
/** Octets of a nonce and of a tag. */
export const NONCE_LENGTH = 8;
export const TAG_LENGTH = 16;
/** Octets that a seal adds: nonce and tag. */
export const SEAL_LENGTH = NONCE_LENGTH + TAG_LENGTH;

const SECTION_LENGTH = 4;

/** One encapsulation packet that carries data, any bits, legal or not. */
export interface DataPacket {
  /** 4 bits. */
  version: number;
  /** 4 bits: `PacketType.data`. */
  type: number;
  /** 2 bits: `IdentityKind`. */
  kind: number;
  /** 2 bits: `Placement`. */
  placement: number;
  /** H: the aggregated tunnel header is ciphertext. */
  headerEncrypted: boolean;
  /** A: a packet nonce and tag end the packet. */
  authenticated: boolean;
  /** S: the datagram was sealed. */
  sealed: boolean;
  /** The reserved bit behind S. */
  reserved: number;
  /** Octets of a sealed datagram that stay clear. */
  clearLength: number;
  /** 64 bits; absent when kind is 0. */
  identity?: bigint;
  /** Section header of placement 2: type, length and reserved bits as they stand on the wire. */
  section?: { type: number; length: number; reserved: number };
  aggregateId: number;
  tunnelId: number;
  /** Counts packets on one tunnel. */
  tunnelSequence: number;
  /** Counts packets over all tunnels of the aggregate. */
  globalSequence: number;
  datagramNumber: number;
  /** Octets. */
  pieceOffset: number;
  /** Octets of the whole (sealed) datagram. */
  datagramLength: number;
  /** Octets of the datagram that this packet carries. */
  piece: Uint8Array;
  /** Nonce and tag, 24 octets, when authenticated. */
  trailer?: Uint8Array;
}

/** Where the identity stands in a UDP payload, in octets, for each placement. */
export function identityOffset(placement: number): number {
  if (placement === Placement.encapsulation) return ENCAPSULATION_LENGTH;
  const tunnel = ENCAPSULATION_LENGTH + TUNNEL_HEADER_LENGTH;
  return placement === Placement.tunnel ? tunnel : tunnel + SECTION_LENGTH;
}

/** Where the aggregated tunnel header begins in a UDP payload, in octets. */
export function tunnelHeaderOffset(kind: number, placement: number): number {
  return kind !== IdentityKind.none && placement === Placement.encapsulation
    ? ENCAPSULATION_LENGTH + IDENTITY_LENGTH
    : ENCAPSULATION_LENGTH;
}

/** Where the datagram's octets begin in a UDP payload, in octets. */
export function pieceStart(kind: number, placement: number): number {
  const bare = ENCAPSULATION_LENGTH + TUNNEL_HEADER_LENGTH;
  if (kind === IdentityKind.none) return bare;
  return bare + IDENTITY_LENGTH + (placement >= Placement.payload ? SECTION_LENGTH : 0);
}

/**
 * Decodes the data packet that fills `bytes[start..end)`. Every Type is read by this layout, as the
 * type is a value like any other: control messages have another, and whoever judges must look at
 * `type` first.
 */
export function decode(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<DataPacket> {
  if (end - start < ENCAPSULATION_LENGTH) {
    return cutShort("encapsulation header", start, end, ENCAPSULATION_LENGTH);
  }
  const flags = bytes[start + 1];
  const kind = flags >> 6, placement = flags >> 4 & 3;
  const authenticated = (flags & 4) !== 0;
  const first = pieceStart(kind, placement);
  const tail = authenticated ? SEAL_LENGTH : 0;
  if (end - start < first + tail) {
    return cutShort("aggregated tunnel packet", start, end, first + tail);
  }
  const last = end - tail;
  const h = start + tunnelHeaderOffset(kind, placement);
  const packet: DataPacket = {
    version: bytes[start] >> 4,
    type: bytes[start] & 15,
    kind,
    placement,
    headerEncrypted: (flags & 8) !== 0,
    authenticated,
    sealed: (flags & 2) !== 0,
    reserved: flags & 1,
    clearLength: get16(bytes, start + 2),
    aggregateId: get16(bytes, h),
    tunnelId: get16(bytes, h + 2),
    tunnelSequence: get32(bytes, h + 4),
    globalSequence: get32(bytes, h + 8),
    datagramNumber: get32(bytes, h + 12),
    pieceOffset: get16(bytes, h + 16),
    datagramLength: get16(bytes, h + 18),
    piece: bytes.subarray(start + first, last),
  };
  if (kind !== IdentityKind.none) {
    const at = start + identityOffset(placement);
    packet.identity = get64(bytes, at);
    if (placement >= Placement.payload) {
      const s = at - SECTION_LENGTH;
      packet.section = { type: bytes[s], length: bytes[s + 1], reserved: get16(bytes, s + 2) };
    }
  }
  if (authenticated) packet.trailer = bytes.subarray(last, end);
  return decoded(packet, end);
}

/** The octets of the packet; an identity, section or trailer that the record lacks is filled in. */
export function encode(packet: DataPacket): Uint8Array {
  const first = pieceStart(packet.kind, packet.placement);
  const tail = packet.authenticated ? SEAL_LENGTH : 0;
  const out = new Uint8Array(first + packet.piece.length + tail);
  out[0] = packet.version << 4 | packet.type & 15;
  out[1] = packet.kind << 6 | packet.placement << 4 | (packet.headerEncrypted ? 8 : 0) |
    (packet.authenticated ? 4 : 0) | (packet.sealed ? 2 : 0) | packet.reserved & 1;
  put16(out, 2, packet.clearLength);
  const h = tunnelHeaderOffset(packet.kind, packet.placement);
  put16(out, h, packet.aggregateId);
  put16(out, h + 2, packet.tunnelId);
  put32(out, h + 4, packet.tunnelSequence);
  put32(out, h + 8, packet.globalSequence);
  put32(out, h + 12, packet.datagramNumber);
  put16(out, h + 16, packet.pieceOffset);
  put16(out, h + 18, packet.datagramLength);
  if (packet.kind !== IdentityKind.none) {
    const at = identityOffset(packet.placement);
    put64(out, at, packet.identity ?? 0n);
    if (packet.placement >= Placement.payload) {
      const section = packet.section ?? { type: packet.kind, length: IDENTITY_LENGTH, reserved: 0 };
      out[at - SECTION_LENGTH] = section.type;
      out[at - SECTION_LENGTH + 1] = section.length;
      put16(out, at - SECTION_LENGTH + 2, section.reserved);
    }
  }
  out.set(packet.piece, first);
  if (packet.trailer !== undefined) out.set(packet.trailer.subarray(0, tail), out.length - tail);
  return out;
}

/** As `decode`, for facts that do not read by a view yet. @deprecated */
export function decodeData(bytes: Uint8Array, start = 0, end = bytes.length) {
  const { record, end: offset, problem } = decode(bytes, start, end);
  if (record !== undefined && record.type === PacketType.data) {
    return { ok: true as const, packet: record };
  }
  return { ok: false as const, offset, problem: problem ?? `type ${record?.type} is not data` };
}
