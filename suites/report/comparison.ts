/** What changed between two runs, as data. */
import { z } from "zod";
import { EXIT } from "../engine/conclusion.ts";
import { gravestWord, GRAVITY, type VerdictWord } from "../kit/verdict.ts";
import type { Report, ReportCheck } from "./model.ts";
import { isWaived } from "./words.ts";

const verdict = z.enum(["pass", "fail", "inconclusive", "not_applicable", "error"]);

const change = {
  /** What became of it: `absent` and `new` mean that only one of the runs judged it. */
  change: z.enum(["newly_failing", "fixed", "worse", "better", "absent", "new"]),
  /** Verdict in the first run. */
  before: verdict.optional(),
  /** Verdict in the second one. */
  after: verdict.optional(),
};

const runSchema = z.strictObject({
  /** The directory, as it was named. */
  run: z.string(),
  started: z.string(),
  plumbline: z.string(),
  commit: z.string(),
  device: z.string(),
  device_version: z.string(),
  /** SHA-256 of each device's profile; none where the reference peers were tested. */
  profiles: z.array(z.string()),
  suites: z.array(z.string()),
  world: z.string(),
  seed: z.int(),
  selection: z.boolean(),
  conclusion: z.string(),
});

/** Schema of what `compare --json` prints. */
export const comparisonSchema = z.strictObject({
  schema: z.literal(1),
  before: runSchema,
  after: runSchema,
  /** Fields of the runs above in which they differ. */
  differences: z.array(z.string()),
  requirements: z.array(
    z.strictObject({ id: z.string(), suite: z.string(), required: z.boolean(), ...change }),
  ),
  /** Scenarios by their evidence directory: the gravest verdict on each. */
  scenarios: z.array(z.strictObject({ evidence: z.string(), ...change })),
  /** Judgements of a check on a scenario. */
  checks: z.array(z.strictObject({
    ...{ id: z.string(), evidence: z.string(), required: z.boolean(), ...change },
    /** Whether the profile of the second run records the failure. */
    finding: z.enum(["known", "new"]).optional(),
  })),
  /** Ids of checks. */
  findings: z.strictObject({
    /** Recorded, and seen in the second run. */
    known: z.array(z.string()),
    /** Seen in the second run, and neither recorded nor seen in the first. */
    new: z.array(z.string()),
    /** Seen in both runs, and recorded by nobody. */
    unrecorded: z.array(z.string()),
    /** Seen in the first run, or recorded; in the second their checks pass. */
    no_longer_seen: z.array(z.string()),
  }),
  exit_code: z.int().min(0).max(4),
});

/** What changed between two runs. */
export type Comparison = z.infer<typeof comparisonSchema>;
/** One side of a comparison. */
export type ComparedRun = z.infer<typeof runSchema>;
type Change = Pick<Comparison["scenarios"][number], "change" | "before" | "after">;

/** The JSON Schema of a comparison, as it is published. */
export function comparisonJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(comparisonSchema),
    title: "Plumbline comparison",
    description: "What changed between two runs of Plumbline.",
  };
}

/** A report with what of its run the report does not say. */
export interface Side {
  run: string;
  report: Report;
  profiles: readonly string[];
}

/** What of two runs may differ without a verdict telling it. */
const COMPARED = [
  ...["plumbline", "commit", "device", "device_version", "profiles", "suites", "world"] as const,
  ...["seed", "selection"] as const,
];

/** Compares two runs. */
export function compareReports(first: Side, second: Side): Comparison {
  const [before, after] = [first, second].map(describe);
  const [a, b] = [first.report, second.report];
  const changes = differ(a.run.selection);
  const rows = (report: Report) => new Map(report.requirements.map((row) => [row.id, row]));
  const [rowsA, rowsB] = [rows(a), rows(b)];
  const required = (id: string) =>
    rowsA.get(id)?.required === true && !isWaived(a, { id }) ||
    rowsB.get(id)?.required === true && !isWaived(b, { id });
  const requirements = changes(verdicts(rowsA), verdicts(rowsB)).map(([id, change]) => ({
    ...{ id, suite: (rowsB.get(id) ?? rowsA.get(id))!.suite, required: required(id), ...change },
  }));
  const [checksA, checksB] = [a, b].map(judgements);
  const checks = changes(verdicts(checksA), verdicts(checksB)).map(([key, change]) => {
    const { id, evidence, covers, finding } = (checksB.get(key) ?? checksA.get(key))!;
    const failing = change.after === "fail" && finding !== undefined ? { finding } : {};
    return { id, evidence, required: covers.some(required), ...change, ...failing };
  });
  const partial = {
    ...{ schema: 1 as const, before, after, requirements, checks },
    differences: COMPARED.filter((key) =>
      JSON.stringify(before[key]) !== JSON.stringify(after[key])
    ),
    scenarios: changes(worst(a), worst(b)).map(([evidence, change]) => ({ evidence, ...change })),
    findings: findingsOf(a, b),
  };
  const common = [...checksB.keys()].some((key) => checksA.has(key));
  return { ...partial, exit_code: codeOf(partial, common) };
}

