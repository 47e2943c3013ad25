/** Datagrams that travel in pieces: which session each piece belongs to. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { WanPacket } from "./wan_packet.ts";
import type { WanDirection } from "./wan_types.ts";

/** A datagram whose pieces are under way. */
interface Datagram {
  /** Number of its session; -1 while no piece has shown it. */
  session: number;
  high: number;
  low: number;
  /** Octets that have not passed yet. */
  left: number;
  tunnel: number;
  spread: boolean;
}

/** Follows the pieces of one direction. */
export class Pieces {
  readonly #facts: WanDirection;
  readonly #bound: Bound;
  /** Those of which a piece has still to pass: taps are read one after the other. */
  readonly #underWay = new Map<number, Datagram>();

  /**
   * @param facts Where conflicts and spread datagrams are counted.
   * @param bound Limit of datagrams under way.
   */
  constructor(facts: WanDirection, bound: Bound) {
    this.#facts = facts;
    this.#bound = bound;
  }

  /** Takes a piece, with the number of its session where the piece shows it; gives the datagram's. */
  add(packet: WanPacket, session: number): number {
    const facts = this.#facts, { data } = packet;
    facts.pieces++;
    const tagged = data.kind !== IdentityKind.none;
    if (!tagged) {
      facts.untaggedPieces++;
      facts.firstUntaggedPiece ??= packet.ref();
    }
    const high = tagged ? packet.identityHigh : -1, low = tagged ? packet.identityLow : -1;
    // Numbers are an aggregate's own.
    const key = data.aggregateId * 2 ** 32 + data.datagramNumber;
    let entry = this.#underWay.get(key);
    if (entry === undefined) {
      if (!this.#bound.admits(this.#underWay.size)) return session;
      const { datagramLength: left, tunnelId: tunnel } = data;
      entry = { session, high, low, left, tunnel, spread: false };
      this.#underWay.set(key, entry);
    }
    if (entry.session < 0) entry.session = session;
    if (entry.high !== high || entry.low !== low) {
      facts.pieceConflicts++;
      facts.firstPieceConflict ??= packet.ref();
    }
    if (entry.tunnel !== data.tunnelId && !entry.spread) {
      entry.spread = true;
      facts.spreadDatagrams++;
    }
    entry.left -= data.pieceLength;
    if (entry.left <= 0) this.#underWay.delete(key);
    return entry.session;
  }
}
