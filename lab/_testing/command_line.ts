/** The command line as a process, for tests of what a user meets. */
import assert from "node:assert/strict";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** What a process left. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line to its end. */
export async function plumbline(...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", MAIN, ...args],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Asserts that a command was refused with one clear line and nothing else. */
export function refused({ code, out, err }: Ended, reason: RegExp): void {
  assert.equal(code, 2, err);
  assert.equal(out, "");
  assert.match(err, /^plumbline: [^\n]+\n$/);
  assert.match(err, reason);
  assert.doesNotMatch(err, /^\s+at /m);
}

/** Runs `body` with a folder of its own, and removes that. */
export async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-cli-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
