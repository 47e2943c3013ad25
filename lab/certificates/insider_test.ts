/** What somebody may do to a run who has the lab's key, and signs what is not so. */
import assert from "node:assert/strict";
import { type Plan, profileHash } from "../../suites/engine/plan.ts";
import type { EvidenceRecord } from "../../suites/kit/evidence.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import type { Manifest } from "../../suites/report/manifest.ts";
import type { Report } from "../../suites/report/model.ts";
import { copy } from "../_testing/copy.ts";
import { change } from "../commands/_testing/run_copy.ts";
import {
  flip,
  LAST_DAY,
  onSignedRun,
  refusals,
  SCENARIO,
  signAgain,
  signClaims,
} from "./_testing/signed_run.ts";
import type { FindingName } from "../../suites/report/certificate/findings.ts";

/** What is done to the run before it is signed again, and what its certificate then claims. */
interface Forgery {
  /** Names that refuse it, the first of them first. */
  names: [FindingName, ...FindingName[]];
  run?(run: string): Promise<unknown>;
  claim?(certificate: Certificate): void;
}

const plan = (step: (plan: Plan) => void) => (run: string) =>
  change<Plan>(`${run}/plan.json`, step);

const report = (step: (report: Report) => void) => (run: string) =>
  change<Report>(`${run}/report.json`, step);

/** A shard as a merged run names it. */
const shardAt = (index: number) => ({
  ...{ index, kernel: "", started: "2026-11-29T00:00:00Z", manifest: "0".repeat(64) },
});

