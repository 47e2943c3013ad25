import {
  decodeData,
  IdentityKind,
  identityOffset,
  PacketType,
  pieceStart,
  SEAL_LENGTH,
  tunnelHeaderOffset,
  VERSION,
} from "../../../captures/wire/core_identity.ts";
import {
  datagramAssociated,
  directionOf,
  openPacket,
} from "../../../peers/core_identity/protection.ts";
import { Seal, SealUse } from "../../../peers/core_identity/seal.ts";

/** One data packet seen through fields that the next `read` overwrites; offsets in octets. */
export class DataReader {
  kind = 0;
  placement = 0;
  /** The identity as it stands on the wire, as two 32-bit halves. */
  identityHigh = 0;
  identityLow = 0;
  headerEncrypted = false;
  sealed = false;
  clearLength = 0;
  aggregateId = 0;
  tunnelId = 0;
  tunnelSequence = 0;
  globalSequence = 0;
  datagramNumber = 0;
  pieceOffset = 0;
  datagramLength = 0;
  pieceStart = 0;
  pieceEnd = 0;
  readonly #seal: Seal | undefined;

  /** @param key Secret of the lab, 64 hexadecimal digits, when there is one: a key log. */
  constructor(key: string | undefined) {
    if (key !== undefined) {
      this.#seal = new Seal(new Uint8Array(key.match(/../g)!.map((pair) => parseInt(pair, 16))), 0);
    }
  }

  /**
   * Reads the UDP payload `bytes[start, end)`; false when it is no data packet that can be read.
   * @param fromInitiator whether the end that opened the aggregate sent it.
   */
  read(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    end: number,
    fromInitiator: boolean,
  ): boolean {
    if (end - start < 4 || bytes[start] !== (VERSION << 4 | PacketType.data)) return false;
    const flags = bytes[start + 1];
    const kind = this.kind = flags >> 6;
    const placement = this.placement = flags >> 4 & 3;
    this.headerEncrypted = (flags & 8) !== 0;
    this.sealed = (flags & 2) !== 0;
    this.clearLength = view.getUint16(start + 2);
    this.pieceStart = start + pieceStart(kind, placement);
    this.pieceEnd = end - (flags & 4 ? SEAL_LENGTH : 0);
    if (this.pieceEnd < this.pieceStart) return false;
    if (kind !== IdentityKind.none) {
      const at = start + identityOffset(placement);
      this.identityHigh = view.getUint32(at);
      this.identityLow = view.getUint32(at + 4);
    }
    let h = start + tunnelHeaderOffset(kind, placement);
    if (this.headerEncrypted) {
      const clear = this.#open(bytes.subarray(start, end), fromInitiator);
      if (clear === undefined) return false;
      view = new DataView(clear.buffer, clear.byteOffset, clear.length);
      h -= start;
    }
    this.aggregateId = view.getUint16(h);
    this.tunnelId = view.getUint16(h + 2);
    this.tunnelSequence = view.getUint32(h + 4);
    this.globalSequence = view.getUint32(h + 8);
    this.datagramNumber = view.getUint32(h + 12);
    this.pieceOffset = view.getUint16(h + 16);
    this.datagramLength = view.getUint16(h + 18);
    return true;
  }

  /**
   * The datagram that a whole packet carries, decrypted where it was sealed; undefined when this is
   * a piece of one, or when the key does not open it.
   */
  datagram(bytes: Uint8Array, fromInitiator: boolean): Uint8Array | undefined {
    const piece = bytes.subarray(this.pieceStart, this.pieceEnd);
    if (piece.length !== this.datagramLength) return undefined;
    return this.sealed ? this.#decrypt(piece, fromInitiator) : piece;
  }

  #open(packet: Uint8Array, fromInitiator: boolean): Uint8Array | undefined {
    const decoded = decodeData(packet);
    if (this.#seal === undefined || !decoded.ok || !decoded.packet.authenticated) return undefined;
    return openPacket(packet, decoded.packet, this.#seal, directionOf(fromInitiator));
  }

  #decrypt(whole: Uint8Array, fromInitiator: boolean): Uint8Array | undefined {
    const end = whole.length - SEAL_LENGTH;
    if (this.#seal === undefined || this.clearLength > end) return undefined;
    const identity = BigInt(this.identityHigh) << 32n | BigInt(this.identityLow);
    const clear = whole.subarray(0, this.clearLength);
    const plain = this.#seal.open(
      SealUse.datagram,
      directionOf(fromInitiator),
      whole.subarray(this.clearLength, end),
      datagramAssociated(this.aggregateId, this.datagramNumber, identity, clear),
      whole.subarray(end),
    );
    if (plain === undefined) return undefined;
    const out = new Uint8Array(clear.length + plain.length);
    out.set(clear);
    out.set(plain, clear.length);
    return out;
  }
}
