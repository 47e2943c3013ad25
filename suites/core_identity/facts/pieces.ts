/** Datagrams that travel in pieces: which session each piece belongs to. */
import type { WanPacket } from "./wan_packet.ts";
import type { WanDirection } from "./wan_types.ts";

/** Datagrams that are followed at a time. */
const UNDER_WAY = 65_536;

/** A datagram whose pieces are under way. */
interface Datagram {
  /** Number of its session; -1 while no piece has shown it. */
  session: number;
  high: number;
  low: number;
  left: number;
  tunnel: number;
  spread: boolean;
}

/** Follows the pieces of one direction. */
export class Pieces {
  readonly #facts: WanDirection;
  readonly #underWay = new Map<number, Datagram>();

  /** @param facts Where conflicts and spread datagrams are counted. */
  constructor(facts: WanDirection) {
    this.#facts = facts;
  }

  /** Takes a piece, with the number of its session where the piece shows it; gives the datagram's. */
  add(packet: WanPacket, session: number): number {
    const facts = this.#facts, { reader } = packet;
    facts.pieces++;
    const high = reader.kind === 0 ? -1 : reader.identityHigh;
    const low = reader.kind === 0 ? -1 : reader.identityLow;
    let entry = this.#underWay.get(reader.datagramNumber);
    if (entry === undefined) {
      // Pieces of lost datagrams must not pile up.
      if (this.#underWay.size > UNDER_WAY) this.#underWay.clear();
      const { datagramLength: left, tunnelId: tunnel } = reader;
      entry = { session, high, low, left, tunnel, spread: false };
      this.#underWay.set(reader.datagramNumber, entry);
    }
    if (entry.session < 0) entry.session = session;
    if (entry.high !== high || entry.low !== low) {
      facts.pieceConflicts++;
      facts.firstPieceConflict ??= packet.ref();
    }
    if (entry.tunnel !== reader.tunnelId && !entry.spread) {
      entry.spread = true;
      facts.spreadDatagrams++;
    }
    entry.left -= reader.pieceEnd - reader.pieceStart;
    if (entry.left <= 0) this.#underWay.delete(reader.datagramNumber);
    return entry.session;
  }
}
