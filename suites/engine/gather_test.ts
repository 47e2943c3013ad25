import assert from "node:assert/strict";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import type { Frame } from "../../captures/frame.ts";
import type { HeaderWalker } from "../../captures/walk.ts";
import { BoundedLog } from "../kit/bounds.ts";
import { Collector, type FactCollector } from "../kit/collector.ts";
import type { Tap } from "../kit/evidence.ts";
import { gather, type Listener } from "./gather.ts";
import { evidenceFromCaptures } from "./declared_captures.ts";
import { profileSchema } from "../kit/profile.ts";
import { readCaptureFile, readCaptureFiles } from "./read_capture_file.ts";
import { seriesOf } from "../kit/capture_series.ts";

const PROFILE = profileSchema.parse({
  name: "box",
  roles: ["sender"],
  attach: { kind: "captures", taps: { "*": { node: "sender", side: "wan" } } },
});

/** Notes each frame's capture and time, of six frames at most. */
class Order extends Collector<readonly string[]> {
  readonly #seen = new BoundedLog<string>(this.bound("frames", 6));

  override frame(frame: Frame, _walk: HeaderWalker, tap: Tap) {
    this.#seen.push(`${tap.name}#${frame.number}@${frame.seconds}`);
  }

  facts(): readonly string[] {
    return this.#seen.items;
  }
}

const order: FactCollector<readonly string[]> = { name: "order", begin: () => new Order() };

async function gathered(files: Record<string, number[]>, listener: Partial<Listener> = {}) {
  const folder = await Deno.makeTempDir();
  try {
    const paths = Object.entries(files).map(([name, times]) => {
      const path = `${folder}/${name}`;
      const writer = PcapWriter.create(path);
      for (const time of times) writer.write(time, 0, new Uint8Array(60));
      writer.close();
      return path;
    });
    const evidence = evidenceFromCaptures("any", PROFILE, paths);
    const listeners = [{ evidence, collectors: [order], ...listener }];
    const { findings: [findings], ...rest } = await gather(
      listeners,
      readCaptureFile,
      readCaptureFiles,
    );
    return { ...findings, ...rest };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("files that follow one another are walked by time, and cited by their own names", async () => {
  const { facts, damage } = await gathered({
    "wan_00002_20260131120000.pcap": [3, 5],
    "wan_00001_20260131110000.pcap": [1, 2, 4],
    "other.pcap": [0],
  });
  const [a, b] = ["wan_00001_20260131110000", "wan_00002_20260131120000"];
  assert.deepEqual(facts.get("order"), [
    ...[`${a}#1@1`, `${a}#2@2`, `${b}#1@3`, `${a}#3@4`, `${b}#2@5`],
    "other#1@0",
  ]);
  assert.deepEqual(damage, []);
});

Deno.test("a collector that had to leave something out says what and how much", async () => {
  const { excess, damage } = await gathered({ "wan.pcap": [1, 2, 3, 4, 5, 6, 7, 8] });
  assert.deepEqual([...excess], [["order", "2 frames beyond the 6 that are kept"]]);
  assert.deepEqual(damage, []);
});

Deno.test("collectors see the frames that their suite recognises, and no others", async () => {
  const { facts, frames } = await gathered({ "wan.pcap": [1, 2, 3] }, {
    recognises: ({ seconds }) => seconds !== 2,
  });
  assert.deepEqual(facts.get("order"), ["wan#1@1", "wan#3@3"]);
  assert.equal(frames, 3, "all frames count for the capture's integrity");
});

Deno.test("what a capturing program adds to a name is no part of it", () => {
  const series = (name: string) => seriesOf({ name, node: "", side: "wan", file: "" });
  for (
    const name of [
      ...["wan", "wan.pcap", "wan.pcap3", "wan.pcapng.gz", "wan_00007_20260131120000"],
      ...["wan-20260131120000", "wan_20260131-120000.pcap"],
    ]
  ) {
    assert.equal(series(name), "wan", name);
  }
  assert.equal(series("wan-s1"), "wan-s1");
  assert.equal(series("wan2"), "wan2");
});
