import { match, ok, strictEqual } from "node:assert";
import { insideTest, namespaceTests } from "../../worlds/netns/_testing/namespace_tests.ts";
import { INSIDE } from "../../worlds/netns/enter.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const HOST = new URL("../../peer_host.ts", import.meta.url).pathname;
const CHECK = "l2tp/lns/conversation";

async function sh(script: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command("sh", { args: ["-ec", script] })
    .output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

/** All that a user would miss of an interface and its network. */
const state = (name: string) =>
  sh(`ip -o link show dev ${name}
      ip -o address show dev ${name}
      ip route show table all; ip -6 route show table all
      ip neighbour show dev ${name} nud permanent
      for file in /proc/sys/net/ipv[46]/conf/${name}/*; do
        echo $file $(cat $file 2> /dev/null || true)
      done`);

/** Waits until the state is what it was. */
async function comesBack(name: string, before: string): Promise<void> {
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

interface Running {
  child: Deno.ChildProcess;
  done: Promise<{ code: number; said: string }>;
}

/** Starts `certify` of the device as a user would, outside of all labs. */
function certify(folder: string, attach: unknown, prefix: readonly string[] = []): Running {
  const profile = { name: "box", roles: ["lns"], classes: ["lns"], attach };
  Deno.writeTextFileSync(`${folder}/box.json`, JSON.stringify(profile));
  // Nor is npm what starts it, whatever started the tests: it would look for its launcher among ours.
  const { [INSIDE]: _, npm_command: __, INIT_CWD: ___, ...env } = Deno.env.toObject();
  const out = `${folder}/run${crypto.randomUUID()}`;
  const [program, ...args] = [
    ...prefix,
    ...[Deno.execPath(), "run", "-A", "--no-check", MAIN, "certify", "--device"],
    ...[`${folder}/box.json`, "--suite", "l2tp", "--check", CHECK, "--out", out],
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
  return { child, done };
}

/** Runs our own LNS in the foreign namespace, as the device. */
async function startDevice(folder: string, address: string): Promise<Deno.ChildProcess> {
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
async function withDevice(
  network: string,
  address: string,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-cable-" });
  await sh(network);
  const device = await startDevice(folder, address);
  try {
    await test(folder);
  } finally {
    device.kill("SIGKILL");
    await device.stdin.close().catch(() => {});
    await device.stdout.cancel();
    await sh(CLEAR);
    await Deno.remove(folder, { recursive: true });
  }
}

const AT_INTERFACE = `${NETWORK}
  ip -n foreign address add 10.9.0.1/24 dev far
  ip -n foreign link set far mtu 1480 up`;
const cable = { kind: "interface", cables: { wan0: "eth7", lan0: null } };
const isAway = () => sh("ip link show eth7").then(() => false, () => true);

async function untilAway(): Promise<void> {
  for (let i = 0; i < 600 && !await isAway(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  ok(await isAway(), "the interface was never lent");
}

await namespaceTests(import.meta.url, () => {
  insideTest(
    "a device on a cable is certified, and the interface comes back as it was",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const before = await state("eth7");
        const { code, said } = await certify(folder, cable).done;
        match(said, /1 pass/);
        strictEqual(code, 0, said);
        await comesBack("eth7", before);
      }),
  );

  insideTest(
    "the interface comes back though every process of the lab is killed",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const before = await state("eth7");
        for (const wait of [0, 700]) {
          const { child, done } = certify(folder, cable);
          await untilAway();
          await new Promise((resolve) => setTimeout(resolve, wait));
          child.kill("SIGKILL");
          await done;
          await comesBack("eth7", before);
        }
      }),
  );

  insideTest(
    "of two runs at a time the second is told that the interface is away",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const before = await state("eth7");
        const first = certify(folder, cable);
        await untilAway();
        const second = await certify(folder, cable).done;
        strictEqual(second.code, 2, second.said);
        match(second.said, /no interface eth7; another lab may have it|another lab has eth7/);
        strictEqual((await first.done).code, 0);
        await comesBack("eth7", before);
      }),
  );

  insideTest("a port of a bridge leads to a device, and goes away after", () =>
    withDevice(
      `ip netns add foreign
       ip link add lan7 type bridge
       ip link add eth7 type veth peer name far netns foreign
       ip link set eth7 master lan7 up
       ip link set lan7 up
       ip -n foreign address add 10.9.0.1/24 dev far
       ip -n foreign link set far up`,
      "10.9.0.1",
      async (folder) => {
        const links = () => sh("ip -o link show | sed 's/ state .*//'");
        const before = await links();
        const bridged = { ...cable, cables: { wan0: "lan7", lan0: null } };
        const { code, said } = await certify(folder, bridged).done;
        strictEqual(code, 0, said);
        strictEqual(await links(), before);
        const port = await certify(folder, cable).done;
        strictEqual(port.code, 2);
        match(port.said, /eth7 is a port of lan7: name lan7 instead/);
      },
    ));

  insideTest("a device behind a router is certified at the address that it has", () =>
    withDevice(
      `ip netns add foreign
       ip netns add router
       ip link add eth7 type veth peer name near netns router
       ip link set eth7 up
       ip -n router link add far type veth peer name eth0 netns foreign
       ip -n router address add 192.0.2.1/24 dev near
       ip -n router address add 198.51.100.1/24 dev far
       for name in near far; do ip -n router link set $name up; done
       ip netns exec router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
       ip -n foreign address add 198.51.100.7/24 dev eth0
       ip -n foreign link set eth0 up
       ip -n foreign route add default via 198.51.100.1`,
      "198.51.100.7",
      async (folder) => {
        const wan0 = {
          interface: "eth7",
          addresses: ["198.51.100.7"],
          own: ["192.0.2.10/24", "192.0.2.11/24"],
          gateway: "192.0.2.1",
        };
        const attach = { kind: "address", cables: { wan0, lan0: null } };
        const { code, said } = await certify(folder, attach).done;
        match(said, /1 pass/);
        strictEqual(code, 0, said);
        const few = {
          ...attach,
          cables: { wan0: { ...wan0, own: ["192.0.2.10/24"] }, lan0: null },
        };
        const refused = await certify(folder, few).done;
        strictEqual(refused.code, 2);
        match(refused.said, /own must hold 2 IPv4 addresses, .*: got 1/);
      },
    ));

  insideTest(
    "who may not move interfaces is told so before anything starts",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const less = ["setpriv", "--bounding-set", "-net_admin,-sys_admin"];
        const { code, said } = await certify(folder, cable, less).done;
        strictEqual(code, 2, said);
        match(said, /takes CAP_NET_ADMIN and CAP_SYS_ADMIN: run it as root/);
        const other = { ...cable, cables: { wan: "eth7" } };
        match(
          (await certify(folder, other).done).said,
          /says nothing of wan0, lan0 of device in the lab/,
        );
      }),
  );
});
