import type { HostedProcess } from "../hosted_process.ts";
import { isGroupStopped, STOPPED } from "../stuck.ts";

/** Variables of this process that a program inherits: where commands are, and how to speak. */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ"] as const;

/** How a third party's program is started. */
export interface ProgramStart {
  /** Path of the network namespace. */
  namespace: string;
  command: readonly string[];
  /** Folder of its own: its home, and where it keeps what is temporary. */
  work: string;
  /** Variables besides those that every program gets. */
  environment: Readonly<Record<string, string>>;
}

/** Starts a program in a namespace; it leads a group, so that what it starts ends with it. */
export function spawnProgram(
  { namespace, command, work, environment }: ProgramStart,
): Omit<HostedProcess, "stdin"> {
  const { pid, stdout, stderr, status } = new Deno.Command("nsenter", {
    args: [`--net=${namespace}`, "--", ...command],
    // What is in the caller's environment, such as credentials, is none of a device's business.
    clearEnv: true,
    env: { ...inherited(), HOME: work, TMPDIR: work, ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  return {
    ...{ pid, stdout, stderr, status },
    stuck: () => Promise.resolve(isGroupStopped(pid) ? STOPPED : undefined),
    kill: (signal) => Deno.kill(-pid, signal),
  };
}

function inherited(): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
