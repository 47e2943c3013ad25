import { join, resolve } from "../../suites/kit/paths.ts";
import { shellWord } from "../../suites/report/shell.ts";
import { imageVariable } from "../worlds/compose/compose_file.ts";
import { isProfileName } from "./profile_name.ts";
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

/** Folder of the checkout: tasks run there. */
const PROJECT = new URL("../../", import.meta.url).pathname;

/** What a word of a command line is to whoever does the same again. */
type WordKind = "place" | "profile" | "kept";

/** Options with a value: those that say where results go are left out. */
const VALUES: Readonly<Record<string, WordKind>> = {
  "--out": "place",
  "--sign": "place",
  "--annotate": "place",
  "--device": "profile",
  "--profile": "profile",
  "--suite": "kept",
  "--check": "kept",
};

/** Options without a value that say in which form results are told. */
const FORMS = ["--json"];

/**
 * The command that does the same again, to be run in the checkout: with its seed and its world, and
 * without what would write over the first result.
 * @param images Container images of devices by their role.
 */
export function reproduce(
  args: readonly string[],
  seed?: number,
  images: Readonly<Record<string, string>> = {},
): string {
  const has = (name: string) => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const all = inCheckout(args);
  if (seed !== undefined && !has("--seed")) all.push("--seed", String(seed));
  const world = args[0] === "certify" && !has("--world")
    ? Deno.env.get("PLUMBLINE_WORLD")
    : undefined;
  // The lab of a compose project says itself which world it is.
  if (world === "compose") {
    const variables = Object.entries(images)
      .map(([role, image]) => `${imageVariable(role)}=${shellWord(image)}`);
    const run = ["docker", "compose", "run", "--rm", "lab", ...all.map(shellWord)];
    return [...variables, ...run].join(" ");
  }
  if (world !== undefined) all.push("--world", world);
  return ["deno", "task", "plumbline", ...all].map(shellWord).join(" ");
}

/** The command that does on one machine what a shard's command did in part. */
export function commandOfWhole(command: string): string {
  return command.replaceAll(/ --(shard|out)[ =]('[^']*'|\S+)/g, "");
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

/** Arguments that mean the same in the checkout, whatever the first command wrote, and where. */
function inCheckout(args: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const at = args[i].indexOf("=");
    const isJoined = args[i].startsWith("--") && at > 0;
    const name = isJoined ? args[i].slice(0, at) : args[i];
    const kind = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
    if (FORMS.includes(name)) continue;
    if (kind === undefined) {
      kept.push(args[0] === "check" && i > 0 ? inputPath(args[i]) : args[i]);
      continue;
    }
    const value = isJoined ? args[i].slice(at + 1) : args[++i];
    if (kind === "place" || value === undefined) continue;
    const own = kind === "profile" ? profilePath(value) : value;
    kept.push(...isJoined ? [`${name}=${own}`] : [name, own]);
  }
  return kept;
}

/** Whether a relative path is the same here and in the checkout. */
function isInCheckout(): boolean {
  return resolve(Deno.cwd()) === resolve(PROJECT);
}

/** What names an input, as it does in the checkout. */
function inputPath(text: string): string {
  return isInCheckout() || text.startsWith("-") ? text : resolve(text);
}

/** What names a profile, as it does in the checkout. */
function profilePath(nameOrPath: string): string {
  return isInCheckout() || isProfileName(nameOrPath) ? nameOrPath : resolve(nameOrPath);
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
