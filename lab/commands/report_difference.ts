/** How a report that stands in a run directory differs from what the evidence of the run says. */
import { isDeepStrictEqual } from "node:util";
import { Limit, readTextInside } from "../../suites/engine/run_files.ts";
import { resolve } from "../../suites/kit/paths.ts";
import { junitXml } from "../../suites/report/junit.ts";
import { summaryMarkdown } from "../../suites/report/markdown.ts";
import type { Report } from "../../suites/report/model.ts";
import { changeOf, type RunOnDisk } from "./run_on_disk.ts";

/** What two judgements of the same evidence need not have in common; notes are compared apart. */
const OF_THE_JUDGING: ReadonlySet<string> = new Set(["duration_ms", "contradiction", "notes"]);

/** What is rendered from `report.json` beside it. */
const PAGES = ["report.html", "junit.xml", "summary.md"];

/** Characters of a value that a sentence shows. */
const SHOWN = 80;

/**
 * The first difference between two reports of the same evidence, as a sentence: verdicts first, then
 * everything else that they say.
 * @param root The run directory.
 * @param part Whether only a part of the run was judged again: then its verdicts alone are compared.
 */
export function differenceOf(
  theirs: Report,
  ours: Report,
  { root, part }: { root: string; part: boolean },
): string | undefined {
  return differentVerdict(theirs, ours, part) ??
    (part ? undefined : anyDifference(located(theirs, root), located(ours, root)));
}

/** A report without the name of its directory, which anybody may move, and with absolute paths. */
function located(report: Report, root: string): Report {
  const captures = report.captures.map((one) => ({ ...one, file: resolve(root, one.file) }));
  return { ...report, captures, run: { ...report.run, id: "" } };
}

/**
 * The first page of a run directory that does not show its report, as a sentence. The large one is
 * held against the manifest alone: `report` writes it anew.
 * @param report What `report.json` says.
 */
export function differentPage(run: RunOnDisk, report: Report): string | undefined {
  const changed = PAGES.map((name) => changeOf(run, name)).find((one) => one !== undefined);
  if (changed !== undefined) return changed;
  const rendered = { "junit.xml": junitXml(report), "summary.md": summaryMarkdown(report) };
  const wrong = Object.entries(rendered).find(([name, text]) =>
    readTextInside(run.root, name, Limit.report) !== text
  );
  return wrong && `${wrong[0]} does not say what report.json says`;
}

function differentVerdict(theirs: Report, ours: Report, part: boolean): string | undefined {
  const key = ({ id, evidence }: { id: string; evidence: string }) => `${id} on ${evidence}`;
  const [a, b] = [theirs, ours].map((report) =>
    new Map([
      ...report.suites.flatMap(({ checks }) => checks).map((c) => [key(c), c.verdict] as const),
      ...(part ? [] : report.requirements.map(({ id, verdict }) => [id, verdict] as const)),
    ])
  );
  for (const name of new Set([...(part ? [] : a.keys()), ...b.keys()])) {
    if (a.get(name) === b.get(name)) continue;
    const said = a.get(name) ?? "nothing";
    return `report.json says ${said} of ${name}, and the evidence ${b.get(name) ?? "nothing"}`;
  }
  return undefined;
}

/** The first difference between two JSON values, as a sentence; undefined where there is none. */
export function valueDifference(
  theirs: unknown,
  ours: unknown,
): { at: string; theirs: string; ours: string } | undefined {
  const found = firstDifference(theirs, ours, "");
  return found && { at: found.at, theirs: shown(found.theirs), ours: shown(found.ours) };
}

function anyDifference(theirs: Report, ours: Report): string | undefined {
  if (theirs.exit_code !== ours.exit_code || theirs.conclusion !== ours.conclusion) {
    return `report.json says ${theirs.conclusion}, and the evidence ${ours.conclusion}`;
  }
  const invented = theirs.notes?.find((note) =>
    !ours.notes?.some((other) => isDeepStrictEqual(note, other))
  );
  if (invented !== undefined) {
    return `report.json notes ${shown(invented.text)}, and the evidence does not`;
  }
  const found = valueDifference(theirs, ours);
  return found &&
    `report.json says ${found.theirs} at ${found.at}, and the evidence ${found.ours}`;
}

interface Difference {
  at: string;
  theirs: unknown;
  ours: unknown;
}

function firstDifference(theirs: unknown, ours: unknown, at: string): Difference | undefined {
  if (isDeepStrictEqual(theirs, ours)) return undefined;
  if (!isContainer(theirs) || !isContainer(ours)) return { at, theirs, ours };
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  for (const name of names) {
    if (OF_THE_JUDGING.has(name)) continue;
    const found = firstDifference(
      Object.getOwnPropertyDescriptor(theirs, name)?.value,
      Object.getOwnPropertyDescriptor(ours, name)?.value,
      at === "" ? name : `${at}.${name}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
