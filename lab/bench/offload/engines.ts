/** Measures segmentation and coalescing in memory, beside a loop that copies the same frames. */
import process from "node:process";
import { OPAQUE_FORMATS, type OpaqueFormat } from "../../../captures/wire/opaque.ts";
import { CoalescingEngine } from "../../../peers/offload/coalescing.ts";
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { parseNicConfig } from "../../../peers/offload/config.ts";
import type { Emit } from "../../../peers/offload/emit.ts";
import { CLASSIFIER_RULES } from "../../../peers/offload/classifier_rules.ts";
import { SEGMENTATION_RULES } from "../../../peers/offload/rules.ts";
import { Segment } from "../../../peers/offload/segment.ts";
import { SegmentationEngine } from "../../../peers/offload/segmentation.ts";
import {
  type Encapsulation,
  type Frames,
  interleaved,
  MEASURED,
  SEGMENT,
  superPackets,
} from "./traffic.ts";

/** One engine on one kind of traffic. Rates are of segments on the wire, whole frames of them. */
export interface EngineRow {
  encapsulation: Encapsulation;
  engine: "segmentation" | "coalescing" | "copy";
  /** Seconds of processor time of the best round. */
  seconds: number;
  packetsPerSecond: number;
  bitsPerSecond: number;
  /** Segments on the wire for each frame that passes between host and card; 1 for `copy`. */
  perCrossing: number;
  /** The same with the presets off, as a card has it that does not know the tunnel. */
  perCrossingOff: number;
}

/** What the bench came to. */
export interface EngineReport {
  rows: readonly EngineRow[];
  /** Whether coalescing gave what segmentation was given, octet for octet, of each kind. */
  sound: boolean;
}

/** Octets of an IP datagram on the wire, and frames of a round at least. */
const MTU = 1500, ROUND = 400_000;

/** Measures all kinds of traffic, so many rounds each. */
export function measureEngines(
  rounds: number,
  progress: (line: string) => void,
  frames = ROUND,
): EngineReport {
  const rows: EngineRow[] = [];
  let sound = true;
  for (const encapsulation of MEASURED) {
    progress(`offload: ${encapsulation}`);
    const kind = new Kind(encapsulation);
    sound &&= kind.isSound();
    rows.push(...kind.measure(rounds, frames));
  }
  return { rows, sound };
}

/** One kind of traffic, with engines that know it. */
class Kind {
  readonly #encapsulation: Encapsulation;
  readonly #config = parseNicConfig({ mtu: MTU, mss: SEGMENT });
  readonly #segment = new Segment(CLASSIFIER_RULES);
  readonly #formats: readonly OpaqueFormat[];
  readonly #super: Frames;
  readonly #wire: Frames;
  #emitted = 0;

  constructor(encapsulation: Encapsulation) {
    this.#encapsulation = encapsulation;
    const isPlain = encapsulation === "plain4" || encapsulation === "plain6";
    this.#formats = isPlain ? [] : [OPAQUE_FORMATS[encapsulation]];
    this.#segment.formats = this.#formats;
    this.#super = superPackets(encapsulation);
    const segments: Uint8Array[] = [];
    this.#segmented(this.#segmentation(), (bytes, start, end) => {
      segments.push(bytes.slice(start, end));
    });
    this.#wire = interleaved(segments);
  }

  /** Whether what was segmented is joined to what it was. */
  isSound(): boolean {
    const wanted = new Set(framesOf(this.#super).map((frame) => frame.toHex()));
    let joined = 0;
    this.#coalesced(this.#coalescing(), (bytes, start, end) => {
      if (wanted.delete(bytes.slice(start, end).toHex())) joined++;
    });
    return wanted.size === 0 && joined === framesOf(this.#super).length;
  }

  measure(rounds: number, frames: number): EngineRow[] {
    const count = this.#wire.starts.length - 1, octets = this.#wire.bytes.length;
    const times = Math.ceil(frames / count);
    const segmentation = this.#segmentation(), coalescing = this.#coalescing();
    const emit: Emit = () => this.#emitted++;
    const work = {
      segmentation: () => this.#segmented(segmentation, emit),
      coalescing: () => this.#coalesced(coalescing, emit),
      copy: () => this.#copied(),
    };
    const off = this.#crossings([]), on = this.#crossings(this.#formats);
    return Object.entries(work).map(([name, once]) => {
      let seconds = Infinity;
      // The first round is for the compiler.
      for (let round = 0; round <= rounds; round++) {
        const begun = process.cpuUsage().user;
        for (let i = 0; i < times; i++) once();
        if (round > 0) seconds = Math.min(seconds, (process.cpuUsage().user - begun) / 1e6);
      }
      const engine = name as EngineRow["engine"], isCopy = engine === "copy";
      return {
        ...{ encapsulation: this.#encapsulation, engine, seconds },
        packetsPerSecond: times * count / seconds,
        bitsPerSecond: times * octets * 8 / seconds,
        perCrossing: isCopy ? 1 : count / on,
        perCrossingOff: isCopy ? 1 : count / off,
      };
    });
  }

  /** Frames that the host gets of all that are on the wire, with these presets. */
  #crossings(formats: readonly OpaqueFormat[]): number {
    this.#segment.formats = formats;
    let frames = 0;
    this.#coalesced(this.#coalescing(), () => frames++);
    this.#segment.formats = this.#formats;
    return frames;
  }

  #segmentation(): SegmentationEngine {
    return new SegmentationEngine(this.#config.segmentation, this.#config, SEGMENTATION_RULES);
  }

  #coalescing(): CoalescingEngine {
    return new CoalescingEngine(this.#config.coalescing, COALESCING_RULES, CLASSIFIER_RULES);
  }

  #segmented(engine: SegmentationEngine, emit: Emit): void {
    const { bytes, starts } = this.#super, segment = this.#segment;
    for (let i = 0; i + 1 < starts.length; i++) {
      if (segment.atFrame(bytes, starts[i], starts[i + 1])) engine.segment(segment, emit);
    }
  }

  #coalesced(engine: CoalescingEngine, emit: Emit): void {
    const { bytes, starts } = this.#wire, segment = this.#segment;
    for (let i = 0; i + 1 < starts.length; i++) {
      if (segment.atFrame(bytes, starts[i], starts[i + 1])) engine.segment(segment, 0, emit);
      else emit(bytes, starts[i], starts[i + 1]);
    }
    engine.flush(emit);
  }

  readonly #target = new Uint8Array(1 << 16);

  #copied(): void {
    const { bytes, starts } = this.#wire;
    for (let i = 0; i + 1 < starts.length; i++) {
      this.#target.set(bytes.subarray(starts[i], starts[i + 1]));
    }
  }
}

function framesOf({ bytes, starts }: Frames): Uint8Array[] {
  return Array.from(starts.subarray(1), (end, i) => bytes.slice(starts[i], end));
}
