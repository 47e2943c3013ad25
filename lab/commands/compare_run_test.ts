import assert from "node:assert/strict";
import { comparisonSchema } from "../../suites/report/comparison.ts";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { change } from "./_testing/run_copy.ts";
import { NAT_MUTANT, variant, writeNat } from "./_testing/variant_device.ts";

const ARGS = ["certify", "--world", "memory", "--check", "tunnel_cluster/nat/own_address"];

Deno.test("two runs of a device that was mended are compared, both ways", async () => {
  await inFolder(async (folder) => {
    const device = `${folder}/nat.json`;
    const certify = (out: string) =>
      plumbline(...ARGS, "--suite", "tunnel_cluster", "--device", device, "--out", out);
    const [bad, good] = [`${folder}/bad`, `${folder}/good`];
    await writeNat(device, { ...variant(NAT_MUTANT), version: "1.0" });
    assert.equal((await certify(bad)).code, 1);
    await writeNat(device, { version: "1.1" });
    assert.equal((await certify(good)).code, 0);

    const mended = await plumbline("compare", bad, good);
    assert.equal(mended.code, 0, mended.err);
    assert.match(mended.out, /device version: 1\.0 → 1\.1\n/);
    assert.match(mended.out, /Requirements fixed: 1\n {2}TCL-027: fail → pass\n/);
    assert.match(mended.out, /Judgements fixed/);
    assert.match(mended.out, /Nothing that is required became worse\.\n$/);

    const broken = await plumbline("compare", good, bad, "--json");
    assert.equal(broken.code, 1);
    const found = comparisonSchema.parse(JSON.parse(broken.out));
    assert.ok(found.findings.new.includes("tunnel_cluster/nat/own_address"));
    assert.deepEqual(found.differences, ["device_version", "profiles"]);

    const same = await plumbline("compare", good, good);
    assert.equal(same.code, 0);
    assert.match(same.out, /Nothing changed\.\n$/);

    refused(await plumbline("compare", good, `${folder}/none`), /there is no such directory/);
    refused(await plumbline("compare", good, folder), /no run directory: it has no report\.json/);
    refused(await plumbline("compare", good), /missing required argument 'after'/);
    await change<{ exit_code: number }>(`${bad}/report.json`, (report) => report.exit_code = 0);
    refused(await plumbline("compare", bad, good), /report\.json is not what the manifest says/);
  });
});
