/** How the devices of our labs are configured: both ends from one description. */
import { seededRandom } from "../../captures/random.ts";
import { CORE_IDENTITY_PORT } from "../../captures/wire/udp_port.ts";
import type { Driver, NodeSetup, Scenario } from "../kit/scenario.ts";
import type { Topology } from "../kit/topology.ts";
import type { CoreIdentityRole, CoreIdentityTerms } from "./requirements/classes.ts";
import { FIGURE_3 } from "./topologies.ts";
import { kit } from "./vocabulary.ts";

type Class = CoreIdentityTerms["class"];
type Node = CoreIdentityTerms["node"];
type Setup = NodeSetup & { role: CoreIdentityRole };

type Config = Record<string, unknown>;

/** What differs between scenarios. */
export interface Arrangement {
  topology?: Topology;
  /** Configuration that both ends share, such as formats and keys. */
  both?: Config;
  sender?: Config;
  receiver?: Config;
  receiver2?: Config;
  /** Outer IP version. */
  outer?: 4 | 6;
  stimulusFaults?: Partial<Record<Node, string>>;
  /** Class of the device, where it is not the figure's. */
  class?: Class;
  /** Options that a device must declare to be put through this. */
  needs?: readonly Class[];
  /** Spared the mutants that its checks do not cover. */
  heavy?: boolean;
  /** Milliseconds in which nothing happens on purpose. */
  waits?: number;
  /** What the sender's access networks cost and carry, in their order. */
  networks?: readonly { bandwidth?: number; tariff?: number }[];
}

/** A key for the scenarios that encrypt; it stands in the evidence, as a key log does. */
export const LAB_KEY = "706c756d626c696e65".padEnd(64, "0");

/** The configurations of sender and receivers on a topology. */
export function nodeSetups(arrangement: Arrangement): Partial<Record<Node, Setup>> {
  const { topology = FIGURE_3, both = {}, outer = 4, stimulusFaults = {}, networks = [] } =
    arrangement;
  const devices = Object.entries(topology.nodes)
    .filter(([, node]) => node.kind === "device").map(([name]) => name as Node);
  const wanOf = (node: string) =>
    topology.taps.filter((tap) => tap.node === node && tap.side === "wan").map((tap) => ({
      port: tap.interface,
      address: addressOf(topology, node, tap.interface, outer),
    }));
  const endpoints = (node: string) =>
    wanOf(node).map(({ address }) => ({ address, port: CORE_IDENTITY_PORT }));
  const setups: Partial<Record<Node, Setup>> = {};
  for (const node of devices) {
    const isSender = node === "sender";
    const others = devices.filter((name) => isSender !== (name === "sender"));
    setups[node] = {
      role: isSender ? "sender" : "receiver",
      config: {
        initiate: isSender,
        processors: [{ cores: isSender ? 2 : 4 }],
        wan: wanOf(node).map((wan, i) => ({ ...wan, ...isSender ? networks[i] : {} })),
        peers: others.map((name) => ({
          name,
          aggregateId: (isSender ? name : node) === "receiver" ? 1 : 2,
          wan: endpoints(name),
          prefixes: prefixesBehind(topology, name),
        })),
        ...both,
        ...arrangement[node],
      },
      ...(stimulusFaults[node] === undefined ? {} : { stimulusFault: stimulusFaults[node] }),
    };
  }
  return setups;
}

/** The prefixes that are reached through tunnels to `peer`: those of its LAN links. */
function prefixesBehind(topology: Topology, peer: string): string[] {
  const nets = topology.links.filter((l) => l.name.startsWith("lan"))
    .flatMap((l) => l.ends).filter((e) => e.node === peer).flatMap((e) => e.addresses);
  return nets.map((address) => {
    const [ip] = address.split("/");
    if (ip.includes(":")) return `${ip.split("::")[0]}::/64`;
    return `${ip.split(".").slice(0, 3).join(".")}.0/24`;
  });
}

function addressOf(topology: Topology, node: string, name: string, family: 4 | 6): string {
  const found = topology.links.flatMap((l) => l.ends)
    .find((e) => e.node === node && e.interface === name);
  const address = found?.addresses.find((a) => a.includes(":") === (family === 6));
  return address!.split("/")[0];
}

/** Milliseconds in which an end asks twice whether the other lives (D0-13). */
export const SILENCE = 2200;

/** Milliseconds that an aggregate may take to come up. */
const ESTABLISHMENT = 5_000;

