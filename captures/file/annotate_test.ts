import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { corpus } from "../_testing/corpus.ts";
import { collectFrames } from "../_testing/collect.ts";
import { annotate, type FrameComments } from "./annotate.ts";
import { MemoryOutput } from "./output.ts";
import { PcapWriter } from "./pcap_writer.ts";
import { PcapngWriter } from "./pcapng_writer.ts";

/** Annotates octets as a file, and gives what was written with the frames that took no comment. */
async function annotated(octets: Uint8Array, comments: FrameComments) {
  const path = await Deno.makeTempFile({ prefix: "plumbline-" });
  try {
    await Deno.writeFile(path, octets);
    const output = new MemoryOutput();
    const bare = await annotate(path, comments, output);
    return { bare, octets: output.bytes() };
  } finally {
    await Deno.remove(path);
  }
}

const COMMENTS: FrameComments = new Map([[1, ["first", "again"]], [3, ["ünd"]]]);

function pcapng(): Uint8Array {
  const { writer, output } = PcapngWriter.inMemory({ comment: "of the section" });
  const eth = writer.addInterface({ name: "eth0" });
  for (const [i, text] of [undefined, "theirs", "theirs too"].entries()) {
    writer.write(eth, 100 + i, 5, new Uint8Array(60 + i).fill(i), 0, 60 + i, 90, text);
  }
  writer.statistics(eth, { received: 3, dropped: 0, seconds: 1, nanoseconds: 0 });
  writer.close();
  return output.bytes();
}

Deno.test("comments are added, and everything else stays", async () => {
  const before = await collectFrames(pcapng());
  for (const file of [pcapng(), gzipSync(pcapng())]) {
    const { octets, bare } = await annotated(file, COMMENTS);
    const after = await collectFrames(octets);
    assert.deepEqual(bare, []);
    assert.deepEqual(after.frames, before.frames);
    assert.deepEqual(after.summary.interfaces, before.summary.interfaces);
    assert.deepEqual(after.summary.comments.map(({ frame, text }) => [frame, text]), [
      [undefined, "of the section"],
      [1, "first"],
      [1, "again"],
      [2, "theirs"],
      [3, "ünd"],
      [3, "theirs too"],
    ]);
  }
});

Deno.test("without comments a pcapng file is copied octet by octet, damage included", async () => {
  const whole = pcapng();
  for (const file of [whole, whole.subarray(0, whole.length - 7)]) {
    assert.deepEqual((await annotated(file, new Map())).octets, Uint8Array.from(file));
  }
});

Deno.test("a pcap file becomes pcapng with the same frames and times", async () => {
  const { writer, output } = PcapWriter.inMemory({ linkType: 101 });
  for (let i = 0; i < 3; i++) writer.write(7, 123_456_789 * i, Uint8Array.of(0x45, i));
  writer.close();
  const before = await collectFrames(output.bytes());
  const { octets } = await annotated(output.bytes(), COMMENTS);
  const after = await collectFrames(octets);
  assert.equal(after.summary.format, "pcapng");
  assert.deepEqual(after.frames, before.frames);
  assert.deepEqual(after.summary.comments.map(({ text }) => text), ["first\nagain", "ünd"]);
});

Deno.test(
  "captures made by others keep every frame",
  { ignore: corpus().length === 0 },
  async () => {
    for (const path of corpus()) {
      const output = new MemoryOutput();
      const bare = await annotate(path, COMMENTS, output);
      const [before, after] = [await collectFrames(path), await collectFrames(output.bytes())];
      assert.deepEqual(after.frames, before.frames, path);
      const taken = after.summary.comments.filter(({ text }) => /first|ünd/.test(text)).length;
      if (bare.length === 0 && before.frames.length >= 3) assert.ok(taken >= 2, path);
    }
  },
);
