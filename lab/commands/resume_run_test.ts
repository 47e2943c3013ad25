/** Runs that were killed, and gone on with. */
import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { change } from "./_testing/run_copy.ts";
import { reportOf, verdictsOf, writeNat } from "./_testing/variant_device.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const ARGS = ["certify", "--world", "memory", "--suite", "tunnel_cluster", "--jobs", "1"];
const DEVICE = (folder: string) => ["--device", `${folder}/nat.json`];

/** Begins a run and kills it once so many scenarios have ended. */
async function killed(run: string, device: readonly string[], after: number): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", MAIN, ...ARGS, ...device, "--out", run],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let seen = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    seen += text;
    if (seen.includes(`[${after}/`)) break;
  }
  child.kill("SIGKILL");
  await child.status;
}

Deno.test("a killed run goes on: what is whole is kept, the rest is played again", async () => {
  await inFolder(async (folder) => {
    const device = DEVICE(folder), run = `${folder}/run`;
    await writeNat(`${folder}/nat.json`);
    await plumbline(...ARGS, ...device, "--out", `${folder}/whole`);
    await killed(run, device, 6);
    const { scenarios } = JSON.parse(await Deno.readTextFile(`${run}/plan.json`));
    const ended = [...scenarios].filter(({ evidence }: { evidence: string }) => {
      try {
        return Deno.statSync(`${run}/${evidence}/scenario.json`).isFile;
      } catch {
        return false;
      }
    });
    assert.ok(ended.length >= 6 && ended.length < scenarios.length);
    // One that was damaged, and one of which a file is missing.
    const [first, second] = ended.map(({ evidence }) => `${run}/${evidence}`);
    const pcap = [...Deno.readDirSync(first)].find(({ name }) => name.endsWith(".pcapng"))!;
    const octets = await Deno.readFile(`${first}/${pcap.name}`);
    octets[octets.length >> 1] ^= 1;
    await Deno.writeFile(`${first}/${pcap.name}`, octets);
    const trace = [...Deno.readDirSync(second)].find(({ name }) => name.endsWith(".pcapng"))!;
    await Deno.remove(`${second}/${trace.name}`);

    await plumbline("key", "new", `${folder}/key`);
    const signed = ["--sign", `${folder}/key`];
    const { code, err } = await plumbline("certify", "--resume", run, "--jobs", "1", ...signed);
    assert.equal(code, 0, err);
    const missing = scenarios.length - ended.length + 2;
    assert.match(err, new RegExp(`^\\[1/${missing}\\] `));
    const [whole, resumed] = [await reportOf(`${folder}/whole`), await reportOf(run)];
    assert.deepEqual(verdictsOf(resumed), verdictsOf(whole));
    const kept = `${ended.length - 2} of ${scenarios.length} scenarios were kept`;
    assert.ok(resumed.notes?.some(({ text }) => text.endsWith(kept)), kept);
    const checked = await plumbline("check", run);
    assert.equal(checked.code, 0, checked.out);
    const verified = await plumbline("verify", run, "--key", `${folder}/key.pub`);
    assert.equal(verified.code, 0, verified.out);
    refused(await plumbline("certify", "--resume", run), /it has ended: certify --last-failed/);
    refused(
      await plumbline("certify", "--resume", run, ...signed),
      /it has ended: sign \S+ --key \S+ signs it/,
    );
  });
});

Deno.test("a run is not gone on with as another one", async () => {
  await inFolder(async (folder) => {
    const device = DEVICE(folder), run = `${folder}/run`;
    await writeNat(`${folder}/nat.json`, { version: "1" });
    await killed(run, device, 2);
    const resume = (...more: string[]) => plumbline("certify", "--resume", run, ...more);
    refused(await resume("--seed", "2"), /--seed is 2 here, and its plan says 1/);
    refused(await resume("--suite", "l2tp"), /--suite is l2tp here, .* says tunnel_cluster/);
    refused(await resume("--world", "netns"), /--world is netns here/);
    refused(await resume("--repeat", "2"), /--repeat is 2 here, and its plan says 1/);
    refused(await resume("--shard", "1/2"), /--shard is 1\/2 here, and its plan says nothing/);
    refused(await resume("--check", "tunnel_cluster/nat/row"), /--check is \S+ here/);
    await writeNat(`${folder}/nat.json`, { version: "2" });
    refused(await resume(...device), /--device is a NAT 2 here, and its plan says a NAT 1/);
    refused(await resume("--out", `${folder}/x`), /--resume and --out cannot be used together/);
    refused(await plumbline("certify", "--resume", folder), /no run was begun in it/);
    refused(await plumbline("certify", "--resume", `${folder}/x`), /there is no such directory/);

    using lock = await Deno.open(`${run}/plan.json`);
    await lock.lock(true);
    refused(await resume(), /another program is at work on it/);
    await lock.unlock();
    type Changed = { plumbline: string; scenarios: unknown[] };
    await change<Changed>(`${run}/plan.json`, (plan) => plan.scenarios.pop());
    refused(await resume(), /plan.json was changed: it lists other scenarios than it owes/);
    await change<Changed>(`${run}/plan.json`, (plan) => plan.plumbline = "0.0.1");
    refused(await resume(), /it was begun by Plumbline 0\.0\.1 .*, and this is /);
  });
});
