/** What a forger might do to the report of a run, and its pages. */
import assert from "node:assert/strict";
import type { Report } from "../../suites/report/model.ts";
import { change, check, forgeManifest, onCopy } from "./_testing/run_copy.ts";

Deno.test("a forged report is held against the evidence, with its manifest forged as well", async () => {
  await onCopy(async (run) => {
    await change<Report>(`${run}/report.json`, (report) => {
      report.suites[0].checks[0].verdict = "fail";
    });
    for (const forge of [() => {}, () => forgeManifest(run)]) {
      await forge();
      const report = await check(run);
      assert.equal(report.conclusion, "inconclusive");
      assert.match(report.contradiction ?? "", /report.json says fail of .* and the evidence pass/);
    }
    await change<Report>(`${run}/report.json`, (report) => {
      report.suites[0].checks[0].verdict = "pass";
      report.exit_code = 1;
      report.conclusion = "not_conformant";
    });
    const report = await check(run);
    assert.match(report.contradiction ?? "", /says not_conformant, and the evidence conformant/);
  });
});

const FORGERIES: Record<string, [RegExp, (report: Report) => void]> = {
  "a device renamed": [/"Acme" at device\.name, and/, (report) => report.device.name = "Acme"],
  "a class added": [/at device\.classes/, (report) => report.device.classes.push("F8")],
  "a requirement reworded": [
    /"nothing much" at requirements/,
    (report) => report.requirements[3].text = "nothing much",
  ],
  "a capture left out": [/at captures/, (report) => report.captures.pop()],
  "a note invented": [
    /notes "certified by Acme"/,
    (report) => report.notes = [{ evidence: "", text: "certified by Acme" }],
  ],
  "a scope left out": [/nothing at run\.scope/, (report) => delete report.run.scope],
  "another day": [/at run\.started/, (report) => report.run.started = "2026-01-01T00:00:00Z"],
};

for (const [what, [expected, forge]] of Object.entries(FORGERIES)) {
  Deno.test(`a report with ${what} is not what the evidence says`, async () => {
    await onCopy(async (run) => {
      await change<Report>(`${run}/report.json`, forge);
      await forgeManifest(run);
      const report = await check(run);
      assert.match(report.contradiction ?? "", expected);
      assert.equal(report.conclusion, "inconclusive");
    });
  });
}

Deno.test("a page that does not show its report is told", async () => {
  await onCopy(async (run) => {
    const page = `${run}/report.html`;
    const was = await Deno.readTextFile(page);
    await Deno.writeTextFile(page, `${was}<p>Certified by Acme</p>`);
    assert.match(
      (await check(run)).contradiction ?? "",
      /report\.html is not what the manifest says/,
    );
    await Deno.writeTextFile(page, was);
    await Deno.writeTextFile(`${run}/summary.md`, "# Conformant\n");
    await forgeManifest(run);
    assert.match(
      (await check(run)).contradiction ?? "",
      /summary\.md does not say what report\.json/,
    );
  });
});
