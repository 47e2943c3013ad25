/** Brings devices that are elsewhere to their nodes: by a cable, or by the addresses that they have. */
import { applyForwarding } from "../../worlds/netns/kernel_settings.ts";
import { ipBatch } from "../../worlds/netns/ip.ts";
import { linkFacts, neighbourCommands } from "../../worlds/netns/ip_commands.ts";
import { joinInterfaces } from "../../worlds/netns/join.ts";
import { silenceNode } from "../../worlds/netns/silence_node.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { switchOffloadsOff } from "../../kernel/interface.ts";
import { inNamespace } from "../../kernel/thread.ts";
import type { DeviceProcess } from "../device_process.ts";
import { pairsOf, type Reach } from "../kinds/cables.ts";
import type { Attach, Place } from "../kinds/kind.ts";
import { shellSettings } from "../script/settings.ts";
import { ExternalDevice } from "./external_device.ts";
import { Lender } from "./lender.ts";
import { AddressTranslation } from "./translate.ts";
import { Translator } from "./translator.ts";

/** Milliseconds that a cable has to get its carrier, and its device to answer. */
const CARRIER = 5000, ANSWER = 3000, LOOK = 20;

/** Told of a device as soon as there is something to end. */
type Known = <T extends DeviceProcess>(device: T) => T;

/** Where a device is looked for: at whose interface, and which of its addresses. */
interface Neighbour {
  node: string;
  interface: string;
  addresses: readonly string[];
}

/** Brings the interfaces with the device's cables to its node, and joins them to the node's own. */
export async function startAtInterface(
  attach: Attach<"interface">,
  place: Place,
  known: Known,
): Promise<void> {
  const { node, topology } = place;
  const device = known(await begin(attach.control, place));
  const cables = Object.entries(attach.cables).filter(([name]) =>
    hasInterface(topology, node, name)
  );
  for (const [i, [name, host]] of cables.entries()) {
    if (host === null) continue;
    const as = `cable${i}`, { mtu } = linkFacts(topology, node, name);
    await device.plug({ interface: host, as });
    await ipBatch([`link set ${as} mtu ${mtu} promisc on up`], node);
    await joinInterfaces(node, name, as);
  }
  await carried(device);
  await configure(attach.control, place, device);
  const present = cables.filter(([, host]) => host !== null).map(([name]) => name);
  const across = neighboursOf(topology, node).filter(({ at }) => present.includes(at));
  // The device's Ethernet address is its own: who speaks with it has to ask for it.
  for (const { node: other, interface: end, addresses } of across) {
    const known = addresses.map((address) => `neighbour delete ${address} dev ${end}`);
    await ipBatch(known, other, undefined, true);
  }
  await Promise.all(across.map((neighbour) => answers(node, neighbour)));
  device.watch();
}

/** Makes the node a router to the device that translates between the lab's addresses and its own. */
export async function startAtAddress(
  attach: Attach<"address">,
  place: Place,
  known: Known,
): Promise<void> {
  const { node, topology, namespace } = place;
  const device = known(await begin(attach.control, place));
  const six = Object.values(attach.cables).some((reach) => reach?.addresses.some(isIpv6));
  inNamespace(namespace, () => applyForwarding(six));
  const cables = Object.entries(attach.cables).filter(([name]) =>
    hasInterface(topology, node, name)
  );
  for (const [i, [name, reach]] of cables.entries()) {
    if (reach === null) continue;
    const as = `cable${i}`, cross = `cross${i}`;
    await device.plug({ interface: reach.interface, as });
    inNamespace(namespace, () => switchOffloadsOff(as));
    const { device: own, peers } = pairsOf(reach, topology, node, name);
    const outside = peers.map(([lab, prefix]): [string, string] => [lab, bare(prefix)]);
    const translator = Translator.start(
      namespace,
      cross,
      new AddressTranslation([...own, ...outside]),
    );
    device.ends(() => translator.stop());
    await ipBatch([`link set ${cross} up`, `link set ${as} up`], node);
    await carried(device);
    inNamespace(namespace, () => answerAtOnce(as));
    await ipBatch(addressesOutside(reach, peers, as, cross), node);
    await ipBatch(routesInside(topology, node, name, { own, peers, cross }), node);
    const next = reach.gateway === undefined ? reach.addresses : [reach.gateway];
    await answers(node, { node, interface: as, addresses: next });
  }
  await configure(attach.control, place, device);
  device.watch();
}

/** A device with no cable yet, at a node that the host's kernel has left. */
async function begin(
  control: readonly string[] | undefined,
  { node, topology, namespace, settings }: Place,
): Promise<ExternalDevice> {
  const lender = await Lender.connect();
  await silenceNode(topology, node);
  return new ExternalDevice({
    ...{ node, namespace, lender },
    instruct(instruction) {
      if (control !== undefined) {
        return lender.control(control, shellSettings({ ...settings, instruction }));
      }
      throw new Error(`Cannot instruct "${node}" as its profile has no attach.control`);
    },
  });
}

