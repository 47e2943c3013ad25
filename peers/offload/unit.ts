/** What is held of a flow: a frame that grows, on octets of its own. */
import { LONGEST_LINK_HEADER } from "./link_header.ts";
import type { FlowKey } from "./flow_key.ts";
import { Segment } from "./segment.ts";
import type { ClassifierRules } from "./classifier_rules.ts";

/** Octets of a unit's first buffer, and of the largest: it grows as far as it must. */
const FIRST_BUFFER = 4096, LARGEST_BUFFER = LONGEST_LINK_HEADER + 65_536;

/** A unit. One object holds one after the other. */
export class Unit {
  /** Its first segment, and the payloads of those that joined: `end` tells how far it has come. */
  readonly segment: Segment;
  bytes: Uint8Array = new Uint8Array(FIRST_BUFFER);
  /** The key of its flow. */
  #words: Uint32Array = new Uint32Array(64);
  #length = 0;
  hash = 0;
  /** Segments of which it is made. */
  count = 0;
  /** Octets of payload of the first. */
  first = 0;
  /** Partial sum of all of its payload. */
  payloadSum = 0;
  /** Whether the IP ID stays the same; undecided while there is one segment. */
  fixedOuter = false;
  fixedInner = false;
  /** Whether its headers are no longer those of the first segment. */
  changed = false;
  /** When it was begun, in milliseconds. */
  since = 0;
  /** Units that were begun before and after it. */
  older: Unit | undefined = undefined;
  newer: Unit | undefined = undefined;

  constructor(rules: ClassifierRules) {
    this.segment = new Segment(rules);
  }

  /** Begins with a segment whose payload sums to `sum`. */
  begin(s: Segment, key: FlowKey, sum: number, now: number): void {
    const octets = s.frameEnd - s.frame;
    if (octets > this.bytes.length) this.#grow(octets, 0);
    this.bytes.set(s.bytes.subarray(s.frame, s.frameEnd));
    this.segment.place(s, this.bytes);
    this.#length = key.length;
    for (let i = 0; i < key.length; i++) this.#words[i] = key.words[i];
    this.hash = key.hash;
    this.count = 1;
    this.first = s.length;
    this.payloadSum = sum;
    this.fixedOuter = this.fixedInner = this.changed = false;
    this.since = now;
  }

  /** Whether it is of the flow with this key. */
  isOf(key: FlowKey): boolean {
    return key.hash === this.hash && key.is(this.#words, this.#length);
  }

  /** Appends `bytes[from..to)`. */
  append(bytes: Uint8Array, from: number, to: number): void {
    const { segment } = this, end = segment.end + to - from;
    if (end > this.bytes.length) this.#grow(end, segment.end);
    this.bytes.set(bytes.subarray(from, to), segment.end);
    // What was padding behind the first segment is gone with it.
    segment.end = segment.frameEnd = end;
  }

  /** Makes room for so many octets, and keeps the first `used`. */
  #grow(octets: number, used: number): void {
    const bytes = new Uint8Array(
      Math.max(octets, Math.min(LARGEST_BUFFER, this.bytes.length * 4)),
    );
    bytes.set(this.bytes.subarray(0, used));
    this.bytes = this.segment.bytes = bytes;
  }
}
