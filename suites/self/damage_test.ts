import assert from "node:assert/strict";
import type { EvidenceRecord } from "../kit/evidence.ts";
import { allSuites } from "../registry.ts";
import type { Suite } from "../kit/suite.ts";
import { forEachEvidence, formatJudgement, judge } from "./_testing/memory_runs.ts";

/** Ways in which evidence goes bad. Each changes the directory in place. */
const DAMAGES: Record<string, (directory: string) => Promise<void>> = {
  "dropped frames": (directory) =>
    change(directory, ({ captureCounters }) => {
      Object.values(captureCounters)[0].dropped = 1;
    }),
  "lost counters": (directory) =>
    change(directory, (record) => {
      record.captureCounters = {};
    }),
  "a capture cut in its last octet": (directory) => rewrite(directory, (all) => all.slice(0, -1)),
  "empty captures": (directory) => rewrite(directory, () => new Uint8Array(0)),
  "captures of something else": (directory) =>
    rewrite(directory, (all) => new Uint8Array(all.length).fill(0x41)),
  "no captures": async (directory) => {
    for (const { file } of (await recordOf(directory)).taps) {
      await Deno.remove(`${directory}/${file}`);
    }
  },
  "garbage in a trace": async (directory) => {
    for (const { file } of (await recordOf(directory)).traces) {
      await Deno.writeTextFile(`${directory}/${file}`, '{"t":1,\n', { append: true });
    }
  },
};

async function recordOf(directory: string): Promise<EvidenceRecord> {
  return JSON.parse(await Deno.readTextFile(`${directory}/scenario.json`));
}

async function change(
  directory: string,
  edit: (record: EvidenceRecord) => void,
): Promise<void> {
  const record = await recordOf(directory);
  edit(record);
  await Deno.writeTextFile(`${directory}/scenario.json`, JSON.stringify(record));
}

async function rewrite(
  directory: string,
  edit: (octets: Uint8Array) => Uint8Array,
): Promise<void> {
  for (const { file } of (await recordOf(directory)).taps) {
    const path = `${directory}/${file}`;
    await Deno.writeFile(path, edit(await Deno.readFile(path)));
  }
}

/** The suite with its light scenarios alone: damage does not depend on how much was lost. */
function light(suite: Suite): Suite {
  return { ...suite, scenarios: suite.scenarios.filter(({ heavy }) => !heavy) };
}

for (const suite of await allSuites()) {
  const word = suite.name;
  Deno.test(`${word}: damaged evidence never gives a verdict`, async () => {
    await forEachEvidence(light(suite), [], async (directory, name) => {
      for (const [what, damage] of Object.entries(DAMAGES)) {
        const copy = `${directory}.damaged`;
        await copyFiles(directory, copy);
        await damage(copy);
        for (const one of await judge(suite, copy)) {
          assert.equal(
            one.outcome.verdict,
            "inconclusive",
            `${what}: ${formatJudgement(name, one)}`,
          );
        }
        await Deno.remove(copy, { recursive: true });
      }
    });
  });
}

async function copyFiles(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
