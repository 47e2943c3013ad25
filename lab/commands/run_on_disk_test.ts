import assert from "node:assert/strict";
import { openRun, readReport } from "./run_on_disk.ts";

/** What stands at the place of a document of a run directory, and how it is refused. */
const ATTACKS: [RegExp, (path: string) => Promise<unknown>][] = [
  [/is a link/, (path) => Deno.symlink("/dev/zero", path)],
  [/got a FIFO/, (path) => new Deno.Command("mkfifo", { args: [path] }).output()],
  [/at most \d+ octets/, async (path) => {
    await Deno.writeTextFile(path, "{");
    await Deno.truncate(path, 2 ** 40);
  }],
  [/nest at most/, (path) => Deno.writeTextFile(path, "[".repeat(100_000))],
];

async function attacked(name: string, attack: (path: string) => Promise<unknown>) {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-disk-" });
  try {
    const plan = {
      ...{ schema: 1, plumbline: "", commit: "", kernel: "", started: "2026-11-29T00:00:00Z" },
      ...{ command: "", seed: 1, world: "memory", suites: ["l2tp"], devices: [], scenarios: [] },
    };
    await Deno.writeTextFile(`${folder}/plan.json`, JSON.stringify(plan));
    if (name === "plan.json") await Deno.remove(`${folder}/plan.json`);
    await attack(`${folder}/${name}`);
    const run = await openRun(folder);
    return { run, report: readReport(run) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const [why, attack] of ATTACKS) {
  Deno.test(`documents of a run directory are refused: ${why.source}`, async () => {
    for (const name of ["plan.json", "manifest.json"]) {
      assert.match((await attacked(name, attack)).run.unproven ?? "", why);
    }
    const { report } = await attacked("report.json", attack);
    assert.match(String(report), why);
  });
}
