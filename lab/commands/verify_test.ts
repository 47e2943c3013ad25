/** Keys, signatures, bundles and verification as a user meets them. */
import assert from "node:assert/strict";
import { z } from "zod";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { onSignedRun } from "../certificates/_testing/signed_run.ts";
import { certificateJsonSchema } from "../../suites/report/certificate/model.ts";
import { verificationJsonSchema } from "../../suites/report/certificate/verification_model.ts";

Deno.test("a key is made, shown and never replaced, and its private part is never shown", async () => {
  await inFolder(async (folder) => {
    const key = `${folder}/lab.key`;
    const made = await plumbline("key", "new", key);
    assert.equal(made.code, 0, made.err);
    const [, mark] = /Fingerprint: SHA-256 ([0-9a-f]{64})\n/.exec(made.out)!;
    const [, secret] = (await Deno.readTextFile(key)).split("\n");
    for (const file of [key, `${key}.pub`]) {
      const { code, out, err } = await plumbline("key", "show", file);
      assert.equal(code, 0, err);
      assert.ok(out.includes(mark) && !out.includes(secret) && !err.includes(secret));
    }
    refused(await plumbline("key", "new", key), /never replaced/);
    refused(await plumbline("key", "show", `${folder}/none`), /there is no such file/);
  });
});

Deno.test("what cannot be signed is said before anything runs", async () => {
  await onSignedRun(async ({ run, folder, labKey }) => {
    const certify = ["certify", "--world", "memory", "--out", `${folder}/x`, "--sign"];
    refused(await plumbline(...certify, `${labKey}.pub`), /a private key: got a public one/);
    refused(await plumbline(...certify, `${folder}/none`), /there is no such file/);
    refused(await plumbline(...certify, labKey, "--check", "l2tp/"), /certifies nothing/);
    refused(await plumbline(...certify, labKey, "--shard", "1/2"), /merge puts shards together/);
    await assert.rejects(Deno.lstat(`${folder}/x`), Deno.errors.NotFound);
    refused(await plumbline("sign", run, "--key", labKey), /it is signed already/);
    refused(await plumbline("sign", `${folder}/none`, "--key", labKey), /no such run directory/);
    refused(await plumbline("sign", run), /--key/);
    refused(await plumbline("verify", `${folder}/none`), /there is no such file/);
    refused(await plumbline("verify", run, "--at", "2026-02-30"), /must be a day/);
    refused(await plumbline("verify", run, "--key", `${run}/plan.json`), /Ed25519 key in PEM/);
  });
});

Deno.test("a run is signed, bundled and verified, and what is open or refused has its own code", async () => {
  await onSignedRun(async ({ run, folder, labKey, otherKey }) => {
    const bundle = `${folder}/box.tar.gz`;
    const bundled = await plumbline("bundle", run, bundle);
    assert.equal(bundled.code, 0, bundled.err);
    const { code, out, err } = await plumbline("verify", bundle, "--key", `${labKey}.pub`);
    assert.equal(code, 0, err);
    assert.match(out, /Verified: .* conformant\.\n$/);
    // Names that mean no good are shown as what they are.
    assert.match(out, /device +Acme\\u\{202e\} & Sons/);
    const day = "3000-01-01";
    const later = await plumbline("verify", bundle, "--key", labKey, "--at", day, "--json");
    assert.equal(later.code, 1);
    const schema = z.fromJSONSchema(verificationJsonSchema());
    const found = z.object({ findings: z.array(z.object({ name: z.string() })) })
      .parse(schema.parse(JSON.parse(later.out)));
    assert.deepEqual(found.findings.map(({ name }) => name), [
      ...["exception_expired", "certificate_expired"],
    ]);
    const unnamed = await plumbline("verify", run);
    assert.equal(unnamed.code, 3);
    assert.match(unnamed.out, /key_unnamed/);
    const other = await plumbline("verify", run, "--key", `${otherKey}.pub`);
    assert.equal(other.code, 1);
    assert.match(other.out, /refused +key_unknown/);
    assert.doesNotMatch(other.out, /device {2}/);

    for (const name of ["json", "sig", "html"]) await Deno.remove(`${run}/certificate.${name}`);
    assert.equal((await plumbline("verify", run)).code, 3);
    const stripped = await plumbline("verify", run, "--key", `${labKey}.pub`);
    assert.equal(stripped.code, 1);
    assert.match(stripped.out, /refused +unsigned/);
    // As a process leaves it that was killed while it signed.
    await Deno.writeTextFile(`${run}/certificate.json`, "{");
    const signed = await plumbline("sign", run, "--key", otherKey, "--days", "7");
    assert.equal(signed.code, 0, signed.err);
    assert.equal((await plumbline("verify", run, "--key", `${otherKey}.pub`)).code, 0);
    const certificate = JSON.parse(await Deno.readTextFile(`${run}/certificate.json`));
    z.fromJSONSchema(certificateJsonSchema()).parse(certificate);
    const days = (Date.parse(certificate.valid_until) - Date.parse(certificate.issued)) / 864e5;
    assert.ok(days > 5 && days <= 7, String(days));

    await Deno.writeTextFile(`${run}/summary.md`, "# Certified\n");
    for (const name of ["json", "sig", "html"]) await Deno.remove(`${run}/certificate.${name}`);
    const wrong = await plumbline("sign", run, "--key", labKey);
    assert.equal(wrong.code, 1);
    assert.match(wrong.err, /file_changed +summary\.md [^]*\nplumbline: not signed/);
    await assert.rejects(Deno.lstat(`${run}/certificate.json`), Deno.errors.NotFound);
  });
});

Deno.test("a run that failed is signed as one that failed, and never comes to exit code 0", async () => {
  await inFolder(async (folder) => {
    const profile = {
      ...{ name: "box", roles: ["nat"], classes: ["NAT"] },
      attach: { kind: "reference", variant: "tunnel_cluster/nat/any_port" },
    };
    await Deno.writeTextFile(`${folder}/box.json`, JSON.stringify(profile));
    await plumbline("key", "new", `${folder}/lab.key`);
    const { code, out, err } = await plumbline(
      ...["certify", "--world", "memory", "--suite", "tunnel_cluster", "--json"],
      ...["--device", `${folder}/box.json`, "--out", `${folder}/run`],
      ...["--sign", `${folder}/lab.key`],
    );
    assert.equal(code, 1, err);
    assert.equal(JSON.parse(out).conclusion, "not_conformant");
    const page = await Deno.readTextFile(`${folder}/run/certificate.html`);
    assert.match(page, /Signed test report/);
    assert.doesNotMatch(page, /Certificate of conformance/);
    const found = await plumbline("verify", `${folder}/run`, "--key", `${folder}/lab.key.pub`);
    assert.equal(found.code, 1, found.out);
    assert.match(found.out, /Verified: .* its evidence says not conformant\.\n$/);
  });
});
