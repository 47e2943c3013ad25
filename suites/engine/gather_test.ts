import assert from "node:assert/strict";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import type { FactCollector } from "../kit/evidence.ts";
import { type Bounded, gather } from "./gather.ts";
import { evidenceFromCaptures } from "./load.ts";
import { profileSchema } from "../kit/profile.ts";
import { readCaptureFile, readCaptureFiles } from "./read_capture_file.ts";
import { seriesOf } from "./capture_series.ts";

const PROFILE = profileSchema.parse({
  name: "box",
  roles: ["sender"],
  attach: { kind: "captures", taps: { "*": { node: "sender", side: "wan" } } },
});

/** Notes each frame's capture and time; more than three captures are too many for it. */
const order: FactCollector<string[]> = {
  name: "order",
  begin() {
    const seen: string[] = [];
    return {
      frame: (frame, tap) => seen.push(`${tap.name}#${frame.number}@${frame.seconds}`),
      excess: () => seen.length > 6 ? "more frames than six" : undefined,
      end: () => seen,
    } as ReturnType<FactCollector<string[]>["begin"]> & Bounded;
  },
};

async function gathered(files: Record<string, number[]>) {
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
    return await gather(evidence, [order], readCaptureFile, readCaptureFiles);
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

Deno.test("a pass that had to leave something out makes the evidence untrustworthy", async () => {
  const { damage } = await gathered({ "wan.pcap": [1, 2, 3, 4, 5, 6, 7] });
  assert.deepEqual(damage, ["the captures hold more frames than six"]);
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
