import { runTool, type ToolResult } from "./run.ts";

/** The steps of a gate: says how each went, with what a failed one printed, and how it all ended. */
export class Steps {
  /** Whether no step failed so far. */
  ok = true;
  readonly #print: (line: string) => void;
  readonly #begun = performance.now();
  readonly #left: string[] = [];

  /** @param print Takes lines for the reader. */
  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Runs Deno with these arguments, unless there is nothing to run it on. */
  async tool(name: string, args: readonly string[], on: readonly string[]): Promise<void> {
    if (on.length === 0) return;
    const { ok, text, seconds } = await runTool(Deno.execPath(), args);
    this.done(name, ok, seconds, text);
  }

  /** Runs test files at a time; a run in which nothing passed is a failure. */
  async tests(files: readonly string[]): Promise<void> {
    const args = ["test", "-A", "--no-check", "--quiet", "--parallel", ...files];
    const result = await runTool(Deno.execPath(), args);
    const { passed, ok } = readTests(result);
    this.done(
      `${count(files.length, "test file")}, ${passed} passed`,
      ok,
      result.seconds,
      result.text,
    );
  }

  /** Says how a step went. */
  done(name: string, ok: boolean, seconds: number, text = ""): void {
    this.ok &&= ok;
    this.#print(`${ok ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
    if (!ok && text !== "") this.#print(text.trimEnd());
  }

  /** Notes what the full gate has to do still. */
  leave(what: string): void {
    this.#left.push(what);
  }

  /** Says how it all ended; gives whether all steps passed. */
  end(): boolean {
    if (this.ok && this.#left.length > 0) {
      this.#print("Left to the full gate (deno task ok):");
      for (const what of this.#left) this.#print(`  ${what}`);
    }
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(1);
    this.#print(this.ok ? `All passed in ${seconds} s.` : `Not passed, after ${seconds} s.`);
    return this.ok;
  }
}

/** What `deno test` says in its last line: passed tests, and whether there were any and all did. */
export function readTests({ ok, text }: Pick<ToolResult, "ok" | "text">) {
  // deno-lint-ignore no-control-regex
  const plain = text.replace(/\u001b\[[0-9;]*m/g, "");
  const passed = Number(/^(?:ok|FAILED) \| (\d+) passed/m.exec(plain)?.[1] ?? 0);
  return { passed, ok: ok && passed > 0 };
}

/** A number and its noun. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
