import type { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";

/** Incomplete datagrams that a core keeps at once; the oldest gives way. */
const LIMIT = 256;
/** Milliseconds that a piece waits for the others. */
const PATIENCE = 5000;

interface Incomplete {
  octets: Uint8Array;
  pieces: Map<number, number>;
  firstTunnel: number;
  since: number;
}

/** Puts the pieces of datagrams together, whatever tunnels they came by ([0089]). */
export class Reassembly {
  readonly #incomplete = new Map<string, Incomplete>();
  readonly #accepts: (tunnelId: number, firstTunnelId: number) => boolean;

  constructor(accepts: (tunnelId: number, firstTunnelId: number) => boolean) {
    this.#accepts = accepts;
  }

  /**
   * Adds one piece.
   * @param peer separates the datagram numbers of different senders.
   * @returns the whole (still sealed) datagram once it is complete; `waiting` before; `malformed`
   * when the piece does not fit what came before.
   */
  add(
    peer: string,
    packet: CoreIdentityDataView,
    now: number,
  ): Uint8Array | "waiting" | "malformed" {
    const { pieceOffset, datagramLength, piece } = packet;
    if (pieceOffset + piece.length > datagramLength) return "malformed";
    if (pieceOffset === 0 && piece.length === datagramLength) return piece;
    if (piece.length === 0) return "malformed";
    const key = `${peer}/${packet.datagramNumber}`;
    let entry = this.#incomplete.get(key);
    if (entry !== undefined && entry.octets.length !== datagramLength) return "malformed";
    if (entry === undefined) {
      this.#makeRoom(now);
      const octets = new Uint8Array(datagramLength);
      entry = { octets, pieces: new Map(), firstTunnel: packet.tunnelId, since: now };
      this.#incomplete.set(key, entry);
    }
    if (!this.#accepts(packet.tunnelId, entry.firstTunnel)) return "waiting";
    entry.octets.set(piece, pieceOffset);
    entry.pieces.set(pieceOffset, piece.length);
    if (!isWhole(entry)) return "waiting";
    this.#incomplete.delete(key);
    return entry.octets;
  }

  #makeRoom(now: number) {
    for (const [key, entry] of this.#incomplete) {
      if (this.#incomplete.size < LIMIT && now - entry.since < PATIENCE) return;
      this.#incomplete.delete(key);
    }
  }
}

/** Whether the pieces cover every octet; overlapping ones of a hostile sender do not count double. */
function isWhole(entry: Incomplete): boolean {
  let total = 0;
  for (const length of entry.pieces.values()) total += length;
  if (total < entry.octets.length) return false;
  let covered = 0;
  for (const [offset, length] of [...entry.pieces].sort((a, b) => a[0] - b[0])) {
    if (offset > covered) return false;
    covered = Math.max(covered, offset + length);
  }
  return covered === entry.octets.length;
}
