/**
 * A User-Mode Linux kernel: Debian's user-mode-linux, an ordinary process, on unpacked packages as its
 * root file system. It takes over the links of a node, and with them the node's addresses.
 *
 *     host kernel, namespace of the node            User-Mode Linux
 *     wan0 (veth, no address, not forwarding) ── TAP ── wan0 (10.9.0.1/24)
 */
import { constants } from "node:os";
import { basename, dirname, join } from "../../../suites/kit/paths.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { quoted } from "../script/settings.ts";

const INIT = new URL("./init.sh", import.meta.url);

/** What the console says when a UML kernel has booted and waits for its device to be started. */
export const BOOTED = "The kernel is up";
/**
 * How the device of a kernel ended, by the line in which `init.sh` says so: `exit status 1`, or the
 * signal that a shell tells as 128 and its number. Undefined for any other line.
 */
export function deviceEnd(line: string): string | undefined {
  const [, text] = /^The device ended with (\d{1,3})\s*$/.exec(line) ?? [];
  if (text === undefined) return undefined;
  const signal = Object.entries(constants.signals).find(([, number]) => number === +text - 128);
  return signal?.[0] ?? `exit status ${text}`;
}

/** The file in a kernel's work folder that starts its device. */
const GO = "go";

/** One interface of a UML kernel and the host's interface that it takes over. */
export interface UmlLink {
  interface: string;
  /** TAP device between them. */
  tap: string;
  mac: string;
  /** Octets of the largest datagram. */
  mtu: number;
  /** Whether the lab gives it an IPv6 address; without one it stays silent. */
  ipv6: boolean;
}

/** Adds to unpacked packages what a kernel needs of a root file system. Doing it twice is no harm. */
export async function prepareRoot(root: string): Promise<void> {
  const folders = ["proc", "sys", "dev", "run", "tmp", "var", "lib", "root"];
  for (const folder of folders) await Deno.mkdir(join(root, folder), { recursive: true });
  for (const [link, to] of [["var/run", "/run"], ["lib/modules", "/usr/lib/uml/modules"]]) {
    await Deno.symlink(to, join(root, link)).catch(ignorePresent);
  }
  const init = join(root, `init.${crypto.randomUUID()}`);
  await Deno.copyFile(INIT, init);
  await Deno.chmod(init, 0o755);
  // In one step, as another kernel may boot from this root just now.
  await Deno.rename(init, join(root, "init"));
}

function ignorePresent(error: unknown): void {
  if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
}

/**
 * Writes what a UML kernel reads when it has booted.
 * @param folder Its work folder, with `settings.sh` in it.
 * @param script Path of the shell script that plays the device.
 * @param network Commands of `ip` that configure the interfaces.
 */
export async function writeUmlFiles(
  folder: string,
  script: string,
  links: readonly UmlLink[],
  network: readonly string[],
): Promise<void> {
  // The scripts beside it come along, as it may use them.
  const [home, name] = [dirname(script), basename(script)];
  await Deno.mkdir(join(folder, "device"));
  for await (const file of Deno.readDir(home)) {
    if (!file.isFile || !file.name.endsWith(".sh")) continue;
    await Deno.copyFile(join(home, file.name), join(folder, "device", file.name));
  }
  await Deno.writeTextFile(join(folder, "device.sh"), `exec sh /run/lab/device/${quoted(name)}\n`);
  const names = links.map((link, i) =>
    (link.ipv6 ? "" : `echo 1 > /proc/sys/net/ipv6/conf/vec${i}/disable_ipv6\n`) +
    `ip link set vec${i} name ${link.interface}\n`
  );
  await Deno.writeTextFile(join(folder, "names.sh"), names.join(""));
  await Deno.writeTextFile(join(folder, "network.ip"), network.join("\n") + "\n");
}

/** The command that boots a UML kernel; its standard output is the console. */
export function bootCommand(
  root: string,
  folder: string,
  links: readonly UmlLink[],
  memory: number,
): string[] {
  const vectors = links.map(({ tap, mac }, i) =>
    // A raw packet socket would lose VLAN tags.
    `vec${i}:transport=tap,ifname=${tap},mac=${mac},depth=64`
  );
  return [
    // Its memory is a file there, which must be executable and should cost no disk.
    "env",
    `TMPDIR=${folder}`,
    join(root, "usr/bin/linux.uml"),
    `mem=${memory}M`,
    ...["root=/dev/root", "rootfstype=hostfs", `rootflags=${root}`, "ro", "init=/init", "quiet"],
    ...["con=null", "con0=null,fd:1", "ssl=null", `lab=${folder}`],
    // Where it keeps what its operator may ask it by; else that would be in the user's home.
    `uml_dir=${folder}/`,
    ...vectors,
  ];
}

/** Starts the device of a UML kernel that has booted. @param folder Its work folder. */
export async function startDevice(folder: string): Promise<void> {
  await Deno.writeTextFile(join(folder, GO), "");
}

/** Places of a node's links in a UML kernel, in the order of the topology. */
export function umlLinks(
  topology: Topology,
  node: string,
  macOf: (link: number, end: 0 | 1) => string,
): UmlLink[] {
  return topology.links.flatMap((link, i) =>
    link.ends.flatMap((end, side) =>
      end.node !== node ? [] : [{
        interface: end.interface,
        tap: `box${i}`,
        mtu: link.mtu ?? 1500,
        mac: macOf(i, side as 0 | 1),
        ipv6: end.addresses.some((address) => address.includes(":")),
      }]
    )
  );
}
