/** The roads by which a run could be talked into "conformant", each closed. */
import assert from "node:assert/strict";
import { copy } from "../_testing/copy.ts";
import { change, check, forgeManifest, onCopy } from "./_testing/run_copy.ts";
import { concernsDevices } from "../../suites/engine/owed.ts";
import { type Plan, planSchema } from "../../suites/engine/plan.ts";
import type { Report } from "../../suites/report/model.ts";
import { profileSchema } from "../../suites/kit/profile.ts";
import { allSuites } from "../../suites/registry.ts";
import { concludes } from "./finish.ts";
import { owedBy, runOf } from "./owed.ts";
import { UsageError } from "./usage.ts";

/** Scenario whose evidence the tests change, and a requirement that only it shows. */
const CHANGED = "evidence/tunnel_cluster/nat/leaky_bucket";

const reasonsOf = (report: Report) => [
  ...new Set(
    report.suites.flatMap(({ checks }) => checks).flatMap(({ verdict, reason }) =>
      verdict === "inconclusive" ? [reason ?? ""] : []
    ),
  ),
];

/** Asserts that a report is inconclusive, for one reason. */
function assertOpen(report: Report, reason: RegExp): void {
  assert.equal(report.conclusion, "inconclusive");
  assert.equal(report.exit_code, 3);
  const reasons = reasonsOf(report);
  assert.ok(reasons.length > 0, "something is inconclusive");
  for (const one of reasons) assert.match(one, reason);
}

Deno.test("a whole run is what it was, and says which systems it is about", async () => {
  await onCopy(async (run) => {
    const report = await check(run);
    assert.equal(report.conclusion, "conformant");
    assert.deepEqual(report.run.scope, ["tunnel_cluster"]);
    assert.equal(report.contradiction, undefined);
  });
});

Deno.test("without a manifest of its own the evidence is unfinished", async () => {
  await onCopy(async (run) => {
    const manifest = await Deno.readTextFile(`${run}/manifest.json`);
    await Deno.writeTextFile(`${run}/${CHANGED}/manifest.json`, manifest);
    await Deno.remove(`${run}/manifest.json`);
    assertOpen(await check(run), /evidence is unfinished: the run has no manifest/);
  });
});

for (const text of ["{", '{"files":{}}', "[]"]) {
  Deno.test(`a manifest of ${text} proves nothing`, async () => {
    await onCopy(async (run) => {
      await Deno.writeTextFile(`${run}/manifest.json`, text);
      assertOpen(await check(run), /evidence was changed: manifest.json/);
    });
  });
}

Deno.test("a manifest that lists nothing proves nothing", async () => {
  await onCopy(async (run) => {
    await change<{ files: unknown }>(`${run}/manifest.json`, (manifest) => manifest.files = {});
    assertOpen(await check(run), /evidence was changed: the manifest does not list plan.json/);
  });
});

Deno.test("without its plan nobody knows what a run owed", async () => {
  await onCopy(async (run) => {
    await Deno.remove(`${run}/plan.json`);
    assertOpen(await check(run), /evidence is unfinished: it has no plan/);
  });
});

Deno.test("a changed capture leaves open what rests on it, and nothing else", async () => {
  await onCopy(async (run) => {
    const before = await check(run);
    const path = `${run}/${CHANGED}/lan-m.pcapng`;
    const octets = await Deno.readFile(path);
    octets[octets.length >> 1] ^= 1;
    await Deno.writeFile(path, octets);
    const after = await check(run);
    assertOpen(after, /evidence was changed: .*leaky_bucket\/lan-m.pcapng is not what/);
    const elsewhere = (report: Report) =>
      report.suites[0].checks.filter(({ evidence }) => evidence !== CHANGED)
        .map(({ id, evidence, verdict }) => [id, evidence, verdict]);
    assert.deepEqual(elsewhere(after), elsewhere(before));
  });
});

Deno.test("a scenario that is gone is a hole, also where plan and manifest forget it", async () => {
  await onCopy(async (run) => {
    await Deno.remove(`${run}/${CHANGED}`, { recursive: true });
    assertOpen(await check(run), /evidence is unfinished: .*leaky_bucket is missing/);
    await change<Plan>(`${run}/plan.json`, (plan) => {
      plan.scenarios = plan.scenarios.filter(({ evidence }) => evidence !== CHANGED);
    });
    await forgeManifest(run);
    assertOpen(await check(run), /evidence is unfinished: .*leaky_bucket is missing/);
  });
});

