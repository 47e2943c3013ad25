/**
 * Finds which packets of one side the packets of the other are made of: a **whole** is a unit that was
 * coalesced, or a super-packet before its segmentation, and its **parts** are segments on the wire.
 * Neither clocks nor the order of both sides to one another are asked, but sequence numbers and digests
 * of payloads; among equals the first comes first.
 */
import { digestOfBoth } from "./digest.ts";
import { Bit, Column, type PacketColumns } from "./packet_columns.ts";
import { Fit, isSamePacket, mayBeFirst, Trust } from "./fit.ts";
import { Positions } from "./positions.ts";
import { flowLinks, surroundings } from "./surroundings.ts";

/** Parts that are looked at where several could follow. */
const CHOICES = 8, EQUALS = 64;
/** Steps of a search for one whole, and for all that are hard to find. */
const STEPS = 2048, ALL_STEPS = 4_000_000;

/** The parts of all wholes. */
export class Matching {
  readonly wholes: PacketColumns;
  readonly parts: PacketColumns;
  /** By whole. */
  readonly fit: Uint8Array;
  readonly first: Int32Array;
  /** Octets of the whole before its first part. */
  readonly skipped: Int32Array;
  /** By part: the number of its whole, counted from 1, or 0; the next part of it, or -1. */
  readonly owner: Int32Array;
  readonly next: Int32Array;
  /** By part: the next one of the same flow, or -1. */
  readonly later: Int32Array;
  /** Wholes whose parts were not looked for any further, as the search had become too long. */
  abandoned = 0;
  readonly #places: Positions;
  #anywhere: Positions | undefined;
  /** By flow: the first part that has no whole, as far as that is known. */
  readonly #open: Int32Array;
  readonly #path: number[] = [];
  readonly #onPath: Uint8Array;
  #steps = 0;
  #trust: number = Trust.sure;
  #allSteps = ALL_STEPS;

  readonly #isLone: boolean;
  /** By flow: whether any part is of it. */
  readonly #known: Uint8Array;

