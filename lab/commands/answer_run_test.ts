/** What `check` says of captures that nobody said anything about. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { LINK_TYPE } from "../../captures/link.ts";
import { control as hello, data } from "../../suites/core_identity/_testing/tunnel_captures.ts";
import { createFile } from "../../suites/core_identity/_testing/capture_files.ts";
import {
  Captured,
  control,
  DEVICE as LAC,
  introduces,
  TESTER as LNS,
} from "../../suites/l2tp/_testing/captured.ts";
import { came, local, message, sent } from "../../suites/tunnel_cluster/_testing/captures.ts";
import { allSuites } from "../../suites/registry.ts";
import type { Report } from "../../suites/report/model.ts";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { PLAIN } from "../terminal/style.ts";
import { answerText } from "./answer_text.ts";
import { answerAbout } from "./answer_run.ts";
import { concludes } from "./finish.ts";

/** Writes frames to a pcap file. */
function write(path: string, { frames }: Captured, keep = Infinity): string {
  const writer = PcapWriter.create(path, { linkType: LINK_TYPE.RAW });
  for (const { seconds, nanoseconds, bytes, start, end } of frames) {
    writer.write(seconds, nanoseconds, bytes, start, Math.min(end, start + keep), end - start);
  }
  writer.close();
  return path;
}

/** The report of captures, and what a terminal shows of it. */
async function answer(...captures: string[]): Promise<{ report: Report; text: string }> {
  const found = await answerAbout(captures, undefined, await allSuites());
  const report = concludes({
    ...{ ...found, devices: [] },
    run: {
      ...{ id: "check", started: "2026-01-31T12:00:00.000Z", seed: 0, world: "captures" },
      ...{ kernel: "", commit: "", command: "", selection: false, duration_ms: 0 },
    },
  });
  return { report, text: answerText(report, PLAIN) };
}

const whole = () => new Captured().tunnel(LAC, LNS).call(LAC, LNS);

Deno.test("a conformant tunnel has no fault, by whatever name its file goes", async () => {
  await inFolder(async (folder) => {
    const { report, text } = await answer(write(`${folder}/customer 7 (final).dmp`, whole()));
    assert.equal(report.conclusion, "no_fault_found");
    assert.equal(report.exit_code, 0);
    assert.match(text, /No fault found in 1 conversation\./);
    assert.match(text, /not a certification/);
    assert.doesNotMatch(text, /[Cc]onformant/);
    assert.match(text, /from 2023-11-14 22:13:20\.010 UTC/);
    assert.deepEqual(report.device.roles.toSorted(), ["lac", "lns"]);
  });
});

Deno.test("a broken MUST is told with who broke it, where it stands, and the frame", async () => {
  await inFolder(async (folder) => {
    const wrong = whole().send(
      LAC,
      LNS,
      control("HELLO", { word: 0xc902, tunnel: 22, ns: 4, nr: 2 }),
    );
    const { report, text } = await answer(write(`${folder}/x.pcap`, wrong));
    assert.equal(report.exit_code, 1);
    assert.match(text, /✗ MUST RFC 2661 §3\.1 {2}LAC: /);
    assert.match(text, /found {4}HELLO \(Ns 4, Nr 2\): c902\n\s+frame 9\n/);
    assert.match(text, /1 fault found in 1 conversation/);
    const [tunnel] = report.conversations!.suites[0].told;
    assert.equal(tunnel.faults.length, 1);
  });
});

Deno.test("silence is nobody's fault against the specification, and is told first of all", async () => {
  await inFolder(async (folder) => {
    const request = control("SCCRQ", {}, introduces(11)), captured = new Captured();
    for (const after of [0, 1, 2, 4, 8]) captured.send(LAC, LNS, request, after);
    const { report, text } = await answer(write(`${folder}/x.pcap`, captured));
    assert.equal(report.exit_code, 0);
    assert.match(text, /^Tunnel 1: no answer: the LNS 10\.9\.0\.2 was silent/m);
    assert.match(text, /But 1 tunnel: no answer\./);
  });
});

