/** What a stranger may do to a signed run. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Plan } from "../../suites/engine/plan.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import type { Manifest } from "../../suites/report/manifest.ts";
import type { Report } from "../../suites/report/model.ts";
import { change } from "../commands/_testing/run_copy.ts";
import {
  flip,
  manifestAgain,
  onSignedRun,
  refusals,
  SCENARIO,
  signAgain,
  type SignedRun,
} from "./_testing/signed_run.ts";
import type { FindingName } from "../../suites/report/certificate/findings.ts";
import { fingerprint, publicDer, readTrustedKey } from "./keys.ts";

/** Files that a run and its certificate consist of besides evidence. */
const DOCUMENTS = ["certificate.json", "certificate.sig"];

type Tampering = (signed: SignedRun) => Promise<unknown>;

/** By whoever has no key: the names that refuse it, and no others. */
const STRANGERS: Record<string, [FindingName[], Tampering]> = {
  "a bit of a capture flipped": [
    ["file_changed"],
    ({ run }) => flip(`${run}/${SCENARIO}/lan-m.pcapng`),
  ],
  "a capture taken away": [
    ["file_missing"],
    ({ run }) => Deno.remove(`${run}/${SCENARIO}/lan-m.pcapng`),
  ],
  "a scenario taken away": [
    ["scenario_missing"],
    ({ run }) => Deno.remove(`${run}/${SCENARIO}`, { recursive: true }),
  ],
  "a file added": [
    ["file_added"],
    ({ run }) => Deno.writeTextFile(`${run}/evidence/approved.txt`, "by Acme"),
  ],
  "a link in the place of a capture": [["file_not_regular"], async ({ run, folder }) => {
    const path = `${run}/${SCENARIO}/lan-m.pcapng`;
    await Deno.rename(path, `${folder}/capture`);
    await Deno.symlink(`${folder}/capture`, path);
  }],
  "a link in the place of a folder": [["scenario_missing", "file_not_regular"], async (signed) => {
    const path = `${signed.run}/${SCENARIO}`;
    await Deno.rename(path, `${signed.folder}/evidence`);
    await Deno.symlink(`${signed.folder}/evidence`, path);
  }],
  "a link to the run itself added": [
    ["file_not_regular"],
    ({ run }) => Deno.symlink(run, `${run}/evidence/again`),
  ],
  "a link in the place of the plan": [["plan_missing"], async ({ run, folder }) => {
    await Deno.rename(`${run}/plan.json`, `${folder}/plan.json`);
    await Deno.symlink(`${folder}/plan.json`, `${run}/plan.json`);
  }],
  "a link in the place of the certificate": [
    ["certificate_malformed", "file_not_regular"],
    async (signed) => {
      const path = `${signed.run}/certificate.json`;
      await Deno.rename(path, `${signed.folder}/certificate.json`);
      await Deno.symlink(`${signed.folder}/certificate.json`, path);
    },
  ],
  "two scenarios that change places": [["file_changed"], async ({ run, folder }) => {
    const other = `${run}/evidence/tunnel_cluster/nat/row_shared`;
    await Deno.rename(`${run}/${SCENARIO}`, `${folder}/one`);
    await Deno.rename(other, `${run}/${SCENARIO}`);
    await Deno.rename(`${folder}/one`, other);
  }],
  "a capture of another run": [["file_changed"], async ({ run, folder }) => {
    // As long as it was, so that no size betrays it.
    const path = `${run}/${SCENARIO}/lan-m.pcapng`, octets = await Deno.readFile(path);
    await Deno.writeFile(`${folder}/other`, octets.map((octet) => octet ^ 0x55));
    await Deno.rename(`${folder}/other`, path);
  }],
  "a capture that ends early": [
    ["file_changed"],
    ({ run }) => Deno.truncate(`${run}/${SCENARIO}/lan-m.pcapng`, 200),
  ],
  "a capture of 8 TiB, a hole": [
    ["file_changed"],
    ({ run }) => Deno.truncate(`${run}/${SCENARIO}/lan-m.pcapng`, 2 ** 43),
  ],
  "a page of 8 TiB, a hole": [
    ["page_changed"],
    ({ run }) => Deno.truncate(`${run}/certificate.html`, 2 ** 43),
  ],
  "a plan of 8 TiB, a hole": [
    ["plan_missing"],
    ({ run }) => Deno.truncate(`${run}/plan.json`, 2 ** 43),
  ],
  "a signature of 8 TiB, a hole": [
    ["signature_malformed"],
    ({ run }) => Deno.truncate(`${run}/certificate.sig`, 2 ** 43),
  ],
  "an exception drawn out": [
    ["file_changed", "profile_other", "plan_changed"],
    ({ run }) =>
      change<Plan>(
        `${run}/plan.json`,
        ({ devices }) => devices[0].profile.exceptions[0].expires = "2099-12-31",
      ),
  ],
  "a manifest that lists a path outside": [
    ["file_missing", "manifest_changed"],
    ({ run }) =>
      change<Manifest>(
        `${run}/manifest.json`,
        ({ files }) => files["../../etc/passwd"] = "0".repeat(64),
      ),
  ],
  "a plan whose evidence lies outside": [
    ["plan_missing"],
    ({ run }) =>
      change<Plan>(`${run}/plan.json`, (plan) => plan.scenarios[0].evidence = "../other/evidence"),
  ],
  "a FIFO added": [
    ["file_not_regular"],
    ({ run }) => new Deno.Command("mkfifo", { args: [`${run}/pipe`] }).output(),
  ],
  "a report forged": [["file_changed", "report_changed"], ({ run }) => forgeReport(run)],
  "a report forged, and the manifest": [["manifest_changed", "report_changed"], async ({ run }) => {
    await forgeReport(run);
    await manifestAgain(run);
  }],
  "a plan thinned out": [["file_changed", "plan_changed"], ({ run }) => thinPlan(run)],
  "a plan thinned out, and all that goes with it": [
    ["plan_changed", "manifest_changed"],
    async ({ run }) => {
      await thinPlan(run);
      await Deno.remove(`${run}/${SCENARIO}`, { recursive: true });
      await manifestAgain(run);
    },
  ],
  "a seed changed in the plan and the manifest": [
    ["plan_changed", "manifest_changed"],
    async ({ run }) => {
      await change<Plan>(`${run}/plan.json`, (plan) => plan.seed = 2);
      await manifestAgain(run);
    },
  ],
  "the manifest taken away": [
    ["manifest_missing"],
    ({ run }) => Deno.remove(`${run}/manifest.json`),
  ],
  "the plan no plan": [["plan_missing"], ({ run }) => Deno.writeTextFile(`${run}/plan.json`, "{}")],
  "the certificate reworded": [
    ["certificate_changed"],
    ({ run }) =>
      change<Certificate>(`${run}/certificate.json`, (c) => c.devices[0].name = "another box"),
  ],
  "a blank added to the certificate": [
    ["certificate_changed"],
    ({ run }) => Deno.writeTextFile(`${run}/certificate.json`, " ", { append: true }),
  ],
  "no certificate in certificate.json": [
    ["certificate_malformed"],
    ({ run }) => Deno.writeTextFile(`${run}/certificate.json`, '{"verdict":"conformant"}'),
  ],
  "the signature stripped": [["signature_missing"], ({ run }) => strip(run, ["certificate.sig"])],
  "the signature cut": [
    ["signature_malformed"],
    ({ run }) => Deno.truncate(`${run}/certificate.sig`, 63),
  ],
  "a signature of zeros": [
    ["certificate_changed"],
    ({ run }) => Deno.writeFile(`${run}/certificate.sig`, new Uint8Array(64)),
  ],
  "the certificate stripped, not its signature": [
    ["certificate_missing"],
    ({ run }) => strip(run, ["certificate.json"]),
  ],
  "certificate and signature stripped": [["unsigned"], ({ run }) => strip(run, DOCUMENTS)],
  "another fingerprint": [
    ["key_malformed"],
    ({ run }) =>
      change<Certificate>(
        `${run}/certificate.json`,
        ({ key }) => key.fingerprint = key.fingerprint.replace(/./, (c) => c === "0" ? "1" : "0"),
      ),
  ],
  "signed with another key": [
    ["certificate_changed"],
    ({ run, otherKey }) => signAgain(run, otherKey),
  ],
  "signed with another key, which it names": [
    ["key_unknown"],
    ({ run, otherKey }) =>
      signAgain(run, otherKey, (certificate) => nameKey(certificate, otherKey)),
  ],
  "the certificate of another run": [["other_run"], async ({ run, second }) => {
    for (const name of [...DOCUMENTS, "certificate.html"]) {
      await Deno.copyFile(`${second}/${name}`, `${run}/${name}`);
    }
  }],
  "the page reworded": [["page_changed"], async ({ run }) => {
    const page = await Deno.readTextFile(`${run}/certificate.html`);
    await Deno.writeTextFile(`${run}/certificate.html`, page.replace("Acme", "Bcme"));
  }],
  "the page taken away": [["file_missing"], ({ run }) => strip(run, ["certificate.html"])],
};

