/**
 * What the key of an aggregated tunnel opens (catalogue D0-16), worked out from the octets alone and
 * apart from the peers, so that two derivations witness for one another.
 *
 * AES-256-GCM with a nonce of 12 octets and a tag of 16:
 *
 * ```text
 * +---------------+---------------+-------------------------------+
 * |      Use      |       0       |           Direction           |
 * +---------------+---------------+-------------------------------+
 * |    64 bits that the packet tells, or for a mask two words     |
 * +                                                               +
 * |    that stand in it: Tunnel ID and Tunnel Sequence Number     |
 * +---------------------------------------------------------------+
 * ```
 *
 * Use is 1 for a datagram, 2 for a packet, 3 for the mask of an identity; Direction is 1 for packets
 * of the end that opened the aggregate and 2 for those of the other.
 */
import { createDecipheriv } from "node:crypto";
import type { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import { NONCE_LENGTH, SEAL_LENGTH, TAG_LENGTH } from "../../../captures/wire/core_identity.ts";
import { put16, put32 } from "../../../captures/wire/octets.ts";

const FOR_DATAGRAM = 1, FOR_PACKET = 2, FOR_IDENTITY = 3;
/** Octets of the aggregated tunnel header without the identity. */
const HEADER = 20;

/** A whole datagram as it travelled, and what of its packets it is bound to. */
export type SealedDatagram = Pick<
  CoreIdentityDataView,
  "piece" | "clearLength" | "aggregateId" | "datagramNumber"
>;

/** Opens what one key closed. */
export class Secrets {
  readonly #key: Uint8Array;

  /** @param key 64 hexadecimal digits. */
  constructor(key: string) {
    this.#key = Uint8Array.from(
      { length: 32 },
      (_, i) => parseInt(key.slice(2 * i, 2 * i + 2), 16),
    );
  }

  /**
   * The packet with its aggregated tunnel header in clear, in octets of its own; undefined when it
   * was altered, or the key is another one. All of the packet but nonce and tag is bound, with zeros
   * where the header is ciphertext.
   */
  packet(sealed: CoreIdentityDataView, fromInitiator: boolean): Uint8Array | undefined {
    if (!sealed.authenticated) return undefined;
    const packet = sealed.bytes.slice(sealed.start, sealed.limit);
    const at = sealed.tunnelHeaderStart - sealed.start;
    const cipher = sealed.headerEncrypted ? packet.slice(at, at + HEADER) : new Uint8Array(0);
    packet.fill(0, at, at + cipher.length);
    const bound = packet.subarray(0, packet.length - SEAL_LENGTH);
    const plain = this.#open(FOR_PACKET, fromInitiator, cipher, bound, sealed.trailer);
    if (plain === undefined) return undefined;
    packet.set(plain, at);
    return packet;
  }

  /**
   * A datagram that travelled whole and sealed: its clear octets, then what was ciphertext; undefined
   * when it does not open. Aggregate, datagram number, identity and the clear octets are bound.
   */
  datagram(
    { piece, clearLength, aggregateId, datagramNumber }: SealedDatagram,
    identityHigh: number,
    identityLow: number,
    fromInitiator: boolean,
  ): Uint8Array | undefined {
    const end = piece.length - SEAL_LENGTH;
    if (clearLength > end) return undefined;
    const bound = new Uint8Array(14 + clearLength);
    put16(bound, 0, aggregateId);
    put32(bound, 2, datagramNumber);
    put32(bound, 6, identityHigh);
    put32(bound, 10, identityLow);
    bound.set(piece.subarray(0, clearLength), 14);
    const cipher = piece.subarray(clearLength, end);
    const plain = this.#open(FOR_DATAGRAM, fromInitiator, cipher, bound, piece.subarray(end));
    if (plain === undefined) return undefined;
    const datagram = piece.slice(0, end);
    datagram.set(plain, clearLength);
    return datagram;
  }

  /** The eight octets that an identity is masked with: the first of the key stream of GCM. */
  mask({ tunnelId, tunnelSequence }: CoreIdentityDataView, fromInitiator: boolean): Uint8Array {
    const block = new Uint8Array(16);
    block.set(nonceHead(FOR_IDENTITY, fromInitiator));
    put32(block, 4, tunnelId);
    put32(block, 8, tunnelSequence);
    // GCM keeps counter 1 for the tag.
    put32(block, 12, 2);
    const stream = createDecipheriv("aes-256-ctr", this.#key, block);
    return new Uint8Array(stream.update(new Uint8Array(8)));
  }

  #open(
    use: number,
    fromInitiator: boolean,
    cipher: Uint8Array,
    bound: Uint8Array,
    seal: Uint8Array,
  ): Uint8Array | undefined {
    if (seal.length !== SEAL_LENGTH) return undefined;
    const nonce = new Uint8Array(12);
    nonce.set(nonceHead(use, fromInitiator));
    nonce.set(seal.subarray(0, NONCE_LENGTH), 4);
    const gcm = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: TAG_LENGTH });
    gcm.setAAD(bound);
    gcm.setAuthTag(seal.subarray(NONCE_LENGTH));
    try {
      const plain = new Uint8Array(gcm.update(cipher));
      gcm.final();
      return plain;
    } catch {
      return undefined;
    }
  }
}

function nonceHead(use: number, fromInitiator: boolean): Uint8Array {
  return new Uint8Array([use, 0, 0, fromInitiator ? 1 : 2]);
}
