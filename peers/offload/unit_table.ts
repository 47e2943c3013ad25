/** Units that are held, in hash buckets (L94), and in the order in which they were begun. */
import type { FlowKey } from "./flow_key.ts";
import type { ClassifierRules } from "./classifier_rules.ts";
import { Unit } from "./unit.ts";

/** A table of units. Units that were removed are used again. */
export class UnitTable {
  readonly #buckets: Unit[][];
  readonly #free: Unit[] = [];
  readonly #rules: ClassifierRules;
  #newest: Unit | undefined;
  /** The unit that was begun first. */
  oldest: Unit | undefined;

  constructor(buckets: number, rules: ClassifierRules) {
    this.#buckets = Array.from({ length: buckets }, () => []);
    this.#rules = rules;
  }

  /** The bucket of a flow: its units, the oldest first. */
  bucket(hash: number): readonly Unit[] {
    return this.#buckets[(hash >>> 0) % this.#buckets.length];
  }

  /** The unit of a flow. */
  find(key: FlowKey): Unit | undefined {
    const bucket = this.bucket(key.hash);
    for (let i = 0; i < bucket.length; i++) if (bucket[i].isOf(key)) return bucket[i];
    return undefined;
  }

  /** A unit for a flow that has none, which is to be begun with its segment. */
  add(hash: number): Unit {
    const unit = this.#free.pop() ?? new Unit(this.#rules);
    (this.bucket(hash) as Unit[]).push(unit);
    unit.older = this.#newest;
    unit.newer = undefined;
    if (this.#newest === undefined) this.oldest = unit;
    else this.#newest.newer = unit;
    this.#newest = unit;
    return unit;
  }

  /** Removes a unit; its octets stay until another is added. */
  remove(unit: Unit): void {
    const bucket = this.bucket(unit.hash) as Unit[];
    let at = bucket.indexOf(unit);
    for (; at < bucket.length - 1; at++) bucket[at] = bucket[at + 1];
    bucket.pop();
    if (unit.older === undefined) this.oldest = unit.newer;
    else unit.older.newer = unit.newer;
    if (unit.newer === undefined) this.#newest = unit.older;
    else unit.newer.older = unit.older;
    unit.older = unit.newer = undefined;
    this.#free.push(unit);
  }
}
