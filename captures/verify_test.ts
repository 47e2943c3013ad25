import assert from "node:assert/strict";
import { corpus } from "./_testing/corpus.ts";
import { dissect } from "./dissect/dissect.ts";
import type { Layer } from "./dissect/layer.ts";
import { readCapture } from "./file/read.ts";
import type { Frame } from "./frame.ts";
import { Checksum, ipChecksum, transportChecksum } from "./verify.ts";
import { HeaderWalker } from "./walk.ts";
import { udpDatagram } from "./wire/build.ts";
import { viewOf } from "./wire/octets.ts";

const CAPTURES = corpus();

/** What the dissector says of the checksum of the layer that begins at an offset. */
function said(layers: readonly Layer[], start: number): number {
  const layer = layers.find((each) => each.start === start && each.name !== "raw");
  const meaning = layer?.fields.find(({ name }) => name === "checksum")?.meaning;
  if (meaning === "correct") return Checksum.correct;
  return meaning === "wrong" ? Checksum.wrong : Checksum.unknown;
}

function frameOf(bytes: Uint8Array): Frame {
  return {
    ...{ number: 1, bytes, view: viewOf(bytes), start: 0, end: bytes.length },
    ...{ originalLength: bytes.length, seconds: 0, nanoseconds: 0, linkType: 101, interfaceId: 0 },
  };
}

Deno.test("a checksum is correct, and wrong once any octet that it covers has changed", () => {
  const datagram = udpDatagram({
    ...{ source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 1, destinationPort: 2 },
    payload: new Uint8Array(33).fill(7),
  });
  const walker = new HeaderWalker();
  for (let at = 28; at < datagram.length; at++) {
    const frame = frameOf(datagram.slice());
    assert.ok(walker.walk(frame));
    assert.equal(ipChecksum(frame, walker), Checksum.correct);
    assert.equal(transportChecksum(frame, walker), Checksum.correct);
    frame.bytes[at] ^= 1;
    assert.equal(transportChecksum(frame, walker), Checksum.wrong);
  }
});

Deno.test({
  name: "the streaming path and the dissector say the same of every checksum",
  ignore: CAPTURES.length === 0,
  async fn() {
    const walker = new HeaderWalker();
    let told = 0;
    for (const path of CAPTURES) {
      await readCapture(path, (frame) => {
        if (frame.number > 50 || !walker.walk(frame) || walker.l4 < 0) return;
        const layers = dissect(frame);
        const where = `${path} #${frame.number}`;
        const ip = layers.find(({ name, start }) => start === walker.l3 && name === "ipv4");
        const wrong = ip?.problem?.includes("header checksum is wrong") ?? false;
        assert.equal(ipChecksum(frame, walker) === Checksum.wrong, wrong, where);
        const transport = transportChecksum(frame, walker);
        if (transport === Checksum.unknown) return;
        told++;
        assert.equal(transport, said(layers, walker.l4), where);
      });
    }
    assert.ok(told > 500, `only ${told} checksums could be verified`);
  },
});
