import type { Frame } from "../../captures/frame.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import type { TraceRecord } from "../../peers/machine.ts";
import type { Collector, FactCollector, Recogniser } from "../kit/collector.ts";
import type { Evidence, Tap } from "../kit/evidence.ts";
import { seriesOf } from "../kit/capture_series.ts";
import type { CaptureReader, CaptureReport } from "./capture_source.ts";
import { collectGarbage } from "./garbage.ts";
import { locate } from "./load.ts";
import { readTrace } from "./trace_file.ts";

/** What one suite wants of a walk. */
export interface Listener {
  evidence: Evidence;
  collectors: readonly FactCollector<unknown>[];
  /** Which frames concern the suite; all unless told. */
  recognises?: Recogniser;
}

/** What the collectors of one suite found. */
export interface Findings {
  /** Facts by name of the collector, for the collectors that worked. */
  facts: Map<string, unknown>;
  /** Why a collector broke down, by its name: a defect of ours. */
  broken: Map<string, string>;
  /** What a collector could not keep, by its name: no verdict may rest on its facts. */
  excess: Map<string, string>;
}

/** What one walk over evidence found. */
export interface Gathered {
  /** By listener, in their order. */
  findings: Findings[];
  /** Everything that makes the evidence untrustworthy, each as one sentence without a full stop. */
  damage: string[];
  /** Frames of all captures together. */
  frames: number;
}

/** A collector at work. */
interface Running {
  name: string;
  state: Collector<unknown>;
  findings: Findings;
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
 * Feeds the collectors of all listeners in one walk: every capture from first frame to last, in the
 * order of the taps, then every trace. Files that follow one another are merged, where there is a
 * reader that can. Headers are walked once a frame; a suite's collectors see the frames that the
 * suite recognises. A collector that throws is dropped and reported; the others go on.
 */
export async function gather(
  listeners: readonly Listener[],
  read: CaptureReader,
  readTogether?: Readers["readTogether"],
): Promise<Gathered> {
  collectGarbage();
  const { evidence } = listeners[0];
  const gathered: Gathered = { findings: [], damage: [], frames: 0 };
  const groups = listeners.map((listener) => begin(listener, gathered));
  for (const taps of seriesOfTaps(evidence)) {
    await walkTaps(evidence, taps, groups, gathered, { read, readTogether });
  }
  const tracing = groups.flatMap(({ running }) => running)
    .filter(({ state }) => state.trace !== undefined);
  for (const { node, file } of evidence.traces) {
    await walkTrace(evidence, file, node, tracing, gathered.damage);
  }
  for (const { running } of groups) running.forEach(conclude);
  return gathered;
}

/** The collectors of one suite, and the frames that they are to see. */
interface Group {
  running: Running[];
  recognises: Recogniser;
}

const EVERYTHING: Recogniser = () => true;

function begin({ evidence, collectors, recognises }: Listener, { findings: all }: Gathered): Group {
  const findings: Findings = { facts: new Map(), broken: new Map(), excess: new Map() };
  all.push(findings);
  const running: Running[] = [];
  for (const collector of collectors) {
    guard(findings, collector.name, () => {
      running.push({ name: collector.name, state: collector.begin(evidence), findings });
    });
  }
  return { running, recognises: recognises ?? EVERYTHING };
}

function conclude({ name, state, findings }: Running): void {
  if (findings.broken.has(name)) return;
  guard(findings, name, () => {
    const excess = state.excess();
    if (excess !== undefined) findings.excess.set(name, excess);
    findings.facts.set(name, state.facts());
  });
}

/** Runs a step of a collector; a throw breaks that collector and nothing else. */
function guard({ broken }: Findings, name: string, step: () => void): void {
  try {
    step();
  } catch (cause) {
    broken.set(name, cause instanceof Error ? cause.message : String(cause));
  }
}

/** Where the frames of one or several captures go. */
class FrameSink {
  /** Number of the first frame that was cut short, by tap; 0 for none. */
  readonly cut: number[];
  readonly #taps: readonly Tap[];
  readonly #walker = new HeaderWalker();
  readonly #groups: readonly Group[];
  /** By group and tap: the collectors that want its frames. */
  readonly #eager: Running[][][];

  constructor(taps: readonly Tap[], groups: readonly Group[]) {
    this.#taps = taps;
    this.cut = taps.map(() => 0);
    this.#groups = groups;
    this.#eager = groups.map(({ running }) =>
      taps.map((tap) =>
        running.filter(({ state }) => state.frame !== undefined && state.wants(tap))
      )
    );
  }

  /** Hands a frame of a tap to every collector that wants it. */
  frame(frame: Frame, i: number): void {
    if (frame.end - frame.start < frame.originalLength && this.cut[i] === 0) {
      this.cut[i] = frame.number;
    }
    const tap = this.#taps[i], walker = this.#walker;
    walker.walk(frame);
    for (let g = 0; g < this.#groups.length; g++) {
      const eager = this.#eager[g][i];
      if (eager.length === 0 || !this.#groups[g].recognises(frame, walker, tap)) continue;
      for (let k = 0; k < eager.length; k++) this.#hand(eager[k], frame, tap);
    }
  }

  #hand({ name, state, findings: { broken } }: Running, frame: Frame, tap: Tap): void {
    if (broken.size > 0 && broken.has(name)) return;
    try {
      state.frame!(frame, this.#walker, tap);
    } catch (cause) {
      broken.set(name, cause instanceof Error ? cause.message : String(cause));
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
  groups: readonly Group[],
  gathered: Gathered,
  { read, readTogether }: Readers,
): Promise<void> {
  const sink = new FrameSink(taps, groups);
  const paths = await Promise.all(taps.map((tap) => attempt(() => locate(evidence, tap.file))));
  const found = paths.filter((path) => typeof path === "string");
  if (readTogether !== undefined && taps.length > 1 && found.length === taps.length) {
    const reports = await attempt(() => readTogether(found, (frame, i) => sink.frame(frame, i)));
    taps.forEach((tap, i) => {
      const report = reports instanceof Error ? reports : reports[i];
      account(evidence, tap, report, sink.cut[i], gathered);
    });
    return;
  }
  for (const [i, tap] of taps.entries()) {
    const path = paths[i];
    const report = typeof path !== "string"
      ? path
      : await attempt(() => read(path, (frame) => sink.frame(frame, i)));
    account(evidence, tap, report, sink.cut[i], gathered);
  }
}

/** What a step gave, or the error that it threw. */
async function attempt<T>(step: () => T | Promise<T>): Promise<T | Error> {
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
  gathered: Gathered,
): void {
  const { damage } = gathered;
  if (report instanceof Error) {
    damage.push(`capture ${tap.name} cannot be read: ${report.message}`);
    return;
  }
  gathered.frames += report.frames;
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
  // An idle interface is no damage to captures that came without a lab.
  if (evidence.world === "captures") return;
  const counters = evidence.captureCounters[tap.name];
  if (counters === undefined) {
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
  tracing: readonly Running[],
  damage: string[],
): Promise<void> {
  const sink = (record: TraceRecord) => {
    for (const { name, state, findings } of tracing) {
      if (!findings.broken.has(name)) guard(findings, name, () => state.trace!(record));
    }
  };
  try {
    const { badLines, firstBad } = await readTrace(locate(evidence, file), sink);
    if (badLines > 0) {
      damage.push(`trace of ${node} has ${badLines} bad lines, the first is ${firstBad}`);
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    damage.push(`trace of ${node} cannot be read: ${why}`);
  }
}
