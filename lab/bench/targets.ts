/** What the bench should show, and whether it does. */
import type { Row } from "./bench.ts";
import type { StageName } from "./stages.ts";

/** Octets of memory that nothing of ours may exceed. */
const MEMORY = 200e6;

/** Seconds that a command may take to start, and `check`, which people wait for most. */
const START = 0.3, START_OF_CHECK = 0.15;

/** The command of which people wait for the start most: its suites are loaded as captures need them. */
export const CHECK = "plumbline check, one packet";

/** One target, what was measured, and why it was missed. */
export interface Target {
  title: string;
  wanted: string;
  got: string;
  met: boolean;
  /** Where the limit is; absent when the target is met. */
  why?: string;
}

/** All targets that the rows allow to tell. `starts` are seconds by command line. */
export function targetsOf(
  rows: readonly Row[],
  starts: Readonly<Record<string, number>>,
): Target[] {
  const files = [...new Set(rows.map(({ file }) => file))];
  return [
    ...files.map((file) => faster(rows, file, "record walk", "capinfos -c", 1.5)),
    readingTime(rows, "mix"),
    readingTime(rows, "tunnels"),
    ...["mix", "tunnels"].map((file) => faster(rows, file, "judgement", "tshark -T fields", 100)),
    faster(rows, "l2tp", "judgement of L2TP", "tshark -T fields of L2TP", 50),
    allSuitesTime(rows, "tunnels"),
    memory(rows),
    ...Object.entries(starts).map(([command, seconds]) => start(command, seconds)),
  ].filter((target) => target !== undefined);
}

function start(command: string, seconds: number): Target {
  const most = command === CHECK ? START_OF_CHECK : START;
  const met = seconds < most;
  return {
    ...{ title: `start of ${command}`, wanted: `< ${most} s`, got: `${seconds.toFixed(3)} s`, met },
    ...(met ? {} : { why: "the machine was busy, or modules were not cached yet" }),
  };
}

function find(rows: readonly Row[], file: string, stage: string, match: Partial<Row>) {
  return rows.find((row) =>
    row.file === file && row.stage === stage &&
    Object.entries(match).every(([key, value]) => row[key as keyof Row] === value)
  );
}

/** Our stage at so many times the rate of a competitor. */
function faster(
  rows: readonly Row[],
  file: string,
  stage: StageName,
  competitor: string,
  times: number,
): Target | undefined {
  const ours = find(rows, file, stage, { ours: true, whole: true });
  const inner = find(rows, file, stage, { ours: true, whole: false });
  const theirs = find(rows, file, stage, { program: competitor });
  if (ours === undefined || inner === undefined || theirs === undefined) return undefined;
  const within = inner.packetsPerSecond / theirs.packetsPerSecond;
  // Like with like: the start of a competitor that sees a slice only is not in its rate.
  const ratio = theirs.whole ? ours.packetsPerSecond / theirs.packetsPerSecond : within;
  const met = ratio >= times;
  return {
    title: `${stage} of ${file}, rate over that of ${competitor}${
      theirs.whole ? "" : ", no starts"
    }`,
    wanted: `≥ ${times}`,
    got: ratio.toFixed(ratio < 10 ? 2 : 0),
    met,
    ...(met ? {} : { why: whyMissed(ours, inner, find(rows, file, "read", {}), within, times) }),
  };
}

/** Times that of `cat` in which a capture is judged, start of the process and all. */
const OF_CAT = 5;

/** The whole judgement within some times the time of `cat`. */
function readingTime(rows: readonly Row[], file: string): Target | undefined {
  const ours = find(rows, file, "judgement", { ours: true, whole: true });
  const inner = find(rows, file, "judgement", { ours: true, whole: false });
  const cat = find(rows, file, "read", { program: "cat" });
  if (ours === undefined || inner === undefined || cat === undefined) return undefined;
  const ratio = ours.seconds / cat.seconds;
  return {
    title: `judgement of ${file}, time over that of cat`,
    wanted: `≤ ${OF_CAT}`,
    got: ratio.toFixed(2),
    met: ratio <= OF_CAT,
    ...(ratio <= OF_CAT
      ? {}
      : { why: whyMissed(ours, inner, cat, -inner.seconds / cat.seconds, -OF_CAT) }),
  };
}

/** The judgement by all suites within 1.1 times that by the one that the capture is for. */
function allSuitesTime(rows: readonly Row[], file: string): Target | undefined {
  const all = find(rows, file, "judgement by all suites", { ours: true, whole: true });
  const one = find(rows, file, "judgement", { ours: true, whole: true });
  if (all === undefined || one === undefined) return undefined;
  const ratio = all.seconds / one.seconds;
  return {
    title: `judgement of ${file} by all suites, time over that by core_identity`,
    wanted: "≤ 1.1",
    got: ratio.toFixed(2),
    met: ratio <= 1.1,
    ...(ratio <= 1.1 ? {} : { why: "suites look at frames that do not concern them" }),
  };
}

/** Where the time goes that a target is missed by. */
function whyMissed(
  ours: Row,
  inner: Row,
  cat: Row | undefined,
  within: number,
  wanted: number,
): string {
  const start = Math.max(0, ours.seconds - inner.seconds).toFixed(2);
  const total = ours.seconds.toFixed(2);
  const ratio = Math.abs(within).toFixed(2);
  if (within >= wanted) {
    return `starting the process takes ${start} of ${total} s; without it the ratio is ${ratio}`;
  }
  const reading = cat === undefined ? "" : `, of which cat needs ${cat.seconds.toFixed(2)} to read`;
  return `${inner.seconds.toFixed(2)} s of work${reading}; start ${start} s; without it ${ratio}`;
}

function memory(rows: readonly Row[]): Target | undefined {
  const peaks = rows.filter(({ ours, peak }) => ours && peak !== undefined);
  if (peaks.length === 0) return undefined;
  const most = peaks.reduce((a, b) => (b.peak! > a.peak! ? b : a));
  const met = most.peak! < MEMORY;
  return {
    title: "peak memory of anything of ours",
    wanted: `< ${MEMORY / 1e6} MB`,
    got: `${(most.peak! / 1e6).toFixed(0)} MB`,
    met,
    ...(met ? {} : { why: `${most.program.trim()} on ${most.file}` }),
  };
}
