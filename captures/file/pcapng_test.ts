import assert from "node:assert/strict";
import fc from "fast-check";
import { collectFrames, inPieces } from "../_testing/collect.ts";
import { PcapngWriter } from "./pcapng_writer.ts";
import { TimeConverter } from "./pcapng_time.ts";

/** A block: numbers are 32-bit words in the byte order, arrays are octets. */
function block(little: boolean, type: number, ...body: (number | number[])[]): number[] {
  const word = (value: number) => {
    const octets = [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
    return little ? octets : octets.reverse();
  };
  const content = body.flatMap((part) => typeof part === "number" ? word(part) : part);
  while (content.length % 4 !== 0) content.push(0);
  const total = word(12 + content.length);
  return [...word(type), ...total, ...content, ...total];
}

const half = (little: boolean, a: number, b: number) => little ? a | (b << 16) : (a << 16) | b;

/** A section header. */
function section(little: boolean): number[] {
  return block(little, 0x0a0d0d0a, 0x1a2b3c4d, half(little, 1, 0), -1, -1);
}

/** An interface description. */
function iface(little: boolean, linkType: number, snap: number, ...options: (number | number[])[]) {
  return block(little, 1, half(little, linkType, 0), snap, ...options);
}

Deno.test("sections of either byte order, each with interfaces of its own, are read", async () => {
  const file = Uint8Array.from([true, false].flatMap((little) => [
    ...section(little),
    ...iface(little, 1, 0, half(little, 2, 3), [101, 116, 104, 0]),
    ...iface(little, 101, 96),
    ...block(little, 6, 1, 0, 1_500_000, 2, 80, [0x45, 0x00]),
    ...block(little, 0x99, 1, 2, 3),
    ...block(little, 3, 3, [7, 8, 9]),
    ...block(little, 2, half(little, 1, 0), 0, 2_000_000, 1, 1, [5]),
  ]));
  const { frames, summary } = await collectFrames(file);
  assert.equal(summary.problem, undefined);
  assert.deepEqual(summary.interfaces.map(({ name, linkType }) => [name, linkType]), [
    ["eth", 1],
    ["", 101],
    ["eth", 1],
    ["", 101],
  ]);
  assert.equal(frames.length, 6);
  for (const at of [0, 3]) {
    const [enhanced, simple, old] = frames.slice(at);
    assert.deepEqual(enhanced, {
      number: at + 1,
      octets: Uint8Array.of(0x45, 0),
      originalLength: 80,
      seconds: 1,
      nanoseconds: 500_000_000,
      linkType: 101,
      interfaceId: 1,
    });
    assert.deepEqual([[...simple.octets], simple.interfaceId], [[7, 8, 9], 0]);
    // It has no time, and keeps its place behind the frame before it.
    assert.deepEqual([simple.untimed, simple.seconds], [true, 1]);
    assert.equal(old.untimed, undefined);
    assert.deepEqual([[...old.octets], old.seconds, old.interfaceId], [[5], 2, 1]);
  }
});

Deno.test("times of every resolution are exact", () => {
  const cases: [code: number, count: bigint, seconds: number, nanoseconds: number][] = [
    [6, 1_700_000_000_123_456n, 1_700_000_000, 123_456_000],
    [9, 1_700_000_000_999_999_999n, 1_700_000_000, 999_999_999],
    [0, 17n, 17, 0],
    [12, 1_700_000_000_123_456_789_012n % (1n << 64n), 0, 0],
    [0x80 | 10, (5n << 10n) | 512n, 5, 500_000_000],
    [0x80 | 32, (5n << 32n) | (1n << 31n), 5, 500_000_000],
  ];
  for (const [code, count, seconds, nanoseconds] of cases) {
    const time = new TimeConverter(code);
    time.convert(Number(count >> 32n), Number(count & 0xffffffffn));
    if (code !== 12) assert.deepEqual([time.seconds, time.nanoseconds], [seconds, nanoseconds]);
  }
});

Deno.test("the fast conversion of times agrees with exact arithmetic for any count", () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(fc.property(word, word, fc.nat(9), (high, low, code) => {
    const time = new TimeConverter(code);
    time.convert(high, low);
    const ticks = 10n ** BigInt(code);
    const count = (BigInt(high) << 32n) | BigInt(low);
    // Beyond 2^53 seconds a number cannot be exact; no capture is that late.
    if (count / ticks >= 2n ** 40n) return;
    assert.equal(BigInt(time.seconds), count / ticks);
    assert.equal(BigInt(time.nanoseconds), (count % ticks) * 10n ** BigInt(9 - code));
  }));
});

