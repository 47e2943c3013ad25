import type { Frame } from "../../captures/frame.ts";
import type { TraceRecord } from "../../peers/machine.ts";
import type { Collector, FactCollector, Recogniser } from "../kit/collector.ts";
import type { Evidence, Tap, TraceRef } from "../kit/evidence.ts";
import { isOurs } from "../kit/device_origin.ts";
import type { CaptureReader, CaptureReport } from "./capture_source.ts";
import { collectGarbage } from "./garbage.ts";
import type { Findings } from "./findings.ts";
import { FrameSink, type Group, type Running } from "./frame_sink.ts";
import type { Damage, Reads } from "./integrity/damage.ts";
import { captureDamage, traceDamage } from "./integrity/file_damage.ts";
import { captureNotes } from "./integrity/lone_captures.ts";
import { WireWatch } from "./integrity/wire_watch.ts";
import { locate } from "./locate.ts";
import { seriesOfTaps } from "./tap_series.ts";
import { readTrace } from "./trace_file.ts";

/** What one suite wants of a walk. */
export interface Listener {
  evidence: Evidence;
  collectors: readonly FactCollector<unknown>[];
  /** Which frames concern the suite; all unless told. */
  recognises?: Recogniser;
}

/** What one walk over evidence found. */
export interface Gathered {
  /** By listener, in their order. */
  findings: Findings[];
  /** Everything that makes a part of the evidence untrustworthy. */
  damage: Damage[];
  /** What a reader of captures alone must know of them: they end where they end. */
  notes: string[];
  /** Frames of all captures together. */
  frames: number;
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
  const gathered: Gathered = { findings: [], damage: [], notes: [], frames: 0 };
  const groups = listeners.map((listener) => begin(listener, gathered));
  // Captures that came alone have no lab to be held against.
  const watch = evidence.world === "captures" ? undefined : new WireWatch(evidence);
  const walk: Walk = { evidence, groups, gathered, read, readTogether, watch };
  for (const taps of seriesOfTaps(evidence)) await walkTaps(walk, taps);
  const tracing = groups.flatMap(({ running }) => running)
    .filter(({ state }) => state.trace !== undefined);
  const times: [number, number] = [Infinity, -Infinity];
  for (const trace of evidence.traces) {
    const profile = evidence.nodes[trace.node]?.profile;
    // Another system's clock is its own.
    const known = profile !== undefined && isOurs(profile) ? times : undefined;
    await walkTrace(evidence, trace, tracing, gathered.damage, known);
  }
  if (watch !== undefined) {
    const spoilt = gathered.damage.flatMap(({ concerns }) =>
      concerns === "everything" ? [] : concerns.taps ?? []
    );
    gathered.damage.push(...watch.damages(new Set(spoilt), times));
  }
  for (const { running } of groups) running.forEach(conclude);
  return gathered;
}

/** A walk over one piece of evidence. */
interface Walk extends Readers {
  evidence: Evidence;
  groups: readonly Group[];
  gathered: Gathered;
  watch: WireWatch | undefined;
}

function begin({ evidence, collectors, recognises }: Listener, { findings: all }: Gathered): Group {
  const findings: Findings = {
    ...{ facts: new Map(), broken: new Map(), excess: new Map(), reads: new Map(), cut: [] },
  };
  all.push(findings);
  const running: Running[] = [];
  for (const collector of collectors) {
    guard(findings, collector.name, () => {
      const state = collector.begin(evidence);
      running.push({ name: collector.name, state, findings });
      findings.reads.set(collector.name, readsOf(state, evidence));
    });
  }
  return { running, recognises, findings };
}

/** What a collector rests on. */
function readsOf(state: Collector<unknown>, { taps, traces }: Evidence): Reads {
  const wanted = state.frame === undefined ? [] : taps.filter((tap) => state.wants(tap));
  const told = state.trace === undefined ? [] : traces.filter(({ node }) => state.wantsTrace(node));
  return {
    taps: new Set(wanted.map(({ name }) => name)),
    traces: new Set(told.map(({ node }) => node)),
  };
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

/** Walks captures of one interface, in the order of the frames' times where there are several. */
async function walkTaps(walk: Walk, taps: readonly Tap[]): Promise<void> {
  const { evidence, gathered, read, readTogether } = walk;
  const sink = new FrameSink(taps, walk);
  const paths = await Promise.all(taps.map((tap) => attempt(() => locate(evidence, tap.file))));
  const account = (tap: Tap, report: CaptureReport | Error, i: number) => {
    if (!(report instanceof Error)) {
      gathered.frames += report.frames;
      if (evidence.world === "captures") {
        gathered.notes.push(...captureNotes(tap, report, sink.cut[i]));
        return;
      }
    }
    gathered.damage.push(...captureDamage(evidence, tap, report, sink.cut[i]));
  };
  const found = paths.filter((path) => typeof path === "string");
  if (readTogether !== undefined && taps.length > 1 && found.length === taps.length) {
    const reports = await attempt(() => readTogether(found, (frame, i) => sink.frame(frame, i)));
    taps.forEach((tap, i) => account(tap, reports instanceof Error ? reports : reports[i], i));
    gathered.notes.push(...sink.notes());
    return noteCuts(taps, sink, walk.groups);
  }
  for (const [i, tap] of taps.entries()) {
    const path = paths[i];
    const isBound = evidence.captureCounters[tap.name]?.crc32 !== undefined;
    const report = typeof path !== "string"
      ? path
      : await attempt(() => read(path, (frame) => sink.frame(frame, i), isBound));
    account(tap, report, i);
  }
  noteCuts(taps, sink, walk.groups);
  gathered.notes.push(...sink.notes());
}

/** Notes for each suite which of its frames were cut short. */
function noteCuts(taps: readonly Tap[], sink: FrameSink, groups: readonly Group[]): void {
  for (const [g, { findings }] of groups.entries()) {
    for (const [i, tap] of taps.entries()) {
      const number = sink.cutOf[g][i];
      if (number > 0) findings.cut.push(`frame ${number} of capture ${tap.name} was cut short`);
    }
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

/** @param times Told the first and last time, in seconds since 1970, where the node's clock is ours. */
async function walkTrace(
  evidence: Evidence,
  trace: TraceRef,
  tracing: readonly Running[],
  damage: Damage[],
  times: [number, number] | undefined,
): Promise<void> {
  const wanting = tracing.filter(({ state }) => state.wantsTrace(trace.node));
  const sink = (record: TraceRecord) => {
    if (times !== undefined) {
      times[0] = Math.min(times[0], record.t / 1e9);
      times[1] = Math.max(times[1], record.t / 1e9);
    }
    for (const { name, state, findings } of wanting) {
      if (!findings.broken.has(name)) guard(findings, name, () => state.trace!(record));
    }
  };
  const report = await attempt(() => readTrace(locate(evidence, trace.file), sink));
  damage.push(...traceDamage(trace, report));
}
