/** Writes the report of a run directory anew, from its evidence. */
import { EXIT } from "../../suites/engine/conclusion.ts";
import { shellWord } from "../../suites/report/shell.ts";
import { writeAgain } from "../../suites/report/write.ts";
import { projectSuite } from "../../suites/registry.ts";
import { escapeControls } from "../../captures/escape.ts";
import { concludes } from "./finish.ts";
import { judgeOpened } from "./judge_run.ts";
import type { Plan } from "../../suites/engine/plan.ts";
import { runOf } from "./owed.ts";
import { exists, openRun, readReport, type RunOnDisk } from "./run_on_disk.ts";
import { print, printJson, UsageError } from "./usage.ts";

/** Runs `report`; gives the exit code. */
export async function report(directory: string, options: { json?: boolean }): Promise<number> {
  const started = Date.now();
  const { disk, plan } = await open(directory);
  const judged = await judgeOpened(directory, disk, {});
  const { contradiction, scope } = judged;
  const { root, manifest } = disk;
  const id = root.split("/").at(-1)!;
  const run = runOf(plan, { id, milliseconds: Date.now() - started, scope });
  const made = concludes({
    ...judged,
    run,
    contradiction: undefined,
    // The report lies beside the captures, and goes where they go.
    judged: judged.judged.map((one) => ({
      ...one,
      captures: one.captures.map((capture) => ({
        ...capture,
        file: capture.file.slice(root.length + 1),
      })),
    })),
  });
  await writeAgain(root, made, judged.devices, manifest, { suiteOf: projectSuite });
  if (contradiction !== undefined) {
    console.error(`written anew, as what stood there was wrong: ${escapeControls(contradiction)}`);
  }
  if (exists(`${root}/certificate.json`)) {
    console.error("its certificate no longer holds, as it is one of what stood there before");
  }
  if (options.json) printJson(made);
  else print(`Report: ${directory.replace(/(?<=.)\/+$/, "")}/report.html`);
  return contradiction === undefined ? EXIT.conformant : EXIT.inconclusive;
}

/** The run of a directory. @throws {UsageError} When it is none, or only a part of one. */
async function open(directory: string): Promise<{ disk: RunOnDisk; plan: Plan }> {
  let disk: RunOnDisk;
  try {
    disk = await openRun(directory);
  } catch {
    throw new UsageError(`Cannot open run directory ${directory}: there is none`);
  }
  const { plan, only } = disk;
  if (plan !== undefined && only === undefined) return { disk, plan };
  const found = readReport(disk);
  const hint = typeof found === "object" && found.run.world === "captures"
    ? `; its captures lie elsewhere: ${shellWord(found.run.command)} judges them again`
    : "";
  throw new UsageError(`Cannot write the report of ${directory} as no plan.json lies in it${hint}`);
}