Deno.test("an offset is added to the times", () => {
  const time = new TimeConverter(6, -100n);
  time.convert(0, 250_000_000);
  assert.deepEqual([time.seconds, time.nanoseconds], [150, 0]);
});

Deno.test("what the writer wrote is read back: frames, comments, counters, names", async () => {
  const frame = fc.record({
    octets: fc.uint8Array({ maxLength: 200 }),
    seconds: fc.nat(2 ** 32 - 1),
    nanoseconds: fc.nat(999_999_999),
    interfaceId: fc.nat(1),
    comment: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined }),
  });
  const sizes = fc.integer({ min: 1, max: 100 });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 20 }), sizes, async (written, size) => {
      const { writer, output } = PcapngWriter.inMemory({ comment: "made by a test" });
      writer.addInterface({ name: "wan0" });
      writer.addInterface({ name: "lan", linkType: 101, snapLength: 96 });
      for (const { octets, seconds, nanoseconds, interfaceId, comment } of written) {
        const { length } = octets;
        writer.write(interfaceId, seconds, nanoseconds, octets, 0, length, length + 5, comment);
      }
      writer.statistics(1, { received: 12, dropped: 3, seconds: 1, nanoseconds: 2 });
      writer.close();
      const whole = await collectFrames(output.bytes());
      assert.deepEqual(await collectFrames(inPieces(output.bytes(), size)), whole);
      assert.equal(whole.summary.problem, undefined);
      assert.deepEqual(whole.summary.interfaces, [
        { name: "wan0", linkType: 1, snapLength: 0, resolution: 1e9 },
        { name: "lan", linkType: 101, snapLength: 96, resolution: 1e9, received: 12, dropped: 3 },
      ]);
      const comments = written.flatMap(({ comment }, i) =>
        comment === undefined ? [] : [{ frame: i + 1, text: comment }]
      );
      assert.deepEqual(whole.summary.comments, [{ text: "made by a test" }, ...comments]);
      for (const [i, { octets, seconds, nanoseconds, interfaceId }] of written.entries()) {
        assert.deepEqual(whole.frames[i], {
          number: i + 1,
          octets,
          originalLength: octets.length + 5,
          seconds,
          nanoseconds,
          linkType: interfaceId === 0 ? 1 : 101,
          interfaceId,
        });
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("damage is reported with offset and reason, and all before it is kept", async () => {
  const start = [...section(true), ...iface(true, 1, 0)];
  const packet = block(true, 6, 0, 0, 0, 1, 1, [9]);
  const twoLengths = block(true, 6, 0, 0, 0, 1, 1, [9]);
  twoLengths[twoLengths.length - 4] ^= 4;
  const cases: [number[], RegExp][] = [
    [[6, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0], /block of type 6 claims 8 octets/],
    [[7, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0], /block of type 7 claims 33554432 octets/],
    [block(true, 6, 4, 0, 0, 1, 1, [9]), /packet is of interface 4, of which the section has 1/],
    [block(true, 6, 0, 0, 0, 99, 99, [9]), /packet block of 36 octets claims 99 captured octets/],
    [block(true, 6, 0, 0, 0, 300000, 1, [9]), /claims 300000 captured octets, more than 262144/],
    [twoLengths, /block has two lengths: 36 before, 32 behind it/],
    [block(true, 0x0a0d0d0a, 1, 2, 3, 4), /section header has no byte-order magic/],
    [packet.slice(0, 20), /block cut short: 20 of 36 octets/],
    [packet.slice(0, 5), /block header cut short: 5 of 8 octets/],
  ];
  for (const [damage, reason] of cases) {
    const file = Uint8Array.from([...start, ...packet, ...damage]);
    for (const source of [file, inPieces(file, 11)]) {
      const { frames, summary } = await collectFrames(source);
      assert.equal(frames.length, 1);
      assert.match(summary.problem!.message, reason);
      assert.equal(summary.problem!.offset, start.length + packet.length);
    }
  }
});

Deno.test("comments beyond a megabyte are counted and not kept", async () => {
  const { writer, output } = PcapngWriter.inMemory();
  writer.addInterface({ name: "a" });
  const comment = "x".repeat(60_000);
  for (let i = 0; i < 20; i++) writer.write(0, 0, 0, new Uint8Array(1), 0, 1, 1, comment);
  writer.close();
  const { summary } = await collectFrames(output.bytes());
  assert.equal(summary.comments.length, 17);
  assert.equal(summary.commentsLeftOut, 3);
});