function nameKey({ key }: Certificate, file: string): void {
  const other = readTrustedKey(file);
  key.public = Buffer.from(publicDer(other)).toString("base64");
  key.fingerprint = fingerprint(other);
}

async function strip(run: string, names: readonly string[]): Promise<void> {
  for (const name of names) await Deno.remove(`${run}/${name}`);
}

function forgeReport(run: string): Promise<void> {
  return change<Report>(`${run}/report.json`, (report) => {
    for (const { checks } of report.suites) {
      for (const check of checks) check.verdict = "pass";
    }
  });
}

function thinPlan(run: string): Promise<void> {
  return change<Plan>(`${run}/plan.json`, (plan) => {
    plan.scenarios = plan.scenarios.filter(({ evidence }) => evidence !== SCENARIO);
  });
}

for (const [what, [names, tamper]] of Object.entries(STRANGERS)) {
  Deno.test(`refused by its name: ${what}`, async () => {
    await onSignedRun(async (signed) => {
      await tamper(signed);
      const found = await signed.verify();
      assert.equal(found.outcome, "refused", JSON.stringify(found.findings));
      assert.equal(found.exit_code, 1);
      assert.deepEqual(refusals(found), names);
    });
  });
}

Deno.test("refused by its name: a bit flipped of any file of the run", async () => {
  await onSignedRun(async ({ run, verify }) => {
    const files: string[] = [];
    const walk = async (folder: string) => {
      for await (const { name, isDirectory } of Deno.readDir(folder)) {
        if (isDirectory) await walk(`${folder}/${name}`);
        else files.push(`${folder}/${name}`);
      }
    };
    await walk(run);
    assert.ok(files.length > 100);
    for (const [i, file] of files.entries()) {
      if (Deno.statSync(file).size === 0) continue;
      const at = (i % 11) / 10;
      await flip(file, at);
      const found = await verify();
      await flip(file, at);
      assert.equal(found.outcome, "refused", file);
    }
    assert.equal((await verify()).outcome, "verified");
  });
});
