/** Which file of the repository leads to which, as Deno itself resolves them. */
import { existsSync } from "node:fs";
import type { Import } from "./lint/layers.ts";
import { isOfTests, repositoryPath, ROOT } from "./lint/source_path.ts";

/** The files of the repository and what each leads to; all paths from the root. */
export interface ImportGraph {
  /** Every module, tests too. */
  modules: readonly string[];
  /** Imports of all kinds: of types, dynamic ones. */
  imports: readonly Import[];
  /**
   * Files and folders that a module names by `new URL("…", import.meta.url)`: workers, programs that
   * it starts, data that it reads. Folders end with a slash.
   */
  locations: readonly { from: string; to: string }[];
}

const LOCATION = /new URL\(\s*(["'`])([^"'`$]+)\1,\s*import\.meta\.url,?\s*\)/g;

/** Reads the graph of all modules that git knows, or would know if they were added. */
export async function readImportGraph(): Promise<ImportGraph> {
  const modules = await filesOf("*.ts", "*.tsx");
  const locations = modules.flatMap((from) => locationsOf(from));
  return { modules, imports: await importsOf(modules), locations };
}

/** Files of the repository that fit git's patterns, tracked or not, ignored ones left out. */
export async function filesOf(...patterns: string[]): Promise<string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  const names = (await run("git", args)).split("\0");
  return names.filter((name) => name !== "" && existsSync(ROOT + name)).sort();
}

/** What modules import, by `deno info` on a module that imports all of them. */
async function importsOf(modules: readonly string[]): Promise<Import[]> {
  const all = await Deno.makeTempFile({ prefix: "plumbline-", suffix: ".ts" });
  try {
    const text = modules.map((path) => `import ${JSON.stringify(`file://${ROOT}${path}`)};\n`);
    await Deno.writeTextFile(all, text.join(""));
    const config = `--config=${ROOT}deno.json`;
    const info = await run(Deno.execPath(), ["info", "--json", "--no-lock", config, all]);
    return (JSON.parse(info) as Info).modules.flatMap(importsOfModule);
  } finally {
    await Deno.remove(all);
  }
}

/** The part of the output of `deno info --json` that is read here. */
interface Info {
  modules: {
    specifier: string;
    dependencies?: {
      code?: { specifier?: string };
      type?: { specifier?: string };
      isDynamic?: boolean;
    }[];
  }[];
}

function importsOfModule({ specifier, dependencies = [] }: Info["modules"][number]): Import[] {
  const from = pathOf(specifier);
  if (from === undefined) return [];
  return dependencies.flatMap(({ code, type, isDynamic }) => {
    const to = pathOf(code?.specifier ?? type?.specifier);
    // Deno takes an import by a template, such as that of the commands, for one of the whole folder.
    const isGuess = isDynamic === true && to !== undefined && isOfTests(to);
    return to === undefined || isGuess ? [] : [{ from, to, typeOnly: code === undefined }];
  });
}

function pathOf(specifier = ""): string | undefined {
  return specifier.startsWith("file://") ? repositoryPath(new URL(specifier).pathname) : undefined;
}

function locationsOf(from: string): { from: string; to: string }[] {
  const text = Deno.readTextFileSync(ROOT + from);
  return [...text.matchAll(LOCATION)].flatMap(([, , path]) => {
    const to = repositoryPath(new URL(path, `file://${ROOT}${from}`).pathname);
    return to === undefined || to === "" ? [] : [{ from, to }];
  });
}

/** Runs a program at the root and gives what it printed; throws with what it complained of. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
  })
    .output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot read the imports: ${program}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}
