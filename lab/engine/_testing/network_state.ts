/** What a machine's network is set to, for whoever must leave it as it was. */

/** Commands that show it, and files of settings. */
const COMMANDS = [
  ["ip", "-o", "address"],
  ["ip", "-o", "link"],
  ["ip", "route", "show", "table", "all"],
  ["ip", "-6", "route", "show", "table", "all"],
  ["ip", "rule"],
  ["iptables-save"],
  ["ip6tables-save"],
  ["nft", "list", "ruleset"],
];
const SETTINGS = [
  "ipv4/ip_forward",
  "ipv4/conf/all/forwarding",
  "ipv4/conf/all/rp_filter",
  "ipv6/conf/all/forwarding",
  "ipv6/conf/all/disable_ipv6",
];

/** Addresses, links, routes, rules and settings, as text by where it comes from. */
export async function networkState(): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (const [command, ...args] of COMMANDS) {
    const shown = await show(command, args);
    // Counters of packets and the time of the listing are no settings.
    const text = shown.replace(/^#.*\n|\[\d+:\d+\]/gm, "")
      .replace(/ expires \d+sec| valid_lft \S+| preferred_lft \S+/g, "");
    state[[command, ...args].join(" ")] = text;
  }
  for (const name of SETTINGS) {
    state[name] = await Deno.readTextFile(`/proc/sys/net/${name}`).catch(() => "");
  }
  return state;
}

/** What a command prints; nothing where there is no such command. */
async function show(command: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
    return new TextDecoder().decode(stdout);
  } catch {
    return "";
  }
}
