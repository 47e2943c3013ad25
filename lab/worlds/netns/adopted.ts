/** Network namespaces that containers own: lent to a lab, which leaves nothing in them. */
import { forgetConnections } from "../../kernel/netfilter.ts";
import { bindMount, inNamespace, namespacePath } from "../../kernel/thread.ts";
import { ipBatch } from "./ip.ts";

/** What stands in the kernel's lists of rules by itself. */
const RULES: readonly [4 | 6, string[]][] = [
  [4, ["rule flush", "rule add pref 32766 lookup main", "rule add pref 32767 lookup default"]],
  [6, ["rule flush", "rule add pref 32766 lookup main"]],
];

/** Lets a namespace be that of a node, with nothing in it. @param path Where it is found. */
export async function adopt(node: string, path: string): Promise<void> {
  const own = namespacePath(node);
  await Deno.mkdir(own.slice(0, own.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(own, "", { createNew: true });
  bindMount(path, own);
  await empty(node);
}

/** Removes whatever was brought into a node: by a lab that was killed, or by its device. */
export async function empty(node: string): Promise<void> {
  const links = inNamespace(namespacePath(node), () => {
    forgetConnections();
    return linksHere();
  }).filter((link) => link !== "lo");
  // A link goes with its other end, which may be another of these.
  await ipBatch(links.map((link) => `link delete ${link}`), node, undefined, true);
  for (const [version, commands] of RULES) await ipBatch(commands, node, version, true);
  await ipBatch(
    ["link set lo down", "address flush dev lo", "route flush table all"],
    node,
    undefined,
    true,
  );
}

/** The links of the namespace that this thread stands in. */
function linksHere(): string[] {
  // Two lines of headings, then a line each that begins with the name.
  return Deno.readTextFileSync("/proc/thread-self/net/dev").trim().split("\n").slice(2)
    .map((line) => line.split(":")[0].trim());
}
