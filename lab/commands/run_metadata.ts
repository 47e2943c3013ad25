import { join } from "../../suites/kit/paths.ts";
import { shellWord } from "../../suites/report/shell.ts";
import { UsageError } from "./usage.ts";

/** Name and release of the kernel. */
export function kernel(): string {
  return `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`;
}

/** Commit of the checkout that this program runs from, with `+` when it was changed; or empty. */
export async function commit(): Promise<string> {
  const cwd = new URL("../../", import.meta.url);
  const git = async (...args: string[]) => {
    try {
      const { success, stdout } = await new Deno.Command("git", { args, cwd, stderr: "null" })
        .output();
      return success ? new TextDecoder().decode(stdout).trim() : undefined;
    } catch {
      return undefined;
    }
  };
  const [head, changes] = await Promise.all([
    git("rev-parse", "HEAD"),
    git("status", "--porcelain", "--untracked-files=no"),
  ]);
  if (head === undefined || head === "") return "";
  return changes === "" ? head : `${head}+`;
}

/** The command that does the same again, seed included. */
export function reproduce(args: readonly string[], seed?: number): string {
  const given = args.some((arg) => arg === "--seed" || arg.startsWith("--seed="));
  const all = given || seed === undefined ? args : [...args, "--seed", String(seed)];
  return ["deno", "task", "plumbline", ...all].map(shellWord).join(" ");
}

/** The first of PLACE-2, PLACE-3, … that does not exist. */
export function freeName(place: string): string {
  for (let n = 2;; n++) {
    try {
      Deno.lstatSync(`${place}-${n}`);
    } catch {
      return `${place}-${n}`;
    }
  }
}

/**
 * Makes the run directory: the given one, which must be empty or new, or `runs/<date>-<n>`.
 * @throws {UsageError} When the given one holds something: a report must not mix two runs.
 */
export async function runDirectory(given: string | undefined, started: Date): Promise<string> {
  if (given !== undefined) {
    try {
      await Deno.mkdir(given, { recursive: true });
      for await (const _ of Deno.readDir(given)) {
        throw new UsageError(`Cannot write a run to ${given} as it must be empty or new`);
      }
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`Cannot write a run to ${given} as it cannot be made or opened`);
    }
    return given.replace(/(?<=.)\/+$/, "");
  }
  const date = started.toISOString().slice(0, 10);
  try {
    await Deno.mkdir("runs", { recursive: true });
    for (let n = 1;; n++) {
      const directory = join("runs", `${date}-${n}`);
      try {
        await Deno.mkdir(directory);
        return directory;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
  } catch {
    throw new UsageError("Cannot write a run under runs/ as it cannot be made: choose --out DIR");
  }
}
