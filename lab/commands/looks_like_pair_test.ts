import assert from "node:assert/strict";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import {
  following,
  frameOf,
  segment,
  type Style,
  unit,
} from "../../suites/offload/pairing/_testing/packets.ts";
import { pairHint } from "./looks_like_pair.ts";

type Packets = Parameters<typeof frameOf>[0][];

function captureOf(packets: Packets): Uint8Array {
  const { writer, output } = PcapWriter.inMemory();
  for (const packet of packets) writer.write(1, 0, frameOf(packet));
  writer.close();
  return output.bytes();
}

function sidesOf(style: Style): [Uint8Array, Uint8Array] {
  const a = segment({}, style), b = following(a);
  return [captureOf([a, b]), captureOf([unit([a, b])])];
}

Deno.test("two captures of the same flows in segments of other sizes are told how to be judged", async () => {
  const [small, large] = sidesOf({});
  assert.match(
    (await pairHint([small, large]))!,
    /segments of up to 100 octets and of up to 200.*"preset":"plain","direction":"coalescing"/,
  );
  assert.match((await pairHint([large, small]))!, /"direction":"segmentation"/);
  const [before, after] = sidesOf({ tunnel: "vxlan", version: 6 });
  assert.match((await pairHint([before, after]))!, /"preset":"vxlan","direction":"coalescing"/);
});

Deno.test("captures of other flows, of the same sizes, one alone or an empty one are no pair", async () => {
  const [small, large] = sidesOf({});
  assert.equal(await pairHint([small]), undefined);
  assert.equal(await pairHint([small, small]), undefined);
  assert.equal(await pairHint([small, captureOf([])]), undefined);
  const other = captureOf([segment({ sourcePort: 7, length: 900 })]);
  assert.equal(await pairHint([large, other]), undefined);
});
