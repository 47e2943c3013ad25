/** How the gate runs tools: at the root of the repository, and each with the time it took. */

/** The root of the repository, with a slash at its end. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** What a tool did. */
export interface ToolResult {
  ok: boolean;
  /** What it printed on both streams. */
  text: string;
  seconds: number;
}

/** Runs a tool to its end. */
export async function runTool(program: string, args: readonly string[]): Promise<ToolResult> {
  const begun = performance.now();
  const command = new Deno.Command(program, { args: [...args], cwd: ROOT, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { ok: success, text, seconds: (performance.now() - begun) / 1000 };
}

/** What a tool prints on its standard output; throws with its complaint when it fails. */
export async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd: ROOT, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  if (success) return new TextDecoder().decode(stdout);
  const line = new TextDecoder().decode(stderr).trim().split("\n")[0];
  throw new Error(`Cannot run ${program} ${args[0]}: ${line}`);
}