Deno.test("files that one capture was written to are one tunnel, the second of them too", async () => {
  await inFolder(async (folder) => {
    const all = whole();
    const first = all.map((frame, i) => i < 5 ? [frame] : []);
    const second = all.map((frame, i) => i < 5 ? [] : [frame]);
    const { report, text } = await answer(
      write(`${folder}/wan_00002_20260131120100.pcap`, second),
      write(`${folder}/wan_00001_20260131120000.pcap`, first),
    );
    assert.equal(report.conversations!.count, 1);
    assert.match(text, /came up after 20 ms with 1 call/);
    assert.equal(report.exit_code, 0);
    assert.match(text, /wan_00002_20260131120100:2/);
  });
});

Deno.test("two files of one name are told apart by their folders", async () => {
  await inFolder(async (folder) => {
    for (const name of ["left", "right"]) await Deno.mkdir(`${folder}/${name}`);
    const { report } = await answer(
      write(`${folder}/left/wan.pcap`, whole()),
      write(`${folder}/right/wan.pcap`, whole()),
    );
    const names = new Set(report.captures.map(({ name }) => name));
    assert.deepEqual([...names], ["left/wan", "right/wan"]);
    assert.equal(report.conversations!.count, 2);
    assert.match(report.conversations!.suites[0].notes.join(), /listed twice/);
  });
});

Deno.test("a capture that is cut, in its frames or at its end, is served as far as it goes", async () => {
  await inFolder(async (folder) => {
    const snapped = await answer(write(`${folder}/snapped.pcap`, whole(), 60));
    assert.match(snapped.text, /keeps only the first octets of some frames/);
    assert.equal(snapped.report.totals.fail, 0);
    const path = write(`${folder}/torn.pcap`, whole());
    const octets = await Deno.readFile(path);
    await Deno.writeFile(path, octets.subarray(0, octets.length - 9));
    const torn = await answer(path);
    assert.match(torn.text, /capture torn is damaged and was read up to frame 7/);
    assert.equal(torn.report.exit_code, 0);
    assert.match(torn.text, /Tunnel 1: came up/);
  });
});

Deno.test("an idle link beside a tunnel is noted", async () => {
  await inFolder(async (folder) => {
    const { text, report } = await answer(
      write(`${folder}/busy.pcap`, whole()),
      write(`${folder}/quiet.pcap`, new Captured()),
    );
    assert.match(text, /capture quiet holds no frame/);
    assert.equal(report.exit_code, 0);
  });
});

Deno.test("what no suite knows is named, and nothing is judged", async () => {
  await inFolder(async (folder) => {
    const query = Uint8Array.fromHex("000001000001000000000000076578616d706c65036f72670000010001");
    const { report, text } = await answer(
      write(`${folder}/x.pcap`, new Captured().send(LAC, LNS, query)),
    );
    assert.equal(report.exit_code, 3);
    assert.match(text, /1 packet on UDP port 1701 is DNS/);
    assert.match(text, /Nothing could be judged\.\nThe captures hold 1 DNS\./);
  });
});