function describe({ run, report, profiles }: Side): ComparedRun {
  const { run: { started, commit, world, seed, selection }, device, plumbline, conclusion } =
    report;
  return {
    ...{ run, started, plumbline, commit, world, seed, selection, conclusion },
    ...{ device: device.name, device_version: device.version, profiles: [...profiles].sort() },
    suites: report.suites.map(({ name }) => name),
  };
}

function judgements({ suites }: Report): Map<string, ReportCheck> {
  return new Map(
    suites.flatMap(({ checks }) => checks).map((one) => [`${one.id} on ${one.evidence}`, one]),
  );
}

function verdicts(map: ReadonlyMap<string, { verdict: VerdictWord }>): Map<string, VerdictWord> {
  return new Map([...map].map(([key, { verdict }]) => [key, verdict]));
}

/** The gravest verdict on each piece of evidence. */
function worst({ suites }: Report): Map<string, VerdictWord> {
  const groups = Map.groupBy(suites.flatMap(({ checks }) => checks), ({ evidence }) => evidence);
  return new Map([...groups].map(([evidence, all]) => [
    evidence,
    gravestWord(all.map(({ verdict }) => verdict)),
  ]));
}

/** What differs between two tables of verdicts, sorted by the key. */
type Differ = (
  before: ReadonlyMap<string, VerdictWord>,
  after: ReadonlyMap<string, VerdictWord>,
) => [string, Change][];

/** @param part Whether the first run left out what it was not asked for. */
function differ(part: boolean): Differ {
  return (before, after) =>
    [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
      const [was, is] = [before.get(key), after.get(key)];
      if (was === is) return [];
      const change: Change = {
        change: changeOf(asked(was), asked(is), part),
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      };
      return [[key, change]];
    });
}

/** What is not asked of a device nobody judged. */
function asked(word: VerdictWord | undefined): VerdictWord | undefined {
  return word === "not_applicable" ? undefined : word;
}

function changeOf(
  was: VerdictWord | undefined,
  is: VerdictWord | undefined,
  part: boolean,
): Change["change"] {
  const isBad = (word: VerdictWord | undefined) => word === "fail" || word === "error";
  if (is === undefined) return "absent";
  if (was === undefined) return isBad(is) && !part ? "newly_failing" : "new";
  if (isBad(is)) return isBad(was) ? "worse" : "newly_failing";
  if (isBad(was)) return is === "pass" ? "fixed" : "better";
  return GRAVITY.indexOf(is) < GRAVITY.indexOf(was) ? "worse" : "better";
}

function findingsOf(a: Report, b: Report): Comparison["findings"] {
  const failing = ({ suites }: Report) =>
    suites.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === "fail");
  const [was, is] = [a, b].map((report) => new Set(failing(report).map(({ id }) => id)));
  const known = new Set(
    failing(b).filter(({ finding }) => finding === "known").map(({ id }) => id),
  );
  const gone = (b.device.findings ?? []).filter(({ state }) => state === "no_longer_seen")
    .map(({ check }) => check);
  const byId = Map.groupBy(b.suites.flatMap(({ checks }) => checks), ({ id }) => id);
  const passes = (id: string) => byId.get(id)?.every(({ verdict }) => verdict === "pass") === true;
  const sorted = (ids: Iterable<string>) => [...new Set(ids)].sort();
  return {
    known: sorted(known),
    new: sorted([...is].filter((id) => !known.has(id) && !was.has(id))),
    unrecorded: sorted([...is].filter((id) => !known.has(id) && was.has(id))),
    no_longer_seen: sorted([...gone, ...[...was].filter(passes)]),
  };
}

/** The exit code: what became worse of what is required. */
function codeOf(
  { requirements, checks, after }: Pick<Comparison, "requirements" | "checks" | "after">,
  common: boolean,
): number {
  if (after.conclusion === "error") return EXIT.error;
  const owed = [...requirements, ...checks].filter(({ required }) => required);
  if (owed.some(({ change }) => change === "newly_failing")) return EXIT.not_conformant;
  // A selection says nothing of what it left out.
  const lost = owed.some(({ change, before }) =>
    before === "pass" && (change === "worse" || change === "absent" && !after.selection)
  );
  return lost || !common ? EXIT.inconclusive : EXIT.conformant;
}