  /** @param isLone Whether captures may lack packets, so that what is alike is not the same for that. */
  constructor(wholes: PacketColumns, parts: PacketColumns, flows: number, isLone: boolean) {
    this.#isLone = isLone;
    this.wholes = wholes;
    this.parts = parts;
    this.fit = new Uint8Array(wholes.count);
    this.first = new Int32Array(wholes.count).fill(-1);
    this.skipped = new Int32Array(wholes.count);
    this.owner = new Int32Array(parts.count);
    this.next = new Int32Array(parts.count).fill(-1);
    this.#places = new Positions(parts, true);
    const { later, open, known } = flowLinks(parts, flows);
    this.later = later;
    this.#open = open;
    this.#known = known;
    this.#onPath = new Uint8Array(parts.count);
    // What is certain comes first, so that nothing takes away from it.
    for (let whole = 0; whole < wholes.count; whole++) this.#certain(whole);
    this.#trust = Trust.likely;
    for (let whole = 0; whole < wholes.count; whole++) this.#likely(whole);
    this.#trust = Trust.any;
    const [before, behind] = surroundings(this, flows);
    for (let whole = 0; whole < wholes.count; whole++) {
      if (this.#isOpen(whole)) this.#rest(whole, before[whole], behind[whole]);
    }
    for (let whole = 0; whole < wholes.count; whole++) this.#strange(whole);
  }

  /** Whether a row is no packet, as it is a reading of one that is read otherwise. */
  isVoid(whole: number): boolean {
    const { wholes, fit } = this,
      isReading = (row: number) => row < wholes.count && (wholes.bits(row) & Bit.reading) !== 0;
    if (isReading(whole)) return fit[whole] === Fit.none;
    return isReading(whole + 1) && fit[whole + 1] !== Fit.none;
  }

  /** Parts of a whole are the same as it, or several that have its octets. */
  #certain(whole: number): void {
    const { wholes } = this;
    if ((wholes.bits(whole) & Bit.reading) !== 0) return this.#reading(whole);
    if (this.#sameAs(whole) || (wholes.bits(whole) & Bit.segment) === 0) return;
    this.#trust = Trust.sure;
    if (this.#search(whole, false) && this.#path.length > 1) this.#own(whole, Fit.payload);
  }

  #likely(whole: number): void {
    if (!this.#isOpen(whole)) return;
    if (this.#search(whole, false) && this.#path.length > 1) this.#own(whole, Fit.payload);
  }

  /** Whether a segment has no parts yet. */
  #isOpen(whole: number): boolean {
    const isSegment = (this.wholes.bits(whole) & Bit.segment) !== 0;
    return isSegment && this.fit[whole] === Fit.none && !this.isVoid(whole);
  }

  /** Whether all octets of a frame, more than its header says, are those of several parts. */
  #reading(whole: number): void {
    const said = whole - 1, first = this.first[said], fit = this.fit[said];
    if (fit === Fit.payload) return;
    this.#trust = Trust.any;
    if (fit === Fit.same) this.owner[first] = 0;
    const found = (this.#search(whole, false) || this.#search(whole, true)) &&
      this.#path.length > 1;
    if (found) {
      this.fit[said] = Fit.none;
      this.first[said] = -1;
      this.#own(whole, Fit.payload);
    } else if (fit === Fit.same) this.owner[first] = whole;
  }

  /** The last part of a whole; -1 for none. */
  lastOf(whole: number): number {
    let part = this.first[whole];
    while (part >= 0 && this.next[part] >= 0) part = this.next[part];
    return part;
  }

  /** @param before Only a part behind this one, and before `behind`, may be an altered whole. */
  #rest(whole: number, before: number, behind: number): void {
    const { wholes } = this;
    if (this.#search(whole, false)) {
      const [part] = this.#path, isOne = this.#path.length === 1;
      const isPlausible = part > before && part < behind &&
        (wholes.length(whole) > 0 || this.parts.same(part, wholes, whole, Column.acknowledgment));
      if (!isOne || isPlausible) return void this.#own(whole, Fit.payload);
    }
    if (wholes.length(whole) === 0) return;
    if (this.#search(whole, true) && this.#isOwn(whole)) return void this.#own(whole, Fit.payload);
    this.#nearest(whole);
  }

  /** Whether one of the parts that were found is of the flow of a whole. */
  #isOwn(whole: number): boolean {
    const { wholes, parts } = this;
    return this.#path.some((part) => parts.same(part, wholes, whole, Column.flow));
  }

  /** Takes the parts of other flows for those of a whole that has none of its own. */
  #strange(whole: number): void {
    const { wholes } = this;
    if (!this.#isOpen(whole) || wholes.length(whole) === 0) return;
    // Its own may have come outside the captures, if others of its flow did come.
    if (this.#isLone && this.#known[wholes.get(whole, Column.flow)] !== 0) return;
    if (this.#search(whole, true)) this.#own(whole, Fit.payload);
  }

  #sameAs(whole: number): boolean {
    const { wholes, parts, owner } = this;
    const flow = wholes.get(whole, Column.flow), sequence = wholes.sequence(whole);
    let part = this.#places.find(flow, sequence, owner);
    for (let i = 0; part >= 0 && i < EQUALS; i++) {
      if (isSamePacket(parts, part, wholes, whole)) return this.#own(whole, Fit.same, [part]);
      part = this.#places.find(flow, sequence, owner, part);
    }
    return false;
  }

  /** @param loose Whether parts may be of other flows and places, which a device must not have joined. */
  #search(whole: number, loose: boolean): boolean {
    const { wholes } = this;
    this.#path.length = 0;
    this.#steps = loose ? Math.min(STEPS, this.#allSteps) : STEPS + (wholes.length(whole) >> 4);
    const before = this.#steps, sequence = wholes.sequence(whole), length = wholes.length(whole);
    const found = this.#step(whole, sequence, length, 0, loose);
    if (loose) this.#allSteps -= before - this.#steps;
    if (!found && this.#steps <= 0) this.abandoned++;
    this.#onPathClear();
    return found;
  }

  #onPathClear(): void {
    for (const part of this.#path) this.#onPath[part] = 0;
  }

  /** @param digest Of the octets before `sequence`. */
  #step(
    whole: number,
    sequence: number,
    left: number,
    digest: number,
    loose: boolean,
  ): boolean {
    const { wholes, parts, owner } = this, flow = wholes.get(whole, Column.flow);
    const isFirst = this.#path.length === 0;
    if (left === 0 && !isFirst) return digest === wholes.get(whole, Column.digest);
    let part = this.#places.find(flow, sequence, owner);
    for (let i = 0; part >= 0 && i < CHOICES; i++) {
      if (this.#take(whole, part, sequence, left, digest, loose)) return true;
      part = this.#places.find(flow, sequence, owner, part);
    }
    if (!loose || this.#steps <= 0) return false;
    // What a device must not have joined: what came next in the flow, and what another flow has there.
    part = isFirst ? this.#firstOpen(flow) : this.later[this.#path.at(-1)!];
    for (let i = 0; part >= 0 && i < CHOICES; part = this.later[part]) {
      if (owner[part] !== 0) continue;
      i++;
      if (parts.sequence(part) === sequence) continue;
      if (this.#take(whole, part, sequence, left, digest, loose)) return true;
    }
    this.#anywhere ??= new Positions(parts, false);
    part = this.#anywhere.find(0, sequence, owner);
    for (let i = 0; part >= 0 && i < EQUALS; i++) {
      const isOther = parts.get(part, Column.flow) !== flow &&
        (parts.bits(part) & Bit.segment) !== 0;
      if (isOther && this.#take(whole, part, sequence, left, digest, loose)) return true;
      part = this.#anywhere.find(0, sequence, owner, part);
    }
    return false;
  }

  #take(
    whole: number,
    part: number,
    sequence: number,
    left: number,
    digest: number,
    loose: boolean,
  ): boolean {
    const { parts } = this, length = parts.length(part), path = this.#path;
    if (length > left || length === 0 && left > 0 || this.#onPath[part] !== 0) return false;
    if (--this.#steps < 0) return false;
    if (path.length === 0 && !mayBeFirst(this.#trust, this.wholes, whole, parts, part)) {
      return false;
    }
    path.push(part);
    this.#onPath[part] = 1;
    const together = digestOfBoth(digest, parts.get(part, Column.digest), length);
    if (this.#step(whole, sequence + length | 0, left - length, together, loose)) return true;
    path.pop();
    this.#onPath[part] = 0;
    return false;
  }

  /** What is nearest to a whole of which no parts have the octets. */
  #nearest(whole: number): void {
    const { wholes, parts, owner } = this, flow = wholes.get(whole, Column.flow), path = this.#path;
    const length = wholes.length(whole);
    let sequence = wholes.sequence(whole), left = length, skipped = 0;
    path.length = 0;
    let part = this.#places.find(flow, sequence, owner);
    if (part < 0 && length > 0) {
      // Its beginning may have come before the capture did.
      part = this.#firstOpen(flow);
      for (let i = 0; part >= 0 && i < EQUALS; i++, part = this.later[part]) {
        const ahead = parts.sequence(part) - sequence | 0;
        if (owner[part] === 0 && ahead > 0 && ahead + parts.length(part) <= length) {
          skipped = ahead;
          sequence = sequence + ahead | 0;
          left -= ahead;
          break;
        }
      }
      if (skipped === 0) return;
    }
    while (part >= 0) {
      const octets = parts.length(part);
      if (octets === 0 && left > 0) {
        part = this.#places.find(flow, sequence, owner, part);
        continue;
      }
      if (path.length > 0 && path.at(-1)! > part && octets > left) break;
      path.push(part);
      left -= octets;
      sequence = sequence + octets | 0;
      if (left <= 0) break;
      part = this.#places.find(flow, sequence, owner);
      while (part >= 0 && path.includes(part)) {
        part = this.#places.find(flow, sequence, owner, part);
      }
    }
    if (path.length === 0) return;
    this.skipped[whole] = skipped;
    const fit = skipped > 0 ? Fit.head : left > 0 ? Fit.tail : left < 0 ? Fit.cut : Fit.length;
    this.#own(whole, fit);
  }

  #own(whole: number, fit: number, path: readonly number[] = this.#path): true {
    this.fit[whole] = fit;
    this.first[whole] = path[0];
    for (let i = 0; i < path.length; i++) {
      this.owner[path[i]] = whole + 1;
      this.next[path[i]] = i + 1 < path.length ? path[i + 1] : -1;
    }
    return true;
  }

  #firstOpen(flow: number): number {
    let part = this.#open[flow];
    while (part >= 0 && this.owner[part] !== 0) part = this.later[part];
    return this.#open[flow] = part;
  }
}
