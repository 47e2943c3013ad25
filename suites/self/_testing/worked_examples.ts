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

/** A copy of the repository, which every example begins with as it is. */
export class WorkedCopy {
  readonly #directory: string;
  /** What git calls the tree of the copy as it is at first. */
  readonly #tree: string;

  private constructor(directory: string, tree: string) {
    this.#directory = directory;
    this.#tree = tree;
  }

  static async make(): Promise<WorkedCopy> {
    const directory = await Deno.makeTempDir({ prefix: "plumbline-example-" });
    await copyTree(directory);
    await must(directory, "git", "init", "--quiet");
    await must(directory, "git", "add", "--all");
    return new WorkedCopy(directory, (await must(directory, "git", "write-tree")).trim());
  }

  /** Follows an example; gives what went wrong, one line each. */
  async follow({ patch, commands }: WorkedExample): Promise<string[]> {
    const copy = this.#directory;
    // Whatever the example before has left goes away: files, folders, what git was told.
    await must(copy, "git", "read-tree", this.#tree);
    await must(copy, "git", "checkout-index", "--all", "--force");
    await must(copy, "git", "clean", "-ffdxq");
    const applied = await run(copy, ["git", "apply", "--whitespace=nowarn", "-"], patch) ??
      // Tests of the structure ask git which files there are.
      await run(copy, ["git", "add", "--all"]);
    if (applied !== undefined) return [`the diff does not apply: ${applied}`];
    for (const command of commands) {
      const problem = await run(copy, command.replace(/\s+#.*$/, "").split(/\s+/));
      if (problem !== undefined) return [`${command}: ${problem}`];
    }
    return [];
  }

  async remove(): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** What a command prints. @throws {Error} When it ends with another code than 0. */
async function must(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  if (code !== 0) throw new Error(`Cannot ${program} ${args[0]}: ${text(stderr)}`);
  return text(stdout);
}

const text = (octets: Uint8Array) => new TextDecoder().decode(octets);

/** Copies what belongs to the repository, committed or not. */
async function copyTree(to: string): Promise<void> {
  const { stdout } = await new Deno.Command("git", {
    args: ["ls-files", "-co", "--exclude-standard", "-z"],
    cwd: ROOT,
  }).output();
  const files = text(stdout).split("\0").filter((file) => file !== "");
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
  const said = [stderr, stdout].map((octets) => text(octets).trim()).join("\n");
  return `exit code ${code}: ${said.split("\n").slice(-12).join("\n")}`;
}