const FORGERIES: Record<string, Forgery> = {
  "a plan without one of its scenarios": {
    names: ["plan_incomplete", "report_forged", "claim_false"],
    async run(run) {
      await plan((plan) =>
        plan.scenarios = plan.scenarios.filter(({ evidence }) => evidence !== SCENARIO)
      )(run);
      await Deno.remove(`${run}/${SCENARIO}`, { recursive: true });
    },
  },
  "a selection, which is told": {
    names: ["selection", "report_forged"],
    run: plan((plan) => plan.selection = { prefix: "tunnel_cluster/nat" }),
  },
  "a shard, which is told": {
    names: ["shard_missing", "report_forged"],
    run: plan((plan) => plan.shard = { index: 1, of: 2, campaign: "0".repeat(64) }),
  },
  "a scenario that nobody owes": {
    names: ["plan_other", "report_forged", "claim_false"],
    async run(run) {
      await copy(`${run}/${SCENARIO}`, `${run}/${SCENARIO}.again`);
      await plan((plan) => {
        const one = plan.scenarios.find(({ evidence }) => evidence === SCENARIO)!;
        plan.scenarios.push({ ...one, evidence: `${SCENARIO}.again` });
      })(run);
    },
  },
  "a scenario that is named twice": {
    names: ["plan_other"],
    run: plan((plan) => plan.scenarios.push(plan.scenarios[0])),
  },
  "two scenarios that change places": {
    names: ["evidence_other", "report_forged"],
    async run(run) {
      const other = "evidence/tunnel_cluster/nat/row_shared";
      await Deno.rename(`${run}/${SCENARIO}`, `${run}/aside`);
      await Deno.rename(`${run}/${other}`, `${run}/${SCENARIO}`);
      await Deno.rename(`${run}/aside`, `${run}/${other}`);
    },
  },
  "a shard that is there twice": {
    names: ["shard_other"],
    run: plan((plan) => plan.merged = { of: 2, shards: [1, 2, 2].map(shardAt) }),
  },
  "a shard beyond the last": {
    names: ["shard_other"],
    run: plan((plan) => plan.merged = { of: 2, shards: [1, 2, 3].map(shardAt) }),
  },
  "an exception that holds longer than one may": {
    names: ["profile_other"],
    run: plan(({ devices: [device], scenarios }) => {
      device.profile.exceptions[0].expires = "2099-12-31";
      device.sha256 = profileHash(device.profile);
      for (const scenario of scenarios) {
        for (const node of Object.keys(scenario.devices)) scenario.devices[node] = device.sha256;
      }
    }),
  },
  "another profile in the plan": {
    names: ["profile_other"],
    run: plan(({ devices }) => devices[0].profile.version = "9.9"),
  },
  "another profile in the plan, with its hash": {
    names: ["profile_other"],
    run: plan(({ devices, scenarios }) => {
      devices[0].profile.version = "9.9";
      devices[0].sha256 = profileHash(devices[0].profile);
      for (const scenario of scenarios) {
        for (const node of Object.keys(scenario.devices)) {
          scenario.devices[node] = devices[0].sha256;
        }
      }
    }),
  },
  "a class that nobody knows": {
    names: ["profile_other"],
    run: plan(({ devices }) => {
      devices[0].profile.classes.push("gold");
      devices[0].sha256 = profileHash(devices[0].profile);
    }),
  },
  "evidence of another seed": {
    names: ["seed_other", "report_forged"],
    run: (run) =>
      change<EvidenceRecord>(`${run}/${SCENARIO}/scenario.json`, (record) => record.seed = 2),
  },
  "a scenario planned at another seed": {
    names: ["seed_other"],
    run: plan(({ scenarios }) => scenarios[0].seed = 2),
  },
  "another seed on the certificate": {
    names: ["seed_other"],
    claim: ({ run }) => run.seed = 77,
  },
  "evidence of another scenario": {
    names: ["evidence_other", "report_forged"],
    async run(run) {
      await Deno.remove(`${run}/${SCENARIO}`, { recursive: true });
      await copy(`${run}/evidence/tunnel_cluster/nat/row_shared`, `${run}/${SCENARIO}`);
    },
  },
  "another version of the suite": {
    names: ["suite_version"],
    claim: ({ suites }) => suites[0].catalogue = "0".repeat(64),
  },
  "a capture changed": {
    names: ["report_forged"],
    run: (run) => flip(`${run}/${SCENARIO}/lan-m.pcapng`),
  },
  "a report without its failure": {
    names: ["report_forged"],
    run: report(({ suites }) => {
      for (const { checks } of suites) for (const check of checks) check.verdict = "pass";
    }),
  },
  "a report of another device": {
    names: ["report_forged"],
    run: report(({ device }) => device.version = "2.0"),
  },
  "a summary that says more": {
    names: ["page_changed"],
    run: (run) => Deno.writeTextFile(`${run}/summary.md`, "# Certified\n"),
  },
  "a report page that says more": {
    names: ["page_changed"],
    async run(run) {
      const page = await Deno.readTextFile(`${run}/report.html`);
      await Deno.writeTextFile(`${run}/report.html`, page.replace("under an exception", "more"));
    },
  },
  "a certificate that says more than its run": {
    names: ["claim_false"],
    claim: (certificate) => {
      certificate.sentence = "16 of 16 required requirements pass.";
      certificate.shortfalls = [];
    },
  },
  "a certificate without the exceptions": {
    names: ["claim_false"],
    claim: (certificate) => certificate.exceptions = [],
  },
  "a certificate of another device": {
    names: ["profile_other"],
    claim: ({ devices }) => devices[0].name = "gold box",
  },
  "a certificate of another kernel": {
    names: ["claim_false"],
    claim: ({ run }) => run.kernel = "linux 9.0",
  },
  "a certificate that outlives its exception": {
    names: ["claim_false"],
    claim: (certificate) => certificate.valid_until = "2099-12-31",
  },
  "a certificate from before its run": {
    names: ["claim_false"],
    claim: (certificate) => certificate.issued = "2020-01-01T00:00:00.000Z",
  },
  "a certificate from the future": {
    names: ["not_yet_valid"],
    claim: (certificate) => certificate.issued = "2099-01-01T00:00:00.000Z",
  },
};

