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
  /** Octets of the whole, and those that have not passed yet. */
  length: number;
  left: number;
  /**
   * Squares of the ends of pieces less those of their beginnings: where they lie end to end, without
   * gap or overlap, that comes to the square of the length.
   */
  squares: number;
  tunnel: number;
  spread: boolean;
}

/** Datagrams that are remembered once they were whole. */
const RECENT = 1 << 12;
const slotOf = (key: number) => key % RECENT;

/** Follows the pieces of one direction. */
export class Pieces {
  readonly #facts: WanDirection;
  readonly #bound: Bound;
  /** Those of which a piece has still to pass: taps are read one after the other. */
  readonly #underWay = new Map<number, Datagram>();
  /** Keys of datagrams that were whole of late; one that another takes the place of is forgotten. */
  readonly #recent = new Float64Array(RECENT).fill(-1);

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
    if (data.datagramLength < facts.shortestSplit) {
      facts.shortestSplit = data.datagramLength;
      facts.firstShortestSplit = packet.ref();
    }
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
      entry = { session, high, low, length: left, left, squares: 0, tunnel, spread: false };
      this.#underWay.set(key, entry);
      if (this.#isRecent(key)) this.#fault(packet, "a datagram that was whole has more pieces");
    }
    if (entry.length !== data.datagramLength) {
      this.#fault(packet, "pieces of one datagram tell several lengths");
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
    const start = data.pieceOffset, stop = start + data.pieceLength;
    entry.left -= data.pieceLength;
    entry.squares += stop * stop - start * start;
    if (entry.left <= 0) {
      this.#underWay.delete(key);
      this.#recent[slotOf(key)] = key;
      if (entry.left < 0 || entry.squares !== entry.length ** 2) {
        this.#fault(packet, "pieces of one datagram overlap, or leave a gap");
      }
    }
    return entry.session;
  }

  #isRecent(key: number): boolean {
    return this.#recent[slotOf(key)] === key;
  }

  #fault(packet: WanPacket, what: string) {
    this.#facts.pieceFaults.note(what, packet);
  }
}
