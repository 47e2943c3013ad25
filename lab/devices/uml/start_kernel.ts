/** Starts the devices that are Linux kernels in a box. */
import {
  LAN_PORT,
  macOf,
  nodeCommands,
  sourceRouteCommands,
} from "../../worlds/netns/ip_commands.ts";
import { ipBatch } from "../../worlds/netns/ip.ts";
import { joinInterfaces } from "../../worlds/netns/join.ts";
import { silenceNode } from "../../worlds/netns/silence_node.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { ExternalProcess } from "../process/external_process.ts";
import type { Attach, Place } from "../kinds/kind.ts";
import { instructScript } from "../script/instructions.ts";
import { placed, rootOf, WORK, workFolder } from "../script/script.ts";
import {
  bootCommand,
  BOOTED,
  deviceEnd,
  prepareRoot,
  startDevice,
  umlLinks,
  writeUmlFiles,
} from "./kernel.ts";

/** Seconds that a kernel and its script have to become ready, unless the profile tells. */
const READY_WITHIN = 60;

/** Boots a Linux kernel at the links of a node; the device itself starts with `runInKernel`. */
export async function bootKernel(
  attach: Attach<"linux">,
  { node, profile, packages, topology, namespace, settings, directory, complaint }: Place,
): Promise<ExternalProcess> {
  const root = await rootOf(profile.name, packages);
  await prepareRoot(root);
  const work = await workFolder(node, settings);
  const links = umlLinks(topology, node, macOf);
  await writeUmlFiles(work, placed(attach.script, root), links, boxNetwork(topology, node));
  await silenceNode(topology, node);
  await ipBatch(
    links.flatMap(({ tap, mtu }) => [
      `tuntap add dev ${tap} mode tap`,
      `link set ${tap} mtu ${mtu} up`,
    ]),
    node,
  );
  for (const { interface: end, tap } of links) await joinInterfaces(node, end, tap);
  return await ExternalProcess.start({
    node,
    namespace,
    command: bootCommand(root, work, links, attach.memory),
    ready: BOOTED,
    endOf: deviceEnd,
    readyWithin: attach.ready_within ?? READY_WITHIN,
    work,
    complaint,
    environment: {},
    log: `${directory}/${node}.log`,
    instruct: (instruction) =>
      instructScript({ node, folder: work, kinds: attach.instructions ?? [] }, instruction),
  });
}

/** Starts the device in a kernel that has booted, and waits until it is ready. */
export async function runInKernel(kernel: ExternalProcess, ready: string): Promise<void> {
  await startDevice(`${WORK}/${kernel.node}`);
  await kernel.hear(ready);
  kernel.readOn();
}

/** What the node's interfaces are given in the kernel: the same as on the host, less the LAN port. */
function boxNetwork(topology: Topology, node: string): string[] {
  const { rules, routes } = sourceRouteCommands(topology, node);
  const commands = nodeCommands(topology, node).filter((line) => !line.endsWith(` ${LAN_PORT}`));
  return [
    ...commands,
    ...routes,
    ...rules[4],
    ...rules[6].map((line) => line.replace("rule", "-6 rule")),
  ];
}