const MANIFESTS: Record<string, [FindingName, (manifest: Manifest) => void]> = {
  seed: ["seed_other", (manifest) => manifest.seed = 2],
  device: ["profile_other", (manifest) => manifest.profiles[0].version = "9.9"],
  kernel: ["claim_false", (manifest) => manifest.kernel = "linux 9.0"],
};

for (const [what, [name, step]] of Object.entries(MANIFESTS)) {
  Deno.test(`refused by its name, though the lab signed it: a manifest of another ${what}`, async () => {
    await onSignedRun(async ({ run, labKey, verify }) => {
      await change<Manifest>(`${run}/manifest.json`, step);
      await signClaims(run, labKey);
      assert.deepEqual(refusals(await verify()), [name]);
    });
  });
}

for (const [what, { names, run: tamper, claim }] of Object.entries(FORGERIES)) {
  Deno.test(`refused by its name, though the lab signed it: ${what}`, async () => {
    await onSignedRun(async ({ run, labKey, verify }) => {
      await tamper?.(run);
      await signAgain(run, labKey, claim);
      const found = await verify();
      assert.equal(found.outcome, "refused", JSON.stringify(found.findings));
      assert.equal(found.exit_code, 1);
      const [first, ...others] = refusals(found);
      assert.equal(first, names[0], JSON.stringify(found.findings));
      for (const other of names.slice(1)) assert.ok(others.includes(other), others.join());
    });
  });
}

Deno.test("signed again without any change, a run is verified", async () => {
  await onSignedRun(async ({ run, labKey, verify }) => {
    await signAgain(run, labKey);
    const found = await verify();
    assert.deepEqual([found.outcome, found.exit_code, found.findings], ["verified", 0, []]);
    assert.equal(found.verdict, "conformant");
    assert.ok(found.recomputed!.verdicts > 50 && found.recomputed!.files > 100);
  });
});

Deno.test("an exception that is over takes the certificate with it, and none was there before", async () => {
  await onSignedRun(async ({ run, verify }) => {
    const next = new Date(Date.parse(LAST_DAY) + 86_400_000).toISOString().slice(0, 10);
    assert.equal((await verify(run, LAST_DAY)).outcome, "verified");
    const found = await verify(run, next);
    assert.deepEqual(refusals(found), ["exception_expired", "certificate_expired"]);
    assert.equal(found.exit_code, 1);
    assert.deepEqual(refusals(await verify(run, "2020-01-01")), ["not_yet_valid"]);
  });
});

Deno.test("a shard that was lost leaves a merged run open", async () => {
  await onSignedRun(async ({ run, labKey, verify }) => {
    await plan((plan) => plan.merged = { of: 3, shards: [shardAt(2)] })(run);
    await signAgain(run, labKey);
    const found = await verify();
    assert.deepEqual([found.outcome, found.exit_code], ["open", 3]);
    assert.deepEqual(found.findings.map(({ name, what }) => [name, what]), [
      ["shard_missing", "lost of 3 shards: 1, 3"],
    ]);
  });
});

Deno.test("what another version judged, and judges otherwise, is left open and never verified", async () => {
  await onSignedRun(async ({ run, labKey, verify }) => {
    const sources = "1".repeat(64);
    await signAgain(run, labKey, ({ judged_by }) => judged_by.sources = sources);
    const same = await verify();
    assert.equal(same.outcome, "verified");
    assert.deepEqual(same.findings.map(({ name, weight }) => [name, weight]), [
      ["other_version", "note"],
    ]);
    await signAgain(run, labKey, ({ judged_by, suites }) => {
      judged_by.sources = sources;
      suites[0].catalogue = "2".repeat(64);
    });
    const other = await verify();
    assert.equal(other.outcome, "open");
    assert.equal(other.exit_code, 3);
    assert.deepEqual(other.findings.map(({ name }) => name), ["other_version", "suite_version"]);
  });
});
