import assert from "node:assert/strict";
import { examplesIn, WorkedCopy } from "./_testing/worked_examples.ts";

const GUIDE = new URL("../../CONTRIBUTING.md", import.meta.url);

/** What a newcomer wants to add, as the guide's headings call it. */
const WANTED = [
  ...["check", "requirement", "header", "scenario", "device", "suite", "world"],
  "legal variants of your own",
];

const examples = examplesIn(await Deno.readTextFile(GUIDE));

Deno.test("the guide has a worked example for everything that a newcomer wants to add", () => {
  const titles = examples.map(({ title }) => title.toLowerCase());
  const missing = WANTED.filter((word) => !titles.some((title) => title.includes(word)));
  assert.deepEqual(missing, []);
  assert.deepEqual(examples.filter(({ commands }) => commands.length === 0), []);
});

// One copy for all: what is compiled of it for one example serves the next.
let copy: Promise<WorkedCopy> | undefined;
Deno.test.afterAll(async () => (await copy)?.remove());

for (const example of examples) {
  Deno.test(`whoever follows "${example.title}" arrives`, async () => {
    copy ??= WorkedCopy.make();
    assert.deepEqual(await (await copy).follow(example), []);
  });
}
