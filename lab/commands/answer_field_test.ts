/** What `check` says of captures in which L2TP stands within something else, or in parts. */
import assert from "node:assert/strict";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import type { Frame } from "../../captures/frame.ts";
import { LINK_TYPE } from "../../captures/link.ts";
import { ipDatagram } from "../../captures/wire/build.ts";
import * as ipv4 from "../../captures/wire/ipv4.ts";
import { profileSchema } from "../../suites/kit/profile.ts";
import { allSuites } from "../../suites/registry.ts";
import { Captured, control, introduces, LAC, LNS } from "../../suites/l2tp/_testing/captured.ts";
import type { Report } from "../../suites/report/model.ts";
import { inFolder } from "../_testing/command_line.ts";
import { answerAbout } from "./answer_run.ts";
import { answerText } from "./answer_text.ts";
import { concludes } from "./finish.ts";

const whole = () => new Captured().tunnel(LAC, LNS).call(LAC, LNS);

interface Packet extends Pick<Frame, "seconds" | "nanoseconds" | "bytes"> {
  originalLength?: number;
}

/** What is said of packets, each made into those that `change` gives. */
async function answer(
  { frames }: Captured,
  change: (frame: Frame, i: number) => readonly Packet[],
  profile?: unknown,
): Promise<{ report: Report; text: string }> {
  let found: { report: Report; text: string } | undefined;
  await inFolder(async (folder) => {
    const path = `${folder}/field.pcap`;
    const writer = PcapWriter.create(path, { linkType: LINK_TYPE.RAW });
    for (const { seconds, nanoseconds, bytes, originalLength } of frames.flatMap(change)) {
      writer.write(seconds, nanoseconds, bytes, 0, bytes.length, originalLength);
    }
    writer.close();
    const device = profile === undefined ? undefined : profileSchema.parse(profile);
    const answered = await answerAbout([path], device, await allSuites());
    const report = concludes({
      ...{ ...answered, devices: [] },
      run: {
        ...{ id: "check", started: "2026-01-31T12:00:00.000Z", seed: 0, world: "captures" },
        ...{ kernel: "", commit: "", command: "", selection: false, duration_ms: 0 },
      },
    });
    found = { report, text: answerText(report, { paint: (_, text) => text }) };
  });
  return found!;
}

/** An IPv4 datagram in fragments, none of which holds more than 64 octets behind its header. */
function fragmented(frame: Frame, identification: number): Packet[] {
  const { bytes } = frame, payload = bytes.subarray(ipv4.MIN_LENGTH), parts: Packet[] = [];
  for (let at = 0; at < payload.length; at += 64) {
    const piece = payload.subarray(at, at + 64);
    const part = Uint8Array.of(...bytes.subarray(0, ipv4.MIN_LENGTH), ...piece);
    const view = new DataView(part.buffer), more = at + 64 < payload.length ? 0x2000 : 0;
    view.setUint16(ipv4.OFFSET.totalLength, part.length);
    view.setUint16(ipv4.OFFSET.identification, identification);
    view.setUint16(ipv4.OFFSET.flagsAndOffset, more | at >> 3);
    parts.push({ ...frame, bytes: part, originalLength: part.length });
  }
  return parts;
}

Deno.test("control messages in fragments are put together, and are judged", async () => {
  const hello = control("HELLO", { word: 0xc902, tunnel: 22, ns: 4, nr: 2 });
  const { report, text } = await answer(
    whole().send(LAC, LNS, hello),
    (frame, i) => frame.bytes.length > 84 ? fragmented(frame, i + 1) : [frame],
  );
  assert.match(text, /^Tunnel 1: came up after 20 ms with 1 call/m);
  assert.match(text, /datagrams? of L2TP came in IP fragments, the first in frame 2/);
  assert.equal(report.totals.fail, 1);
});

Deno.test("fragments of which some are missing are counted, and nothing is made up", async () => {
  const { report, text } = await answer(
    whole(),
    (frame, i) => frame.bytes.length > 84 ? fragmented(frame, i + 1).slice(0, -1) : [frame],
  );
  assert.match(text, /\d of \d UDP datagrams that came in fragments lack some of them/);
  assert.equal(report.totals.fail, 0);
});

Deno.test("what GRE carries is judged as if it were alone", async () => {
  const { report, text } = await answer(whole(), (frame) => [{
    ...{ seconds: frame.seconds, nanoseconds: frame.nanoseconds },
    bytes: ipDatagram({
      ...{ source: "198.51.100.1", destination: "198.51.100.2", protocol: 47 },
      payload: Uint8Array.of(0, 0, 8, 0, ...frame.bytes),
    }),
  }]);
  assert.match(text, /^Tunnel 1: came up after 20 ms with 1 call/m);
  assert.equal(report.exit_code, 0);
});

Deno.test("control messages are judged where only other frames were cut short", async () => {
  const { report, text } = await answer(whole(), (frame) => {
    const { bytes } = frame;
    return bytes.length <= 84
      ? [frame]
      : [{ ...frame, bytes: bytes.subarray(0, 84), originalLength: bytes.length }];
  });
  assert.match(text, /control messages? were? ?cut short|control message was cut short/);
  assert.match(text, /its beginning cannot be read/);
  assert.ok(report.totals.pass > 20, text);
  assert.equal(report.totals.fail, 0);
});

Deno.test("a capture that no pattern of the profile names is judged as far as it goes", async () => {
  const profile = {
    ...{ name: "box", vendor: "v", version: "1", roles: ["lac"], classes: ["lac"] },
    attach: { kind: "captures", taps: { "wan*": { node: "device", side: "wan" } } },
  };
  const { report, text } = await answer(whole(), (frame) => [frame], profile);
  assert.match(text, /no pattern of the profile \(wan\*\) matches field/);
  assert.match(text, /^Tunnel 1: came up/m);
  assert.ok(report.totals.pass > 0, text);
});

Deno.test("of frames without a time no span is told", async () => {
  const captured = new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11)));
  for (const frame of captured.send(LAC, LNS, control("SCCRQ", {}, introduces(11))).frames) {
    frame.seconds = frame.nanoseconds = 0;
  }
  const { text } = await answer(captured, (frame) => [frame]);
  assert.match(text, /no time {2}frame 1/);
  assert.doesNotMatch(text, /\+0\.000|again after/);
});
