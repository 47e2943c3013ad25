/**
 * Collects the frames that a sequence diagram shows, in the one walk over the captures: the first of each tap,
 * those that failures name with their neighbours, and what the other taps saw of the same packets.
 * Memory is bounded, whatever the size of the captures.
 */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { digestOf } from "./digest.ts";
import { type Hop, Places } from "./places.ts";

/** Neighbours of a named frame that are shown on either side. */
const AROUND = 3;
/** Named frames that are shown with their neighbours, and named frames that are kept at all. */
const MOST_WINDOWS = 12;
const MOST_NAMED = 200;
/** Frames that another tap saw while the neighbours went by, for each tap and named frame. */
const MOST_MEANWHILE = 4;

/** What to collect. */
export interface DiagramSelection {
  /** Frames that failures name, by tap, the most telling first. */
  named: ReadonlyMap<string, readonly number[]>;
  /** Rows from the beginning of the scenario. */
  head: number;
  /** All taps in the order of the evidence: it decides between frames of one and the same time. */
  taps: readonly Tap[];
}

/** One kept frame: its octets are its own. */
export interface KeptFrame extends Hop {
  tap: Tap;
  /** Place of the tap in the evidence. */
  tapIndex: number;
  /** Seconds since the whole second in which the evidence begins. */
  at: number;
  frame: Frame;
  digest: number;
  named: boolean;
  /** Whether it was kept as one of the first, or for the sake of a named one. */
  head: boolean;
  /** Taps that were read to their end with an eye on this packet. */
  soughtAt: Set<string>;
}

/** What one tap holds. */
export interface TapFacts {
  tap: Tap;
  frames: number;
  octets: number;
  /** Seconds, as in `KeptFrame`. */
  first: number;
  last: number;
}

/** What a sequence diagram is made from. */
export interface DiagramFacts {
  kept: KeptFrame[];
  taps: TapFacts[];
}

/** The taps in the order in which they are best read: those that failures name come first. */
export function inReadingOrder({ taps, named }: DiagramSelection): Tap[] {
  return [...taps].sort((a, b) => Number(named.has(b.name)) - Number(named.has(a.name)));
}

/** The collector of the frames of a sequence diagram. */
export function diagramCollector(plan: DiagramSelection): FactCollector<DiagramFacts> {
  return {
    name: "report/sequence_diagram",
    begin: (evidence) => new DiagramCollector(evidence, plan),
  };
}

/** A stretch of time in which the neighbours of a named frame went by. */
interface Meanwhile {
  tap: Tap;
  from: number;
  to: number;
  kept: Map<Tap, number>;
}

class DiagramCollector extends Collector<DiagramFacts> {
  readonly #places: Places;
  readonly #plan: DiagramSelection;
  readonly #facts: DiagramFacts = { kept: [], taps: [] };
  readonly #meanwhile: Meanwhile[] = [];
  /** Packets that other taps are searched for, by digest. */
  readonly #sought = new Map<number, KeptFrame[]>();
  #tap: TapFacts | undefined;
  #named: ReadonlySet<number> = new Set();
  #windows: readonly number[] = [];
  #window = 0;
  #windowsLeft = MOST_WINDOWS;
  #base = NaN;

  constructor(evidence: Evidence, plan: DiagramSelection) {
    super();
    this.#plan = plan;
    this.#places = new Places(evidence);
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    if (this.#tap?.tap !== tap) this.#begin(tap, frame);
    const facts = this.#tap!;
    const at = frame.seconds - this.#base + frame.nanoseconds / 1e9;
    facts.frames++;
    facts.octets += frame.originalLength;
    facts.last = at;
    if (facts.frames === 1) facts.first = at;
    const head = facts.frames <= this.#plan.head * 2;
    const window = this.#inWindow(frame.number, at, tap);
    const named = this.#named.has(frame.number);
    const seek = window || named;
    const shown = head || seek || this.#isMeanwhile(tap, at);
    if (!shown && this.#sought.size === 0) return;
    const digest = digestOf(frame, walk);
    if (shown || this.#sought.get(digest)?.some((other) => other.tap !== tap)) {
      this.#keep(frame, { tap, digest, at, named, head }, seek);
    }
  }

  facts(): DiagramFacts {
    this.#settle();
    return this.#facts;
  }

  #begin(tap: Tap, frame: Frame) {
    this.#settle();
    if (Number.isNaN(this.#base)) this.#base = frame.seconds;
    this.#tap = { tap, frames: 0, octets: 0, first: 0, last: 0 };
    this.#facts.taps.push(this.#tap);
    const named = (this.#plan.named.get(tap.name) ?? []).slice(0, MOST_NAMED);
    this.#named = new Set(named);
    this.#windows = named.slice(0, this.#windowsLeft).sort((a, b) => a - b);
    this.#windowsLeft -= this.#windows.length;
    this.#window = 0;
  }

  /** The tap at hand was read to its end: whatever was sought in it is there or is not. */
  #settle() {
    const tap = this.#tap?.tap;
    if (tap === undefined) return;
    for (const frames of this.#sought.values()) {
      for (const kept of frames) if (kept.tap !== tap) kept.soughtAt.add(tap.name);
    }
  }

  #inWindow(number: number, at: number, tap: Tap): boolean {
    const windows = this.#windows;
    while (this.#window < windows.length && windows[this.#window] + AROUND < number) this.#window++;
    const centre = windows[this.#window];
    if (centre === undefined || number < centre - AROUND) return false;
    const last = this.#meanwhile.at(-1);
    if (last?.tap === tap && number > centre - AROUND) last.to = at;
    else this.#meanwhile.push({ tap, from: at, to: at, kept: new Map() });
    return true;
  }

  #isMeanwhile(tap: Tap, at: number): boolean {
    for (const stretch of this.#meanwhile) {
      if (stretch.tap === tap || at < stretch.from || at > stretch.to) continue;
      const kept = stretch.kept.get(tap) ?? 0;
      if (kept >= MOST_MEANWHILE) continue;
      stretch.kept.set(tap, kept + 1);
      return true;
    }
    return false;
  }

  #keep(
    frame: Frame,
    facts: Pick<KeptFrame, "tap" | "digest" | "at" | "named" | "head">,
    seek: boolean,
  ) {
    const { tap, digest } = facts;
    const kept: KeptFrame = {
      ...this.#places.hop(frame, tap),
      ...facts,
      frame: ownCopy(frame),
      soughtAt: new Set(),
      tapIndex: this.#plan.taps.indexOf(tap),
    };
    this.#facts.kept.push(kept);
    if (!seek) return;
    const others = this.#sought.get(digest);
    if (others === undefined) this.#sought.set(digest, [kept]);
    else others.push(kept);
  }
}

/** A frame whose octets nobody overwrites. */
function ownCopy(frame: Frame): Frame {
  const bytes = frame.bytes.slice(frame.start, frame.end);
  return { ...frame, bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length };
}
