/** What the hosts of peers are told, and the traces that they leave. */
import type { NodeSetup } from "../../../suites/kit/scenario.ts";
import type { MachineOrder } from "../../devices/machine.ts";
import { configOfOrder, type PeerHostConfig } from "../../peer_host/config.ts";
import { TRACES } from "../../devices/container/files.ts";
import { namespacePath } from "../../kernel/thread.ts";
import type { ScenarioRun } from "../world.ts";

/**
 * What the host of a machine is told, and with it any third party's device.
 * @param suites Module that exports `SUITES`.
 */
export function hostConfig(
  { suite, seed, directory, containers }: ScenarioRun,
  node: string,
  setup: NodeSetup,
  order: MachineOrder,
  suites: string,
): PeerHostConfig {
  // Who is in a container stands at the node already, and sees one folder of the lab's.
  const isContained = containers?.[node] !== undefined;
  return {
    suite: suite.name,
    role: setup.role,
    config: setup.config,
    ...configOfOrder(order),
    ...(setup.stimulusFault === undefined ? {} : { stimulusFault: setup.stimulusFault }),
    node,
    traceDirectory: isContained ? TRACES : directory,
    seed,
    ...(isContained ? {} : { namespace: namespacePath(node) }),
    suites,
  };
}

/** Traces that a node's host has begun: the machine's own, then one for every core. */
export function traceFiles(directory: string, node: string): { node: string; file: string }[] {
  const files = [...Deno.readDirSync(directory)].map(({ name }) => name)
    .filter((name) => name.startsWith(`${node}.`) && name.endsWith(".jsonl"));
  return files.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((file) => ({ node, file }));
}
