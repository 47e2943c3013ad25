import assert from "node:assert/strict";
import { planRun } from "../../lab/commands/run_plan.ts";
import { MemoryWorld } from "../../lab/worlds/memory/world.ts";
import { installed } from "../../captures/_testing/corpus.ts";
import { PcapngWriter } from "../../captures/file/pcapng_writer.ts";
import { readCapture } from "../../captures/file/read.ts";
import { parseAddress } from "../../captures/wire/address.ts";
import { L2TP } from "../l2tp/suite.ts";
import { BENCH } from "../l2tp/topologies.ts";

const ETHERNET = 1;
/** Where an IPv4 source address stands in a frame, and the first octet of an L2TP message. */
const SOURCE = 14 + 12, MESSAGE = 14 + 20 + 8;
/** A whole control message's first AVP, whose length reaches past it. */
const TOO_LONG = [0x83, 0xff];

const tshark = await installed("tshark");
if (!tshark) console.log("l2tp: what tshark says is skipped: it is not installed");

/** Writes every frame that the devices of all light scenarios send to one file; how many there are. */
async function gather(path: string, folder: string): Promise<number> {
  const device = parseAddress(BENCH.device);
  const writer = PcapngWriter.create(path);
  const id = writer.addInterface({ name: "wan", linkType: ETHERNET });
  let frames = 0;
  let control: Uint8Array | undefined;
  const light = { ...L2TP, scenarios: L2TP.scenarios.filter(({ heavy }) => !heavy) };
  for (const { scenario, profiles } of planRun([light], [], {})) {
    await new MemoryWorld().run({ suite: L2TP, scenario, profiles, seed: 1, directory: folder });
    await readCapture(`${folder}/wan.pcapng`, ({ bytes, start, end }) => {
      if (!device.every((octet, i) => bytes[start + SOURCE + i] === octet)) return;
      writer.write(id, 0, frames++, bytes, start, end);
      const long = end - start > MESSAGE + 20 && bytes[start + MESSAGE] === 0xc8;
      if (long) control ??= bytes.slice(start, end);
    });
    await Deno.remove(folder, { recursive: true });
  }
  assert.ok(control !== undefined, "a control message was sent");
  control.set(TOO_LONG, MESSAGE + 12);
  writer.write(id, 0, frames, control);
  writer.close();
  return frames;
}

/** Frame numbers, protocols and complaints of the frames that a filter picks out. */
async function ask(path: string, filter: string): Promise<string[]> {
  const fields = ["frame.number", "_ws.col.Protocol", "_ws.expert.message"];
  const { stdout } = await new Deno.Command("tshark", {
    args: ["-n", "-r", path, "-Y", filter, "-T", "fields", ...fields.flatMap((f) => ["-e", f])],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
}

Deno.test({
  name: "l2tp: tshark finds nothing malformed in what LAC and LNS send in any scenario",
  ignore: !tshark,
  async fn() {
    const root = await Deno.makeTempDir({ prefix: "plumbline-self-" });
    try {
      const path = `${root}/all.pcapng`;
      const frames = await gather(path, `${root}/evidence`);
      assert.ok(frames > 1000, `${frames} frames`);
      // The last frame is damaged, so that it is seen that damage is found.
      const found = await ask(path, "_ws.malformed || _ws.expert.severity >= error");
      assert.deepEqual(
        found.map((line) => line.split("\t")[0]),
        [`${frames + 1}`],
        found.join("\n"),
      );
      const known = await ask(path, "l2tp");
      assert.equal(known.length, frames + 1, "tshark takes every frame for L2TP");
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});
