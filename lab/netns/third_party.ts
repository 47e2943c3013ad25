/** Starts third parties' devices: programs, and Linux User-Mode Linux kernels. */
import type { Profile } from "../../suites/kit/profile.ts";
import type { Topology } from "../../suites/kit/topology.ts";
import {
  bootCommand,
  BOOTED,
  deviceEnd,
  prepareRoot,
  startDevice,
  umlLinks,
  writeUmlFiles,
} from "../uml/kernel.ts";
import { instructScript } from "../uml/instructions.ts";
import { placed, rootOfDevice, WORK, workFolder } from "../uml/script.ts";
import { namespacePath } from "../kernel/thread.ts";
import { ExternalProcess } from "./external_process.ts";
import { ipBatch } from "./ip.ts";
import { stopForwarding } from "./kernel_settings.ts";
import { LAN_PORT, macOf, nodeCommands, sourceRouteCommands } from "./ip_commands.ts";

/** A node that a third party's device is to play. */
export interface ThirdPartyNode {
  node: string;
  profile: Profile;
  topology: Topology;
  /** Configuration file, and what it holds. */
  file: string;
  settings: Readonly<Record<string, unknown>>;
  /** Evidence directory, where `NODE.log` keeps what the device says. */
  directory: string;
  /** Told what the device complains of, line by line. */
  complaint?: (line: string) => void;
}

/** Starts a program in the namespace of its node. */
export async function startProgram(
  { node, profile, file, settings, directory, complaint }: ThirdPartyNode,
  attach: Extract<Profile["attach"], { kind: "process" }>,
): Promise<ExternalProcess> {
  const root = await rootOfDevice(profile);
  const work = await workFolder(node, settings);
  const program = await ExternalProcess.start({
    node,
    namespace: namespacePath(node),
    command: [...attach.command.map((word) => placed(word, root)), file],
    ready: attach.ready,
    work,
    complaint,
    environment: {
      PLUMBLINE_ROOT: root,
      PLUMBLINE_WORK: work,
      PLUMBLINE_SETTINGS: `${work}/settings.sh`,
    },
    log: `${directory}/${node}.log`,
    instruct: instructor(node, work, attach),
  });
  program.readOn();
  return program;
}

/**
 * Boots a Linux kernel at the links of a node. The host's kernel gives up the node, so that only the
 * kernel answers. The lab must be taken down after. The device itself starts with `runInKernel`.
 */
export async function bootKernel(
  { node, profile, topology, settings, directory, complaint }: ThirdPartyNode,
  attach: Extract<Profile["attach"], { kind: "linux" }>,
): Promise<ExternalProcess> {
  const root = await rootOfDevice(profile);
  await prepareRoot(root);
  const work = await workFolder(node, settings);
  const links = umlLinks(topology, node, macOf);
  await writeUmlFiles(work, placed(attach.script, root), links, boxNetwork(topology, node));
  await silenceNode(topology, node);
  return await ExternalProcess.start({
    node,
    namespace: namespacePath(node),
    command: bootCommand(root, work, links, attach.memory),
    ready: BOOTED,
    endOf: deviceEnd,
    work,
    complaint,
    environment: {},
    log: `${directory}/${node}.log`,
    instruct: instructor(node, work, attach),
  });
}

/** How the device of a node is instructed, by the folder with its settings. */
function instructor(node: string, folder: string, attach: { instructions?: readonly string[] }) {
  return (instruction: Record<string, unknown>) =>
    instructScript({ node, folder, kinds: attach.instructions ?? [] }, instruction);
}

/**
 * Lets the host's kernel take no part in a node any more: it has no address there and forwards
 * nothing. The lab must be taken down after.
 */
export async function silenceNode(topology: Topology, node: string): Promise<void> {
  const own = topology.links.flatMap(({ ends }) => ends).filter((end) => end.node === node);
  await ipBatch(own.map((end) => `address flush dev ${end.interface}`), node);
  stopForwarding(namespacePath(node));
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

/** Whether a device may open connections by itself: it was told to whom. */
export function initiates(config: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(config.peers) && config.peers.length > 0;
}
