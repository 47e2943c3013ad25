/** The command line as a user meets it: a program with arguments, output and exit codes. */
import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "./_testing/command_line.ts";
import { PcapWriter } from "../captures/file/pcap_writer.ts";
import { udpDatagram } from "../captures/wire/build.ts";
import { reportSchema } from "../suites/report/model.ts";
import { KINDS } from "./commands/list_kinds.ts";

Deno.test("a wrong command line is refused with one clear line", async () => {
  refused(await plumbline("certify", "--sed", "1"), /--sed/);
  refused(await plumbline("certify", "--seed", "x"), /whole number/);
  refused(await plumbline("certify", "--world", "mars"), /netns, memory, compose: got mars/);
  refused(
    await plumbline("certify", "--suite", "nothing"),
    /got nothing; known are core_identity, /,
  );
  refused(
    await plumbline("certify", "--suite", "core-identity"),
    /nearest that is known is core_id/,
  );
  refused(
    await plumbline("certify", "--class", "lns,hidding"),
    /the nearest that is known is hiding/,
  );
  refused(await plumbline("certify", "--check", "l2pt/"), /none begins so: got l2pt\//);
  refused(await plumbline("certify", "--device", "null_mut"), /nearest that is known is null_mute/);
  refused(await plumbline("list", "nothing"), /requirements/);
  refused(await plumbline("report", "/nonexistent"), /there is none/);
});

Deno.test("an option that has one value is not given twice: the first would be forgotten", async () => {
  const twice: string[][] = [
    ["certify", "--check", "l2tp/lns", "--check", "l2tp/lac"],
    ["certify", "--world", "memory", "--seed", "1", "--seed", "2"],
    ["certify", "--out", "a", "--out=b"],
    ["check", "--profile", "captures", "--profile", "xl2tpd", "x.pcap"],
    ["describe", "--filter", "udp", "--filter", "tcp", "x.pcap"],
    ["device", "probe", "xl2tpd", "--seed", "1", "--seed", "1"],
    ["device", "init", "--name", "a", "--name", "b"],
  ];
  for (const args of twice) refused(await plumbline(...args), /is given twice/);
  const init = ["device", "init", "--name", "x", "--kind", "interface", "--role", "lns"];
  for (const option of ["--cable", "--parameter"]) {
    const pair = ["--class", "lns", "--cable", "lan0=", option];
    refused(await plumbline(...init, ...pair, "wan0=a", option, "wan0=b"), /wan0 is given twice/);
    refused(await plumbline(...init, ...pair, "wan0"), /must be name=value: got wan0/);
  }
  // What counts each time may be given again.
  const lists = ["certify", "--suite", "l2tp", "--suite", "l2tp,x"];
  refused(await plumbline(...lists), /got x; known are core_identity, /);
});

Deno.test("a profile that names what does not exist is refused", async () => {
  await inFolder(async (folder) => {
    const attach = { kind: "reference", variant: "core_identity/receiver/none" };
    const profile = { name: "x", roles: ["receiver"], attach };
    await Deno.writeTextFile(`${folder}/x.json`, JSON.stringify(profile));
    refused(await plumbline("certify", "--device", `${folder}/x.json`), /variant is unknown/);
    const changes: [Record<string, unknown>, RegExp][] = [
      [{ roles: ["recever"] }, /a role is unknown: got recever; .* receiver/],
      [{ classes: ["f9"] }, /a class is unknown: got f9; .* F9/],
      [
        { exceptions: [{ requirement: "toString", reason: "x", expires: "2026-01-01" }] },
        /a waived requirement is unknown: got toString/,
      ],
      [
        { exceptions: [{ requirement: "CID-066", reason: "x", expires: "2999-01-01" }] },
        /the exception for CID-066 may hold until \d{4}-\d\d-\d\d at most/,
      ],
      [
        { attach: { kind: "captures", taps: { "a*": { node: "sendr", side: "wan" } } } },
        /the node of a tap is unknown: got sendr; .* sender/,
      ],
    ];
    for (const [change, reason] of changes) {
      const other = { ...profile, attach: { kind: "reference" }, ...change };
      await Deno.writeTextFile(`${folder}/x.json`, JSON.stringify(other));
      refused(await plumbline("certify", "--device", `${folder}/x.json`), reason);
    }
    await Deno.writeTextFile(`${folder}/x.json`, "{");
    refused(await plumbline("certify", "--device", `${folder}/x.json`), /must be JSON/);
  });
});

Deno.test("every command has a help with examples that fits a terminal of 80 columns", async () => {
  const names = ["certify", "check", "describe", "report", "bench", "mutants", "list", "device"];
  const runs = ["key", "sign", "bundle", "verify", "compare", "merge", "interop"];
  for (const name of [...names, ...runs, "lab", "peer", "completion"]) {
    const { code, out } = await plumbline(name, "--help");
    assert.equal(code, 0, name);
    assert.match(out, /Examples?:\n/, name);
    assert.deepEqual(out.split("\n").filter((line) => line.length > 80), [], name);
  }
});

Deno.test("a group of commands without one of them is answered by its help", async () => {
  for (const name of ["lab", "device", "key"]) {
    const { code, err } = await plumbline(name);
    assert.equal(code, 2);
    assert.match(err, new RegExp(`^Usage: plumbline ${name} .*\n[^]*Commands:\n`));
  }
  refused(await plumbline("help", "certfy"), /unknown command 'certfy' \(Did you mean certify\?\)/);
});

Deno.test("a run, its evidence checked again, and the evidence once it was changed", async () => {
  await inFolder(async (folder) => {
    const run = `${folder}/run`;
    const args = ["--world", "memory", "--check", "core_identity/9/", "--class", "F9"];
    const certified = await plumbline("certify", ...args, "--out", run, "--json");
    assert.equal(certified.code, 0, certified.err);
    const report = reportSchema.parse(JSON.parse(certified.out));
    assert.equal(report.conclusion, "conformant");
    assert.ok(report.totals.pass > 0);
    const html = await Deno.readTextFile(`${run}/report.html`);
    assert.match(html, /No failure in this selection/);

    const again = await plumbline("check", run, "--check", "core_identity/9/", "--json");
    const checked = reportSchema.parse(JSON.parse(again.out));
    assert.equal(again.code, 0, again.err);
    const verdicts = (r: typeof report) =>
      r.suites[0].checks.map(({ id, evidence, verdict }) => `${id} ${evidence} ${verdict}`).sort();
    assert.deepEqual(verdicts(checked), verdicts(report));

    const before = await Deno.readTextFile(`${run}/report.json`);
    await Deno.writeTextFile(`${run}/report.json`, before.replace('"pass"', '"fail"'));
    const doubted = await plumbline("check", run, "--check", "core_identity/9/");
    assert.equal(doubted.code, 3);
    assert.match(doubted.out, /report.json says fail of .*, and the evidence pass/);
    const anew = await plumbline("report", run);
    assert.equal(anew.code, 3);
    assert.match(anew.err, /report.json says fail/);
    assert.equal((await plumbline("report", run)).code, 0);
    assert.doesNotMatch(await Deno.readTextFile(`${run}/report.json`), /"verdict": "fail"/);

    const taken = report.captures.find(({ name }) => name.startsWith("wan"))!;
    const octets = await Deno.readFile(`${run}/${taken.file}`);
    octets[octets.length >> 1] ^= 1;
    await Deno.writeFile(`${run}/${taken.file}`, octets);
    const changed = await plumbline("check", run, "--check", "core_identity/9/");
    assert.equal(changed.code, 3);
    assert.match(changed.out, /is not what the manifest says/);

    refused(await plumbline("certify", ...args, "--out", run), /empty or new/);
  });
});

Deno.test("a mutant is not conformant, and the failure names its packet", async () => {
  await inFolder(async (folder) => {
    const profile = {
      name: "wrong",
      roles: ["receiver"],
      classes: ["F7"],
      attach: { kind: "reference", variant: "core_identity/receiver/counts_cores_from_one" },
      trace: { kind: "jsonl" },
    };
    await Deno.writeTextFile(`${folder}/wrong.json`, JSON.stringify(profile));
    const { code, out, err } = await plumbline(
      ...["certify", "--world", "memory", "--device", `${folder}/wrong.json`],
      ...["--check", "core_identity/7/core_identified", "--out", `${folder}/run`],
    );
    assert.equal(code, 1, err);
    assert.match(out, /CID-066/);
    assert.match(out, /packet {4}[\w-]+ frame \d+/);
    assert.match(out, /Not conformant/);
    const html = await Deno.readTextFile(`${folder}/run/report.html`);
    assert.match(html, /frame\.number in \{\d+/);
    assert.doesNotMatch(html, /cannot be read any more/);
  });
});

Deno.test("a null device is never conformant", async () => {
  await inFolder(async (folder) => {
    const { code } = await plumbline(
      ...["certify", "--world", "memory", "--device", "null_mute", "--out", `${folder}/run`],
    );
    assert.ok(code === 1 || code === 3, String(code));
  });
});

Deno.test("what is no capture, or a damaged one, gets one clear line and no verdict", async () => {
  await inFolder(async (folder) => {
    const at = (name: string) => `${folder}/${name}`;
    await Deno.writeTextFile(at("wan-empty.pcap"), "");
    await Deno.writeTextFile(at("wan-text.pcap"), "no capture at all\n");
    const check = (name: string) => plumbline("check", "--profile", "captures", at(name));
    refused(await check("wan-empty.pcap"), /no octets/);
    refused(await check("wan-text.pcap"), /text/);
    refused(await check("wan-missing.pcap"), /there is none/);
    refused(await plumbline("check", at("wan-text.pcap")), /text/);
    refused(await plumbline("check", folder), /plan.json/);

    const cut = new Uint8Array(24 + 16 + 60 + 7);
    const view = new DataView(cut.buffer);
    view.setUint32(0, 0xa1b2c3d4);
    view.setUint16(4, 2);
    view.setUint16(6, 4);
    view.setUint32(16, 65535);
    view.setUint32(20, 1);
    view.setUint32(32, 60);
    view.setUint32(36, 60);
    await Deno.writeFile(at("wan-cut.pcap"), cut);
    const { code, out, err } = await check("wan-cut.pcap");
    assert.equal(code, 3, err);
    assert.match(out, /capture wan-cut is damaged/);

    const counted = await plumbline("describe", "--count", at("wan-cut.pcap"), at("wan-text.pcap"));
    assert.equal(counted.code, 2);
    assert.match(counted.out, /wan-cut.pcap: 1 packets\n$/);
    assert.equal(counted.err.trimEnd().split("\n").length, 2);
  });
});

Deno.test("a list stands under a heading, and says what a class or a parameter means", async () => {
  const { out } = await plumbline("list", "classes", "--suite", "l2tp");
  const [heading, first] = out.split("\n");
  assert.match(heading, /^CLASS +SUITE +REQUIREMENTS +SCENARIOS +A DEVICE OF IT$/);
  assert.match(first, /^lac +l2tp +\d+ +\d+ +all that binds every LAC/);
  const parameters = await plumbline("list", "parameters", "--suite", "l2tp");
  assert.match(parameters.out, /^hello_interval +l2tp +1000 to 86400000 milliseconds +Silence/m);
});

Deno.test("lists are one JSON document, and show what covers what", async () => {
  for (const kind of KINDS) {
    const { code, out } = await plumbline("list", kind, "--json");
    assert.equal(code, 0, kind);
    assert.ok(JSON.parse(out).length > 0, kind);
  }
  const { out } = await plumbline("list", "requirements", "--json");
  const found = JSON.parse(out).find(({ id }: { id: string }) => id === "CID-066");
  assert.ok(found.checks.length > 0 && found.mutants.length > 0);
});

Deno.test("packets are picked out by a filter, and a filter that means nothing is refused", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/wan.pcap`, writer = PcapWriter.create(path, { linkType: 101 });
    const ends = { source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 5000 };
    for (const [i, destinationPort] of [53, 1701, 1702].entries()) {
      writer.write(i, 0, udpDatagram({ ...ends, destinationPort, payload: new Uint8Array(9) }));
    }
    writer.close();
    const describe = (filter: string, ...more: string[]) =>
      plumbline("describe", path, "--filter", filter, ...more);
    const { code, out } = await describe("udp.destination_port > 1700 and not udp.port == 1701");
    assert.equal(code, 0);
    assert.match(out, /^3 \S+ \S+ IP 10\.0\.0\.1\.5000 > 10\.0\.0\.2\.1702: UDP, length 9\n$/);
    assert.match((await describe("udp.port == 53", "--count")).out, /wan\.pcap: 1 of 3 packets\n$/);
    assert.equal(JSON.parse((await describe("frame.number < 3", "--json")).out).length, 2);
    assert.equal((await describe("l2tp.ns")).out, "");
    refused(
      await describe("udp.prot == 53"),
      /character 1: .* the nearest that is known is udp\.port/,
    );
    refused(await describe("udp and l2tp.message == icrp1"), /character 25: .* is ICRP$/m);
  });
});
