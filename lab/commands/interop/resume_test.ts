import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "../../_testing/command_line.ts";
import { type Interop, interopSchema } from "../../../suites/report/interop/model.ts";
import { change } from "../_testing/run_copy.ts";
import { NAT_MUTANT, variant, writeNat } from "../_testing/variant_device.ts";

const CHOSEN = ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/nat/own_address"];
const matrixOf = async (place: string): Promise<Interop> =>
  interopSchema.parse(JSON.parse(await Deno.readTextFile(`${place}/interop.json`)));

/** Leaves a matrix as it is when it is killed: without its ends, and one of its pairs not run. */
async function interrupt(place: string, lost: string): Promise<void> {
  for (const name of ["manifest.json", "report.html", "summary.md"]) {
    await Deno.remove(`${place}/${name}`);
  }
  await Deno.writeTextFile(`${place}/.lock`, "");
  await change<Interop>(`${place}/interop.json`, (matrix) => {
    matrix.exit_code = 3;
    for (const pair of matrix.pairs) {
      if (pair.run !== lost) continue;
      pair.state = "not_run";
      pair.reason = "nobody came to it";
      for (const key of ["verdict", "totals", "failures"] as const) delete pair[key];
    }
  });
}

Deno.test("a matrix that was interrupted is gone on with, and comes to the same", async () => {
  await inFolder(async (folder) => {
    await writeNat(`${folder}/nat.json`, { ...variant(NAT_MUTANT), name: "bad NAT" });
    const args = ["--world", "memory", "--device", `${folder}/nat.json`, "--reference", ...CHOSEN];
    const place = `${folder}/matrix`;
    assert.equal((await plumbline("interop", ...args, "--out", place)).code, 1);
    const whole = await matrixOf(place);
    const runs = whole.pairs.flatMap(({ run }) => run ?? []);
    refused(await plumbline("interop", "--resume", place), /Cannot resume \S+ as it has ended/);
    // The profile is in the matrix: that the file is gone does not matter.
    await Deno.remove(`${folder}/nat.json`);

    // Killed within a pair, which is played again; the others are judged as they lie there.
    await interrupt(place, runs[0]);
    await Deno.remove(`${place}/${runs[0]}/manifest.json`);
    // Evidence that was changed since is not believed.
    const [scenario] =
      JSON.parse(await Deno.readTextFile(`${place}/${runs[1]}/plan.json`)).scenarios;
    await Deno.remove(`${place}/${runs[1]}/${scenario.evidence}`, { recursive: true });
    const again = await plumbline("interop", "--resume", place, "--jobs", "1");
    assert.equal(again.code, 1, again.err);
    assert.match(again.err, /^\[2\/2\]/m);
    const { pairs, command, started } = await matrixOf(place);
    assert.deepEqual(pairs, whole.pairs);
    assert.deepEqual([command, started], [whole.command, whole.started]);
    assert.ok((await Deno.stat(`${place}/report.html`)).isFile);
    await assert.rejects(Deno.stat(`${place}/.lock`));

    // A forged verdict is not believed either.
    await interrupt(place, "");
    await change<Interop>(`${place}/interop.json`, (matrix) => {
      for (const pair of matrix.pairs) if (pair.verdict === "fail") pair.verdict = "pass";
    });
    assert.equal((await plumbline("interop", "--resume", place)).code, 1);
    assert.deepEqual((await matrixOf(place)).pairs, whole.pairs);
  });
});

Deno.test("what is no interrupted matrix is refused, and so is another matrix", async () => {
  await inFolder(async (folder) => {
    refused(
      await plumbline("interop", "--resume", `${folder}/none`),
      /Cannot resume \S+ as there is no such directory/,
    );
    refused(
      await plumbline("interop", "--resume", folder),
      /as no matrix was begun in it: it has no interop.json/,
    );
    refused(
      await plumbline("interop", "--resume", folder, "--seed", "2"),
      /Cannot resume a matrix with --seed as its interop.json says what it is/,
    );
    const args = ["--world", "memory", "--reference", ...CHOSEN, "--out", `${folder}/m`];
    assert.equal((await plumbline("interop", ...args)).code, 0);
    await interrupt(`${folder}/m`, "");
    const text = await Deno.readTextFile(`${folder}/m/interop.json`);
    for (
      const [step, why] of [
        [(matrix: Interop) => matrix.pairs.pop(), /it lists other pairs than it owes/],
        [
          (matrix: Interop) => matrix.plumbline = "0.0.1",
          /it was begun by Plumbline 0\.0\.1 .* and this is/,
        ],
        [(matrix: Interop) => matrix.pairs[0].run = "../elsewhere", /breaks its schema/],
      ] as const
    ) {
      await change<Interop>(`${folder}/m/interop.json`, step);
      refused(await plumbline("interop", "--resume", `${folder}/m`), why);
      await Deno.writeTextFile(`${folder}/m/interop.json`, text);
    }
  });
});
