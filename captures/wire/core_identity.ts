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

/** UDP port that the reference peers use; any other may be configured. */
export const CORE_IDENTITY_PORT = 49600;
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

/** What decoding gave: a record, or where and why it stopped. */
export type Decoded<T> = { ok: true; packet: T } | { ok: false; offset: number; problem: string };

/**
 * Reads a data packet from `bytes[start, end)`. Never throws.
 * @returns the record, or the octet offset within `bytes` and the reason why it cannot be one.
 */
export function decodeData(bytes: Uint8Array, start = 0, end = bytes.length): Decoded<DataPacket> {
  const stop = (offset: number, problem: string) => ({ ok: false as const, offset, problem });
  if (end - start < ENCAPSULATION_LENGTH) {
    return stop(end, `encapsulation header needs 4 octets, ${end - start} left`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, end - start);
  const flags = view.getUint8(1);
  const type = view.getUint8(0) & 15;
  if (type !== PacketType.data) return stop(start, `type ${type} is not data`);
  const kind = flags >> 6, placement = flags >> 4 & 3;
  const authenticated = (flags & 4) !== 0;
  const first = pieceStart(kind, placement);
  const need = first + (authenticated ? SEAL_LENGTH : 0);
  if (view.byteLength < need) {
    return stop(end, `aggregated tunnel packet needs ${need} octets, ${view.byteLength} left`);
  }
  const last = view.byteLength - (authenticated ? SEAL_LENGTH : 0);
  const h = tunnelHeaderOffset(kind, placement);
  const packet: DataPacket = {
    version: view.getUint8(0) >> 4,
    kind,
    placement,
    headerEncrypted: (flags & 8) !== 0,
    authenticated,
    sealed: (flags & 2) !== 0,
    reserved: flags & 1,
    clearLength: view.getUint16(2),
    aggregateId: view.getUint16(h),
    tunnelId: view.getUint16(h + 2),
    tunnelSequence: view.getUint32(h + 4),
    globalSequence: view.getUint32(h + 8),
    datagramNumber: view.getUint32(h + 12),
    pieceOffset: view.getUint16(h + 16),
    datagramLength: view.getUint16(h + 18),
    piece: bytes.subarray(start + first, start + last),
  };
  if (kind !== IdentityKind.none) {
    packet.identity = view.getBigUint64(identityOffset(placement));
    if (placement >= Placement.payload) {
      const s = identityOffset(placement) - SECTION_LENGTH;
      packet.section = {
        type: view.getUint8(s),
        length: view.getUint8(s + 1),
        reserved: view.getUint16(s + 2),
      };
    }
  }
  if (authenticated) packet.trailer = bytes.subarray(start + last, end);
  return { ok: true, packet };
}

/** Writes a data packet: the exact inverse of `decodeData`. */
export function encodeData(packet: DataPacket): Uint8Array {
  const first = pieceStart(packet.kind, packet.placement);
  const tail = packet.authenticated ? SEAL_LENGTH : 0;
  const out = new Uint8Array(first + packet.piece.length + tail);
  const view = new DataView(out.buffer);
  out[0] = packet.version << 4 | PacketType.data;
  out[1] = packet.kind << 6 | packet.placement << 4 | (packet.headerEncrypted ? 8 : 0) |
    (packet.authenticated ? 4 : 0) | (packet.sealed ? 2 : 0) | packet.reserved;
  view.setUint16(2, packet.clearLength);
  const h = tunnelHeaderOffset(packet.kind, packet.placement);
  view.setUint16(h, packet.aggregateId);
  view.setUint16(h + 2, packet.tunnelId);
  view.setUint32(h + 4, packet.tunnelSequence);
  view.setUint32(h + 8, packet.globalSequence);
  view.setUint32(h + 12, packet.datagramNumber);
  view.setUint16(h + 16, packet.pieceOffset);
  view.setUint16(h + 18, packet.datagramLength);
  if (packet.kind !== IdentityKind.none) {
    const at = identityOffset(packet.placement);
    view.setBigUint64(at, packet.identity ?? 0n);
    if (packet.placement >= Placement.payload) {
      const section = packet.section ?? { type: packet.kind, length: IDENTITY_LENGTH, reserved: 0 };
      out[at - SECTION_LENGTH] = section.type;
      out[at - SECTION_LENGTH + 1] = section.length;
      view.setUint16(at - SECTION_LENGTH + 2, section.reserved);
    }
  }
  out.set(packet.piece, first);
  if (packet.trailer !== undefined) out.set(packet.trailer.subarray(0, tail), out.length - tail);
  return out;
}
