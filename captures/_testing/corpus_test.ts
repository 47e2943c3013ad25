import assert from "node:assert/strict";
import { corpus, installed, seeded } from "./corpus.ts";
import { describe } from "../dissect/describe.ts";
import { DEFECT, dissect } from "../dissect/dissect.ts";
import type { Layer } from "../dissect/layer.ts";
import { collectFrames } from "./collect.ts";
import { type CaptureSummary, NotACapture, readCapture } from "../file/read.ts";
import type { Frame } from "../frame.ts";
import { HeaderWalker } from "../walk.ts";

const CAPTURES = corpus();

/** How often each capture is damaged in each way; more when somebody has the time. */
const ROUNDS = Number(Deno.env.get("PLUMBLINE_FUZZ_ROUNDS") ?? 60);

/** Frames of a capture at most that are dissected; more of them show nothing new. */
const FRAMES = 15;

if (CAPTURES.length === 0) {
  console.log("captures: the tests over other people's captures are skipped: there are none");
}

/** Reads, walks, dissects and describes; throws when any of it does wrong. */
async function goThrough(octets: Uint8Array): Promise<CaptureSummary | undefined> {
  const walker = new HeaderWalker();
  try {
    return await readCapture(octets, (frame) => {
      walker.walk(frame);
      assert.ok(walker.end <= frame.end && walker.l4 <= walker.end && walker.l3 <= walker.end);
      if (frame.number <= FRAMES) examine(frame, walker);
    });
  } catch (error) {
    if (error instanceof NotACapture) return undefined;
    throw error;
  }
}

function examine(frame: Frame, walker: HeaderWalker): void {
  const layers = dissect(frame);
  agree(layers, walker);
  for (const { start, end, fields, problem } of layers) {
    assert.ok(frame.start <= start && start <= end && end <= frame.end);
    assert.ok(fields.every((field) => field.start <= field.end && field.end <= frame.end));
    assert.ok(!problem?.startsWith(DEFECT), problem);
  }
  assert.doesNotMatch(describe(layers), /[^\x20-\x7e…]/);
}

/** Walker and dissector are written apart; where both see IP, they must see the same. */
function agree(layers: readonly Layer[], walker: HeaderWalker): void {
  const i = layers.findIndex(({ name }) => name === "ipv4" || name === "ipv6");
  const ip = layers[i];
  if (walker.l3 < 0 || ip === undefined) return;
  assert.equal(ip.start, walker.l3);
  const transport = layers.slice(i + 1).find(({ start }) => start === walker.l4);
  if (walker.sourcePort < 0 || !(transport?.name === "udp" || transport?.name === "tcp")) return;
  const ports = transport.fields.slice(0, 2).map(({ value }) => value);
  if (ports.length > 0) assert.deepEqual(ports, [walker.sourcePort, walker.destinationPort]);
}

Deno.test({
  name: "captures of others are read, walked, dissected and described without a fault",
  ignore: CAPTURES.length === 0,
  async fn() {
    for (const path of CAPTURES) await goThrough(Deno.readFileSync(path));
  },
});

Deno.test({
  name: "captures of others that are cut anywhere yield what was before the cut",
  ignore: CAPTURES.length === 0,
  async fn() {
    const random = seeded(1);
    for (const path of CAPTURES) {
      const octets = Deno.readFileSync(path);
      const whole = await collectFrames(octets);
      for (let round = 0; round < ROUNDS; round++) {
        const length = random(Math.min(octets.length, 4096));
        const summary = await goThrough(octets.subarray(0, length));
        if (summary === undefined) assert.ok(length < 24, `${path} cut at ${length}`);
        else assert.ok(summary.packets <= whole.summary.packets);
      }
    }
  },
});

Deno.test({
  name: "captures of others with flipped bits are survived",
  ignore: CAPTURES.length === 0,
  async fn() {
    const random = seeded(2);
    for (const path of CAPTURES) {
      const octets = Deno.readFileSync(path);
      for (let round = 0; round < ROUNDS; round++) {
        const damaged = octets.slice();
        // Damage early octets more often: they are the headers.
        const reach = round % 2 === 0 ? octets.length : Math.min(octets.length, 200);
        for (let i = 1 + random(8); i > 0; i--) damaged[random(reach)] ^= 1 << random(8);
        await goThrough(damaged);
      }
    }
  },
});

const capinfos = await installed("capinfos");
if (!capinfos) console.log("captures: agreement with capinfos is skipped: it is not installed");

Deno.test({
  name: "every capture has as many packets as capinfos counts, where capinfos can read it",
  ignore: CAPTURES.length === 0 || !capinfos,
  async fn() {
    const { stdout } = await new Deno.Command("capinfos", {
      args: ["-T", "-r", "-c", "-M", ...CAPTURES],
      stderr: "null",
    }).output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
      line.split("\t")
    );
    const counted = new Map(lines.map(([path, count]) => [path, Number(count)]));
    assert.ok(counted.size > 300, `capinfos counted ${counted.size} captures`);
    for (const path of CAPTURES) {
      const { packets } = await readCapture(path, () => {});
      if (counted.has(path)) assert.equal(packets, counted.get(path), path);
    }
  },
});
