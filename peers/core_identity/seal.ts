/**
 * Seals of core-identity tunnels (catalogue D0-16): AES-256-GCM, 16-octet tag, and a 96-bit nonce of
 * which 32 bits name the direction and the use, and 64 bits stand in the packet.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { NONCE_LENGTH, SEAL_LENGTH, TAG_LENGTH } from "../../captures/wire/core_identity.ts";

/** What a seal is used for; it separates nonces of one key. */
export const SealUse = { datagram: 1, packet: 2, identity: 3 } as const;

function nonceOf(use: number, direction: number, counter: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce[0] = use;
  new DataView(nonce.buffer).setUint16(2, direction);
  nonce.set(counter, 4);
  return nonce;
}

/** A key of one aggregate. */
export class Seal {
  readonly #key: Uint8Array;
  readonly #nonce: (counter: bigint) => bigint;
  #counter: bigint;

  /**
   * @param key 32 octets.
   * @param epoch 32 random bits that begin the nonces, so that a restart does not repeat them.
   * @param nonce Gives the 64 bits of a nonce that stand in a packet, from a counter.
   */
  constructor(
    key: Uint8Array,
    epoch: number,
    nonce: (counter: bigint) => bigint = (counter) => counter,
  ) {
    this.#key = key;
    this.#nonce = nonce;
    this.#counter = BigInt(epoch >>> 0) << 32n;
  }

  /**
   * Encrypts `plain` and binds `associated`.
   * @param direction 16 bits that differ between the two ends.
   * @returns the ciphertext, and nonce and tag (24 octets) that must travel with it.
   */
  close(
    use: number,
    direction: number,
    plain: Uint8Array,
    associated: Uint8Array,
  ): { cipher: Uint8Array; trailer: Uint8Array } {
    const trailer = new Uint8Array(SEAL_LENGTH);
    new DataView(trailer.buffer).setBigUint64(0, this.#nonce(this.#counter++));
    const nonce = nonceOf(use, direction, trailer.subarray(0, NONCE_LENGTH));
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: TAG_LENGTH });
    cipher.setAAD(associated);
    const body = cipher.update(plain);
    cipher.final();
    trailer.set(cipher.getAuthTag(), NONCE_LENGTH);
    return { cipher: new Uint8Array(body), trailer };
  }

  /** Decrypts and verifies; undefined when anything was altered. */
  open(
    use: number,
    direction: number,
    cipher: Uint8Array,
    associated: Uint8Array,
    trailer: Uint8Array,
  ): Uint8Array | undefined {
    if (trailer.length !== SEAL_LENGTH) return undefined;
    const nonce = nonceOf(use, direction, trailer.subarray(0, NONCE_LENGTH));
    const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce, {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(associated);
    decipher.setAuthTag(trailer.subarray(NONCE_LENGTH));
    try {
      const plain = decipher.update(cipher);
      decipher.final();
      return new Uint8Array(plain);
    } catch {
      return undefined;
    }
  }

  /** Eight octets that hide an identity, from fields that are clear and never repeat together. */
  mask(direction: number, tunnelId: number, tunnelSequence: number): bigint {
    const counter = new Uint8Array(NONCE_LENGTH);
    const view = new DataView(counter.buffer);
    view.setUint32(0, tunnelId);
    view.setUint32(4, tunnelSequence);
    const nonce = nonceOf(SealUse.identity, direction, counter);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const stream = cipher.update(new Uint8Array(8));
    return new DataView(stream.buffer, stream.byteOffset, 8).getBigUint64(0);
  }
}
