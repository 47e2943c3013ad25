/** Copies of a run that tests may change as a forger would. */
import assert from "node:assert/strict";
import { copy } from "../../_testing/copy.ts";
import { buildManifest } from "../../../suites/report/manifest.ts";
import type { Report } from "../../../suites/report/model.ts";
import { concludes } from "../finish.ts";
import { judgeRun, type RunChoice } from "../judge_run.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** A conformant run in memory, made once, and copied for whoever changes it. */
let original: Promise<string> | undefined;

async function make(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-roads-" });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", MAIN, "certify", "--world", "memory"],
      ...["--suite", "tunnel_cluster", "--out", `${folder}/run`],
    ],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return folder;
}

/** Hands `body` a copy of the run, and removes it. */
export async function onCopy(body: (run: string, folder: string) => Promise<void>): Promise<void> {
  const from = await (original ??= make());
  const folder = await Deno.makeTempDir({ prefix: "plumbline-road-" });
  try {
    await copy(`${from}/run`, `${folder}/run`);
    await body(`${folder}/run`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

addEventListener("unload", () => {
  original?.then((folder) => Deno.removeSync(folder, { recursive: true }));
});

/** What `check` says of a directory. */
export async function check(path: string, choice: RunChoice = {}): Promise<Report> {
  const { seed, world, selection, scope, ...judged } = await judgeRun(path, choice);
  const run: Report["run"] = {
    ...{ id: "check", started: "2026-11-29T00:00:00Z", kernel: "", commit: "", command: "" },
    ...{ seed, world, selection, ...(scope === undefined ? {} : { scope }), duration_ms: 0 },
  };
  return concludes({ ...judged, run });
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** Changes a JSON file. */
export async function change<T>(path: string, step: (value: T) => void): Promise<void> {
  const value = await readJson<T>(path);
  step(value);
  await Deno.writeTextFile(path, JSON.stringify(value));
}

/** Writes the manifest anew over whatever the run directory has become, as a forger would. */
export async function forgeManifest(run: string): Promise<void> {
  const { run: about } = await readJson<Report>(`${run}/report.json`);
  const manifest = await buildManifest(run, about, []);
  await Deno.writeTextFile(`${run}/manifest.json`, JSON.stringify(manifest));
}
