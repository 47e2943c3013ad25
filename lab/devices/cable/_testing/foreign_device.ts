/** A device in a network of its own, at the end of a cable from an interface of this machine. */
import { ok, strictEqual } from "node:assert";
import { INSIDE } from "../../../worlds/netns/enter.ts";

const MAIN = new URL("../../../main.ts", import.meta.url).pathname;
const HOST = new URL("../../../peer_host.ts", import.meta.url).pathname;
/** The check of which a run is made unless told. */
const CHECK = "l2tp/lns/conversation";

/** Runs a shell script; what it printed. @throws {Error} With what it complained of. */
export async function sh(script: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("sh", { args: ["-ec", script] })
    .output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

/** All that a user would miss of an interface and its network. */
export const state = (name: string) =>
  sh(`ip -o link show dev ${name}
      ip -o address show dev ${name}
      ip route show table all; ip -6 route show table all
      ip neighbour show dev ${name} nud permanent
      for file in /proc/sys/net/ipv[46]/conf/${name}/*; do
        echo $file $(cat $file 2> /dev/null || true)
      done`);

/** Waits until the state is what it was. */
export async function comesBack(name: string, before: string): Promise<void> {
  let now = "";
  for (let i = 0; i < 100; i++) {
    now = await state(name).catch(() => "");
    if (now === before) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  strictEqual(now, before);
}

/** An interface `eth7` with a network of its own, whose cable leads to the namespace `foreign`. */
const NETWORK = `
  ip netns add foreign
  ip link add eth7 type veth peer name far netns foreign
  echo 0 > /proc/sys/net/ipv6/conf/eth7/accept_dad
  echo 1 > /proc/sys/net/ipv4/conf/eth7/proxy_arp
  ip address add 192.168.77.1/24 dev eth7
  ip address add fd77::1/64 dev eth7
  ip link set eth7 mtu 1480 up
  ip route add 172.30.0.0/16 via 192.168.77.9
  ip route add default via 192.168.77.254 metric 50
  ip -6 route add fd78::/48 via fd77::9
  ip neighbour add 192.168.77.5 lladdr 02:11:22:33:44:55 dev eth7 nud permanent
  ip -n foreign link set lo up`;
const CLEAR = `
  for name in foreign router; do ip netns delete $name || true; done
  ip link delete eth7 || true
  ip link delete lan7 || true`;

/** A run that is under way. */
export interface Running {
  child: Deno.ChildProcess;
  /** Run directory. */
  out: string;
  done: Promise<{ code: number; said: string }>;
}

/** How a run is started. */
export interface Certifying {
  /** Words before the command. */
  prefix?: readonly string[];
  /** Beginning of the checks. */
  check?: string;
  /** What the device declares. */
  classes?: readonly string[];
  /** Of the run; a random one unless told. */
  seed?: number;
}

/** Starts `certify` of the device as a user would, outside of all labs. */
export function certify(
  folder: string,
  attach: unknown,
  { prefix = [], check = CHECK, classes = ["lns"], seed }: Certifying = {},
): Running {
  const profile = { name: "box", roles: ["lns"], classes, attach };
  Deno.writeTextFileSync(`${folder}/box.json`, JSON.stringify(profile));
  // Nor is npm what starts it, whatever started the tests: it would look for its launcher among ours.
  const { [INSIDE]: _, npm_command: __, INIT_CWD: ___, ...env } = Deno.env.toObject();
  const out = `${folder}/run${crypto.randomUUID()}`;
  const [program, ...args] = [
    ...prefix,
    ...[Deno.execPath(), "run", "-A", "--no-check", MAIN, "certify", "--device"],
    ...[`${folder}/box.json`, "--suite", "l2tp", "--check", check, "--out", out],
    ...(seed === undefined ? [] : ["--seed", `${seed}`]),
  ];
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const done = child.output().then(({ code, stdout, stderr }) => ({
    code,
    said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr),
  }));
  return { child, out, done };
}

/** Runs our own LNS in the foreign namespace, as the device. */
export async function startDevice(folder: string, address: string): Promise<Deno.ChildProcess> {
  const wan = [["wan0", 1701], ["spare", 1702]].map(([port, udp]) => ({ port, address, udp }));
  const config = { suite: "l2tp", role: "lns", config: { wan }, node: "box", seed: 3 };
  const file = `${folder}/device.json`;
  await Deno.writeTextFile(file, JSON.stringify({ ...config, traceDirectory: folder }));
  const child = new Deno.Command("ip", {
    args: ["netns", "exec", "foreign", Deno.execPath(), "run", "-A", "--no-check", HOST, file],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  ok(new TextDecoder().decode((await reader.read()).value).includes("ready"));
  reader.releaseLock();
  return child;
}

/** Sets a network up with a device in it, and takes everything away after. */
export async function withDevice(
  network: string,
  address: string,
  test: (folder: string, device: Deno.ChildProcess) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-cable-" });
  await sh(network);
  const device = await startDevice(folder, address);
  try {
    await test(folder, device);
  } finally {
    try {
      device.kill("SIGKILL");
    } catch {
      // The test has ended it.
    }
    await device.stdin.close().catch(() => {});
    await device.stdout.cancel();
    await sh(CLEAR);
    await Deno.remove(folder, { recursive: true });
  }
}

/** So that the device has the addresses of the scenarios. */
export const AT_INTERFACE = `${NETWORK}
  ip -n foreign address add 10.9.0.1/24 dev far
  ip -n foreign link set far mtu 1480 up`;
/** How a profile names that cable. */
export const cable = { kind: "interface", cables: { wan0: "eth7", lan0: null } };
const isAway = () => sh("ip link show eth7").then(() => false, () => true);

/** Waits until the interface is lent. */
export async function untilAway(): Promise<void> {
  for (let i = 0; i < 600 && !await isAway(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  ok(await isAway(), "the interface was never lent");
}
