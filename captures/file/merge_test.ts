import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { collectFrames } from "../_testing/collect.ts";
import { mergeCaptures } from "./merge.ts";
import { PcapngWriter } from "./pcapng_writer.ts";
import { PcapWriter } from "./pcap_writer.ts";
import type { CaptureSource } from "./read.ts";

/** A capture of frames at these times (nanoseconds), each with its time in its octets. */
function capture(times: readonly number[], size = 60): Uint8Array {
  const { writer, output } = PcapWriter.inMemory();
  for (const time of times) {
    const octets = new Uint8Array(size);
    new DataView(octets.buffer).setFloat64(0, time);
    writer.write(Math.floor(time / 1e9), time % 1e9, octets);
  }
  writer.close();
  return output.bytes();
}

async function merged(sources: readonly CaptureSource[]) {
  const order: [source: number, number: number, time: number][] = [];
  const results = await mergeCaptures(sources, (frame, source) => {
    const time = frame.seconds * 1e9 + frame.nanoseconds;
    assert.equal(frame.view.getFloat64(frame.start), time);
    order.push([source, frame.number, time]);
  });
  return { order, results };
}

Deno.test("frames of several captures come in the order of their times", async () => {
  const { order } = await merged([capture([1, 4, 5]), capture([2, 3, 6]), capture([0, 5, 9])]);
  assert.deepEqual(order.map(([, , time]) => time), [0, 1, 2, 3, 4, 5, 5, 6, 9]);
  assert.deepEqual(order[5], [0, 3, 5]);
  assert.deepEqual(order[6], [2, 2, 5]);
});

Deno.test("files that follow one another are read in turn, however they are named", async () => {
  const times = (from: number) => Array.from({ length: 20_000 }, (_, i) => from + i * 1000);
  const parts = [times(4e9), times(0), times(8e9)].map((part) => capture(part, 200));
  const paths = await Promise.all(parts.map(() => Deno.makeTempFile()));
  try {
    await Deno.writeFile(paths[0], parts[0]);
    await Deno.writeFile(paths[1], new Uint8Array(gzipSync(parts[1])));
    await Deno.writeFile(paths[2], new Uint8Array(zstdCompressSync(parts[2])));
    const { order, results } = await merged(paths);
    assert.equal(order.length, 60_000);
    assert.ok(order.every(([, , time], i) => i === 0 || time > order[i - 1][2]));
    assert.deepEqual(order[0].slice(0, 2), [1, 1]);
    assert.deepEqual(order[59_999].slice(0, 2), [2, 20_000]);
    for (const [i, result] of results.entries()) {
      assert.deepEqual(result, (await collectFrames(paths[i])).summary);
    }
  } finally {
    for (const path of paths) await Deno.remove(path);
  }
});

Deno.test("a capture that is damaged, empty or none at all does not keep others from it", async () => {
  const whole = capture([1, 2, 3]);
  const text = new TextEncoder().encode("this is no capture, only text");
  const { writer, output } = PcapngWriter.inMemory();
  writer.addInterface({ name: "veth0" });
  writer.close();
  const cut = new Uint8Array(gzipSync(capture([4, 5, 6]))).subarray(0, -12);
  const { order, results } = await merged([whole, text, output.bytes(), cut, whole.slice(0, -1)]);
  assert.deepEqual(order.slice(0, 4).map(([source]) => source), [0, 4, 0, 4]);
  assert.ok(results[1] instanceof Error && results[1].name === "NotACapture");
  for (const [i, source] of [whole, text, output.bytes(), cut, whole.slice(0, -1)].entries()) {
    if (i !== 1) assert.deepEqual(results[i], (await collectFrames(source)).summary);
  }
});

Deno.test("what the sink throws ends the reading", async () => {
  const stop = new Error("enough");
  const sink = () => {
    throw stop;
  };
  await assert.rejects(mergeCaptures([capture([1]), capture([2])], sink), stop);
});

Deno.test("a frame without a time stays behind the one before it in its capture", async () => {
  const { writer, output } = PcapngWriter.inMemory();
  const id = writer.addInterface({ name: "", linkType: 1 });
  for (const time of [3, 5]) {
    const octets = new Uint8Array(60);
    new DataView(octets.buffer).setFloat64(0, time);
    writer.write(id, 0, time, octets);
  }
  writer.close();
  const octets = output.bytes(), last = octets.length - (12 + 20 + 60);
  // A simple packet block: type, length, original length, packet, length.
  const simple = new Uint8Array(16 + 60), view = new DataView(simple.buffer);
  view.setUint32(0, 3, true);
  view.setUint32(4, simple.length, true);
  view.setUint32(8, 60, true);
  view.setUint32(simple.length - 4, simple.length, true);
  const mixed = new Uint8Array([...octets.subarray(0, last), ...simple, ...octets.subarray(last)]);
  const seen: string[] = [];
  await mergeCaptures([mixed, capture([1, 4])], ({ number, untimed }, source) => {
    seen.push(`${source}:${number}${untimed ? " untimed" : ""}`);
  });
  assert.deepEqual(seen, ["1:1", "0:1", "0:2 untimed", "1:2", "0:3"]);
});
