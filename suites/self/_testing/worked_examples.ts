/** The worked examples of CONTRIBUTING.md, and a copy of the repository to follow them in. */

/** One example: what it changes, and the commands that show that it works. */
export interface WorkedExample {
  /** The heading above it. */
  title: string;
  /** Unified diffs against the repository as it is, one after the other. */
  patch: string;
  /** Command lines; each must end with 0. */
  commands: string[];
}

/** The root of the repository. */
const ROOT = new URL("../../../", import.meta.url).pathname;

/** Reads the examples: below a heading, blocks of `diff` and then one of `sh`. */
export function examplesIn(markdown: string): WorkedExample[] {
  return markdown.split(/^## /m).slice(1).map((section) => {
    const blocks = [...section.matchAll(/^(`{3,})(\w+)\n([\s\S]*?)^\1$/gm)];
    const of = (language: string) =>
      blocks.filter(([, , found]) => found === language).map(([, , , text]) => text);
    return {
      title: section.split("\n", 1)[0],
      patch: of("diff").join(""),
      commands: of("sh").flatMap((text) => text.trim().split("\n")),
    };
  }).filter(({ patch }) => patch !== "");
}

/** Follows an example in a copy of the repository; gives what went wrong, one line each. */
export async function follow({ patch, commands }: WorkedExample): Promise<string[]> {
  const copy = await Deno.makeTempDir({ prefix: "plumbline-example-" });
  try {
    await copyTree(copy);
    const applied = await run(copy, ["git", "init", "--quiet"]) ??
      await run(copy, ["git", "apply", "--whitespace=nowarn", "-"], patch) ??
      // Tests of the structure ask git which files there are.
      await run(copy, ["git", "add", "--all"]);
    if (applied !== undefined) return [`the diff does not apply: ${applied}`];
    for (const command of commands) {
      const problem = await run(copy, command.replace(/\s+#.*$/, "").split(/\s+/));
      if (problem !== undefined) return [`${command}: ${problem}`];
    }
    return [];
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}

/** Copies what belongs to the repository, committed or not. */
async function copyTree(to: string): Promise<void> {
  const { stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-co", "--exclude-standard", "-z"],
    cwd: ROOT,
  }).output();
  const files = new TextDecoder().decode(stdout).split("\0").filter((file) => file !== "");
  for (const folder of new Set(files.map((file) => file.split("/").slice(0, -1).join("/")))) {
    await Deno.mkdir(`${to}/${folder}`, { recursive: true });
  }
  for (const file of files) {
    // A file that was deleted and not yet committed is listed, too.
    await Deno.copyFile(`${ROOT}${file}`, `${to}/${file}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}

/** Runs a command; undefined when it ends with 0, else the last lines of what it said. */
async function run(cwd: string, words: readonly string[], input = ""): Promise<string | undefined> {
  const [program, ...args] = words;
  const child = new Deno.Command(program === "deno" ? Deno.execPath() : program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  if (code === 0) return undefined;
  const said = [stderr, stdout].map((octets) => new TextDecoder().decode(octets).trim()).join("\n");
  return `exit code ${code}: ${said.split("\n").slice(-12).join("\n")}`;
}
