/**
 * Coalescing (RSC): joins segments of a flow that follow one another to one datagram for the host (L90 to
 * L98; research sections 1 and 2). The unit has the headers and the opaque field of the first segment,
 * the payloads of all, and lengths and checksums of its own.
 *
 * A unit is delivered when it is closed, when a segment or any other packet of its flow comes that does
 * not join it, when its bucket is full and it is the oldest, and when its time is over. What is not held
 * is delivered as it came, behind what is held of its flow: nothing is lost, and no flow is reordered.
 */
import { sumOctets } from "../../captures/wire/checksum.ts";
import { put16, put32 } from "../../captures/wire/octets.ts";
import type { CoalescingConfig } from "./config.ts";
import type { CoalescingRules, Ineligible, Why } from "./coalescing_rules.ts";
import { Eligibility } from "./eligibility.ts";
import type { Emit } from "./emit.ts";
import { FlowKey } from "./flow_key.ts";
import { TRAITS, type Traits } from "./implementations.ts";
import * as ip from "./ip_fields.ts";
import { isTimestampAlone, timestampAt } from "./joining.ts";
import type { ClassifierRules } from "./classifier_rules.ts";
import type { Segment } from "./segment.ts";
import { joinSums } from "./sums.ts";
import type { Unit } from "./unit.ts";
import { UnitFinish } from "./unit_finish.ts";
import { UnitTable } from "./unit_table.ts";

/** Joins segments. One object serves all flows; of a segment that joins it keeps octets alone. */
export class CoalescingEngine {
  readonly #rules: CoalescingRules;
  readonly #traits: Traits;
  readonly #eligibility: Eligibility;
  readonly #finish: UnitFinish;
  readonly #table: UnitTable;
  readonly #key = new FlowKey();
  readonly #sizeLimit: number;
  readonly #patience: number;
  readonly #depth: number;
  /** Units that were delivered, and segments of which they were made. */
  units = 0;
  segments = 0;

  constructor(config: CoalescingConfig, rules: CoalescingRules, classifier: ClassifierRules) {
    this.#rules = rules;
    this.#traits = TRAITS[config.implementation];
    this.#eligibility = new Eligibility(rules, this.#traits);
    this.#finish = new UnitFinish(rules, config.checksums);
    this.#table = new UnitTable(rules.buckets(config.buckets), classifier);
    this.#sizeLimit = config.sizeLimit;
    this.#patience = rules.holdsFor(config.timer);
    this.#depth = rules.flowsPerBucket(config.flowsPerBucket);
  }

  /** When a unit must be delivered next; Infinity where none is held. */
  deadline(): number {
    const { oldest } = this.#table;
    return oldest === undefined ? Infinity : oldest.since + this.#patience;
  }

  /** Delivers the units whose time is over. */
  advance(now: number, emit: Emit): void {
    for (let unit = this.#table.oldest; unit !== undefined; unit = this.#table.oldest) {
      if (unit.since + this.#patience > now) return;
      this.#deliver(unit, "time", emit);
    }
  }

  /** Delivers all that is held. */
  flush(emit: Emit): void {
    for (let unit = this.#table.oldest; unit !== undefined; unit = this.#table.oldest) {
      this.#deliver(unit, "flush", emit);
    }
  }

  /** Takes a segment. */
  segment(s: Segment, now: number, emit: Emit): void {
    const key = this.#keyOf(s), unit = this.#table.find(key);
    const ineligible = this.#eligibility.ineligible(s);
    if (ineligible !== undefined) this.#pass(s, ineligible, unit, emit);
    else if (unit === undefined) this.#begin(s, now, emit);
    else {
      const refusal = this.#eligibility.refusal(unit, s, this.#sizeLimit);
      if (refusal === undefined) return this.#join(unit, s, emit);
      this.#deliver(unit, refusal, emit);
      if (this.#rules.reopens(refusal, this.#traits)) this.#begin(s, now, emit);
      else this.#single(s, refusal, emit);
    }
  }

  /** Makes way for a frame that is no segment: it is not to overtake what is held of its flow. */
  makeWay(s: Segment, emit: Emit): void {
    const reason = s.irregular;
    // Another protocol has flows of its own; what is damaged or a fragment may be of any.
    if (reason === "link" || reason === "protocol" || !this.#rules.flushesFirst(reason)) return;
    this.#flushBetween(s, reason, emit);
  }

  #flushBetween({ bytes, datagram, frameEnd }: Segment, why: Why, emit: Emit): void {
    if (datagram + (bytes[datagram] >> 4 === 4 ? 20 : 40) > frameEnd) return;
    let unit = this.#table.oldest;
    while (unit !== undefined) {
      const { newer } = unit, { segment } = unit;
      if (ip.sameAddresses(bytes, datagram, segment.bytes, segment.start)) {
        this.#deliver(unit, why, emit);
      }
      unit = newer;
    }
  }

  #keyOf(s: Segment): FlowKey {
    const key = this.#key, rules = this.#rules;
    key.clear();
    rules.classKey(s, key);
    rules.linkKey(s, key);
    rules.outerKey(s, key);
    rules.innerKey(s, key);
    rules.portsKey(s, key);
    rules.flowIdKey(s, key);
    return key;
  }

  /** What is not held: absorbed, or delivered behind what is. */
  #pass(s: Segment, reason: Ineligible, unit: Unit | undefined, emit: Emit): void {
    if (unit !== undefined && reason === "length" && this.#isAbsorbed(unit, s)) {
      unit.changed = true;
      this.#takeHeaders(unit, s);
      return;
    }
    if (this.#rules.flushesFirst(reason)) {
      // Of one that is damaged nobody knows which flow it was of.
      if (reason === "checksum") this.#flushBetween(s, reason, emit);
      else if (unit !== undefined) this.#deliver(unit, reason, emit);
    }
    this.#single(s, reason, emit);
  }

