/**
 * Cross replay: what conformant peers leave is judged by every check there is, and again as captures
 * alone, in every way in which captures reach an engineer. No check may fail, and none may break.
 *
 * `deno run -A suites/self/_testing/cross_replay.ts SUITE [SCENARIO]` lists what does.
 */
import type { Frame } from "../../../captures/frame.ts";
import { planRun } from "../../../lab/commands/run_plan.ts";
import { MEMORY, temporaryFolder } from "../../../lab/temporary.ts";
import { MemoryWorld } from "../../../lab/worlds/memory/world.ts";
import type { CaptureReader } from "../../engine/capture_source.ts";
import { evidenceFromCaptures } from "../../engine/declared_captures.ts";
import { type JudgedCheck, judgeEvidence, judgeTogether } from "../../engine/judge.ts";
import { loadEvidence } from "../../engine/load.ts";
import { readCaptureFile } from "../../engine/read_capture_file.ts";
import { faultyRoles, referenceScope } from "../../engine/scope.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { type Profile, profileSchema } from "../../kit/profile.ts";
import type { Suite } from "../../kit/suite.ts";
import { projectSuite } from "../../registry.ts";

/** A check that failed or broke where it must not. */
export interface FalseFail {
  check: string;
  /** Scenario and variant. */
  where: string;
  verdict: string;
  why: string;
}

/** Frame times of a scenario, in seconds since 1970. */
interface Span {
  from: number;
  to: number;
}

/** One way in which captures reach an engineer. */
interface Variant {
  name: string;
  /** Which of the taps are given; all unless told. */
  taps?(taps: readonly Tap[]): readonly Tap[];
  /** What becomes of a frame of the tap at this place; no frame, one, or several. */
  frame?(frame: Frame, tap: number, span: Span): readonly Frame[];
}

const timeOf = (frame: Frame) => frame.seconds + frame.nanoseconds / 1e9;

function shifted(frame: Frame, seconds: number): Frame {
  const time = timeOf(frame) + seconds, whole = Math.floor(time);
  return { ...frame, seconds: whole, nanoseconds: Math.round((time - whole) * 1e9) % 1e9 };
}

const cut = (part: number, keeps: "later" | "earlier"): Variant => ({
  name: keeps === "later" ? `begun after ${part * 100} %` : `ended after ${part * 100} %`,
  frame: (frame, _, { from, to }) =>
    (timeOf(frame) >= from + (to - from) * part) === (keeps === "later") ? [frame] : [],
});

const skewed = (milliseconds: number): Variant => ({
  name: `clocks ${milliseconds} ms apart`,
  frame: (frame, tap) => [shifted(frame, tap * milliseconds / 1000)],
});

/** The variants of a set of captures of so many taps. */
function variants(taps: number): Variant[] {
  const each = Array.from({ length: taps }, (_, i) => i);
  return [
    { name: "whole" },
    ...[0.02, 0.1, 0.3, 0.5, 0.8].map((part) => cut(part, "later")),
    ...[0.2, 0.5, 0.9].map((part) => cut(part, "earlier")),
    ...(taps < 2 ? [] : [0.1, 1, 10, 100, -1, -100].map(skewed)),
    { name: "every frame mirrored", frame: (frame) => [frame, frame] },
    ...each.map((i) => ({
      name: `tap ${i} idle`,
      frame: (frame: Frame, tap: number) => tap === i ? [] : [frame],
    })),
    ...(taps < 2 ? [] : each.map((i) => ({
      name: `tap ${i} missing`,
      taps: (all: readonly Tap[]) => all.filter((_, tap) => tap !== i),
    }))),
    ...(taps < 2 ? [] : each.map((i) => ({
      name: `tap ${i} alone`,
      taps: (all: readonly Tap[]) => [all[i]],
    }))),
  ];
}

/** Captures in memory: each is replayed dozens of times. */
class Captures {
  readonly span: Span = { from: Infinity, to: -Infinity };
  readonly #frames = new Map<string, Frame[]>();

  static async of(taps: readonly Tap[]): Promise<Captures> {
    const captures = new Captures();
    for (const { file } of taps) {
      const frames: Frame[] = [];
      captures.#frames.set(file, frames);
      await readCaptureFile(file, (frame) => {
        const bytes = frame.bytes.slice(frame.start, frame.end);
        const view = new DataView(bytes.buffer);
        frames.push({ ...frame, bytes, view, start: 0, end: bytes.length });
        captures.span.from = Math.min(captures.span.from, timeOf(frame));
        captures.span.to = Math.max(captures.span.to, timeOf(frame));
      });
    }
    return captures;
  }

  /** Reads them as a variant changes them. */
  reader({ frame: change }: Variant, taps: readonly Tap[]): CaptureReader {
    return (path, sink) => {
      const tap = taps.findIndex(({ file }) => file === path);
      let number = 0;
      for (const frame of this.#frames.get(path) ?? []) {
        const frames = change === undefined ? [frame] : change(frame, tap, this.span);
        for (const changed of frames) sink({ ...changed, number: ++number });
      }
      return Promise.resolve({ frames: number });
    };
  }
}

