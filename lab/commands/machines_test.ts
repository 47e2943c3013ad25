/** The examples of `docs/machines/`: each starts as many parts as it says, and they make a whole. */
import assert from "node:assert/strict";
import { parse } from "yaml";
import { inFolder, plumbline } from "../_testing/command_line.ts";
import { readShard } from "./shard.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
// deno-lint-ignore no-explicit-any -- these are other people's formats.
type Manifest = any;

async function manifest(name: string): Promise<Manifest> {
  return parse(
    await Deno.readTextFile(new URL(`../../docs/machines/${name}.yaml`, import.meta.url)),
  );
}

/** Asserts that machines with these values of a variable are all the parts that a command names. */
function makesWhole(args: readonly string[], variable: string, values: readonly string[]): void {
  const shards = values.map((value) =>
    readShard(args[args.indexOf("--shard") + 1], (name) => name === variable ? value : undefined)
  );
  const indices = values.map((_, i) => ({ index: i + 1, of: values.length }));
  assert.deepEqual(shards, indices);
}

/** Runs the command of a machine, on little, in memory. */
async function run(args: readonly string[], env: Record<string, string>, out: string) {
  const few = ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/nat/own_address"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", MAIN, ...args, "--world", "memory", ...few, "--out", out],
    env,
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** Whether TypeScript takes a value for a Job of Kubernetes: unknown fields and wrong types are found. */
async function isJob(value: unknown, folder: string): Promise<{ ok: boolean; said: string }> {
  const module = `import type { Job } from "npm:kubernetes-types@1.30.0/batch/v1.d.ts";
    export const job: Job = ${JSON.stringify(value)};`;
  await Deno.writeTextFile(`${folder}/job.ts`, module);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--no-config", "--no-lock", `${folder}/job.ts`],
    env: { NO_COLOR: "1" },
  }).output();
  return { ok: success, said: new TextDecoder().decode(stderr) };
}

Deno.test("the Job of Kubernetes has the fields and types that Kubernetes has", async () => {
  await inFolder(async (folder) => {
    const job = await manifest("kubernetes");
    const { ok, said } = await isJob(job, folder);
    assert.ok(ok, said);
    const misspelt = { ...job, spec: { ...job.spec, completionsMode: "Indexed" } };
    assert.match((await isJob(misspelt, folder)).said, /completionsMode/);
    const wrong = { ...job, spec: { ...job.spec, completions: "three" } };
    assert.match((await isJob(wrong, folder)).said, /'string' is not assignable to type 'number'/);
  });
});

Deno.test("the pods of the Job are all parts, and their command runs", async () => {
  const { spec } = await manifest("kubernetes");
  assert.equal(spec.completionMode, "Indexed");
  const [{ args }] = spec.template.spec.containers;
  const indices = Array.from({ length: spec.completions }, (_, i) => String(i));
  makesWhole(args, "JOB_COMPLETION_INDEX", indices);
  await inFolder((folder) => run(args, { JOB_COMPLETION_INDEX: "1" }, `${folder}/part`));
});

Deno.test("the tasks of the Swarm job are all parts, and merge to a whole", async () => {
  const { services: { certify } } = await manifest("swarm");
  assert.equal(certify.deploy.mode, "replicated-job");
  assert.equal(certify.environment.SWARM_JOB_SLOT, "{{.Task.Slot}}");
  // Slot 0 is written as the name of the node.
  const slots = ["x8q2m7c1zvu3k5w9e4r6t0y1p", "1", "2"];
  assert.equal(certify.deploy.replicas, slots.length);
  makesWhole(certify.command, "SWARM_JOB_SLOT", slots);
  await inFolder(async (folder) => {
    for (const slot of slots) {
      await run(certify.command, { SWARM_JOB_SLOT: slot }, `${folder}/parts/${slot}`);
    }
    const { code, err } = await plumbline("merge", `${folder}/parts`, "--out", `${folder}/whole`);
    assert.equal(code, 0, err);
  });
});

Deno.test("the jobs of GitHub's matrix are all parts, and the last one merges them", async () => {
  const { jobs: { certify, merge } } = await manifest("github_actions");
  const commands = (steps: { run?: string }[]) => steps.map(({ run = "" }) => run).join("\n");
  const [, args] = /plumbline (certify .*)/.exec(commands(certify.steps))!;
  assert.equal(certify.env.PLUMBLINE_SHARD_INDEX, "${{ matrix.shard }}");
  makesWhole(args.split(" "), "PLUMBLINE_SHARD_INDEX", certify.strategy.matrix.shard.map(String));
  assert.match(commands(merge.steps), /plumbline merge parts --out whole/);
  assert.equal(merge.needs, "certify");
});
