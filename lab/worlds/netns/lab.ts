import type { Container } from "../../devices/container/agent.ts";
import { isFramePort } from "../../../suites/kit/ethernet.ts";
import type { TapPoint, Topology } from "../../../suites/kit/topology.ts";
import { isRunning, setMtu, switchOffloadsOff } from "../../kernel/interface.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { makeTun, tunAvailable } from "../../kernel/tun.ts";
import { adopt, empty } from "./adopted.ts";
import { ipBatch } from "./ip.ts";
import type { TapSource } from "./recorder.ts";
import { applySettings, silenceHere, silenceInterface } from "./kernel_settings.ts";
import {
  type EmulatedWire,
  emulatedWires,
  hasLanPort,
  LAN_PORT,
  LAN_PORT_FAR_END,
  lanPortCommands,
  linkCommands,
  nodeCommands,
  sourceRouteCommands,
} from "./ip_commands.ts";

/** Milliseconds that the kernel has to notice the carriers of a node's links. */
const CARRIER = 3000;

/** A topology that stands: one network namespace for every node. */
export interface Lab {
  topology: Topology;
  /** Wires that end in this process's namespace and carry nothing until emulated. */
  wires: readonly EmulatedWire[];
  /** Whether LAN ports of devices are TUN devices; otherwise they are veth pairs. */
  tun: boolean;
  /** Containers whose namespaces are those of nodes, by node. */
  containers: Readonly<Record<string, Container>>;
}

/** How a lab is brought up. */
export interface LabOptions {
  /** Links to emulate even though they have no impairment. */
  emulate?: ReadonlySet<string>;
  /** Containers whose namespaces are those of nodes, by node. */
  containers?: Readonly<Record<string, Container>>;
  /** False uses veth pairs for LAN ports even where TUN devices can be had. */
  tun?: boolean;
}

/** Brings a topology up inside the lab's namespaces (see `enter.ts`), or leaves nothing of it. */
export async function bringUp(topology: Topology, options: LabOptions = {}): Promise<Lab> {
  const tun = options.tun !== false && tunAvailable();
  const wires = emulatedWires(topology, options.emulate ?? new Set());
  const lab = { topology, wires, tun, containers: options.containers ?? {} };
  try {
    await build(lab);
  } catch (error) {
    await takeDown(lab);
    throw error;
  }
  return lab;
}

async function build({ topology, wires, tun, containers }: Lab): Promise<void> {
  const nodes = Object.keys(topology.nodes);
  silenceHere();
  const own = nodes.filter((node) => containers[node] === undefined);
  await ipBatch(own.map((node) => `netns add ${node}`));
  await Promise.all(
    Object.entries(containers).map(([node, { namespace }]) => adopt(node, namespace)),
  );
  for (const node of nodes) {
    inNamespace(namespacePath(node), () => {
      applySettings(topology.nodes[node].kind);
      if (tun && hasLanPort(topology, node)) makeTun(LAN_PORT);
    });
  }
  await ipBatch(linkCommands(topology, wires));
  for (const end of topology.links.flatMap(({ ends }) => ends)) {
    if (!isFramePort(topology, end)) continue;
    inNamespace(namespacePath(end.node), () => silenceInterface(end.interface));
  }
  await Promise.all(nodes.map((node) => configureNode(topology, node, tun)));
  switchAllOffloadsOff({ topology, wires, tun, containers });
  await Promise.all(nodes.map((node) => becomeQuiet(topology, node)));
}

/**
 * Waits until the links of a node have their carrier: the kernel notices that some time after they are
 * up, and then reports its multicast groups on them.
 */
async function becomeQuiet(topology: Topology, node: string): Promise<void> {
  const own = topology.links.flatMap(({ ends }) => ends).filter((end) => end.node === node);
  const limit = performance.now() + CARRIER;
  const ready = () =>
    inNamespace(namespacePath(node), () => own.every((end) => isRunning(end.interface)));
  while (!ready() && performance.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function configureNode(topology: Topology, node: string, tun: boolean): Promise<void> {
  const commands = nodeCommands(topology, node);
  if (!hasLanPort(topology, node)) return await ipBatch(commands, node);
  const { rules, routes } = sourceRouteCommands(topology, node);
  await ipBatch([...lanPortCommands(tun), ...commands, ...routes], node);
  await ipBatch(rules[4], node, 4);
  await ipBatch(rules[6], node, 6);
}

function switchAllOffloadsOff({ topology, wires, tun }: Lab): void {
  for (const node of Object.keys(topology.nodes)) {
    const ends = topology.links.flatMap((link) => link.ends.filter((end) => end.node === node));
    inNamespace(namespacePath(node), () => {
      for (const end of ends) if (end.tso !== true) switchOffloadsOff(end.interface);
      if (!hasLanPort(topology, node)) return;
      switchOffloadsOff(LAN_PORT);
      if (!tun) switchOffloadsOff(LAN_PORT_FAR_END);
    });
  }
  for (const wire of wires) wire.ends.forEach(switchOffloadsOff);
}

/**
 * Whether a kernel may leave checksums to a network card on the link of an interface: at one of its ends
 * is a card, or a host that relies on one.
 */
function leavesOffloads(
  topology: Topology,
  { node, interface: name }: Pick<TapPoint, "node" | "interface">,
): boolean {
  return topology.links.some(({ ends }) =>
    ends.some((end) => end.node === node && end.interface === name) &&
    ends.some((end) => end.tso === true || isFramePort(topology, end))
  );
}

/** Where the taps of a topology listen. */
export function tapSources(topology: Topology): TapSource[] {
  return topology.taps.map((tap) => ({
    name: tap.name,
    namespace: namespacePath(tap.node),
    interface: tap.interface,
    fills: leavesOffloads(topology, tap),
  }));
}

/** Gives the LAN port of a device another MTU, if it has one. */
export function setLanMtu({ topology, tun }: Lab, node: string, octets: number): void {
  if (!hasLanPort(topology, node)) return;
  const ports = tun ? [LAN_PORT] : [LAN_PORT, LAN_PORT_FAR_END];
  inNamespace(namespacePath(node), () => ports.forEach((port) => setMtu(port, octets)));
}

/**
 * Takes a lab down. The kernel removes a namespace some time after its last process and socket; the
 * wires that end here go at once, so that the next lab may use their names.
 */
export async function takeDown(
  { topology, wires, containers }: Pick<Lab, "topology" | "wires" | "containers">,
): Promise<void> {
  // The namespace of a container stays: it is emptied, and then has one name less.
  for (const node of Object.keys(containers)) await empty(node).catch(() => {});
  const commands = [
    ...wires.flatMap(({ ends }) => ends.map((end) => `link delete ${end}`)),
    ...Object.keys(topology.nodes).map((node) => `netns delete ${node}`),
  ];
  // A part that never came up is not missed.
  await ipBatch(commands, undefined, undefined, true);
}
