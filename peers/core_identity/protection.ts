/** What is encrypted and what is bound in a core-identity packet (catalogue D0-16). */
import type { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import {
  type DataPacket,
  decode,
  encode,
  SEAL_LENGTH,
  TUNNEL_HEADER_LENGTH,
  tunnelHeaderOffset,
} from "../../captures/wire/core_identity.ts";
import { type Seal, SealUse } from "./seal.ts";

/** Why octets are no data packet, in words. */
export function unreadable(packet: Uint8Array): string {
  return decode(packet).problem ?? "the packet's type is not data";
}

/** The 16 bits of a nonce that distinguish the two directions of an aggregate. */
export function directionOf(initiator: boolean): number {
  return initiator ? 1 : 2;
}

/** What a sealed datagram binds: aggregate, datagram number, identity and its clear octets. */
export function datagramAssociated(
  aggregateId: number,
  number: number,
  identity: bigint,
  clear: Uint8Array,
): Uint8Array {
  const out = new Uint8Array(14 + clear.length);
  const view = new DataView(out.buffer);
  view.setUint16(0, aggregateId);
  view.setUint32(2, number);
  view.setBigUint64(6, identity);
  out.set(clear, 14);
  return out;
}

/**
 * A datagram with nonce and tag behind it, ciphertext but for its first octets.
 * @param clearLength How many of them stay clear.
 * @param bound What it is bound to besides.
 */
export function sealDatagram(
  datagram: Uint8Array,
  clearLength: number,
  bound: { aggregateId: number; number: number; identity: bigint },
  seal: Seal,
  direction: number,
): Uint8Array {
  const clear = datagram.subarray(0, clearLength);
  const { cipher, trailer } = seal.close(
    SealUse.datagram,
    direction,
    datagram.subarray(clearLength),
    datagramAssociated(bound.aggregateId, bound.number, bound.identity, clear),
  );
  const payload = new Uint8Array(datagram.length + SEAL_LENGTH);
  payload.set(clear);
  payload.set(cipher, clearLength);
  payload.set(trailer, datagram.length);
  return payload;
}

/**
 * Encodes a packet with nonce and tag that bind all of it; with `encrypt`, its aggregated tunnel
 * header becomes ciphertext, and the identity beside it stays clear ([0088]).
 */
export function sealPacket(
  packet: DataPacket,
  encrypt: boolean,
  seal: Seal,
  direction: number,
): Uint8Array {
  const bytes = encode({
    ...packet,
    authenticated: true,
    headerEncrypted: encrypt,
    trailer: new Uint8Array(SEAL_LENGTH),
  });
  const at = tunnelHeaderOffset(packet.kind, packet.placement);
  const body = bytes.subarray(0, bytes.length - SEAL_LENGTH);
  const header = bytes.slice(at, at + TUNNEL_HEADER_LENGTH);
  if (encrypt) bytes.fill(0, at, at + TUNNEL_HEADER_LENGTH);
  const plain = encrypt ? header : new Uint8Array();
  const { cipher, trailer } = seal.close(SealUse.packet, direction, plain, body);
  if (encrypt) bytes.set(cipher, at);
  bytes.set(trailer, bytes.length - SEAL_LENGTH);
  return bytes;
}

/**
 * Verifies a packet that `sealPacket` made and gives its octets with a clear header, or undefined
 * when anything was altered. The argument is not changed.
 */
export function openPacket(
  bytes: Uint8Array,
  packet: Pick<CoreIdentityDataView, "kind" | "placement" | "headerEncrypted">,
  seal: Seal,
  direction: number,
): Uint8Array | undefined {
  const at = tunnelHeaderOffset(packet.kind, packet.placement);
  const copy = bytes.slice();
  const body = copy.subarray(0, copy.length - SEAL_LENGTH);
  const trailer = bytes.subarray(bytes.length - SEAL_LENGTH);
  let cipher: Uint8Array = new Uint8Array();
  if (packet.headerEncrypted) {
    cipher = bytes.slice(at, at + TUNNEL_HEADER_LENGTH);
    copy.fill(0, at, at + TUNNEL_HEADER_LENGTH);
  }
  const plain = seal.open(SealUse.packet, direction, cipher, body, trailer);
  if (plain === undefined) return undefined;
  if (packet.headerEncrypted) copy.set(plain, at);
  return copy;
}
