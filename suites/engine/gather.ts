import type { Frame } from "../../captures/frame.ts";
import type { TraceRecord } from "../../peers/machine.ts";
import type { CaptureReader, CaptureReport } from "./capture_source.ts";
import type { Accumulator, Evidence, FactCollector, Tap } from "../kit/evidence.ts";
import { locate } from "./load.ts";
import { seriesOf } from "./capture_series.ts";
import { readTrace } from "./trace_file.ts";

/** What one walk over evidence found. */
export interface Gathered {
  /** Facts by name of the pass, for the passes that worked. */
  facts: Map<string, unknown>;
  /** Why a pass broke down, by its name: a defect of ours. */
  broken: Map<string, string>;
  /** Everything that makes the evidence untrustworthy, each as one sentence without a full stop. */
  damage: string[];
}

/**
 * An accumulator whose state is bounded: whatever a capture holds, it keeps no more than so much,
 * and says when that was too little. The evidence then allows no verdict.
 */
export interface Bounded {
  /** What there was more of than is kept; undefined when the facts will be whole. */
  excess(): string | undefined;
}

/** A pass at work. */
interface Running {
  name: string;
  accumulator: Accumulator<unknown>;
}

/** How captures are read. */
interface Readers {
  read: CaptureReader;
  /** Reads several at a time, in the order of the frames' times. */
  readTogether?: (
    paths: readonly string[],
    sink: (frame: Frame, capture: number) => void,
  ) => Promise<(CaptureReport | Error)[]>;
}

/**
 * Feeds all passes in one walk: every capture from first frame to last, in the order of the taps,
 * then every trace. Files that follow one another are merged, where there is a reader that can.
 * A pass that throws is dropped and reported; the others go on.
 */
export async function gather(
  evidence: Evidence,
  passes: readonly FactCollector<unknown>[],
  read: CaptureReader,
  readTogether?: Readers["readTogether"],
): Promise<Gathered> {
  const gathered: Gathered = { facts: new Map(), broken: new Map(), damage: [] };
  const running: Running[] = [];
  for (const pass of passes) {
    guard(gathered, pass.name, () => {
      running.push({ name: pass.name, accumulator: pass.begin(evidence) });
    });
  }
  for (const taps of seriesOfTaps(evidence)) {
    await walkTaps(evidence, taps, running, gathered, { read, readTogether });
  }
  for (const { node, file } of evidence.traces) {
    const listeners = running.filter(({ accumulator }) => accumulator.trace !== undefined);
    await walkTrace(evidence, file, node, listeners, gathered);
  }
  for (const { name, accumulator } of running) {
    if (gathered.broken.has(name)) continue;
    guard(gathered, name, () => {
      const excess = (accumulator as Partial<Bounded>).excess?.();
      if (excess !== undefined) gathered.damage.push(`the captures hold ${excess}`);
      gathered.facts.set(name, accumulator.end());
    });
  }
  return gathered;
}

