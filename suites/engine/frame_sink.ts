/** Hands the frames of captures to the collectors of all suites. */
import type { Frame } from "../../captures/frame.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import type { Collector, Recogniser } from "../kit/collector.ts";
import type { Evidence, Tap } from "../kit/evidence.ts";
import { FramesWithin } from "./frames_within.ts";
import type { Findings } from "./findings.ts";
import type { WireWatch } from "./integrity/wire_watch.ts";

/** A collector at work. */
export interface Running {
  name: string;
  state: Collector<unknown>;
  findings: Findings;
}

/** The collectors of one suite, and the frames that they are to see. */
export interface Group {
  running: Running[];
  /** Undefined where they see every frame. */
  recognises: Recogniser | undefined;
  findings: Findings;
}

/** What a sink works for. */
export interface SinkSetting {
  evidence: Evidence;
  groups: readonly Group[];
  watch: WireWatch | undefined;
}

/** Where the frames of one or several captures go. */
export class FrameSink {
  /** Number of the first frame that was cut short, by tap; 0 for none. */
  readonly cut: number[];
  /** By group and tap: the first of these that the suite recognised. */
  readonly cutOf: number[][];
  readonly #taps: readonly Tap[];
  readonly #walker = new HeaderWalker();
  readonly #groups: readonly Group[];
  /** By group: whether it claims the frame at hand. */
  readonly #claims: boolean[];
  /** By group and tap: the collectors that want its frames. */
  readonly #eager: Running[][][];
  readonly #watch: WireWatch | undefined;
  /** What stands within frames, of captures that came alone. */
  readonly #within: FramesWithin | undefined;
  /** Positions of the taps among those of the evidence. */
  readonly #positions: readonly number[];

  constructor(taps: readonly Tap[], { groups, watch, evidence }: SinkSetting) {
    this.#taps = taps;
    this.#watch = watch;
    this.#within = evidence.world === "captures" ? new FramesWithin() : undefined;
    this.#positions = taps.map((tap) => evidence.taps.indexOf(tap));
    this.cut = taps.map(() => 0);
    this.cutOf = groups.map(() => taps.map(() => 0));
    this.#groups = groups;
    this.#claims = groups.map(() => false);
    this.#eager = groups.map(({ running }) =>
      taps.map((tap) =>
        running.filter(({ state }) => state.frame !== undefined && state.wants(tap))
      )
    );
  }

  /** Hands a frame of a tap to every collector that wants it. */
  frame(frame: Frame, i: number): void {
    const isCut = frame.end - frame.start < frame.originalLength;
    if (isCut && this.cut[i] === 0) this.cut[i] = frame.number;
    const walker = this.#walker;
    walker.walk(frame);
    if (this.#watch !== undefined) this.#watch.frame(frame, walker, this.#positions[i]);
    this.#claims.fill(false);
    const isClaimed = this.#offer(frame, walker, i, false);
    const within = this.#within;
    if (within === undefined || walker.l4 < 0) return;
    if (walker.isFragment) {
      // Who claims fragments as such has seen what he wants of it.
      const whole = within.completedBy(frame, walker);
      if (whole !== undefined) this.#offer(whole.frame, whole.walk, i, true);
    } else if (!isClaimed) {
      within.enter(frame, walker, (inner, walk) => this.#offer(inner, walk, i, true));
    }
  }

  /** What could not be read of what stands within frames, as sentences without a full stop. */
  notes(): string[] {
    const note = this.#within?.note();
    return note === undefined ? [] : [note];
  }

  /** @param isWithin Whether the frame stands within another one, which who sees all has seen. */
  #offer(frame: Frame, walker: HeaderWalker, i: number, isWithin: boolean): boolean {
    const isCut = frame.end - frame.start < frame.originalLength, tap = this.#taps[i];
    let isClaimed = false;
    for (let g = 0; g < this.#groups.length; g++) {
      const eager = this.#eager[g][i], { recognises } = this.#groups[g];
      if (eager.length === 0 || this.#claims[g]) continue;
      if (recognises === undefined ? isWithin : !recognises(frame, walker, tap)) continue;
      if (recognises !== undefined) isClaimed = this.#claims[g] = true;
      if (isCut && this.cutOf[g][i] === 0) this.cutOf[g][i] = frame.number;
      for (let k = 0; k < eager.length; k++) this.#hand(eager[k], frame, walker, tap);
    }
    return isClaimed;
  }

  #hand(
    { name, state, findings: { broken } }: Running,
    frame: Frame,
    walker: HeaderWalker,
    tap: Tap,
  ): void {
    if (broken.size > 0 && broken.has(name)) return;
    try {
      state.frame!(frame, walker, tap);
    } catch (cause) {
      broken.set(name, cause instanceof Error ? cause.message : String(cause));
    }
  }
}
