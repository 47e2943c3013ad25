/**
 * All that a network has by one of its interfaces, so that it is as before when the interface was
 * away: the kernel forgets addresses, routes, neighbours and settings when an interface leaves.
 */
import { type Offload, offloadsOf, setOffloads } from "../../kernel/interface.ts";

/** What an interface and the network around it were. */
export interface InterfaceState {
  name: string;
  /** The kernel's number for it. */
  index: number;
  mtu: number;
  mac: string;
  queue: number;
  flags: readonly string[];
  addresses: readonly Address[];
  /** Permanent neighbours, by address. */
  neighbours: readonly { dst: string; lladdr: string }[];
  /** Every route of the namespace, by IP version, a line each. */
  routes: Record<4 | 6, readonly string[]>;
  /** Settings of the interface under /proc/sys/net. */
  settings: readonly (readonly [path: string, value: string])[];
  offloads: Partial<Record<Offload, number>>;
}

interface Address {
  family: "inet" | "inet6";
  local: string;
  address?: string;
  prefixlen: number;
  broadcast?: string;
  scope: string;
  label?: string;
  metric?: number;
  noprefixroute?: boolean;
  nodad?: boolean;
  mngtmpaddr?: boolean;
  dynamic?: boolean;
  valid_life_time: number;
  preferred_life_time: number;
}

/** What `ip -json link` says that is read here. */
export interface LinkInfo {
  ifname: string;
  ifindex: number;
  flags: string[];
  mtu: number;
  txqlen?: number;
  address: string;
  master?: string;
  xdp?: unknown;
  linkinfo?: { info_kind?: string };
}

/** Seconds that stand for ever. */
const FOREVER = 0xffffffff;
/** Flags that can be switched, by how `ip link set` calls them. */
const SWITCHES = { PROMISC: "promisc", ALLMULTI: "allmulticast", MULTICAST: "multicast" } as const;
const SETTINGS = ["ipv4/conf", "ipv6/conf", "ipv4/neigh", "ipv6/neigh"] as const;

/** Runs `ip` in this process's namespace; what it printed. @throws {Error} With what it said. */
export async function ip(...args: string[]): Promise<string> {
  return await run("ip", args);
}

/** Runs a command; what it printed. @throws {Error} With what it said when it fails. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw new Error(text.decode(stderr).trim().replaceAll("\n", "; "));
}

/** What an interface is; undefined where there is none. */
export async function linkOf(name: string): Promise<LinkInfo | undefined> {
  try {
    return (JSON.parse(await ip("-json", "-details", "link", "show", "dev", name)) as LinkInfo[])[
      0
    ];
  } catch {
    return undefined;
  }
}

/** Whether an interface is a bridge. */
export function isBridge({ linkinfo }: LinkInfo): boolean {
  return linkinfo?.info_kind === "bridge";
}

/** Reads all that there is to be put back. */
export async function readState(name: string, link: LinkInfo): Promise<InterfaceState> {
  const dev = ["dev", name];
  const addresses = JSON.parse(await ip("-json", "address", "show", ...dev)) as [
    { addr_info?: Address[] },
  ];
  const neighbours = await ip("-json", "neighbour", "show", ...dev, "nud", "permanent");
  return {
    name,
    index: link.ifindex,
    mtu: link.mtu,
    mac: link.address,
    queue: link.txqlen ?? 1000,
    flags: link.flags,
    addresses: addresses[0]?.addr_info ?? [],
    neighbours: JSON.parse(neighbours || "[]"),
    routes: { 4: await routes(4), 6: await routes(6) },
    settings: settingsOf(name),
    offloads: offloadsOf(name),
  };
}

