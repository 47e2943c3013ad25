/** The `ip` command of iproute2, which knows how to make namespaces, links, addresses and routes. */

/**
 * Runs a batch of `ip` commands.
 * @param node In whose namespace; the present one when absent.
 * @param version IP version, for commands that do not tell it.
 * @param force Carries on after a command that fails, and does not complain.
 */
export async function ipBatch(
  lines: readonly string[],
  node?: string,
  version?: 4 | 6,
  force = false,
): Promise<void> {
  if (lines.length === 0) return;
  const child = new Deno.Command("ip", {
    args: [
      ...(version === undefined ? [] : [`-${version}`]),
      ...(node === undefined ? [] : ["-netns", node]),
      ...(force ? ["-force"] : []),
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
  if (success || force) return;
  const said = new TextDecoder().decode(stderr).trim().replaceAll("\n", "; ");
  throw new Error(`Cannot set up the lab${node ? ` at node ${node}` : ""} as ip says: ${said}`);
}
