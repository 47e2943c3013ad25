/** The `ip` command of iproute2, which knows how to make namespaces, links, addresses and routes. */

/** Runs a batch of `ip` commands, in the namespace of a node if one is named. */
export async function ipBatch(
  lines: readonly string[],
  node?: string,
  version: 4 | 6 | undefined = undefined,
): Promise<void> {
  if (lines.length === 0) return;
  const child = new Deno.Command("ip", {
    args: [
      ...(version === undefined ? [] : [`-${version}`]),
      ...(node === undefined ? [] : ["-netns", node]),
      "-batch",
      "-",
    ],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(lines.join("\n") + "\n")).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stderr } = await child.output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().replaceAll("\n", "; ");
  throw new Error(`Cannot set up the lab${node ? ` at node ${node}` : ""} as ip says: ${said}`);
}
