/** What `lab up`, `down`, `exec` and `list` do. */
import { allSuites } from "../../suites/registry.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { Topology } from "../../suites/kit/topology.ts";
import { enterNamespaces } from "../worlds/netns/enter.ts";
import { runningLabs } from "../worlds/netns/running.ts";
import { namespacePath } from "../kernel/thread.ts";
import { print, UsageError } from "./usage.ts";

/** Every topology by name, with the first scenario that plays on it. */
async function topologies(): Promise<Map<string, { suite: Suite; scenario: Scenario }>> {
  const found = new Map<string, { suite: Suite; scenario: Scenario }>();
  for (const suite of await allSuites()) {
    for (const scenario of suite.scenarios) {
      const { name } = scenario.topology;
      if (!found.has(name)) found.set(name, { suite, scenario });
    }
  }
  return found;
}

async function chosen(name: string): Promise<{ suite: Suite; scenario: Scenario }> {
  const all = await topologies();
  const found = all.get(name);
  if (found !== undefined) return found;
  const names = [...all.keys()].join(", ");
  throw new UsageError(`Cannot find the topology as it must be one of ${names}: got ${name}`);
}

/** Brings a lab up in the foreground; ends with the exit code when it cannot. */
export async function up(name: string): Promise<number> {
  const { suite, scenario } = await chosen(name);
  const code = await enterNamespaces(Deno.args);
  if (code !== undefined) return code;
  const { NetnsWorld } = await import("../worlds/netns/world.ts");
  const world = new NetnsWorld();
  const record = await world.run({
    suite,
    // Nothing is captured and nothing is left behind: tcpdump at a node shows what passes.
    scenario: {
      ...scenario,
      topology: { ...scenario.topology, taps: [] },
      run: () => {
        print(drawing(scenario.topology, scenario));
        return new Promise(() => {});
      },
    },
    profiles: {},
    seed: 1,
    directory: "/run/plumbline",
  });
  console.error(`plumbline: the lab did not come up: ${record.problem}`);
  return 4;
}

/** A lab as lines: a link each, then how to go on. */
export function drawing(
  { name, title, nodes, links }: Topology,
  { nodes: setups }: Scenario,
): string {
  const rows = links.map(({ name, ends: [a, b], impairment }) => {
    const left = `${a.node} ${a.interface} ${a.addresses.join(" ")}`;
    const right = `${b.addresses.join(" ")} ${b.interface} ${b.node}`;
    const what = impairment === undefined ? "" : ` ${JSON.stringify(impairment)}`;
    return { left, wire: `── ${name}${what} ──`, right };
  });
  const width = Math.max(...rows.map(({ left }) => left.length));
  const wire = Math.max(...rows.map((row) => row.wire.length));
  const peers = Object.entries(setups).map(([node, { role }]) =>
    `  ${node} is a reference ${role}`
  );
  const some = Object.keys(nodes)[0];
  return [
    `${name}: ${title}`,
    "",
    ...rows.map((row) =>
      `  ${row.left.padStart(width)} ${row.wire.padEnd(wire, "─")} ${row.right}`
    ),
    "",
    ...peers,
    "",
    `Enter a node:  plumbline lab exec ${name} ${some} -- COMMAND`,
    "Take it down:  Ctrl-C here",
  ].join("\n");
}

/** Takes a lab down; its processes, interfaces and namespaces go with its first process. */
export function down(name: string): number {
  const labs = runningLabs().filter((lab) => lab.name === name);
  if (labs.length === 0) {
    throw new UsageError(`Cannot take the lab down as none is up: got ${name}`);
  }
  for (const { pid } of labs) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch (error) {
      // It has ended by itself meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return 0;
}

/** Runs a command at a node of a lab that is up; its exit code. */
export async function execute(
  name: string,
  node: string,
  command: readonly string[],
): Promise<number> {
  const lab = runningLabs().find((lab) => lab.name === name);
  if (lab === undefined) {
    throw new UsageError(
      `Cannot enter the lab as it is not up (plumbline lab up ${name}): got ${name}`,
    );
  }
  const { scenario } = await chosen(name);
  const nodes = Object.keys(scenario.topology.nodes);
  if (!nodes.includes(node)) {
    throw new UsageError(
      `Cannot enter the node as it must be one of ${nodes.join(", ")}: got ${node}`,
    );
  }
  const what = command.length > 0 ? command : [Deno.env.get("SHELL") ?? "/bin/sh"];
  const status = await new Deno.Command("nsenter", {
    args: [
      `--target=${lab.pid}`,
      "--user",
      "--preserve-credentials",
      "--mount",
      "--pid",
      `--net=/proc/${lab.pid}/root${namespacePath(node)}`,
      "--",
      ...what,
    ],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return status.code;
}

/** Prints every topology, and says which are up. */
export async function list(): Promise<void> {
  const running = new Set(runningLabs().map(({ name }) => name));
  for (const [name, { scenario }] of await topologies()) {
    const state = running.has(name) ? "up" : "  ";
    print(`${state}  ${name.padEnd(16)} ${scenario.topology.title}`);
  }
}
