import { join } from "../../suites/kit/paths.ts";
import { listed } from "../../suites/kit/listed.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { buildReport } from "../../suites/report/build.ts";
import type { Report } from "../../suites/report/model.ts";
import type { Scope } from "../../suites/engine/scope.ts";
import { applyWaivers, judgeRequirements } from "../../suites/engine/tally.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { projectSuite } from "../../suites/registry.ts";
import type { Judged } from "./run_scenarios.ts";
import { answerText } from "./answer_text.ts";
import { summaryText } from "./summary.ts";
import { styleOf, wrapped } from "../terminal/style.ts";
import { print, printJson } from "./usage.ts";

/** What a judging command knows at its end. */
export interface Finished {
  judged: readonly Judged[];
  /** What the devices have to answer for, by suite: also where nothing was judged. */
  owed: ReadonlyMap<Suite, readonly Scope[]>;
  /** Profiles under test; none when these were the reference peers. */
  devices: readonly Profile[];
  run: Report["run"];
  /** What a reader must know besides what the scenarios say. */
  notes?: NonNullable<Report["notes"]>;
  /** What the run directory says that its evidence does not. */
  contradiction?: string;
  /** What the conversations of captures came to, where nothing but captures was judged. */
  conversations?: Report["conversations"];
  /** The captures, where they are not those of what was judged. */
  captures?: Report["captures"];
}

/** Where the result of a command goes. */
export interface Output {
  /** Run directory, when there is one to write. */
  directory?: string;
  /** Where the captures go with what was found on their frames, when that is asked for. */
  annotate?: string;
  /** Where a capture of the report lies, when scapy is to read its proof as well. */
  secondOpinion?: (file: string) => string;
  json: boolean;
}

/** Draws the conclusion, writes the run directory, prints the result; gives the exit code. */
export async function finish(
  finished: Finished,
  { directory, annotate, secondOpinion, json }: Output,
): Promise<number> {
  const report = concludes(finished);
  const opinion = secondOpinion === undefined ? [] : await askScapy(report, secondOpinion);
  if (opinion.length > 0) {
    report.notes = [...report.notes ?? [], ...opinion.map((text) => ({ evidence: "", text }))];
  }
  if (directory !== undefined) {
    // Loaded when it is needed: whoever wants no report should not wait for its pages.
    const { writeRun } = await import("../../suites/report/write.ts");
    await writeRun(directory, report, finished.devices, { suiteOf: projectSuite });
  }
  if (json) printJson(report);
  else {
    const style = styleOf("stdout");
    const more = directory === undefined ? "--out DIR writes them all" : "the report has them all";
    print(
      report.conversations === undefined
        ? summaryText(report, style, more)
        : answerText(report, style),
    );
    for (const text of opinion) print(wrapped(`Second opinion: ${text}.`, 2, style).join("\n"));
    if (directory !== undefined) print(`Report: ${join(directory, "report.html")}`);
  }
  if (annotate !== undefined) {
    const { annotateCaptures } = await import("./annotate.ts");
    for (const path of await annotateCaptures(report, annotate)) {
      console.error(`Annotated: ${path}`);
    }
  }
  return report.exit_code;
}

/** What scapy reads in the frames that failures cite, in sentences. */
async function askScapy(report: Report, pathOf: (file: string) => string): Promise<string[]> {
  const { opinionSentences, secondOpinion } = await import("../scapy/second_opinion.ts");
  return opinionSentences(await secondOpinion(report, pathOf));
}

/**
 * Makes the report of everything that was judged.
 * @param today The day that exceptions are held against, `YYYY-MM-DD`.
 */
export function concludes(finished: Finished, today = finished.run.started.slice(0, 10)): Report {
  const { judged, owed, devices, run, notes = [], contradiction, conversations } = finished;
  // Nobody owes what nobody declared.
  const selected = run.selection || conversations?.undeclared === true;
  const suites = [...owed.keys()].map((suite) => ({
    suite,
    checks: judged.filter((result) => result.suite === suite).flatMap(({ checks }) => checks),
  }));
  const requirements = suites.flatMap(({ suite, checks }) =>
    judgeRequirements(suite, checks, owed.get(suite)!, selected)
  );
  const exceptions = devices.flatMap((device) => device.exceptions);
  const waivers = applyWaivers(exceptions, requirements, today);
  const declared = devices.length > 0 ? devices : [...owed.values()].flat();
  return buildReport({
    run,
    device: {
      ...namesOf(devices, conversations?.undeclared === true),
      roles: [...new Set(declared.flatMap(({ roles }) => roles))],
      classes: [...new Set(declared.flatMap(({ classes }) => classes))],
    },
    profiles: devices,
    suites,
    requirements,
    waivers,
    captures: finished.captures ?? judged.flatMap(({ captures }) => captures),
    notes: [
      ...judged.flatMap(({ note, captures: [capture] }) =>
        note === undefined || capture === undefined
          ? []
          : [{ evidence: capture.evidence, text: note }]
      ),
      ...notes,
    ],
    ...(contradiction === undefined ? {} : { contradiction }),
    ...(conversations === undefined ? {} : { conversations }),
  });
}

/** Who was judged. @param undeclared Whether nobody said who it is. */
function namesOf(devices: readonly Profile[], undeclared: boolean) {
  if (undeclared) return { name: "the captures", vendor: "", version: "" };
  if (devices.length === 0) return { name: "reference peers", vendor: "Plumbline", version: "" };
  return {
    name: listed(devices.map(({ name }) => name)),
    vendor: listed(devices.map(({ vendor }) => vendor)),
    version: listed(devices.map(({ version }) => version).filter(Boolean)),
  };
}
