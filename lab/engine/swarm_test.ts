/** The example of Docker Swarm for real: one node, in an engine with a network of its own. */
import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { plumbline } from "../_testing/command_line.ts";
import {
  NAT_MUTANT,
  reportOf,
  variant,
  verdictsOf,
  writeNat,
} from "../commands/_testing/variant_device.ts";
import { temporaryFolder } from "../temporary.ts";
import { networkState } from "./_testing/network_state.ts";
import { engineObstacle, type PrivateEngine, startEngine } from "./_testing/private_engine.ts";
import { docker } from "./docker.ts";
import { buildImages, LAB_IMAGES } from "./images.ts";

const STACK = new URL("../../docs/machines/swarm.yaml", import.meta.url);
/** What the parts do here: enough for each to have something, of which some fails. */
const SELECTION = ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/nat/own_address"];
/** Milliseconds within which the tasks of the job have to end. */
const PATIENCE = 300_000;

const obstacle = await engineObstacle();

/** Builds the lab's image where the network can be reached, and leaves it in a file. */
async function saveImage(path: string): Promise<void> {
  const engine = await startEngine();
  try {
    await buildImages(LAB_IMAGES.filter(({ tag }) => tag === "plumbline"), engine.environment);
    await docker(["save", "-o", path, "plumbline"], engine.environment);
  } finally {
    await engine.stop();
  }
}

/** The stack as it is published, with a device and a selection added to its command. */
async function stackWith(device: string): Promise<string> {
  const stack = parse(await Deno.readTextFile(STACK));
  const { certify } = stack.services;
  certify.command.push("--device", "/device.json", ...SELECTION);
  certify.configs = [{ source: "device", target: "/device.json" }];
  // `docker stack` takes no file without the version of its format.
  return stringify({ version: "3.9", ...stack, configs: { device: { file: device } } });
}

/** Waits until as many tasks of the job as it has parts have ended well. @throws {Error} When one fails. */
async function allEnd({ environment }: PrivateEngine): Promise<void> {
  const args = ["service", "ps", "plumbline_certify", "--no-trunc", "--format"];
  for (const limit = performance.now() + PATIENCE;;) {
    const said = await docker([...args, "{{.CurrentState}} {{.Error}}"], environment);
    const states = said.split("\n");
    if (states.length === 3 && states.every((state) => state.startsWith("Complete"))) return;
    const isLate = performance.now() > limit;
    if (isLate || states.length > 3 || /^(Failed|Rejected)/m.test(said)) {
      const logs = await docker(["service", "logs", "plumbline_certify"], environment);
      throw new Error(`the parts do not end as they should: ${said}\n${logs}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

Deno.test({
  name: obstacle === undefined
    ? "three shards on Docker Swarm merge to the verdicts of the whole run"
    : `Docker Swarm is not tested here, as ${obstacle}`,
  ignore: obstacle !== undefined,
  async fn() {
    const before = await networkState();
    const folder = await temporaryFolder("swarm");
    try {
      await saveImage(`${folder}/image.tar`);
      await writeNat(`${folder}/device.json`, variant(NAT_MUTANT));
      await Deno.writeTextFile(`${folder}/stack.yaml`, await stackWith(`${folder}/device.json`));

      const engine = await startEngine({ ownNetwork: true });
      const { environment } = engine;
      const inVolume = (...args: string[]) =>
        docker(
          ["run", "--rm", "--network", "none", "-v", "plumbline_runs:/plumbline/runs", ...args],
          environment,
        );
      try {
        await docker(["load", "-i", `${folder}/image.tar`], environment);
        const here = ["--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377"];
        await docker(["swarm", "init", ...here], environment);
        await docker(["stack", "deploy", "-c", `${folder}/stack.yaml`, "plumbline"], environment);
        await allEnd(engine);
        // The device fails in a part, and so it does in the whole.
        const merge = inVolume("plumbline", "merge", "runs", "--out", "runs/whole");
        await assert.rejects(merge, /Cannot run docker run/);
        const report = ["--entrypoint", "cat", "plumbline", "runs/whole/report.json"];
        await Deno.mkdir(`${folder}/merged`);
        await Deno.writeTextFile(`${folder}/merged/report.json`, await inVolume(...report));
      } finally {
        await engine.stop();
      }

      const whole = ["--seed", "1", "--device", `${folder}/device.json`, ...SELECTION];
      const { code, err } = await plumbline("certify", ...whole, "--out", `${folder}/whole`);
      assert.equal(code, 1, err);
      const [merged, alone] = [
        await reportOf(`${folder}/merged`),
        await reportOf(`${folder}/whole`),
      ];
      assert.equal(merged.conclusion, alone.conclusion);
      assert.deepEqual(verdictsOf(merged), verdictsOf(alone));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    assert.deepEqual(await networkState(), before);
  },
});
