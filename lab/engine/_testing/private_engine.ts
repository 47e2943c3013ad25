/**
 * A container engine of one's own, for tests and where none runs: it leaves the machine's network as it
 * is, and ends with whoever started it, however that ends.
 */
import { join } from "../../../suites/kit/paths.ts";
import { temporaryFolder } from "../../temporary.ts";
import { docker, dockerCan, type DockerEnvironment } from "../docker.ts";
import { ensureBases, ensureSources } from "../images.ts";
import { provideCompose } from "./compose_plugin.ts";

/** Milliseconds that an engine has to answer. */
const PATIENCE = 20_000;
/** Where the kernel shows its control groups, version 1 or 2. */
const GROUPS = "/sys/fs/cgroup";

/** No bridge, no rules, no forwarding: the lab joins its containers by itself. */
const FLAGS = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"];

/** An engine that runs. */
export interface PrivateEngine {
  /** Lets `docker` speak to it. */
  environment: DockerEnvironment;
  /** Ends it with all that it runs, and removes all that it has. */
  stop(): Promise<void>;
}

/** Programs that an engine of one's own needs, each with the Debian package that has it. */
const PROGRAMS = [
  ["dockerd", "docker.io"],
  ["docker", "docker.io or docker-cli"],
  ["docker-init", "docker.io or tini"],
  ["unshare", "util-linux"],
  ["setpriv", "util-linux"],
] as const;

/**
 * Why no engine can be had here that builds the lab's images and runs them, in one line; undefined where
 * one can: it is tried. What this repository has to build is no part of it, so a fault there stays one.
 */
export async function engineObstacle(): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return "an engine is started by root, on Linux";
  }
  for (const [command, origin] of PROGRAMS) {
    const found = await new Deno.Command("sh", { args: ["-c", `command -v ${command}`] }).output();
    if (!found.success) return `${command} is not installed (Debian: ${origin})`;
  }
  try {
    const { environment, stop } = await startEngine();
    try {
      await runContainer(environment);
      await ensureBases(environment);
      await ensureSources();
    } finally {
      await stop();
    }
  } catch (error) {
    return `this machine has no engine for it: ${error instanceof Error ? error.message : error}`;
  }
  return undefined;
}

/** Runs a container with what the lab's has, of one program that needs no other file. */
async function runContainer(env: DockerEnvironment): Promise<void> {
  const program = new Deno.Command("sh", {
    args: ["-c", 'tar -ch -C "$(dirname "$(command -v docker-init)")" docker-init'],
    stdout: "piped",
  }).spawn();
  await docker(["import", "-", "plumbline-trial"], env, program.stdout);
  await program.status;
  const rights = ["SYS_ADMIN", "NET_ADMIN", "NET_RAW"].map((name) => `--cap-add=${name}`);
  const options = ["--rm", "--network=none", "--security-opt=apparmor=unconfined", ...rights];
  await docker(["run", ...options, "plumbline-trial", "/docker-init", "--version"], env);
}

/**
 * Starts an engine.
 * @param where Whether it has a network of its own, which ends with it, for what sets up bridges and
 * rules as Swarm does; it reaches nothing then.
 * @throws {Error} When it does not answer, with what it said last.
 */
export async function startEngine(
  where: { ownNetwork?: boolean } = {},
): Promise<PrivateEngine> {
  await removeStaleGroups();
  const folder = await temporaryFolder("engine");
  const group = `plumbline-engine-${Deno.pid}`;
  const log = join(folder, "log");
  const host = `unix://${folder}/socket`;
  const network = where.ownNetwork === true ? ["--net"] : [];
  const loopback = where.ownNetwork === true ? "ip link set lo up && " : "";
  // In namespaces of its own for processes and mounts: the kernel ends all of it with the first.
  const args = [
    ...["--pdeathsig", "KILL", "unshare", "--pid", "--mount", ...network, "--fork"],
    ...["--kill-child", "--mount-proc", "sh", "-c", `${loopback}exec "$@" > ${log} 2>&1`, "engine"],
    ...["docker-init", "--", "dockerd", ...FLAGS, "--ip-masq=false", `--cgroup-parent=${group}`],
    ...[`--data-root=${folder}/data`, `--exec-root=${folder}/exec`, `--pidfile=${folder}/pid`],
    ...[`--host=${host}`],
  ];
  const child = new Deno.Command("setpriv", { args, stdin: "null" }).spawn();
  const stop = async () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await child.status;
    await removeGroups(group);
    await Deno.remove(folder, { recursive: true });
  };
  const environment = { DOCKER_HOST: host };
  let hasEnded = false;
  void child.status.then(() => hasEnded = true);
  for (const limit = performance.now() + PATIENCE; !await dockerCan(["version"], environment);) {
    if (!hasEnded && performance.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const said = (await Deno.readTextFile(log).catch(() => "")).trim().split("\n").at(-1);
    await stop();
    throw new Error(`Cannot start a container engine as it says: ${said}`);
  }
  try {
    return { environment: { ...environment, ...await provideCompose() }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Removes the control groups of engines whose starters are no more. */
async function removeStaleGroups(): Promise<void> {
  for (const name of new Set((await groupParents()).flatMap(namesIn))) {
    const [, pid] = /^plumbline-engine-(\d+)$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const isAlive = await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
    if (!isAlive) await removeGroups(name);
  }
}

/** Removes a control group with all below it, in every hierarchy: they are empty. */
async function removeGroups(name: string): Promise<void> {
  for (const parent of await groupParents()) removeTree(join(parent, name));
}

function removeTree(folder: string): void {
  for (const { name, isDirectory } of entriesOf(folder)) {
    if (isDirectory) removeTree(join(folder, name));
  }
  try {
    Deno.removeSync(folder);
  } catch {
    // There is none, or a process of it is ending: the next engine removes it.
  }
}

/** The root of each hierarchy. */
async function groupParents(): Promise<string[]> {
  const isUnified = await Deno.stat(`${GROUPS}/cgroup.controllers`).then(() => true, () => false);
  return isUnified ? [GROUPS] : namesIn(GROUPS).map((name) => join(GROUPS, name));
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

const namesIn = (folder: string) => entriesOf(folder).map(({ name }) => name);
