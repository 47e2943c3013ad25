/** Starts the guardian of what is lent to a lab, outside its namespaces: interfaces, the rights of root. */
import { join } from "../../../suites/kit/paths.ts";
import { temporaryFolder } from "../../temporary.ts";
import { isBridge, linkOf } from "./interface_state.ts";
import { unrestorable } from "./unrestorable.ts";

/** Names the guardian's socket, for processes within the lab. */
export const GUARDIAN = "PLUMBLINE_GUARDIAN";

/** Capabilities that it takes to move interfaces, by their bits. */
const NEEDED = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 } as const;

/** A guardian that runs. */
export interface Guard {
  /** Waits until every interface is back, and ends it. */
  end(): Promise<void>;
}

/** Which capabilities this process lacks; undefined when it has those that are needed. */
function lackingCapabilities(): string | undefined {
  const held = BigInt(
    `0x${Deno.readTextFileSync("/proc/self/status").match(/^CapEff:\s*(\S+)/m)![1]}`,
  );
  const lacking = Object.entries(NEEDED).filter(([, bit]) => (held >> BigInt(bit) & 1n) === 0n);
  return lacking.length === 0 ? undefined : lacking.map(([name]) => name).join(" and ");
}

/** How the first user namespace maps its users: all of them, each to itself. */
const ALL_USERS = /^\s*0\s+0\s+4294967295\s*$/;

/** Says why nothing can be done as root of this machine; undefined when it can. */
export function rootProblem(): string | undefined {
  const lacking = lackingCapabilities();
  if (lacking !== undefined) {
    return `it needs what root of this machine alone may do, with ${lacking}: run it as root`;
  }
  if (ALL_USERS.test(Deno.readTextFileSync("/proc/self/uid_map"))) return undefined;
  return "it needs what root of this machine alone may do, and this is root of a user namespace";
}

/**
 * Says why interfaces of this machine cannot be lent to a lab; undefined when they can.
 * @param names The interfaces, or bridges.
 */
export async function lendingProblem(names: readonly string[]): Promise<string | undefined> {
  const lacking = lackingCapabilities();
  if (lacking !== undefined) {
    return `moving an interface into the lab takes ${lacking}: run it as root`;
  }
  for (const name of names) {
    const link = await linkOf(name);
    if (link === undefined) return `this machine has no interface ${name}; another lab may have it`;
    if (!isClaimed(name)) return `another lab has ${name} at present`;
    if (name === "lo") return "the loopback interface cannot leave its namespace";
    if (link.master !== undefined) {
      return `${name} is a port of ${link.master}: name ${link.master} instead`;
    }
    const lost = isBridge(link) ? undefined : await unrestorable(name, link);
    if (lost !== undefined) {
      return `${name} cannot be moved into the lab and come back as it is: ${lost}`;
    }
    if (!isBridge(link) && link.flags.includes("UP") && await carriesDefault(name)) {
      console.error(
        `note: ${name} carries a default route of this machine, which is away while the lab has it`,
      );
    }
  }
  return undefined;
}

/** The claims of this process, which the kernel gives up with it. */
const claims: Deno.FsFile[] = [];

/** Claims an interface for as long as this process lives; false when another has it. */
function isClaimed(name: string): boolean {
  const network = Deno.readLinkSync("/proc/self/ns/net").replace(/\D/g, "");
  const path = `/run/plumbline-${network}-${name}.lock`;
  const file = Deno.openSync(path, { create: true, write: true });
  claims.push(file);
  return file.tryLockSync(true);
}

async function carriesDefault(name: string): Promise<boolean> {
  const args = ["route", "show", "default", "dev", name];
  const { stdout } = await new Deno.Command("ip", { args, stderr: "null" }).output();
  return stdout.length > 0;
}

/** Starts the guardian, and names it to the processes that this one starts. */
export async function startGuardian(): Promise<Guard> {
  const folder = await temporaryFolder("guardian");
  const socket = join(folder, "socket");
  const main = new URL("./guardian.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", main, socket],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    // A session of its own: what ends the lab's processes by their group must not end it.
    detached: true,
  }).spawn();
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  reader.releaseLock();
  if (done) throw new Error("Cannot start the guardian of the interfaces");
  Deno.env.set(GUARDIAN, socket);
  return {
    async end() {
      await child.stdin.close().catch(() => {});
      await child.stdout.cancel();
      await child.status;
    },
  };
}