Deno.test("aggregated tunnels are told: cores, sessions, and what the capture lacks", async () => {
  await inFolder(async (folder) => {
    const packets = [data(4000, 2n, 0, { at: 10 }), data(4000, 2n, 1, { at: 20 })];
    const answered = { acknowledged: 1 }, from = "receiver" as const;
    const up = [
      hello("hello", { identities: [0n, 1n] }, { at: 0 }),
      hello("helloAck", { identities: [0n, 1n, 2n, 3n], ...answered }, { at: 1, from }),
      hello("confirm", answered, { at: 2 }),
      ...packets,
    ];
    const { report, text } = await answer(createFile(`${folder}/some.pcapng`, up));
    assert.equal(report.exit_code, 0, text);
    assert.match(text, /Aggregated tunnel 1: came up with 1 tunnel; 2 packets of the sender in 1/);
    assert.match(text, /HELLO ACK +announces 4 cores in version 1, identities 0, 1, 2, 3/);
    assert.deepEqual(report.device.classes, ["F7"]);
    const late = await answer(createFile(`${folder}/late.pcapng`, packets));
    assert.match(late.text, /the capture begins after tunnel 1 was up/);
    assert.equal(late.report.totals.fail, 0);
    const twice = up.flatMap((frame) => [frame, frame]);
    const mirrored = await answer(createFile(`${folder}/span.pcapng`, twice));
    assert.match(mirrored.text, /mirrored duplicates: capture at one port/);
    assert.equal(mirrored.report.totals.fail, 0);
  });
});

Deno.test("a cluster is told: its members, and to whom a request went; its master is judged", async () => {
  await inFolder(async (folder) => {
    const inside = new Captured(), outside = new Captured();
    const put = (to: Captured, time: number, bytes: Uint8Array) =>
      to.frames.push({
        ...{ number: to.frames.length + 1, bytes, start: 0, end: bytes.length, linkType: 101 },
        ...{ originalLength: bytes.length, interfaceId: 0, nanoseconds: 0 },
        ...{ view: new DataView(bytes.buffer), seconds: 1_700_000_000 + time },
      });
    for (const member of [1, 2]) {
      put(inside, 0, message("register", member, 0, { load: 0, registers: true }));
    }
    put(outside, 1, came(1, 7)[2]);
    put(inside, 1, sent(1, 1, 7)[2]);
    const { report, text } = await answer(
      write(`${folder}/a.pcap`, outside),
      write(`${folder}/b.pcap`, inside),
    );
    assert.match(text, /Cluster: 2 members; 1 of 1 request seen to be sent on: 1 to member 1/);
    assert.ok(text.includes(`members 1 (${local(1)}), 2 (${local(2)})`));
    assert.match(text, /Tunnel 1: the request passes the master of a cluster/);
    assert.ok(report.device.roles.includes("master"));
    assert.equal(report.totals.fail, 0, text);
  });
});

Deno.test("the exit codes of a process, standard input, and a report of it", async () => {
  await inFolder(async (folder) => {
    const path = write(`${folder}/some thing.pcap`, whole());
    const packed = `${folder}/packed.bin`;
    await Deno.writeFile(packed, gzipSync(await Deno.readFile(path)));
    const { code, out } = await plumbline("check", packed, "--json", "--out", `${folder}/run`);
    assert.equal(code, 0);
    const report: Report = JSON.parse(out);
    assert.equal(report.conversations!.suites[0].told[0].outcome, "came up");
    const html = await Deno.readTextFile(`${folder}/run/report.html`);
    assert.match(html, /What the conversations came to/);
    assert.match(html, /an answer about captures, not a certification/);
    assert.doesNotMatch(html, />Conformant</);
    const junit = await Deno.readTextFile(`${folder}/run/junit.xml`);
    assert.match(junit, /failures="0" errors="0"/);
    await Deno.writeTextFile(`${folder}/text`, "no capture");
    refused(await plumbline("check", `${folder}/text`), /Cannot read/);
    refused(await plumbline("check", path, path), /given twice/);
  });
});

Deno.test("nothing that a packet says reaches the terminal as it is", async () => {
  await inFolder(async (folder) => {
    const evil = "a\u001b]0;x\u0007\u202e\u0000b";
    const says = { ...introduces(11), hostName: new TextEncoder().encode(evil) };
    const captured = new Captured().send(LAC, LNS, control("SCCRQ", {}, says));
    const { text } = await answer(write(`${folder}/x\u001b[31m.pcap`, captured));
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    assert.match(text, /“a\\u\{1b\}/);
  });
});
