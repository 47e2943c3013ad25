/**
 * What an interface has that the kernel drops when it moves, and that nothing can put back as it was: whoever
 * has such a thing there must not lose it to a lab.
 */
import { type LinkInfo, run } from "./interface_state.ts";

/** The handle of queueing disciplines that the kernel has put there by itself. */
const DEFAULT = "0:";

interface StackedLink {
  ifname: string;
  link?: string;
  linkinfo?: { info_kind?: string };
}

interface QueueingDiscipline {
  kind: string;
  handle: string;
}

/** Why an interface cannot be lent, as the end of a sentence; undefined where all of it comes back. */
export async function unrestorable(name: string, link: LinkInfo): Promise<string | undefined> {
  const links = await listed<StackedLink>("ip", ["-json", "-details", "link", "show"]);
  // The other end of a veth pair stands on nothing.
  const above = links.find(({ link, linkinfo }) => link === name && linkinfo?.info_kind !== "veth")
    ?.ifname;
  if (above !== undefined) return `${above} stands on it, and would go with it`;
  const disciplines = await listed<QueueingDiscipline>("tc", [
    "-json",
    "qdisc",
    "show",
    "dev",
    name,
  ]);
  const own = disciplines.find(({ handle }) => handle !== DEFAULT);
  if (own !== undefined) {
    return `it has the queueing discipline ${own.kind} ${own.handle}, which would be lost with its ` +
      `filters (tc qdisc show dev ${name})`;
  }
  if (link.xdp !== undefined) return `an XDP program runs on it (ip link show dev ${name})`;
  if ((await listed("ip", ["-json", "nexthop", "show", "dev", name])).length > 0) {
    return `it has nexthop objects, which would be lost (ip nexthop show dev ${name})`;
  }
  const rules = await run("nft", ["list", "ruleset"]).catch(() => "");
  if (hookedDevices(rules).includes(name)) {
    return "an nftables chain or flowtable hooks into it, which would be lost (nft list ruleset)";
  }
  return undefined;
}

/** The devices that chains and flowtables of an nftables ruleset hook into, as `nft list ruleset` has it. */
export function hookedDevices(ruleset: string): string[] {
  return [...ruleset.matchAll(/\bdevices?\s*=?\s*(\{[^}]*\}|"[^"]*"|\S+)/g)]
    .flatMap(([, named]) => named.split(/[\s{},";]+/)).filter((name) => name !== "");
}

/** What a command lists; nothing where it cannot be run: then nobody has set such a thing with it. */
async function listed<T>(program: string, args: readonly string[]): Promise<T[]> {
  try {
    return JSON.parse(await run(program, args) || "[]") as T[];
  } catch {
    return [];
  }
}