/** Puts back what is not there by itself, as far as the interface is still there. */
export async function restoreState(state: InterfaceState): Promise<void> {
  const { name, mtu, mac, queue, flags } = state, dev = ["dev", name];
  setOffloads(name, state.offloads);
  for (const [flag, word] of Object.entries(SWITCHES)) {
    await tried(["link", "set", ...dev, word, flags.includes(flag) ? "on" : "off"]);
  }
  await tried(["link", "set", ...dev, "mtu", `${mtu}`, "txqueuelen", `${queue}`]);
  if ((await linkOf(name))?.address !== mac) await tried(["link", "set", ...dev, "address", mac]);
  writeSettings(state.settings);
  for (const each of state.addresses.filter(({ family }) => family === "inet")) {
    await tried(addressCommand(name, each));
  }
  await tried(["link", "set", ...dev, flags.includes("UP") ? "up" : "down"]);
  for (const each of state.addresses.filter(({ family }) => family === "inet6")) {
    await tried(addressCommand(name, each));
  }
  // Some of them come with the interface, and what goes by a gateway needs the way to it first.
  for (const version of [4, 6] as const) {
    for (let missing = [...state.routes[version]], left = -1; missing.length !== left;) {
      left = missing.length;
      const there = new Set(await routes(version));
      missing = missing.filter((route) => !there.has(route));
      for (const route of missing) {
        await tried([`-${version}`, "route", "add", ...routeWords(route)]);
      }
    }
  }
  for (const { dst, lladdr } of state.neighbours) {
    const what = ["neighbour", "replace", dst, "lladdr", lladdr, ...dev, "nud", "permanent"];
    await tried(what);
  }
  writeSettings(state.settings);
}

function addressCommand(name: string, address: Address): string[] {
  const { local, prefixlen, broadcast, scope, label, metric, noprefixroute } = address;
  const peer = address.address === undefined ? [] : ["peer", `${address.address}/${prefixlen}`];
  const life = (seconds: number) => seconds === FOREVER ? "forever" : `${seconds}`;
  return [
    ...["address", "replace", peer.length > 0 ? local : `${local}/${prefixlen}`, ...peer],
    ...(broadcast === undefined ? [] : ["broadcast", broadcast]),
    ...["dev", name, "scope", scope],
    ...(label === undefined ? [] : ["label", label]),
    ...(metric === undefined ? [] : ["metric", `${metric}`]),
    ...(noprefixroute ? ["noprefixroute"] : []),
    ...(address.mngtmpaddr ? ["mngtmpaddr"] : []),
    ...(address.nodad ? ["nodad"] : []),
    ...["valid_lft", life(address.valid_life_time)],
    ...["preferred_lft", life(address.preferred_life_time)],
  ];
}

async function routes(version: 4 | 6): Promise<string[]> {
  try {
    const text = await ip(`-${version}`, "-oneline", "route", "show", "table", "all");
    // What only tells the state of the moment is no part of a route.
    return text.split("\n").map((line) =>
      line.replace(/ (linkdown|dead|offload|trap|error -?\d+)\b/g, "").trim()
      // What belongs to an address comes and goes with it.
    ).filter((line) => line !== "" && !/^(local|broadcast|anycast|multicast) /.test(line));
  } catch {
    return [];
  }
}

function routeWords(route: string): string[] {
  return route.replaceAll("\\", " ").replace(/expires (\d+)sec/, "expires $1").split(/\s+/);
}

/** What fails here is there already, or belongs to what has changed meanwhile. */
async function tried(args: readonly string[]): Promise<void> {
  await run("ip", args).catch(() => {});
}

function settingsOf(name: string): [string, string][] {
  return SETTINGS.flatMap((scope) => {
    const folder = `/proc/sys/net/${scope}/${name}`;
    return namesIn(folder).flatMap((file): [string, string][] => {
      const path = `${folder}/${file}`, value = readSetting(path);
      return value === undefined ? [] : [[path, value]];
    });
  });
}

function writeSettings(settings: InterfaceState["settings"]): void {
  for (const [path, value] of settings) {
    if (readSetting(path) === value) continue;
    try {
      Deno.writeTextFileSync(path, value);
    } catch {
      // Not to be written, or gone.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function readSetting(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