/** A profile of somebody who plays these roles and declares everything, at taps as the lab has them. */
function profileOf(suite: Suite, roles: readonly string[], taps: readonly Tap[]): Profile {
  const places = taps.map(({ name, node, side }) => [`${name}.pcapng`, { node, side }]);
  return profileSchema.parse({
    name: "captures",
    roles,
    classes: referenceScope(suite).classes,
    attach: { kind: "captures", taps: Object.fromEntries(places) },
  });
}

/** Whom captures are said to show, by name: each role that is there, all of them, and a wrong one. */
function claimsOf(suite: Suite, evidence: Evidence): [string, readonly string[]][] {
  const all = referenceScope(suite).roles;
  const there = [...new Set(Object.values(evidence.nodes).map(({ role }) => role))]
    .filter((role) => all.includes(role));
  // A tester plays by script, and wrongly on purpose, whichever role its device wants for a partner:
  // to claim that role is to claim what the captures do show.
  const bound = new Set(Object.values(suite.requirements).flatMap(({ binds }) => binds));
  const isScripted = Object.values(evidence.nodes).some(({ role }) => !bound.has(role));
  const absent = isScripted ? [] : all.filter((role) => !there.includes(role));
  return [
    ...there.map((role): [string, readonly string[]] => [`as ${role}`, [role]]),
    ...(there.length > 1 ? [["as all", there] as [string, readonly string[]]] : []),
    ...absent.slice(0, 1).map((
      role,
    ): [string, readonly string[]] => [`wrongly as ${role}`, [role]]),
  ];
}

function falseFails(judged: readonly JudgedCheck[], where: string): FalseFail[] {
  return judged.flatMap(({ check, outcome }) => {
    const { verdict } = outcome;
    if (verdict !== "fail" && verdict !== "error") return [];
    const why = verdict === "fail"
      ? `expected ${outcome.expected}, got ${outcome.actual}` +
        ` (${outcome.frames.map(({ capture, number }) => `${capture}#${number}`).join(" ")})`
      : outcome.reason;
    return [{ check: check.id, where, verdict, why }];
  });
}

/** Judges the evidence of one scenario in every way. */
export async function replay(suite: Suite, evidence: Evidence): Promise<FalseFail[]> {
  const scenario = evidence.scenario ?? "";
  const faulty = faultyRoles(suite, scenario);
  const found = falseFails(
    await judgeEvidence(suite, evidence, { everyCheck: true }),
    `${scenario}, by every check`,
  );
  const files = evidence.taps.map((tap) => ({ ...tap, file: `${evidence.directory}/${tap.file}` }));
  const captures = await Captures.of(files);
  const { roles } = referenceScope(suite);
  const claims = claimsOf(suite, evidence)
    .filter(([, claimed]) => !claimed.some((role) => faulty.includes(role)));
  for (const variant of claims.length === 0 ? [] : variants(files.length)) {
    const taps = variant.taps?.(files) ?? files;
    const paths = taps.map(({ file }) => file);
    const pairs = claims.map(([, claimed]) => {
      const profile = profileOf(suite, claimed, taps);
      return { suite, evidence: evidenceFromCaptures(suite.name, profile, paths, roles) };
    });
    // One walk for all claims: what reads the frames is the same for each.
    const judged = await judgeTogether(pairs, { read: captures.reader(variant, files) });
    for (const [i, [claim]] of claims.entries()) {
      found.push(...falseFails(judged[i], `${scenario}, ${variant.name}, ${claim}`));
    }
  }
  return found;
}

/** Which scenarios are replayed. */
export interface ReplayOptions {
  seed: number;
  /** Only scenarios whose id begins with this. */
  prefix?: string;
  /** Only every `of`th scenario, beginning with this one; all of them unless told. */
  shard?: { index: number; of: number };
}

/** Runs the scenarios of a suite in memory and replays each; `look` is told of every one. */
export async function crossReplay(
  suite: Suite,
  { seed, prefix = "", shard = { index: 0, of: 1 } }: ReplayOptions,
  look: (scenario: string, found: FalseFail[]) => void,
): Promise<void> {
  const root = await temporaryFolder("replay", MEMORY);
  const world = new MemoryWorld();
  const chosen = planRun([suite], [], {}).filter(({ scenario }) => scenario.id.startsWith(prefix));
  try {
    for (const { scenario, profiles } of chosen.filter((_, i) => i % shard.of === shard.index)) {
      const directory = `${root}/evidence`;
      await world.run({ suite, scenario, profiles, seed, directory });
      look(scenario.id, await replay(suite, await loadEvidence(directory)));
      await Deno.remove(directory, { recursive: true });
    }
  } finally {
    await world.close();
    await Deno.remove(root, { recursive: true });
  }
}

if (import.meta.main) {
  const [word, prefix] = Deno.args;
  const suite = await projectSuite(word);
  if (suite === undefined) throw new Error(`Cannot replay ${word} as there is no such suite`);
  const byCheck = new Map<string, FalseFail[]>();
  await crossReplay(suite, { seed: 1, prefix }, (_, found) => {
    for (const fault of found) {
      byCheck.set(fault.check, [...byCheck.get(fault.check) ?? [], fault]);
    }
  });
  for (const [check, found] of [...byCheck].sort(([a], [b]) => a < b ? -1 : 1)) {
    console.log(`${check}: ${found.length}`);
    for (const { where, verdict, why } of found.slice(0, 3)) {
      console.log(`    ${where}: ${verdict}: ${why}`);
    }
  }
  console.log(`${byCheck.size} checks`);
}
