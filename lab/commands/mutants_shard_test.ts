import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";

const PREFIX = ["--suite", "tunnel_cluster", "--mutant", "tunnel_cluster/nat/r"];

Deno.test("the shards of a campaign hold each mutant once, and merge to the score of the whole", async () => {
  await inFolder(async (folder) => {
    const shard = async (text: string, name: string, ...more: string[]) => {
      const { out } = await plumbline("mutants", ...PREFIX, "--shard", text, "--json", ...more);
      await Deno.writeTextFile(`${folder}/${name}`, out);
      return JSON.parse(out);
    };
    const one = await shard("1/2", "1"), two = await shard("2/2", "2");
    const whole = await plumbline("mutants", ...PREFIX, "--json");
    const merged = await plumbline("merge", `${folder}/2`, `${folder}/1`, "--json");
    assert.equal(merged.code, whole.code);
    assert.ok(one.mutants.length > 0 && two.mutants.length > 0);
    assert.deepEqual(JSON.parse(merged.out), { ...JSON.parse(whole.out), lost: [] });

    const lost = await plumbline("merge", `${folder}/1`);
    assert.equal(lost.code, 3);
    assert.match(lost.err, /\d+ variants were not measured: their shards are lost/);
    refused(await plumbline("merge", `${folder}/1`, `${folder}/1`), /measured \S+ as well/);
    await shard("2/2", "seed", "--seed", "5");
    refused(
      await plumbline("merge", `${folder}/1`, `${folder}/seed`),
      /seed as it is a shard of another campaign: its seed is 5, and that of \S+1 1/,
    );
    await Deno.writeTextFile(`${folder}/none`, "{}");
    refused(await plumbline("merge", `${folder}/none`), /none of mutants --shard --json/);
    refused(await plumbline("mutants", ...PREFIX, "--shard", "3/2"), /there are 1 to 2/);
  });
});
