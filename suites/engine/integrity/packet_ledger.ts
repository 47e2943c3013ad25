/**
 * Departures and arrivals by packet, in typed arrays: no object is made for a packet, and the size is
 * bounded. Packets beyond the bound are left out: they tell nothing, for or against.
 */

/** Distinct packets that are kept at most. */
const MOST = 1 << 19;
const FIRST = 1 << 10;
/** Of an entry: whether an arrival shows that it must have left, and a departure that it must arrive. */
const Flag = { mustHaveLeft: 1, mustArrive: 2 } as const;

/** What is known of one packet; made for those that do not balance only. */
export interface LedgerEntry {
  departures: number;
  arrivals: number;
  mustHaveLeft: boolean;
  mustArrive: boolean;
  /** Of the first departure: position of its tap, number of its frame, milliseconds; -1 for none. */
  left: { tap: number; frame: number; at: number };
  /** The same of the first arrival. */
  came: { tap: number; frame: number; at: number };
  /** Position of the tap at which it was to arrive; -1 where that is not known. */
  due: number;
}

/** The packets of one segment. */
export class PacketLedger {
  #keys = new Int32Array(FIRST);
  #slots = new Int32Array(FIRST);
  #entries = new Entries(FIRST >> 1);
  #size = 0;

  /**
   * Notes that a packet left by a tap.
   * @param at Milliseconds.
   * @param due Position of the tap at which it must arrive; -1 where it need not.
   */
  departure(key: number, tap: number, frame: number, at: number, due: number): void {
    const entry = this.#entry(key);
    if (entry < 0) return;
    const { departures, leftAt, leftTap, leftFrame, dues, flags } = this.#entries;
    if (departures[entry] === 0 || at < leftAt[entry]) {
      leftAt[entry] = at;
      leftTap[entry] = tap;
      leftFrame[entry] = frame;
    }
    departures[entry]++;
    dues[entry] = due;
    if (due >= 0) flags[entry] |= Flag.mustArrive;
  }

  /** Notes that a packet came to a tap. @param owed Whether it can only have left by another one. */
  arrival(key: number, tap: number, frame: number, at: number, owed: boolean): void {
    const entry = this.#entry(key);
    if (entry < 0) return;
    const { arrivals, cameAt, cameTap, cameFrame, flags } = this.#entries;
    if (arrivals[entry] === 0 || at < cameAt[entry]) {
      cameAt[entry] = at;
      cameTap[entry] = tap;
      cameFrame[entry] = frame;
    }
    arrivals[entry]++;
    if (owed) flags[entry] |= Flag.mustHaveLeft;
  }

  /** The entries whose departures and arrivals differ, or whose times are out of these bounds. */
  *unbalanced(earliest: number, latest: number): Generator<LedgerEntry> {
    const { departures, arrivals, leftAt, cameAt } = this.#entries;
    for (let i = 0; i < this.#size; i++) {
      const out = departures[i], into = arrivals[i];
      if (out === into) {
        const took = cameAt[i] - leftAt[i];
        // Of several that are alike it is not known which came first.
        if (took >= earliest && (out > 1 || took <= latest)) continue;
      }
      yield this.#entries.at(i);
    }
  }

  #entry(key: number): number {
    const mask = this.#keys.length - 1;
    for (let slot = key & mask;; slot = slot + 1 & mask) {
      if (this.#keys[slot] === key) return this.#slots[slot];
      if (this.#keys[slot] !== 0) continue;
      if (this.#size >= MOST) return -1;
      this.#keys[slot] = key;
      const entry = this.#slots[slot] = this.#size++;
      if (this.#size * 2 >= this.#keys.length) this.#grow();
      return entry;
    }
  }

  #grow(): void {
    const keys = this.#keys, slots = this.#slots, length = keys.length * 2;
    this.#keys = new Int32Array(length);
    this.#slots = new Int32Array(length);
    this.#entries = this.#entries.grown(length >> 1);
    keys.forEach((key, i) => {
      if (key === 0) return;
      let slot = key & length - 1;
      while (this.#keys[slot] !== 0) slot = slot + 1 & length - 1;
      this.#keys[slot] = key;
      this.#slots[slot] = slots[i];
    });
  }
}

/** The columns of a ledger. */
class Entries {
  readonly departures: Uint32Array;
  readonly arrivals: Uint32Array;
  readonly leftAt: Float64Array;
  readonly cameAt: Float64Array;
  readonly leftTap: Int16Array;
  readonly cameTap: Int16Array;
  readonly leftFrame: Uint32Array;
  readonly cameFrame: Uint32Array;
  readonly dues: Int16Array;
  readonly flags: Uint8Array;

  constructor(length: number) {
    this.departures = new Uint32Array(length);
    this.arrivals = new Uint32Array(length);
    this.leftAt = new Float64Array(length);
    this.cameAt = new Float64Array(length);
    this.leftTap = new Int16Array(length).fill(-1);
    this.cameTap = new Int16Array(length).fill(-1);
    this.leftFrame = new Uint32Array(length);
    this.cameFrame = new Uint32Array(length);
    this.dues = new Int16Array(length).fill(-1);
    this.flags = new Uint8Array(length);
  }

  grown(length: number): Entries {
    const larger = new Entries(length);
    larger.departures.set(this.departures);
    larger.arrivals.set(this.arrivals);
    larger.leftAt.set(this.leftAt);
    larger.cameAt.set(this.cameAt);
    larger.leftTap.set(this.leftTap);
    larger.cameTap.set(this.cameTap);
    larger.leftFrame.set(this.leftFrame);
    larger.cameFrame.set(this.cameFrame);
    larger.dues.set(this.dues);
    larger.flags.set(this.flags);
    return larger;
  }

  at(i: number): LedgerEntry {
    return {
      departures: this.departures[i],
      arrivals: this.arrivals[i],
      mustHaveLeft: (this.flags[i] & Flag.mustHaveLeft) !== 0,
      mustArrive: (this.flags[i] & Flag.mustArrive) !== 0,
      left: { tap: this.leftTap[i], frame: this.leftFrame[i], at: this.leftAt[i] },
      came: { tap: this.cameTap[i], frame: this.cameFrame[i], at: this.cameAt[i] },
      due: this.dues[i],
    };
  }
}