/** Lets the operator's command configure the device. */
async function configure(
  control: readonly string[] | undefined,
  { node, settings }: Place,
  device: ExternalDevice,
): Promise<void> {
  if (control === undefined) return;
  try {
    await device.start.lender.control(control, shellSettings({ ...settings }));
  } catch (error) {
    throw new Error(`Cannot configure "${node}" as ${(error as Error).message}`);
  }
}

/** Waits until all cables of a device carry. */
async function carried(device: ExternalDevice): Promise<void> {
  for (const limit = performance.now() + CARRIER;;) {
    const problem = device.problem();
    if (problem === undefined) return;
    if (performance.now() > limit) {
      throw new Error(`"${device.start.node}" is out of reach: ${problem}`);
    }
    await passed(LOOK);
  }
}

/**
 * Waits until somebody answers at an address, as the kernel finds out when it is asked to use it.
 * @throws {Error} When nobody does in time.
 */
async function answers(
  device: string,
  { node, interface: name, addresses }: Neighbour,
): Promise<void> {
  const limit = performance.now() + ANSWER;
  for (const address of addresses) {
    for (;;) {
      await ipBatch([`neighbour replace ${address} dev ${name} use`], node, undefined, true);
      await passed(LOOK);
      if (await isNeighbour(node, name, address)) break;
      if (performance.now() < limit) continue;
      throw new Error(`"${device}" is not ready: nobody answers at ${address} within ${ANSWER} ms`);
    }
  }
}

async function isNeighbour(node: string, name: string, address: string): Promise<boolean> {
  const args = ["-netns", node, "-json", "neighbour", "show", "to", address, "dev", name];
  const { stdout } = await new Deno.Command("ip", { args, stderr: "null" }).output();
  const found = JSON.parse(new TextDecoder().decode(stdout) || "[]") as { lladdr?: string }[];
  return found.some(({ lladdr }) => lladdr !== undefined);
}

/** The nodes at the other ends of a node's links, with the addresses of this node's end. */
function neighboursOf({ links }: Topology, node: string): (Neighbour & { at: string })[] {
  return links.flatMap(({ ends: [a, b] }) =>
    [[a, b], [b, a]].flatMap(([own, other]) =>
      own.node !== node ? [] : [{
        at: own.interface,
        node: other.node,
        interface: other.interface,
        addresses: own.addresses.map(bare),
      }]
    )
  );
}

/** `ip` commands for the side of the device: the lab's addresses there, which the TUN device gets. */
function addressesOutside(
  { addresses, own, gateway }: Reach,
  peers: readonly (readonly [string, string])[],
  as: string,
  cross: string,
): string[] {
  return [
    ...own.map((prefix) => `address add ${prefix} dev ${as}${isIpv6(prefix) ? " nodad" : ""}`),
    // The kernel is not to answer what is for the peers, but to say where they are.
    ...peers.flatMap(([, prefix]) => {
      const address = bare(prefix);
      return [
        `route delete local ${address} dev ${as} table local`,
        `route add ${address} dev ${cross}`,
        `neighbour add proxy ${address} dev ${as}`,
      ];
    }),
    ...addresses.map((address) => {
      const via = gateway === undefined ? "" : ` via ${gateway}`;
      return `route replace ${address}${via} dev ${as}`;
    }),
  ];
}

/** `ip` commands for the side of the lab. */
function routesInside(
  topology: Topology,
  node: string,
  name: string,
  { own, peers, cross }: {
    own: readonly (readonly [string, string])[];
    peers: readonly (readonly [string, string])[];
    cross: string;
  },
): string[] {
  const across = topology.links.flatMap(({ ends: [a, b] }) => [[a, b], [b, a]])
    .filter(([end]) => end.node === node && end.interface === name)
    .flatMap(([, other]) => other.addresses.map(bare));
  const gateway = (address: string) => across.find((other) => isIpv6(other) === isIpv6(address));
  return [
    ...across.map((address) => `route replace ${address} dev ${name}`),
    ...neighbourCommands(topology, node).filter((line) => line.includes(`dev ${name} `)),
    ...own.map(([address]) => `route replace ${address} dev ${cross}`),
    ...peers.filter(([address]) => !across.includes(address))
      .map(([address]) => `route replace ${address} via ${gateway(address)} dev ${name} onlink`),
  ];
}

/** Lets the kernel answer at once for the addresses that it stands for. */
function answerAtOnce(name: string): void {
  for (
    const [path, value] of [
      [`ipv4/neigh/${name}/proxy_delay`, "0"],
      [`ipv6/neigh/${name}/proxy_delay`, "0"],
      [`ipv6/conf/${name}/proxy_ndp`, "1"],
    ]
  ) {
    try {
      Deno.writeTextFileSync(`/proc/sys/net/${path}`, value);
    } catch {
      // No IPv6.
    }
  }
}

function hasInterface({ links }: Topology, node: string, name: string): boolean {
  return links.some(({ ends }) => ends.some((end) => end.node === node && end.interface === name));
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}

function bare(prefix: string): string {
  return prefix.split("/")[0];
}

function passed(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
