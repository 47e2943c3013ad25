import { Poller } from "../../kernel/poll.ts";
import { processDescriptor } from "../../kernel/thread.ts";

/** What a process is, as far as it matters here. */
export interface ProcessInfo {
  pid: number;
  parent: number;
  /** Its command line. */
  command: readonly string[];
}

/** Reads a process from /proc; undefined when there is none. */
export function readProcess(pid: number): ProcessInfo | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything, parentheses and spaces too.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    const command = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
    return { pid, parent, command };
  } catch {
    return undefined;
  }
}

/** npm writes its whole command line into its name, with whatever slashes that has. */
const name = (path: string | undefined) => (path ?? "").split(" ")[0].split("/").pop()!;

/** `deno task`, or npx, npm and what they run: started only to start us. */
function launches({ command }: ProcessInfo): boolean {
  const program = name(command[0]);
  if (program === "deno") return command.includes("task");
  if (program.startsWith("npm") || program === "npx") return true;
  if (program !== "node") return false;
  const script = command.find((part, i) => i > 0 && !part.startsWith("-"));
  return /(npx|npm)(-cli)?(\.c?js)?$|deno\/bin\.cjs$|\/\.bin\/deno$/.test(script ?? "");
}

/** A shell that carries out one line for somebody else. */
function relays({ command }: ProcessInfo): boolean {
  return /^(ba|da|z)?sh$/.test(name(command[0]).replace(/^-/, "")) && command[1] === "-c";
}

/**
 * The ancestors that exist only to start this process, nearest first: when one of them is killed,
 * whoever killed it meant us. A shell counts only between two of them; an interactive shell, a
 * script, `setsid` or `nohup` never does.
 */
export function launchersOf(
  pid: number,
  look: (pid: number) => ProcessInfo | undefined = readProcess,
): number[] {
  const chain: ProcessInfo[] = [];
  for (let at = look(look(pid)?.parent ?? 0); at !== undefined; at = look(at.parent)) {
    if (!launches(at) && !relays(at)) break;
    chain.push(at);
  }
  while (chain.length > 0 && !launches(chain[chain.length - 1])) chain.pop();
  return chain.map(({ pid }) => pid);
}

/**
 * Whether a launcher has ended before it could be watched: the environment says that `deno task` or
 * npm started us, but the topmost of the launchers left (or this process) has been handed to init.
 */
export function orphaned(
  pid: number,
  env: (name: string) => string | undefined,
  look: (pid: number) => ProcessInfo | undefined = readProcess,
): boolean {
  const chain = launchersOf(pid, look);
  const parent = look(look(chain.at(-1) ?? pid)?.parent ?? 0);
  const handedOver = parent === undefined || parent.pid === 1 ||
    name(parent.command[0]) === "systemd";
  if (!handedOver) return false;
  const programs = chain.map((pid) => name(look(pid)?.command[0]));
  const byTask = env("INIT_CWD") !== undefined &&
    env("npm_config_user_agent")?.startsWith("deno/") === true;
  const byNpm = env("npm_command") !== undefined;
  return (byTask && !programs.includes("deno")) ||
    (byNpm && !programs.some((program) => /^(npm|npx|node)/.test(program)));
}

/** Ends this process as soon as one of its launchers has ended, however that happened. */
export function dieWithLaunchers(): void {
  const descriptors = launchersOf(Deno.pid).map(processDescriptor);
  // Asked after the descriptors were opened: a launcher that ended before is missing in one or other.
  const late = orphaned(Deno.pid, (name) => Deno.env.get(name));
  if (late || descriptors.includes(undefined)) Deno.exit(137);
  if (descriptors.length === 0) return;
  void new Poller(descriptors as number[]).waitAsync(Infinity).then(() => Deno.exit(137));
}