/** Waits until all aggregates of the sender are up, or, when that has no trace, of the receivers. */
export async function established(driver: Driver, receivers: string[] = ["receiver"]) {
  const up = (node: string) => driver.event(node, "established", ESTABLISHMENT);
  // A receiver does not know how many tunnels its sender means to open ([0031]).
  const one = (node: string) => driver.event(node, "tunnel_up", 0);
  try {
    await up("sender")
      .catch(() => Promise.all(receivers.map((node) => up(node).catch(() => one(node)))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the aggregated tunnel did not come up: ${reason}`);
  }
}

/**
 * Waits likewise, and goes on when the aggregate does not come up: for scenarios in which that is
 * itself what a device is judged by.
 */
export async function attempted(driver: Driver) {
  try {
    await established(driver);
  } catch {
    // The captures show how far it got.
  }
}

/** Milliseconds between two questions, more than anybody takes to answer; and until the last is answered. */
const AGAIN = 600, ANSWERED = 100;

/**
 * Lets both ends ask one another in each tunnel whether they live, and ask again where not all is
 * answered. Whoever died meanwhile answers nothing, and whoever began anew knows no tunnel of before. A
 * device that cannot be told to ask is asked all the same, by the other end.
 */
async function askAll(driver: Driver, nodes: readonly string[]) {
  const ask = async () => {
    for (const node of nodes) {
      await driver.instruct(node, { kind: "ask" }).catch(ignoreUninstructed);
    }
  };
  await ask();
  const begun = driver.now();
  const heard = await Promise.all(nodes.map((node) => hears(driver, node)));
  if (heard.includes("all") && !heard.includes("some")) return;
  await driver.advance(Math.max(0, AGAIN - (driver.now() - begun)));
  await ask();
  await driver.advance(ANSWERED);
}

/** What answers a node has heard when it is time to ask again, as far as it can tell. */
async function hears(driver: Driver, node: string): Promise<"all" | "some" | "untold"> {
  try {
    await driver.event(node, "all_answered" satisfies CoreIdentityTerms["event"], AGAIN);
    return "all";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.startsWith("Cannot wait") ? "untold" : "some";
  }
}

/** Takes it that a device which may be told something cannot be told this. */
export function ignoreUninstructed(error: unknown) {
  if (!(error instanceof Error) || !error.message.startsWith("Cannot instruct")) throw error;
}

/** The class of each figure whose scenarios there are. */
const CLASS_OF = {
  1: "F1",
  4: "F4",
  5: "F5",
  7: "F7",
  8: "F8",
  9: "F9",
  10: "F10",
} as const satisfies Record<
  number,
  Class
>;

/** A scenario of this suite; the first part of its name is the figure, and so the class. */
export function scenario(
  name: `${keyof typeof CLASS_OF}/${string}`,
  title: string,
  arrangement: Arrangement,
  run: (driver: Driver) => Promise<void>,
): Scenario {
  const figure = CLASS_OF[parseInt(name) as keyof typeof CLASS_OF];
  const { topology = FIGURE_3, needs, heavy, waits } = arrangement;
  const nodes = nodeSetups({ ...arrangement, both: { class: figure, ...arrangement.both } });
  return kit.scenario({
    name,
    title,
    class: arrangement.class ?? figure,
    ...(needs === undefined ? {} : { needs }),
    ...(heavy === undefined ? {} : { heavy }),
    ...(waits === undefined ? {} : { waits }),
    topology,
    nodes,
    async run(driver) {
      await run(driver);
      await askAll(driver, Object.keys(nodes));
    },
  });
}

/** A flow from the first client to the first server, or between the hosts named. */
export function flow(
  sourcePort: number,
  destinationPort = 5000,
  from = "client",
  to = "server",
  more: { family?: 4 | 6; dscp?: number } = {},
) {
  return { from, to, sourcePort, destinationPort, ...more };
}

/** Source ports that no dissector takes for a protocol of its own: 37,100 to 41,099. */
const FIRST_PORT = 37_100, PORTS = 4000;

/** `count` flows that differ in their source port, and past 4,000 of them in the other port too. */
export function flows(count: number, first = FIRST_PORT) {
  return Array.from(
    { length: count },
    (_, i) => flow(first + i % PORTS, 5000 + (i / PORTS | 0) * 2),
  );
}

/** `count` flows between all hosts of the two sites in turn, with two ports to each. */
export function variedFlows(count: number) {
  return flows(count).map((plain, i) => ({
    ...plain,
    from: i & 1 ? "client2" : "client",
    to: i & 2 ? "server2" : "server",
    destinationPort: i & 4 ? 5002 : 5000,
  }));
}

/**
 * So many flows, and for each of the four values of the key as many that differ in that value alone;
 * scattered, so that no policy that takes cores in turn gives the flows of each pair the same one.
 */
export function keyFlows(count: number, more: { family?: 4 | 6 } = {}) {
  const sources = Array.from({ length: count }, (_, i) => 4000 + i);
  return scattered([
    ...sources.map((port) => flow(port, 5000, "client", "server", more)),
    ...sources.map((port) => flow(port, 5000, "client2", "server", more)),
    ...sources.map((port) => flow(port, 5000, "client", "server2", more)),
    ...sources.map((port) => flow(port, 5001, "client", "server", more)),
    // Where there is but one flow, none of the others differs from it in the source port.
    ...(count === 1 ? [flow(4001, 5000, "client", "server", more)] : []),
  ]);
}

/** The same in an order that looks like none, and is always the same. */
export function scattered<T>(items: readonly T[]): T[] {
  const random = seededRandom(items.length);
  return items.map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place).map(({ item }) => item);
}
