import type { Frame } from "../captures/frame.ts";
import type { TraceRecord } from "../peers/machine.ts";
import type { CaptureReader } from "./capture_source.ts";
import type { Accumulator, Evidence, Pass, Tap } from "./evidence.ts";
import { locate } from "./load.ts";
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

/**
 * Feeds all passes in one walk: every capture from first frame to last, in the order of the taps,
 * then every trace. A pass that throws is dropped and reported; the others go on.
 */
export async function gather(
  evidence: Evidence,
  passes: readonly Pass<unknown>[],
  read: CaptureReader,
): Promise<Gathered> {
  const gathered: Gathered = { facts: new Map(), broken: new Map(), damage: [] };
  const running: Running[] = [];
  for (const pass of passes) {
    guard(gathered, pass.name, () => {
      running.push({ name: pass.name, accumulator: pass.begin(evidence) });
    });
  }
  for (const tap of evidence.taps) await walkTap(evidence, tap, running, gathered, read);
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

async function walkTap(
  evidence: Evidence,
  tap: Tap,
  running: readonly Running[],
  gathered: Gathered,
  read: CaptureReader,
): Promise<void> {
  const eager = running.filter(({ accumulator }) =>
    accumulator.frame !== undefined && (accumulator.wants?.(tap) ?? true)
  );
  let cut = 0;
  const sink = (frame: Frame) => {
    if (frame.end - frame.start < frame.originalLength && cut === 0) cut = frame.number;
    for (let i = 0; i < eager.length; i++) {
      const { name, accumulator } = eager[i];
      if (gathered.broken.size > 0 && gathered.broken.has(name)) continue;
      try {
        accumulator.frame!(frame, tap);
      } catch (cause) {
        gathered.broken.set(name, cause instanceof Error ? cause.message : String(cause));
      }
    }
  };
  try {
    const report = await read(await locate(evidence, tap.file), sink);
    if (report.problem !== undefined) {
      gathered.damage.push(`capture ${tap.name} is damaged: ${report.problem}`);
    }
    if ((report.dropped ?? 0) > 0) {
      gathered.damage.push(`capture ${tap.name} lost ${report.dropped} frames while it was taken`);
    }
    if (cut > 0) gathered.damage.push(`frame ${cut} of capture ${tap.name} was cut short`);
    reconcile(evidence, tap, report.frames, gathered.damage);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    gathered.damage.push(`capture ${tap.name} cannot be read: ${why}`);
  }
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
