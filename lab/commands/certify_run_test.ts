/** Runs that play less, or more, than each scenario once: what they say, and that a check agrees. */
import assert from "node:assert/strict";
import type { Report } from "../../suites/report/model.ts";
import type { Plan } from "../../suites/engine/plan.ts";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { NAT_MUTANT, reportOf, variant, verdictsOf, writeNat } from "./_testing/variant_device.ts";

const certify = (...args: string[]) =>
  plumbline("certify", "--world", "memory", "--suite", "tunnel_cluster", ...args);

/** Asserts that `check` finds in a run what its report says. */
async function agrees(run: string): Promise<Report> {
  const report = await reportOf(run);
  const { out } = await plumbline("check", run, "--json");
  const checked: Report = JSON.parse(out);
  assert.equal(checked.contradiction, undefined);
  assert.deepEqual(verdictsOf(checked), verdictsOf(report));
  assert.equal(checked.exit_code, report.exit_code);
  return report;
}

Deno.test("--fail-fast begins nothing after a failure, and what was not run is inconclusive", async () => {
  await inFolder(async (folder) => {
    await writeNat(`${folder}/nat.json`, variant(NAT_MUTANT));
    const run = `${folder}/run`;
    const { code, err } = await certify(
      ...["--device", `${folder}/nat.json`, "--fail-fast", "--jobs", "1", "--out", run],
    );
    assert.equal(code, 1, err);
    assert.match(err, /no more scenarios are run: --fail-fast, and tunnel_cluster\/\S+ failed on/);
    const { captures, suites: [{ checks }] } = await agrees(run);
    const played = new Set(captures.map(({ evidence }) => evidence));
    const others = checks.filter(({ evidence }) => !played.has(evidence));
    assert.ok(played.size > 0 && others.length > 0);
    for (const { verdict, reason } of others) {
      assert.equal(verdict, "inconclusive");
      assert.match(reason ?? "", /^it was not run: --fail-fast, and/);
    }
  });
});

Deno.test("--last-failed plays what failed or stayed open in the last run of the same --out, and certifies nothing", async () => {
  await inFolder(async (folder) => {
    const device = ["--device", `${folder}/nat.json`], out = ["--out", `${folder}/run`];
    await writeNat(`${folder}/nat.json`, variant(NAT_MUTANT));
    assert.equal((await certify(...device, ...out)).code, 1);
    const failed = new Set(
      (await reportOf(`${folder}/run`)).suites[0].checks
        .filter(({ verdict }) => verdict === "fail" || verdict === "inconclusive")
        .map(({ evidence }) => evidence),
    );
    const again = await certify(...device, ...out, "--last-failed");
    assert.equal(again.code, 1, again.err);
    const second = await agrees(`${folder}/run-2`);
    assert.deepEqual(new Set(second.captures.map(({ evidence }) => evidence)), failed);
    assert.equal(second.run.selection, true);
    // The device was mended.
    await writeNat(`${folder}/nat.json`);
    const mended = await certify(...device, ...out, "--last-failed");
    assert.match(mended.out, /No failure in this selection/);
    refused(await certify(...device, ...out, "--last-failed"), /nothing did in \S+run-3/);
    refused(await certify("--last-failed", `${folder}/none`), /none is no run that has ended/);
    refused(
      await certify(...device, "--last-failed", "--resume", "x"),
      /--resume and --last-failed cannot be used together/,
    );
  });
});

Deno.test("--repeat plays each scenario so often, at seeds that follow", async () => {
  await inFolder(async (folder) => {
    const run = `${folder}/run`;
    const args = ["--check", "tunnel_cluster/nat/own_address", "--seed", "7", "--repeat", "3"];
    const { code, out, err } = await certify(...args, "--out", run);
    assert.equal(code, 0, err);
    assert.match(out, /each scenario was played 3 times, and all \d+ judgements came out the same/);
    const { scenarios, repeat }: Plan = JSON.parse(await Deno.readTextFile(`${run}/plan.json`));
    assert.equal(repeat, 3);
    const [first] = scenarios.map(({ evidence }) => evidence);
    assert.deepEqual(
      scenarios.filter(({ evidence }) => evidence.startsWith(first)).map((one) => [
        one.evidence,
        one.seed,
      ]),
      [[first, 7], [`${first}.2`, 8], [`${first}.3`, 9]],
    );
    const { repetitions } = await agrees(run);
    assert.deepEqual(repetitions?.differing, []);
    refused(await certify("--repeat", "0"), /whole number from 1/);
    refused(await certify("--repeat", "1001"), /at most 1000/);
  });
});
