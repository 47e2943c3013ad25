import { projectSuite } from "../../suites/registry.ts";
import { join } from "../../suites/kit/paths.ts";
import { listed } from "../../suites/kit/listed.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import { buildReport } from "../../suites/report/build.ts";
import type { Report } from "../../suites/report/model.ts";
import type { Scope } from "../../suites/engine/scope.ts";
import { applyWaivers, judgeRequirements } from "../../suites/engine/tally.ts";
import type { Judged } from "./run_scenarios.ts";
import { answerText, terminal } from "./answer_text.ts";
import { summaryText } from "./summary.ts";
import { print, printJson } from "./usage.ts";

/** What a judging command knows at its end. */
export interface Finished {
  judged: readonly Judged[];
  scopes: ReadonlyMap<string, Scope>;
  /** Profiles under test; none when these were plain reference peers. */
  devices: readonly Profile[];
  run: Report["run"];
  /** What the conversations of captures came to, where nothing but captures was judged. */
  conversations?: Report["conversations"];
  /** The captures, where they are not those of what was judged. */
  captures?: Report["captures"];
  /** Where the run directory is, when there is one to write. */
  directory?: string;
  json: boolean;
}

/** Draws the conclusion, writes the run directory, prints the result; gives the exit code. */
export async function finish(finished: Finished): Promise<number> {
  const { directory, devices, json, conversations } = finished;
  const report = concludes(finished);
  if (directory !== undefined) {
    // Loaded when it is needed: whoever wants no report should not wait for its pages.
    const { writeRun } = await import("../../suites/report/write.ts");
    await writeRun(directory, report, devices, { suiteOf: projectSuite });
  }
  if (json) printJson(report);
  else {
    print(conversations === undefined ? summaryText(report) : answerText(report, terminal()));
    if (directory !== undefined) print(`Report: ${join(directory, "report.html")}`);
  }
  return report.exit_code;
}

/** Makes the report of everything that was judged. */
export function concludes(finished: Omit<Finished, "json" | "directory">): Report {
  const { judged, scopes, devices, run, conversations } = finished;
  const suites = [...new Set(judged.map(({ suite }) => suite))].map((suite) => ({
    suite,
    checks: judged.filter((result) => result.suite === suite).flatMap(({ checks }) => checks),
  }));
  const requirements = suites.flatMap(({ suite, checks }) =>
    judgeRequirements(
      suite,
      checks,
      scopes.get(suite.name)!,
      // Nobody owes what nobody declared.
      run.selection || conversations?.undeclared === true,
    )
  );
  const exceptions = devices.flatMap((device) => device.exceptions);
  const waivers = applyWaivers(exceptions, requirements, run.started.slice(0, 10));
  return buildReport({
    run,
    device: {
      ...(conversations?.undeclared
        ? { name: "the captures", vendor: "", version: "" }
        : devices.length === 0
        ? { name: "reference peers", vendor: "Plumbline", version: "" }
        : {
          name: listed(devices.map(({ name }) => name)),
          vendor: listed(devices.map(({ vendor }) => vendor)),
          version: listed(devices.map(({ version }) => version).filter(Boolean)),
        }),
      roles: [...new Set([...scopes.values()].flatMap(({ roles }) => roles))],
      classes: [...new Set([...scopes.values()].flatMap(({ classes }) => classes))],
    },
    suites,
    requirements,
    waivers,
    conversations,
    captures: finished.captures ?? judged.flatMap(({ captures }) => captures),
    notes: judged.flatMap(({ note, captures: [capture] }) =>
      note === undefined || capture === undefined
        ? []
        : [{ evidence: capture.evidence, text: note }]
    ),
  });
}
