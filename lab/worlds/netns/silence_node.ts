import type { Topology } from "../../../suites/kit/topology.ts";
import { namespacePath } from "../../kernel/thread.ts";
import { ipBatch } from "./ip.ts";
import { stopForwarding } from "./kernel_settings.ts";

/**
 * Lets the host's kernel take no part in a node any more: it has no address there and forwards
 * nothing. The lab must be taken down after.
 */
export async function silenceNode(topology: Topology, node: string): Promise<void> {
  const own = topology.links.flatMap(({ ends }) => ends).filter((end) => end.node === node);
  await ipBatch(own.map((end) => `address flush dev ${end.interface}`), node);
  stopForwarding(namespacePath(node));
}
