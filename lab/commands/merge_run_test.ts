import assert from "node:assert/strict";
import { copy } from "../_testing/copy.ts";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { change, forgeManifest } from "./_testing/run_copy.ts";
import { NAT_MUTANT, reportOf, variant, verdictsOf, writeNat } from "./_testing/variant_device.ts";

const certify = (...args: string[]) => plumbline("certify", "--world", "memory", ...args);

Deno.test("the shards of a run merge to the verdicts of the whole run", async () => {
  await inFolder(async (folder) => {
    const device = `${folder}/nat.json`, shards = `${folder}/shards`;
    await writeNat(device, variant(NAT_MUTANT));
    const args = ["--suite", "tunnel_cluster", "--device", device];
    assert.equal((await certify(...args, "--out", `${folder}/whole`)).code, 1);
    for (const n of [1, 2, 3]) {
      const { code, out } = await certify(...args, "--shard", `${n}/3`, "--out", `${shards}/${n}`);
      assert.ok(code !== 2, out);
    }
    const { code, err } = await plumbline("merge", shards, "--out", `${folder}/merged`);
    assert.equal(code, 1, err);
    const [whole, merged] = [await reportOf(`${folder}/whole`), await reportOf(`${folder}/merged`)];
    assert.deepEqual(verdictsOf(merged), verdictsOf(whole));
    assert.equal(merged.run.selection, false);
    assert.doesNotMatch(merged.run.command, /--shard/);
    const compared = await plumbline("compare", `${folder}/whole`, `${folder}/merged`, "--json");
    assert.deepEqual(JSON.parse(compared.out).differences, []);
    const checked = await plumbline("check", `${folder}/merged`, "--json");
    assert.equal(JSON.parse(checked.out).contradiction, undefined);
  });
});

Deno.test("shards that are lost, doubled, foreign, unfinished or changed", async () => {
  await inFolder(async (folder) => {
    const args = ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/nat/own_address"];
    const shard = async (name: string, ...more: string[]) => {
      const { code, out, err } = await certify(...args, ...more, "--out", `${folder}/${name}`);
      assert.equal(code, 0, err);
      return out;
    };
    const merge = (...names: string[]) =>
      plumbline("merge", ...names.map((name) => `${folder}/${name}`), "--out", `${folder}/merged`);
    assert.match(await shard("one", "--shard", "1/2"), /No failure in shard 1 of 2\. /);
    await shard("two", "--shard", "2/2");

    const alone = await plumbline("check", `${folder}/one`);
    assert.match(alone.out, /No failure in shard 1 of 2\. /);

    await copy(`${folder}/one`, `${folder}/twin`);
    refused(await merge("one", "two", "twin"), /twin as \S+one is shard 1 of 2 as well/);
    await shard("seed", "--shard", "2/2", "--seed", "2");
    refused(await merge("one", "seed"), /another run: its seed is 2, and that of \S+one 1/);
    await shard("thirds", "--shard", "2/3");
    refused(await merge("one", "thirds"), /its number of shards is 3, and that of \S+one 2/);
    await writeNat(`${folder}/nat.json`);
    await shard("device", "--shard", "2/2", "--device", `${folder}/nat.json`);
    refused(await merge("one", "device"), /its profile is a NAT .*, .* the reference peers/);
    await shard("whole");
    refused(await merge("one", "whole"), /whole as it is no shard/);
    refused(await merge("one", "nothing"), /nothing as there is no such directory/);

    await copy(`${folder}/two`, `${folder}/unfinished`);
    await Deno.remove(`${folder}/unfinished/manifest.json`);
    refused(await merge("one", "unfinished"), /shard 2 of 2 is unfinished: certify --resume/);
    await copy(`${folder}/two`, `${folder}/changed`);
    await change<{ seed: number }>(`${folder}/changed/plan.json`, (plan) => plan.seed = 1);
    refused(await merge("one", "changed"), /plan\.json is not what the manifest says/);
    await copy(`${folder}/two`, `${folder}/thinned`);
    type Thinned = { scenarios: unknown[] };
    await change<Thinned>(`${folder}/thinned/plan.json`, (plan) => plan.scenarios.pop());
    await forgeManifest(`${folder}/thinned`);
    refused(await merge("one", "thinned"), /plan\.json was changed: it does not list what shard 2/);
    await copy(`${folder}/two`, `${folder}/version`);
    await change<{ plumbline: string }>(`${folder}/version/plan.json`, (p) => p.plumbline = "0");
    await forgeManifest(`${folder}/version`);
    refused(await merge("one", "version"), /it was made by Plumbline 0 .*, and this is /);

    const lost = await merge("two");
    assert.equal(lost.code, 3, lost.err);
    assert.match(lost.out, /it was not run: it was in a shard that is lost/);
    const { notes } = await reportOf(`${folder}/merged`);
    assert.deepEqual(notes?.map(({ text }) => text), ["put together from 1 of 2 shards; lost: 1"]);
    const checked = await plumbline("check", `${folder}/merged`, "--json");
    assert.equal(checked.code, 3);
    assert.equal(JSON.parse(checked.out).contradiction, undefined);
  });
});

Deno.test("a shard for which no scenario is left is refused, as is one that nothing names", async () => {
  const args = ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/nat/own_address"];
  refused(
    await certify(...args, "--shard", "999/1000"),
    /there are \d+ scenarios for 1000 shards: none is left for shard 999/,
  );
  refused(await certify(...args, "--shard", "auto/2"), /nothing says which of 2 this is/);
  refused(await certify(...args, "--shard", "3/2"), /there are 1 to 2: got 3\/2/);
});