Deno.test("evidence of another seed, world, scenario or device is not that of the plan", async () => {
  const changes: [RegExp, (record: Record<string, unknown>) => void][] = [
    [/its seed is 2/, (record) => record.seed = 2],
    [/its world is netns/, (record) => record.world = "netns"],
    [
      /its scenario is tunnel_cluster\/nat\/x/,
      (record) => record.scenario = "tunnel_cluster/nat/x",
    ],
    [/the device at master is not/, (record) => {
      const { master } = record.nodes as Record<string, { profile: { attach: unknown } }>;
      master.profile.attach = { kind: "null", conduct: "mute" };
    }],
  ];
  for (const [reason, step] of changes) {
    await onCopy(async (run) => {
      await change(`${run}/${CHANGED}/scenario.json`, step);
      await forgeManifest(run);
      const report = await check(run);
      assert.equal(report.conclusion, "inconclusive");
      assert.ok(reasonsOf(report).some((one) => reason.test(one)), reasonsOf(report).join("\n"));
    });
  }
});

Deno.test("evidence that was copied out of its run bears failures, and no pass", async () => {
  await onCopy(async (run, folder) => {
    await copy(`${run}/${CHANGED}`, `${folder}/alone`);
    const report = await check(`${folder}/alone`);
    assertOpen(report, /./);
    assert.equal(report.totals.pass, 0);
    assert.match(report.notes?.[0].text ?? "", /evidence is unfinished/);
  });
});

Deno.test("one scenario of a run is a selection", async () => {
  await onCopy(async (run) => {
    const report = await check(`${run}/${CHANGED}`);
    assert.equal(report.run.selection, true);
    assert.equal(report.conclusion, "conformant");
    assert.ok(report.totals.pass > 0);
  });
});

Deno.test("evidence that the plan does not know is left out, and said to be", async () => {
  await onCopy(async (run) => {
    await copy(`${run}/${CHANGED}`, `${run}/evidence/tunnel_cluster/nat/more`);
    const report = await check(run);
    assert.equal(report.conclusion, "conformant");
    assert.deepEqual(report.notes?.map(({ evidence }) => evidence), [
      "evidence/tunnel_cluster/nat/more",
    ]);
  });
});

Deno.test("a profile that the plan does not name cannot take the place of the devices", async () => {
  await onCopy(async (run) => {
    const profile = profileSchema.parse({
      ...{ name: "less", roles: ["nat"], attach: { kind: "null", conduct: "mute" } },
    });
    await assert.rejects(check(run, { profile }), UsageError);
  });
});

Deno.test("every declared role and class owes its rows, also where nothing was planned", async () => {
  const profile = profileSchema.parse({
    ...{ name: "box", roles: ["lns", "sender", "master", "nat", "nic"] },
    classes: ["lns", "F8", "coalescing"],
    attach: { kind: "null", conduct: "mute" },
  });
  const plan = planSchema.parse({
    ...{ schema: 1, plumbline: "", commit: "", kernel: "", started: "2026-11-29T00:00:00Z" },
    ...{ command: "", seed: 1, world: "memory", suites: (await allSuites()).map((s) => s.name) },
    devices: [{ sha256: "0".repeat(64), profile }],
    scenarios: [],
  });
  const { scope, ...owed } = await owedBy(plan);
  assert.equal(scope, undefined);
  const report = concludes({
    judged: [],
    ...owed,
    run: runOf(plan, { id: "", milliseconds: 0, scope }),
  });
  assert.equal(report.conclusion, "inconclusive");
  for (const suite of await allSuites()) {
    assert.ok(concernsDevices(suite, [profile]), suite.name);
    const rows = report.requirements.filter((row) => row.suite === suite.name && row.required);
    assert.ok(rows.length > 0 && rows.every(({ verdict }) => verdict === "inconclusive"));
  }
  assert.ok(
    report.requirements.some(({ classes, required }) => required && classes.includes("F8")),
  );
});
