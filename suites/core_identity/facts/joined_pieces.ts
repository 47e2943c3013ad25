import type { Bound } from "../../kit/bounds.ts";
import type { WanPacket } from "./wan_packet.ts";

/** A datagram of which some pieces have passed. */
interface Incomplete {
  octets: Uint8Array;
  /** Octets that have not passed yet. */
  left: number;
  offsets: number[];
}

/** Limits of what is kept of datagrams in pieces. */
export interface JoinBounds {
  datagrams: Bound;
  /** In KiB. */
  octets: Bound;
}

/** Puts datagrams together from their pieces, in whatever order the taps show them. */
export class JoinedPieces {
  readonly #bounds: JoinBounds;
  /** By Aggregated Tunnel ID and Datagram Number. */
  readonly #underWay = new Map<number, Incomplete>();
  #kept = 0;

  constructor(bounds: JoinBounds) {
    this.#bounds = bounds;
  }

  /** Takes a piece; gives the octets of its datagram, sealed or not, once all have passed. */
  add({ data }: WanPacket): Uint8Array | undefined {
    const { datagramLength, pieceLength, pieceOffset } = data;
    if (pieceLength === 0 || pieceOffset + pieceLength > datagramLength) return undefined;
    const key = data.aggregateId * 2 ** 32 + data.datagramNumber;
    let entry = this.#underWay.get(key);
    if (entry === undefined) {
      const { datagrams, octets } = this.#bounds;
      if (!datagrams.admits(this.#underWay.size) || !octets.admits(this.#kept >> 10)) {
        return undefined;
      }
      this.#kept += datagramLength;
      entry = { octets: new Uint8Array(datagramLength), left: datagramLength, offsets: [] };
      this.#underWay.set(key, entry);
    }
    // A piece that came before, or is of another datagram with the same number.
    if (entry.octets.length !== datagramLength || entry.offsets.includes(pieceOffset)) {
      return undefined;
    }
    entry.octets.set(data.piece, pieceOffset);
    entry.offsets.push(pieceOffset);
    entry.left -= pieceLength;
    if (entry.left > 0) return undefined;
    this.#underWay.delete(key);
    this.#kept -= datagramLength;
    return entry.octets;
  }
}
