import assert from "node:assert/strict";
import fc from "fast-check";
import { collectFrames, inPieces } from "../_testing/collect.ts";
import { PcapWriter } from "./pcap_writer.ts";

/** A pcap file made octet by octet. */
function pcap(
  options: { little: boolean; magic: number; minor?: number; extra?: number; linkType?: number },
  records: [
    seconds: number,
    fraction: number,
    captured: number,
    original: number,
    octets: number[],
  ][],
): Uint8Array {
  const { little, magic, minor = 4, extra = 0, linkType = 1 } = options;
  const bytes = new Uint8Array(24 + records.reduce((n, r) => n + 16 + extra + r[4].length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, minor, little);
  view.setUint32(16, 65535, little);
  view.setUint32(20, linkType, little);
  let at = 24;
  for (const [seconds, fraction, captured, original, octets] of records) {
    [seconds, fraction, captured, original].forEach((n, i) =>
      view.setUint32(at + 4 * i, n, little)
    );
    bytes.set(octets, at + 16 + extra);
    at += 16 + extra + octets.length;
  }
  return bytes;
}

Deno.test("pcap files of both byte orders and resolutions give the same frames", async () => {
  for (const little of [true, false]) {
    for (const [magic, fraction] of [[0xa1b2c3d4, 123456], [0xa1b23c4d, 123456000]]) {
      const file = pcap({ little, magic, linkType: 101 }, [
        [1_700_000_000, fraction, 3, 60, [1, 2, 3]],
        [1_700_000_001, 0, 0, 0, []],
      ]);
      const { frames, summary } = await collectFrames(file);
      assert.equal(summary.problem, undefined);
      assert.equal(summary.packets, 2);
      assert.deepEqual(frames[0], {
        number: 1,
        octets: Uint8Array.of(1, 2, 3),
        originalLength: 60,
        seconds: 1_700_000_000,
        nanoseconds: 123_456_000,
        linkType: 101,
        interfaceId: 0,
      });
    }
  }
});

Deno.test("records of the modified format have eight octets more", async () => {
  const magic = 0xa1b2cd34;
  const file = pcap({ little: true, magic, extra: 8 }, [[5, 6, 2, 2, [7, 8]], [6, 7, 1, 1, [9]]]);
  const { frames } = await collectFrames(file);
  assert.deepEqual(frames.map(({ octets }) => [...octets]), [[7, 8], [9]]);
});

Deno.test("files of version 2.2 have the two lengths the other way round", async () => {
  const file = pcap({ little: true, magic: 0xa1b2c3d4, minor: 2 }, [[0, 0, 90, 2, [7, 8]]]);
  const { frames } = await collectFrames(file);
  assert.deepEqual([...frames[0].octets], [7, 8]);
  assert.equal(frames[0].originalLength, 90);
});

Deno.test("what the writer wrote is read back, whatever pieces it comes in", async () => {
  const frame = fc.record({
    octets: fc.uint8Array({ maxLength: 200 }),
    seconds: fc.nat(2 ** 32 - 1),
    nanoseconds: fc.nat(999_999_999),
    more: fc.nat(100),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 20 }), fc.integer({ min: 1, max: 100 }), async (
      written,
      size,
    ) => {
      const { writer, output } = PcapWriter.inMemory({ linkType: 101 });
      for (const { octets, seconds, nanoseconds, more } of written) {
        writer.write(seconds, nanoseconds, octets, 0, octets.length, octets.length + more);
      }
      writer.close();
      const whole = await collectFrames(output.bytes());
      const pieces = await collectFrames(inPieces(output.bytes(), size));
      assert.deepEqual(pieces, whole);
      assert.deepEqual(
        whole.frames.map(({ octets, seconds, nanoseconds, originalLength }) => ({
          octets,
          seconds,
          nanoseconds,
          more: originalLength - octets.length,
        })),
        written.map((frame) => ({ ...frame })),
      );
    }),
    { numRuns: 40 },
  );
});

Deno.test("a file cut anywhere gives the frames before the cut and says where it is", async () => {
  const { writer, output } = PcapWriter.inMemory();
  for (let i = 0; i < 4; i++) writer.write(i, 0, new Uint8Array(10).fill(i));
  writer.close();
  const file = output.bytes();
  for (let length = 24; length <= file.length; length++) {
    const { frames, summary } = await collectFrames(file.subarray(0, length));
    const whole = Math.floor((length - 24) / 26);
    assert.equal(frames.length, whole);
    if ((length - 24) % 26 === 0) assert.equal(summary.problem, undefined);
    else {
      assert.equal(summary.problem!.offset, 24 + whole * 26);
      assert.match(
        summary.problem!.message,
        /^(record header|frame) cut short: \d+ of \d+ octets$/,
      );
    }
  }
});

Deno.test("an impossible length is reported with its offset and ends the reading", async () => {
  const good: [number, number, number, number, number[]] = [0, 0, 1, 1, [1]];
  const file = pcap({ little: true, magic: 0xa1b2c3d4 }, [good, [0, 0, 0x7fffffff, 1, [2]], good]);
  for (const source of [file, inPieces(file, 7)]) {
    const { frames, summary } = await collectFrames(source);
    assert.equal(frames.length, 1);
    assert.deepEqual(summary.problem, {
      offset: 41,
      message: "record claims 2147483647 captured octets, more than 262144",
    });
  }
});

Deno.test("a fraction of more than a second is carried into the seconds", async () => {
  const file = pcap({ little: true, magic: 0xa1b2c3d4 }, [[10, 2_500_000, 0, 0, []]]);
  const { frames } = await collectFrames(file);
  assert.deepEqual([frames[0].seconds, frames[0].nanoseconds], [12, 500_000_000]);
});
