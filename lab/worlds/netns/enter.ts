import { mountKernelFs } from "../../kernel/thread.ts";
import { dieWithLaunchers } from "./launcher.ts";

/** Set in the process that runs inside the lab's namespaces, to the name of what it runs. */
export const INSIDE = "PLUMBLINE_INSIDE";

/** Exit code of who was interrupted: 128 and the number of the signal, as shells have it. */
const INTERRUPTED = 130;

/** Makes the namespaces of a lab. */
const UNSHARE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"];
/** A user namespace of one's own allows all the others without privileges; one is enough. */
const OWN_USER = ["--user", "--map-root-user"];
/** The bit of CAP_SYS_ADMIN in a set of capabilities. */
const SYS_ADMIN = 1n << 21n;
/**
 * What a lab does first, so that a sandbox which refuses it is found out here: a container's root may
 * make a user namespace, and then finds that the settings of the kernel's network are read-only in it.
 */
const PROBE = `ip netns 2>&1 && ip link add type veth &&
  { mount -t proc proc /proc 2> /dev/null; echo 1 > /proc/sys/net/ipv4/ip_forward; }`;
/**
 * The first process inside is a shell: the kernel hands it every process whose parent has ended, and a
 * shell takes leave of all of them, where our own runtime knows only its own children and the others
 * would stay for ever as the dead that nobody has asked about.
 */
const REAP = ["sh", "-c", '"$@"; exit $?', "sh"];
/** How namespaces are made here, once that is known. */
let unshare: readonly string[] = [...UNSHARE, ...OWN_USER];

/**
 * What keeps our own programs silent inside: the runtime would look for a newer version of itself half a
 * second after its start, by the resolver, from whatever node the process has become.
 */
const SILENT = { DENO_NO_UPDATE_CHECK: "1" };

/** Kernel settings that forbid what the lab needs, each with the value that allows it. */
const OBSTACLES: readonly { setting: string; forbids: string; allow: string }[] = [
  { setting: "user/max_user_namespaces", forbids: "0", allow: "user.max_user_namespaces=10000" },
  {
    setting: "kernel/unprivileged_userns_clone",
    forbids: "0",
    allow: "kernel.unprivileged_userns_clone=1",
  },
  {
    setting: "kernel/apparmor_restrict_unprivileged_userns",
    forbids: "1",
    allow: "kernel.apparmor_restrict_unprivileged_userns=0",
  },
];

/** Whether this process runs inside the lab's namespaces. */
export function inside(): boolean {
  return Deno.env.has(INSIDE);
}

/** Whether labs can be brought up here, or one line that says what is missing. */
export async function available(): Promise<{ ok: true } | { ok: false; reason: string }> {
  if (Deno.build.os !== "linux") {
    return { ok: false, reason: `The netns world needs Linux: got ${Deno.build.os}` };
  }
  for (const [command, origin] of [["ip", "iproute2"], ["unshare", "util-linux"]]) {
    if (!await succeeds([command, command === "ip" ? "-Version" : "--version"])) {
      return { ok: false, reason: `The netns world needs the command ${command} (${origin})` };
    }
  }
  if (inside()) return { ok: true };
  const ways = [[...UNSHARE, ...OWN_USER], ...(administers() ? [UNSHARE] : [])];
  for (const way of ways) {
    unshare = way;
    if (await succeeds([...way, "sh", "-c", PROBE])) return { ok: true };
  }
  const obstacle = OBSTACLES.find(({ setting, forbids }) => read(setting) === forbids);
  const cure = obstacle === undefined
    ? "the kernel or a container's sandbox forbids user namespaces with veth links"
    : `the kernel forbids user namespaces; sysctl -w ${obstacle.allow} allows them`;
  return { ok: false, reason: `The netns world cannot start: ${cure}` };
}

/** Whether this process may make namespaces without one for users: it has CAP_SYS_ADMIN. */
function administers(): boolean {
  const status = Deno.readTextFileSync("/proc/self/status");
  const [, effective = "0"] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  return (BigInt(`0x${effective}`) & SYS_ADMIN) !== 0n;
}

