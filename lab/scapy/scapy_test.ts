import assert from "node:assert/strict";
import { corpus } from "../../captures/_testing/corpus.ts";
import { readCapture } from "../../captures/file/read.ts";
import { dissect } from "../../captures/dissect/dissect.ts";
import type { Layer } from "../../captures/dissect/layer.ts";
import { compareWithScapy, type Difference } from "./agreement.ts";
import { Scapy, SCAPY_LINKS } from "./scapy.ts";
import { hasScapy, withScapy } from "./_testing/with_scapy.ts";

/** Frames of each capture that are compared. */
const FRAMES = 8;

const CAPTURES = corpus();

Deno.test({
  name: "fields agree with scapy, frame by frame, over captures of others",
  ignore: CAPTURES.length === 0 || !await hasScapy("agreement with captures of others"),
  fn: () =>
    withScapy(async (scapy) => {
      let compared = 0;
      const differences: (Difference & { from: string })[] = [];
      for (const path of CAPTURES) {
        const frames: { octets: Uint8Array; linkType: number; layers: Layer[] }[] = [];
        await readCapture(path, (frame) => {
          if (frame.number > FRAMES || !SCAPY_LINKS.includes(frame.linkType)) return;
          const octets = frame.bytes.slice(frame.start, frame.end);
          frames.push({ octets, linkType: frame.linkType, layers: dissect(frame) });
        });
        for (const [i, { octets, linkType, layers }] of frames.entries()) {
          const found = compareWithScapy(layers, await scapy.dissect(linkType, octets));
          const from = `${path.split("/").at(-1)} #${i + 1}`;
          compared += found.compared;
          differences.push(...found.differences.map((each) => ({ from, ...each })));
        }
      }
      assert.ok(compared > 5000, `only ${compared} fields could be compared`);
      assert.deepEqual(differences, []);
    }),
});

Deno.test({
  name:
    "requests are answered in their order, and what scapy cannot do is an error of that request",
  ignore: !await hasScapy("its co-process"),
  fn: () =>
    withScapy(async (scapy) => {
      const [first, second, third] = await Promise.allSettled([
        scapy.build(["IP", { src: "10.0.0.1", dst: "10.0.0.2" }], ["UDP", { sport: 1, dport: 2 }]),
        scapy.build(["Nothing", {}]),
        scapy.read("UDP", Uint8Array.fromHex("000100020008ffff")),
      ]);
      assert.equal(first.status === "fulfilled" && first.value.length, 28);
      assert.match(second.status === "rejected" ? second.reason.message : "", /no layer Nothing/);
      assert.deepEqual(third.status === "fulfilled" && third.value, [
        ["UDP", { sport: 1, dport: 2, len: 8, chksum: 0xffff }],
      ]);
    }),
});

Deno.test("where no Python has scapy, the error says which package has it", async () => {
  await assert.rejects(Scapy.start(["/nonexistent/python"]), /Debian's package is python3-scapy/);
});
