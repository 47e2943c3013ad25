/** A signed run that tests may tamper with, as a stranger or as somebody who has the lab's key. */
import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { copy } from "../../_testing/copy.ts";
import { plumbline } from "../../_testing/command_line.ts";
import { change, forgeManifest } from "../../commands/_testing/run_copy.ts";
import type { Certificate } from "../../../suites/report/certificate/model.ts";
import { certificateHtml } from "../../../suites/report/certificate/page.tsx";
import type { Verification } from "../../../suites/report/certificate/verification_model.ts";
import type { Plan } from "../../../suites/engine/plan.ts";
import { type Manifest, sha256 } from "../../../suites/report/manifest.ts";
import { newKey, readTrustedKey } from "../keys.ts";
import { verifyPath } from "../verify_path.ts";

/** A scenario of the run, of which another has evidence of the same files. */
export const SCENARIO = "evidence/tunnel_cluster/nat/row_lifetime";

/** The last day on which the run's exception holds: within a year of any day on which tests run. */
export const LAST_DAY = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);

/** The device: a NAT with a fault that an exception excuses, and names that mean no good. */
const PROFILE = {
  name: "box <script>alert(1)</script>",
  vendor: "Acme\u202e & Sons",
  version: '1.2 "beta"',
  roles: ["nat"],
  classes: ["NAT"],
  attach: { kind: "reference", variant: "tunnel_cluster/nat/any_port" },
  trace: { kind: "jsonl" },
  exceptions: [{ requirement: "TCL-033", reason: "mended in <b>1.3</b>", expires: LAST_DAY }],
};

/** The folder with both keys and runs, made once. */
let original: Promise<string> | undefined;

async function make(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-signed-" });
  newKey(`${folder}/lab.key`);
  newKey(`${folder}/other.key`);
  await Deno.writeTextFile(`${folder}/box.json`, JSON.stringify(PROFILE));
  // The second is another run of the same.
  for (const run of ["run", "second"]) {
    const { code, err } = await plumbline(
      ...["certify", "--world", "memory", "--suite", "tunnel_cluster", "--out", `${folder}/${run}`],
      ...["--device", `${folder}/box.json`, "--sign", `${folder}/lab.key`],
    );
    assert.equal(code, 0, err);
  }
  return folder;
}

addEventListener("unload", () => {
  original?.then((folder) => Deno.removeSync(folder, { recursive: true }));
});

/** A copy of the run, and what a forger needs. */
export interface SignedRun {
  /** The copy. */
  run: string;
  /** A folder for whatever else. */
  folder: string;
  /** Private key files: the lab's, and somebody else's. */
  labKey: string;
  otherKey: string;
  /** The signed run that is another one. */
  second: string;
  /** Verifies a path with the lab's key. */
  verify(path?: string, today?: string): Promise<Verification>;
}

/** Hands `body` a copy of the signed run, and removes it. */
export async function onSignedRun(body: (signed: SignedRun) => Promise<void>): Promise<void> {
  const from = await (original ??= make());
  const folder = await Deno.makeTempDir({ prefix: "plumbline-tamper-" });
  try {
    const run = `${folder}/run`;
    await copy(`${from}/run`, run);
    const key = readTrustedKey(`${from}/lab.key.pub`);
    await body({
      ...{ run, folder, second: `${from}/second` },
      ...{ labKey: `${from}/lab.key`, otherKey: `${from}/other.key` },
      verify: (path = run, today = new Date().toISOString().slice(0, 10)) =>
        verifyPath(path, { key, today }),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes the manifest anew, and signs whatever the run has become. */
export async function signAgain(
  run: string,
  keyFile: string,
  claim: (certificate: Certificate) => void = () => {},
): Promise<void> {
  await manifestAgain(run);
  await signClaims(run, keyFile, claim);
}

/** Writes the manifest anew over whatever the run has become, so that it says what the plan says. */
export async function manifestAgain(run: string): Promise<void> {
  await forgeManifest(run);
  const plan: Plan = JSON.parse(await Deno.readTextFile(`${run}/plan.json`));
  await change<Manifest>(`${run}/manifest.json`, (manifest) => {
    manifest.seed = plan.seed;
    manifest.profiles = plan.devices.map(({ profile }) => profile);
  });
}

/** Signs whatever the run has become, by what its manifest says. */
export async function signClaims(
  run: string,
  keyFile: string,
  claim: (certificate: Certificate) => void = () => {},
): Promise<void> {
  const key = createPrivateKey(await Deno.readTextFile(keyFile));
  const path = `${run}/certificate.json`;
  await change<Certificate>(path, (certificate) => {
    for (const name of ["plan.json", "manifest.json", "report.json"] as const) {
      certificate.files[name] = sha256(run, name);
    }
    claim(certificate);
    const { files: { "certificate.html": _, ...files }, ...statement } = certificate;
    Deno.writeTextFileSync(`${run}/certificate.html`, certificateHtml({ ...statement, files }));
    certificate.files["certificate.html"] = sha256(run, "certificate.html");
  });
  await Deno.writeFile(`${run}/certificate.sig`, sign(null, await Deno.readFile(path), key));
}

/** Flips one bit of a file. @param at Between 0 and 1: where in the file. */
export async function flip(path: string, at = 0.5): Promise<void> {
  const octets = await Deno.readFile(path);
  octets[Math.min(octets.length - 1, Math.floor(octets.length * at))] ^= 1;
  await Deno.writeFile(path, octets);
}

/** Names of what refused, each once. */
export function refusals({ findings }: Verification): string[] {
  return [
    ...new Set(findings.filter(({ weight }) => weight === "refused").map(({ name }) => name)),
  ];
}