  #isAbsorbed(unit: Unit, s: Segment): boolean {
    return this.#rules.absorbs(unit.segment, s, this.#traits) &&
      this.#eligibility.refusal(unit, s, this.#sizeLimit) === undefined;
  }

  #begin(s: Segment, now: number, emit: Emit): void {
    const rules = this.#rules, table = this.#table, key = this.#key;
    if (rules.closesUnit(s.length, s.length, s.flags, this.#traits)) {
      return this.#single(s, "closed", emit);
    }
    const bucket = table.bucket(key.hash);
    if (bucket.length >= this.#depth) this.#deliver(bucket[rules.evicts(bucket)], "evicted", emit);
    table.add(key.hash).begin(s, key, this.#eligibility.payloadSum, now);
  }

  #join(unit: Unit, s: Segment, emit: Emit): void {
    const rules = this.#rules, held = unit.segment;
    const from = rules.joinsFrom(s), to = rules.joinsTo(s);
    const whole = from === s.payload && to === s.end;
    const sum = whole ? this.#eligibility.payloadSum : sumOctets(s.bytes, s.view, from, to);
    unit.payloadSum = joinSums(unit.payloadSum, held.length, sum);
    if (unit.count === 1) {
      unit.fixedInner = this.#sameId(held, held.inner, s, s.inner);
      unit.fixedOuter = held.outer >= 0 && s.outer >= 0 &&
        this.#sameId(held, held.outer, s, s.outer);
    }
    unit.append(s.bytes, from, to);
    unit.count++;
    unit.changed = true;
    this.#takeHeaders(unit, s);
    if (rules.closesUnit(s.length, unit.first, s.flags, this.#traits)) {
      this.#deliver(unit, "closed", emit);
    }
  }

  #sameId(held: Segment, at: number, next: Segment, from: number): boolean {
    return held.bytes[at + 4] === next.bytes[from + 4] &&
      held.bytes[at + 5] === next.bytes[from + 5];
  }

  /** What the unit's headers take over from a segment that joins it. */
  #takeHeaders(unit: Unit, s: Segment): void {
    const rules = this.#rules, traits = this.#traits, held = unit.segment, { bytes, tcp } = held;
    bytes[tcp + 13] = rules.unitFlags(held.flags, s.flags);
    put32(bytes, tcp + 8, rules.unitAcknowledgment(held.acknowledgment, s.acknowledgment));
    put16(bytes, tcp + 14, rules.unitWindow(held.window, s.window, traits));
    if (traits.options === "timestamps" && isTimestampAlone(held) && isTimestampAlone(s)) {
      const taken = rules.unitTimestamp(held, s), from = timestampAt(taken);
      for (let i = 0; i < 8; i++) bytes[timestampAt(held) + i] = taken.bytes[from + i];
    }
    this.#takeTimeToLive(held, held.inner, s, s.inner);
    if (held.outer < 0 || s.outer < 0) return;
    this.#takeTimeToLive(held, held.outer, s, s.outer);
    const kept = rules.opaqueKept(held, s);
    if (kept === held) return;
    const octets = Math.min(held.opaqueEnd - held.opaque, kept.opaqueEnd - kept.opaque);
    for (let i = 0; i < octets; i++) bytes[held.opaque + i] = kept.bytes[kept.opaque + i];
  }

  #takeTimeToLive({ bytes }: Segment, at: number, s: Segment, from: number): void {
    const before = ip.timeToLive(bytes, at), next = ip.timeToLive(s.bytes, from);
    if (before === next) return;
    bytes[ip.timeToLiveAt(bytes, at)] = this.#rules.unitTimeToLive(before, next, this.#traits);
  }

  #deliver(unit: Unit, why: Why, emit: Emit): void {
    const { segment, count } = unit;
    if (unit.changed) this.#finish.finish(unit);
    this.#table.remove(unit);
    this.units++;
    this.segments += count;
    this.#rules.delivered(emit, segment.bytes, segment.frame, segment.frameEnd, count, why);
  }

  #single(s: Segment, why: Why, emit: Emit): void {
    this.#rules.delivered(emit, s.bytes, s.frame, s.frameEnd, 1, why);
  }
}
