import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { collectFrames, inPieces } from "../_testing/collect.ts";
import { PcapngWriter } from "./pcapng_writer.ts";
import { NotACapture, readCapture } from "./read.ts";

/** A capture that is larger than the reader's buffer, with frames of all sizes. */
function large(): Uint8Array {
  const { writer, output } = PcapngWriter.inMemory();
  writer.addInterface({ name: "veth0" });
  const octets = Uint8Array.from({ length: 262144 }, (_, i) => i ^ (i >> 8));
  for (let i = 0; i < 3000; i++) writer.write(0, i, i, octets, i, i + 60 + (i * 37) % 1400);
  writer.write(0, 3000, 0, octets);
  writer.close();
  return output.bytes();
}

Deno.test("frames that straddle the buffer's end are delivered whole", async () => {
  const file = large();
  assert.ok(file.length > 2 * (1 << 19));
  const whole = await collectFrames(file);
  assert.equal(whole.frames.length, 3001);
  assert.deepEqual(await collectFrames(inPieces(file, 100_001)), whole);
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, file);
    assert.deepEqual(await collectFrames(path), whole);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("compressed captures are read as they are, and cut ones up to the cut", async () => {
  const file = large();
  const whole = await collectFrames(file);
  const compressed = [["gzip", gzipSync(file)], ["zstd", zstdCompressSync(file)]] as const;
  for (const [compression, bytes] of compressed) {
    for (const source of [bytes, inPieces(bytes, 5000)]) {
      const { frames, summary } = await collectFrames(source);
      assert.deepEqual(frames, whole.frames);
      assert.deepEqual(summary, { ...whole.summary, compression });
    }
    const cut = await collectFrames(bytes.subarray(0, bytes.length >> 1));
    assert.match(cut.summary.problem!.message, new RegExp(`${compression}: unexpected end`));
    assert.deepEqual(cut.frames, whole.frames.slice(0, cut.frames.length));
    assert.equal(cut.summary.packets, cut.frames.length);
  }
});

Deno.test("captures of several gzip members or zstd frames are read to the end of the last", async () => {
  const file = large();
  const whole = await collectFrames(file);
  const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  for (const compress of [gzipSync, zstdCompressSync]) {
    const parts = [file.subarray(0, 1_000_001), file.subarray(1_000_001)].map((part) =>
      new Uint8Array(compress(part))
    );
    if (compress === zstdCompressSync) parts.splice(1, 0, skippable);
    const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
    for (const source of [bytes, inPieces(bytes, 999)]) {
      const { frames, summary } = await collectFrames(source);
      assert.equal(summary.problem, undefined);
      assert.deepEqual(frames, whole.frames);
    }
  }
});

Deno.test("what is no capture is refused in one line that says what it is", async () => {
  const text = (string: string) => new TextEncoder().encode(string);
  const cases: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /got no octets at all$/],
    [text("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), /got text that begins with "GET \/ HTTP\/1.1"$/],
    [text("<!DOCTYPE html>\n<html>" + " ".repeat(80)), /text that begins with "<!DOCTYPE html>"$/],
    [Uint8Array.from({ length: 99 }, (_, i) => i * 89), /got octets 00 59 b2 0b 64 bd 16 6f …$/],
    [Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0), /only 6 octets of a capture's header/],
    [text("\u001b[2Jhello"), /got octets 1b 5b 32 4a 68 65 6c 6c …$/],
    [gzipSync(text("not a capture, though compressed")), /text that begins with "not a capture/],
    [Uint8Array.of(0x1f, 0x8b, 1, 2, 3), /gzip: /],
    [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 255, 255, 255), /zstd: /],
    [gzipSync(gzipSync(text("twice"))), /gzip-compressed data within compressed data$/],
  ];
  for (const [bytes, message] of cases) {
    for (const source of [bytes, inPieces(bytes, 3)]) {
      await assert.rejects(readCapture(source, () => {}), (error: Error) => {
        assert.ok(error instanceof NotACapture);
        assert.match(error.message, message);
        assert.match(error.message, /^Cannot read [^\n]+$/);
        return true;
      });
    }
  }
});

Deno.test("a file that does not exist is an error of the file system", async () => {
  await assert.rejects(readCapture("/nonexistent/x.pcap", () => {}), Deno.errors.NotFound);
});

Deno.test("only regular files are opened by name, and pipes that were handed over open", async () => {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-" });
  try {
    const fifo = `${directory}/fifo`, socket = `${directory}/socket`;
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    using _socket = Deno.listen({ transport: "unix", path: socket });
    const refused = { [fifo]: "a FIFO", [socket]: "a socket", "/dev/zero": "a device" };
    for (const [path, got] of Object.entries({ ...refused, [directory]: "a directory" })) {
      await assert.rejects(readCapture(path, () => {}), (error: Error) => {
        assert.ok(error instanceof NotACapture);
        assert.ok(error.message.includes(`must be a regular file: got ${got}`), error.message);
        return true;
      });
    }
    await Deno.writeFile(`${directory}/x.pcap`, large());
    const read = `import { isRepeatable, readCapture } from "${import.meta.resolve("./read.ts")}";
      const path = "/dev/fd/9";
      console.log(isRepeatable(path), (await readCapture(path, () => {})).packets);`;
    await Deno.writeTextFile(`${directory}/read.ts`, read);
    const run = `deno run -A --no-check ${directory}/read.ts 9< <(cat ${directory}/x.pcap)`;
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", run.replace(/^deno/, Deno.execPath())],
    }).output();
    const packets = (await readCapture(large(), () => {})).packets;
    const said = new TextDecoder().decode(stdout).trim();
    assert.equal(said, `false ${packets}`, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("what the sink throws ends the reading and reaches the caller", async () => {
  const file = large();
  for (const source of [file, gzipSync(file), inPieces(file, 65536)]) {
    let seen = 0;
    const stop = () => {
      if (++seen === 10) throw new RangeError("enough");
    };
    await assert.rejects(readCapture(source, stop), RangeError);
    assert.equal(seen, 10);
  }
});
