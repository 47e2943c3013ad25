import assert from "node:assert/strict";
import { installed } from "../../captures/_testing/corpus.ts";
import {
  askTshark,
  type ComparedField,
  compareFields,
  OUR_FIELDS,
  type Seen,
} from "../../captures/_testing/tshark.ts";
import { dissect } from "../../captures/dissect/dissect.ts";
import { PcapngWriter } from "../../captures/file/pcapng_writer.ts";
import { readCapture } from "../../captures/file/read.ts";
import { planRun } from "../../lab/commands/run_plan.ts";
import { MemoryWorld } from "../../lab/worlds/memory/world.ts";
import { CORE_IDENTITY } from "../core_identity/suite.ts";
import type { Suite } from "../kit/suite.ts";
import { TUNNEL_CLUSTER } from "../tunnel_cluster/suite.ts";

const tshark = await installed("tshark");
if (!tshark) console.log("self: the dissector in Lua sees no run: tshark is not installed");

/** Frames that tshark is given at a time. */
const BATCH = 20_000;
/** Whether a packet of ours is found malformed. */
const PROBLEMS: readonly ComparedField[] = [
  ["core_identity.problem", "core_identity", ""],
  ["tunnel_cluster.problem", "tunnel_cluster", ""],
];

/** Frames of scenarios in one file, as we see them, until tshark is asked. */
class Batch {
  readonly #path: string;
  #writer: PcapngWriter | undefined;
  readonly #interfaces = new Map<number, number>();
  #seen: Seen[] = [];
  frames = 0;
  compared = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds a capture; asks tshark where enough frames have come together. */
  async add(scenario: string, capture: string): Promise<void> {
    const writer = this.#writer ??= PcapngWriter.create(this.#path);
    const name = capture.slice(capture.lastIndexOf("/") + 1);
    await readCapture(capture, (frame) => {
      const { linkType, bytes, start, end, originalLength } = frame;
      let id = this.#interfaces.get(linkType);
      if (id === undefined) {
        id = writer.addInterface({ name: `link${linkType}`, linkType });
        this.#interfaces.set(linkType, id);
      }
      writer.write(id, 0, this.frames++, bytes, start, end, originalLength);
      this.#seen.push({ from: `${scenario} ${name} #${frame.number}`, layers: dissect(frame) });
    });
    if (this.#seen.length >= BATCH) await this.compare();
  }

  /** Holds what tshark says against what we say. */
  async compare(): Promise<void> {
    this.#writer?.close();
    this.#writer = undefined;
    this.#interfaces.clear();
    const seen = this.#seen, asked = [...OUR_FIELDS, ...PROBLEMS];
    this.#seen = [];
    const theirs = await askTshark(this.#path, asked);
    const { compared, differences } = compareFields(seen, theirs, OUR_FIELDS);
    assert.deepEqual(differences.slice(0, 20), []);
    this.compared += compared;
    for (const [i, { from, layers }] of seen.entries()) {
      for (const [f, [, layer]] of PROBLEMS.entries()) {
        const ours = layers.some(({ name, problem }) => name === layer && problem !== undefined);
        assert.equal(theirs[i][OUR_FIELDS.length + f].length > 0, ours, `${from}: ${layer}`);
      }
    }
  }
}

for (const suite of [CORE_IDENTITY, TUNNEL_CLUSTER] as Suite[]) {
  Deno.test({
    name: `${suite.name}: the dissector in Lua sees in every frame of a default run what we see`,
    ignore: !tshark,
    async fn() {
      const root = await Deno.makeTempDir({ prefix: "plumbline-self-" });
      try {
        const batch = new Batch(`${root}/all.pcapng`), directory = `${root}/evidence`;
        for (const { scenario, profiles } of planRun([suite], [], {})) {
          await new MemoryWorld().run({ suite, scenario, profiles, seed: 1, directory });
          for (const { name } of Deno.readDirSync(directory)) {
            if (name.endsWith(".pcapng")) await batch.add(scenario.id, `${directory}/${name}`);
          }
          await Deno.remove(directory, { recursive: true });
        }
        await batch.compare();
        assert.ok(batch.compared > 10_000, `only ${batch.compared} fields could be compared`);
      } finally {
        await Deno.remove(root, { recursive: true });
      }
    },
  });
}
