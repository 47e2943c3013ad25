/** What the command line is given may be anything: it ends, with one line that moves no cursor. */
import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "./_testing/command_line.ts";
import { testEvidence } from "../suites/_testing/test_suite.ts";

// deno-lint-ignore no-control-regex
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

async function fifo(path: string): Promise<string> {
  await new Deno.Command("mkfifo", { args: [path] }).output();
  return path;
}

Deno.test("devices, FIFOs and directories are no profiles and no captures", async () => {
  await inFolder(async (folder) => {
    const pipe = await fifo(`${folder}/pipe`);
    for (const [path, got] of [[pipe, /a FIFO/], ["/dev/zero", /a device/]] as const) {
      refused(await plumbline("check", "--profile", path, "x.pcap"), got);
      refused(await plumbline("check", "--profile", "captures", path), got);
      refused(await plumbline("certify", "--device", path), got);
      const { code, err } = await plumbline("describe", path);
      assert.equal(code, 2);
      assert.match(err, got);
    }
    refused(await plumbline("check", "--profile", folder, "x.pcap"), /a directory/);
  });
});

Deno.test("in a run directory neither FIFOs nor links to devices are opened", async () => {
  await inFolder(async (folder) => {
    const evidence = `${folder}/evidence/x`;
    await Deno.mkdir(evidence, { recursive: true });
    await fifo(`${evidence}/scenario.json`);
    refused(await plumbline("check", folder), /scenario.json.* got a FIFO/);
    await Deno.remove(`${evidence}/scenario.json`);
    await Deno.symlink("/dev/zero", `${evidence}/scenario.json`);
    refused(await plumbline("check", folder), /scenario.json.* is a link/);
    await Deno.remove(`${evidence}/scenario.json`);
    const { directory: _, ...record } = testEvidence("", 1, { suite: "l2tp" });
    await Deno.writeTextFile(`${evidence}/scenario.json`, JSON.stringify(record));
    await fifo(`${evidence}/${record.taps[0].file}`);
    await fifo(`${folder}/manifest.json`);
    const { code, out } = await plumbline("check", folder, "--json");
    assert.ok([3, 4].includes(code), `exit code ${code}`);
    assert.equal(JSON.parse(out).totals.pass, 0);
  });
});

Deno.test("names that steer a terminal are shown escaped, on one line", async () => {
  await inFolder(async (folder) => {
    const name = `${folder}/a\u001b[2Jb\nc\u202e.pcap`;
    for (
      const ended of [
        await plumbline("check", "--profile", "captures", name),
        await plumbline("check", "--profile", name, "x"),
        await plumbline("report", name),
        await plumbline("describe", name),
        await plumbline("certify", "--device", name),
        await plumbline("certify", "--check", name, "--world", "memory"),
      ]
    ) {
      assert.equal(ended.code, 2, ended.err);
      assert.doesNotMatch(ended.out + ended.err, STEERING);
      assert.equal(ended.err.trim().split("\n").length, 1, ended.err);
    }
  });
});

Deno.test("an exception for what every object answers to is unknown", async () => {
  await inFolder(async (folder) => {
    for (const requirement of ["toString", "constructor", "__proto__"]) {
      const exceptions = [{ requirement, reason: "none", expires: "2099-01-01" }];
      const attach = { kind: "reference" };
      const profile = { name: "x", roles: ["receiver"], attach, exceptions };
      await Deno.writeTextFile(`${folder}/x.json`, JSON.stringify(profile));
      const ended = await plumbline("certify", "--device", `${folder}/x.json`);
      refused(ended, new RegExp(`requirement is unknown: got ${requirement}`));
    }
  });
});
