/** The `ip` and `tc` commands of iproute2, which know how to make namespaces, links and routes. */

/** How a batch is run. */
export interface BatchOptions {
  /** In whose namespace; the present one when absent. */
  node?: string;
  /** IP version, for commands that do not tell it. */
  version?: 4 | 6;
  /** Carries on after a command that fails, and does not complain. */
  force?: boolean;
}

/**
 * Runs a batch of `ip` commands.
 * @param node In whose namespace; the present one when absent.
 * @param version IP version, for commands that do not tell it.
 * @param force Carries on after a command that fails, and does not complain.
 */
export function ipBatch(
  lines: readonly string[],
  node?: string,
  version?: 4 | 6,
  force = false,
): Promise<void> {
  return batch("ip", lines, { node, version, force });
}

/** Runs a batch of commands of `ip` or `tc`. @throws {Error} With what it said when one fails. */
export async function batch(
  program: "ip" | "tc",
  lines: readonly string[],
  { node, version, force = false }: BatchOptions = {},
): Promise<void> {
  if (lines.length === 0) return;
  const child = new Deno.Command(program, {
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
  throw new Error(
    `Cannot set up the lab${node ? ` at node ${node}` : ""} as ${program} says: ${said}`,
  );
}
