/** The `docker` command. */

/** Variables that choose an engine and its plug-ins. */
export type DockerEnvironment = Readonly<Record<string, string>>;

/**
 * Runs `docker` and gives its standard output.
 * @param input Written to its standard input.
 * @throws {Error} In one line with what it complained of last.
 */
export async function docker(
  args: readonly string[],
  env: DockerEnvironment = {},
  input?: ReadableStream<Uint8Array>,
): Promise<string> {
  const child = new Deno.Command("docker", {
    args: [...args],
    env,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = input?.pipeTo(child.stdin).catch(() => {});
  const { success, stdout, stderr } = await child.output();
  await fed;
  if (success) return new TextDecoder().decode(stdout).trim();
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  throw new Error(`Cannot run docker ${args[0]} as it says: ${said}`);
}

/** Whether a command of `docker` succeeds. */
export function dockerCan(args: readonly string[], env: DockerEnvironment = {}): Promise<boolean> {
  return docker(args, env).then(() => true, () => false);
}