/** Runs a step of a pass; a throw breaks that pass and nothing else. */
function guard(gathered: Gathered, name: string, step: () => void): void {
  try {
    step();
  } catch (cause) {
    gathered.broken.set(name, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Where the frames of one or several captures go. */
class Listeners {
  /** Number of the first frame that was cut short, by tap; 0 for none. */
  readonly cut: number[];
  readonly #taps: readonly Tap[];
  readonly #eager: Running[][];
  readonly #broken: Map<string, string>;

  constructor(taps: readonly Tap[], running: readonly Running[], gathered: Gathered) {
    this.#taps = taps;
    this.cut = taps.map(() => 0);
    this.#eager = taps.map((tap) =>
      running.filter(({ accumulator }) =>
        accumulator.frame !== undefined && (accumulator.wants?.(tap) ?? true)
      )
    );
    this.#broken = gathered.broken;
  }

  /** Hands a frame of a tap to every pass that wants it. */
  frame(frame: Frame, i: number): void {
    if (frame.end - frame.start < frame.originalLength && this.cut[i] === 0) {
      this.cut[i] = frame.number;
    }
    const tap = this.#taps[i], eager = this.#eager[i], broken = this.#broken;
    for (let k = 0; k < eager.length; k++) {
      const { name, accumulator } = eager[k];
      if (broken.size > 0 && broken.has(name)) continue;
      try {
        accumulator.frame!(frame, tap);
      } catch (cause) {
        broken.set(name, cause instanceof Error ? cause.message : String(cause));
      }
    }
  }
}

/**
 * The taps in the order in which they are walked: what belongs together is walked together. Those
 * of our own evidence are files of their own; a capturing program may have begun a new file of the
 * same interface every so often.
 */
function seriesOfTaps({ world, taps }: Evidence): Tap[][] {
  if (world !== "captures") return taps.map((tap) => [tap]);
  const series = new Map<string, Tap[]>();
  for (const tap of taps) {
    const key = JSON.stringify([tap.node, tap.side, seriesOf(tap)]);
    const others = series.get(key);
    if (others === undefined) series.set(key, [tap]);
    else others.push(tap);
  }
  return [...series.values()];
}

/** Walks captures of one interface, in the order of the frames' times where there are several. */
async function walkTaps(
  evidence: Evidence,
  taps: readonly Tap[],
  running: readonly Running[],
  gathered: Gathered,
  { read, readTogether }: Readers,
): Promise<void> {
  const listeners = new Listeners(taps, running, gathered);
  const paths = await Promise.all(taps.map((tap) => attempt(() => locate(evidence, tap.file))));
  const found = paths.filter((path) => typeof path === "string");
  if (readTogether !== undefined && taps.length > 1 && found.length === taps.length) {
    const reports = await attempt(() =>
      readTogether(found, (frame, i) => listeners.frame(frame, i))
    );
    taps.forEach((tap, i) => {
      const report = reports instanceof Error ? reports : reports[i];
      account(evidence, tap, report, listeners.cut[i], gathered.damage);
    });
    return;
  }
  for (const [i, tap] of taps.entries()) {
    const path = paths[i];
    const report = typeof path !== "string"
      ? path
      : await attempt(() => read(path, (frame) => listeners.frame(frame, i)));
    account(evidence, tap, report, listeners.cut[i], gathered.damage);
  }
}

/** What a step gave, or the error that it threw. */
async function attempt<T>(step: () => Promise<T>): Promise<T | Error> {
  try {
    return await step();
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

/** Notes what makes a capture untrustworthy. */
function account(
  evidence: Evidence,
  tap: Tap,
  report: CaptureReport | Error,
  cut: number,
  damage: string[],
): void {
  if (report instanceof Error) {
    damage.push(`capture ${tap.name} cannot be read: ${report.message}`);
    return;
  }
  if (report.problem !== undefined) {
    damage.push(`capture ${tap.name} is damaged: ${report.problem}`);
  }
  if ((report.dropped ?? 0) > 0) {
    damage.push(`capture ${tap.name} lost ${report.dropped} frames while it was taken`);
  }
  if (cut > 0) damage.push(`frame ${cut} of capture ${tap.name} was cut short`);
  reconcile(evidence, tap, report.frames, damage);
}

/** Holds the number of frames in a file against what the capturing side says that it wrote. */
function reconcile(evidence: Evidence, tap: Tap, frames: number, damage: string[]): void {
  const counters = evidence.captureCounters[tap.name];
  if (evidence.world === "captures") {
    if (frames === 0) damage.push(`capture ${tap.name} holds no frame`);
  } else if (counters === undefined) {
    damage.push(`capture ${tap.name} came without its counters`);
  } else if (counters.dropped > 0) {
    damage.push(`the kernel dropped ${counters.dropped} frames at capture ${tap.name}`);
  } else if (counters.captured !== frames) {
    damage.push(`capture ${tap.name} holds ${frames} frames of ${counters.captured} written`);
  }
}

async function walkTrace(
  evidence: Evidence,
  file: string,
  node: string,
  listeners: readonly Running[],
  gathered: Gathered,
): Promise<void> {
  const sink = (record: TraceRecord) => {
    for (const { name, accumulator } of listeners) {
      if (!gathered.broken.has(name)) guard(gathered, name, () => accumulator.trace!(record));
    }
  };
  try {
    const { badLines, firstBad } = await readTrace(await locate(evidence, file), sink);
    if (badLines > 0) {
      gathered.damage.push(`trace of ${node} has ${badLines} bad lines, the first is ${firstBad}`);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    gathered.damage.push(`trace of ${node} cannot be read: ${why}`);
  }
}
