import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "../../_testing/command_line.ts";
import { type Interop, interopSchema } from "../../../suites/report/interop/model.ts";
import { findChromium, inBrowser } from "../_testing/report_browser.ts";
import { NAT_MUTANT, variant, writeNat } from "../_testing/variant_device.ts";
import { lackOfDevice } from "../../devices/_testing/device_here.ts";

const CHOSEN = ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/nat/own_address"];
const matrixOf = async (place: string): Promise<Interop> =>
  interopSchema.parse(JSON.parse(await Deno.readTextFile(`${place}/interop.json`)));
/** Pairs that met, as text. */
const metIn = ({ pairs }: Interop) =>
  pairs.filter(({ state }) => state !== "unsupported")
    .map(({ roles, devices, state, verdict }) =>
      `${devices[0]} ${roles[0]}, ${devices[1]} ${roles[1]}: ${verdict ?? state}`
    );

Deno.test("every pair in every pair of roles is judged, or listed with the reason why it cannot be", async () => {
  await inFolder(async (folder) => {
    await writeNat(`${folder}/nat.json`, { ...variant(NAT_MUTANT), name: "bad NAT" });
    const args = ["--world", "memory", "--device", `${folder}/nat.json`, "--reference", ...CHOSEN];
    const place = `${folder}/matrix`;
    const { code, out, err } = await plumbline("interop", ...args, "--out", place);
    assert.equal(code, 1, err);
    assert.match(out, /✗ bad NAT as nat: TCL-027 /);
    const matrix = await matrixOf(place);
    assert.deepEqual(
      metIn(matrix),
      ["master", "initiator", "endpoint"].flatMap((role) => [
        `reference peers ${role}, bad NAT nat: fail`,
        `reference peers ${role}, reference peers nat: pass`,
      ]),
    );
    const pairsOfRoles = 6, devices = 2;
    assert.equal(matrix.pairs.length, pairsOfRoles * devices * devices);
    for (const { state, reason } of matrix.pairs) {
      if (state === "unsupported") {
        assert.match(reason ?? "", /^(bad NAT does not play|nothing that)/);
      }
    }
    const failures = matrix.pairs.flatMap(({ failures = [] }) => failures);
    assert.ok(failures.length > 0);
    for (const { at_fault, known_by, sent_by } of failures) {
      assert.deepEqual([at_fault, known_by, sent_by], [["nat"], "check", ["nat"]]);
    }
    // Each pair is a run that anybody can check.
    const [{ run }] = matrix.pairs.filter(({ verdict }) => verdict === "fail");
    const checked = await plumbline("check", `${place}/${run}`, "--json");
    assert.equal(checked.code, 1);
    assert.equal(JSON.parse(checked.out).contradiction, undefined);
    assert.match(
      await Deno.readTextFile(`${place}/summary.md`),
      /\| reference peers \| ✗ \d+ fail/,
    );
    assert.doesNotMatch(await Deno.readTextFile(`${place}/report.html`), /https?:\/\//);

    const shards = `${folder}/shards`;
    for (const n of [1, 2]) {
      await plumbline("interop", ...args, "--shard", `${n}/2`, "--out", `${shards}/${n}`);
    }
    const merged = await plumbline("merge", shards, "--out", `${folder}/merged`);
    assert.equal(merged.code, 1, merged.err);
    assert.deepEqual((await matrixOf(`${folder}/merged`)).pairs, matrix.pairs);
    const half = await plumbline("merge", `${shards}/1`, "--out", `${folder}/half`);
    assert.ok([1, 3].includes(half.code));
    const states = (await matrixOf(`${folder}/half`)).pairs.map(({ reason }) => reason);
    assert.ok(states.includes("it was in a shard that is lost"));
    refused(
      await plumbline("merge", `${shards}/1`, place, "--out", `${folder}/x`),
      /matrix as it is no shard/,
    );
    await plumbline("interop", ...args, "--shard", "2/2", "--seed", "2", "--out", `${folder}/seed`);
    refused(
      await plumbline("merge", `${shards}/1`, `${folder}/seed`, "--out", `${folder}/x`),
      /part of another matrix than \S+: its seed differs/,
    );
    await Deno.writeTextFile(`${shards}/1/summary.md`, "");
    refused(
      await plumbline("merge", shards, "--out", `${folder}/x`),
      /is not what the manifest says/,
    );
  });
});

Deno.test("a matrix that cannot be is refused", async () => {
  const memory = ["interop", "--world", "memory"];
  refused(await plumbline(...memory), /without a device: --device names one, or --reference/);
  refused(await plumbline(...memory, "--device", "null_mut"), /nearest that is known is null_mute/);
  refused(
    await plumbline(...memory, "--device", "nftables_nat", "--suite", "core_identity"),
    /Cannot let any two meet: nftables_nat does not play/,
  );
  refused(
    await plumbline(...memory, "--reference", "--check", "tunnel_clustr/"),
    /the nearest that is known is tunnel_cluster/,
  );
});

const chromium = findChromium();
Deno.test({
  name: "the page of a matrix leads from its cells to the reports of the pairs",
  ignore: chromium === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const args = ["--world", "memory", "--reference", ...CHOSEN, "--out", `${folder}/m`];
      assert.equal((await plumbline("interop", ...args)).code, 0);
      await inBrowser(chromium!, async (open) => {
        const { page, complaints } = await open(`${folder}/m/report.html`);
        assert.deepEqual(complaints, { said: [], asked: [], dialogs: [] });
        assert.equal(await page.locator("table.pairs").count(), 3);
        const links = page.locator("table.pairs td a");
        for (
          const href of await links.evaluateAll((all) => all.map((a) => a.getAttribute("href")))
        ) {
          assert.ok((await Deno.stat(`${folder}/m/${href}`)).isFile);
        }
        await links.first().click();
        await page.waitForURL("**/pairs/tunnel_cluster/**/report.html");
        assert.match(await page.locator("h1").textContent() ?? "", /No failure in this selection/);
      });
    }),
});

const xl2tpd = await lackOfDevice("xl2tpd");
if (xl2tpd !== undefined) console.warn(`run_test.ts leaves out xl2tpd: ${xl2tpd}`);
Deno.test({
  name: "our reference peers and xl2tpd meet on a real kernel",
  ignore: xl2tpd !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const check = "tunnel_cluster/endpoint/reply_to_source";
      const args = ["--device", "xl2tpd", "--reference", "--check", check, "--class", "NAT"];
      const { err } = await plumbline("interop", ...args, "--out", `${folder}/m`);
      const met = metIn(await matrixOf(`${folder}/m`));
      for (const role of ["master", "initiator"]) {
        const text = `reference peers ${role}, xl2tpd endpoint: pass`;
        assert.ok(met.includes(text), `${met.join("\n")}\n${err}`);
      }
    }),
});