function read(setting: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/sys/${setting}`).trim();
  } catch {
    return undefined;
  }
}

async function succeeds([command, ...args]: string[]): Promise<boolean> {
  try {
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(command, options).output()).success;
  } catch {
    return false;
  }
}

/**
 * Runs this program again inside namespaces of its own and returns its exit code; inside already, it
 * prepares them and returns undefined, and the caller goes on. The caller ends with `Deno.exit`.
 *
 * Nothing outlives the lab: the first process inside dies with its parent by the kernel's hand, and
 * with it go all processes, interfaces and mounts, whatever killed whom.
 * @param args Arguments of the program.
 * @param main Module to run; the command line of the project unless told.
 */
export async function enterNamespaces(
  args: readonly string[],
  main: string = new URL("../../main.ts", import.meta.url).href,
): Promise<number | undefined> {
  if (inside()) {
    settle();
    return undefined;
  }
  const able = await available();
  if (!able.ok) {
    console.error(`${able.reason}. Without namespaces there is --world memory.`);
    return 2;
  }
  dieWithLaunchers();
  return await runInside([Deno.execPath(), "run", "-A", "--no-prompt", main, ...args], main);
}

/**
 * Runs a command in new namespaces, which end with it; its exit code. Who interrupts this process
 * means the command, which is told so.
 */
export async function runInside(command: readonly string[], name: string): Promise<number> {
  const child = await spawnInside(command, name);
  const lifeline = child.stdin.getWriter();
  let passed = false;
  const pass = () => {
    // Who asks twice does not want to wait; all that is inside ends with this process.
    if (passed) Deno.exit(INTERRUPTED);
    passed = true;
    void lifeline.write(Uint8Array.of(1)).catch(() => {});
  };
  Deno.addSignalListener("SIGINT", pass);
  try {
    const { code } = await child.status;
    return code;
  } finally {
    Deno.removeSignalListener("SIGINT", pass);
  }
}

/**
 * Starts a command in new namespaces, which end with it. Its standard input is a pipe that stays open
 * as long as this process lives.
 * @param output What becomes of its standard output.
 * @param complaints What becomes of its standard error; the same unless told.
 */
export async function spawnInside(
  command: readonly string[],
  name: string,
  output: "inherit" | "piped" = "inherit",
  complaints = output,
): Promise<Deno.ChildProcess> {
  const tie = await succeeds(["setpriv", "--pdeathsig", "KILL", "true"])
    ? ["setpriv", "--pdeathsig", "KILL"]
    : [];
  const [first, ...rest] = [...tie, ...(inside() ? UNSHARE : unshare), ...REAP, ...command];
  return new Deno.Command(first, {
    args: rest,
    env: { [INSIDE]: name, ...SILENT },
    stdin: "piped",
    stdout: output,
    stderr: complaints,
  }).spawn();
}

/** Makes the new namespaces usable, and ends this process when the one outside ends. */
export function settle(): void {
  prepareNamespaces();
  void watchLifeline();
}

/** Makes the new namespaces usable; this process must end by itself when its standard input does. */
export function prepareNamespaces(): void {
  mountKernelFs("tmpfs", "/run");
  try {
    mountKernelFs("proc", "/proc");
  } catch {
    // A container that masks parts of /proc forbids a fresh one; the old one serves.
  }
}

/** What happens before an interrupted process ends. */
let beforeEnd = () => {};

/** Says what an interrupted process does before it ends, as by Ctrl-C. */
export function onInterrupt(act: () => void): void {
  beforeEnd = act;
  Deno.addSignalListener("SIGINT", interrupted);
}

function interrupted(): void {
  const act = beforeEnd;
  // A terminal interrupts both this process and the one outside, which tells of it once more.
  beforeEnd = () => {};
  act();
  Deno.exit(INTERRUPTED);
}

/**
 * Ends this process when its standard input ends: a pipe from whoever started it, who says by an octet
 * that he was interrupted.
 */
export async function watchLifeline(): Promise<void> {
  const scrap = new Uint8Array(64);
  while (await Deno.stdin.read(scrap) !== null) interrupted();
  Deno.exit(137);
}
