import { match, ok, strictEqual } from "node:assert";
import { L2TP } from "../../../suites/l2tp/suite.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import type { Driver, Scenario } from "../../../suites/kit/scenario.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { loadProfile } from "../../commands/devices.ts";
import { PacketSocket } from "../../kernel/packet_socket.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { insideTest, namespaceTests } from "../../worlds/netns/_testing/namespace_tests.ts";
import { NetnsWorld } from "../../worlds/netns/world.ts";
import { lackOfPackages } from "../_testing/packages_here.ts";
import { unpackedRoot } from "../packages/packages.ts";
import { packagesOf } from "../kinds/registry.ts";

/** A client behind a LAC and a server behind an LNS. @param home Network of the client. */
const topology = (home: string): Topology => ({
  name: "uml",
  title: "Client, LAC, LNS, server",
  nodes: {
    client: { kind: "host", routes: [{ to: "default", via: `${home}.254` }] },
    lac: { kind: "device", tunnelled: ["10.8.0.0/24"] },
    lns: { kind: "device" },
    server: { kind: "host", routes: [{ to: "default", via: "10.8.0.1" }] },
  },
  links: [
    {
      name: "home",
      ends: [
        { node: "client", interface: "eth0", addresses: [`${home}.2/24`] },
        { node: "lac", interface: "lan0", addresses: [`${home}.254/24`] },
      ],
    },
    {
      name: "wan",
      ends: [
        { node: "lac", interface: "wan0", addresses: ["10.9.0.2/24"] },
        { node: "lns", interface: "wan0", addresses: ["10.9.0.1/24"] },
      ],
    },
    {
      name: "lan",
      ends: [
        { node: "lns", interface: "lan0", addresses: ["10.8.0.1/24"] },
        { node: "server", interface: "eth0", addresses: ["10.8.0.2/24"] },
      ],
    },
  ],
  taps: [
    { name: "wan", node: "lns", interface: "wan0", side: "wan" },
    { name: "lan", node: "server", interface: "eth0", side: "lan" },
  ],
});

const LAC = {
  wan: [{ port: "wan0", address: "10.9.0.2", udp: 1701 }],
  peers: [{ name: "lns", address: "10.9.0.1", port: 1701 }],
  secret: "lead and line",
  ppp: { name: "client", password: "plumb" },
};
const LNS = {
  wan: [{ port: "wan0", address: "10.9.0.1", udp: 1701 }],
  secret: "lead and line",
  ppp: { authentication: "chap", address: "10.255.0.1" },
  users: [{ name: "client", password: "plumb", routes: ["10.1.0.0/24"] }],
};

function play(
  home: string,
  lac: Record<string, unknown>,
  act: (driver: Driver) => Promise<void>,
): Scenario {
  const nodes = { lac: { role: "lac", config: lac }, lns: { role: "lns", config: LNS } };
  const names = {
    id: "l2tp/test/uml",
    title: "A test of User-Mode Linux",
    suite: "l2tp",
    class: "lac",
  };
  return { ...names, topology: topology(home), nodes, run: act };
}

/** Whether the client's echo requests are answered by the server, within some tries. */
async function pings(): Promise<boolean> {
  const busybox = `${root}/bin/busybox`;
  const args = ["netns", "exec", "client", busybox, "ping", "-c", "3", "-W", "1", "10.8.0.2"];
  for (let i = 0; i < 5; i++) {
    const { success } = await new Deno.Command("ip", { args, stdout: "null" }).output();
    if (success) return true;
  }
  return false;
}

/** An address in VLAN 5, and one in VLAN 6 within the provider's VLAN 7. */
const VLAN_SCRIPT = `
for module in 8021q; do modprobe $module 2> /dev/null || true; done
ip link add link lan0 name customer type vlan id 5
ip link add link lan0 name provider type vlan proto 802.1ad id 7
ip link set provider up
ip link add link provider name inner type vlan id 6
for name in customer inner; do
  ip address add 10.5.0.1/24 dev $name
  ip link set $name up
done
echo tagged
exec sleep 3600
`;

/** Whether who has 10.5.0.1 says so behind the same tags with which it is asked. */
async function answerIn(driver: Driver, tags: string): Promise<boolean> {
  const socket = inNamespace(namespacePath("server"), () => PacketSocket.open("eth0"));
  const who = "0001080006040001020000000077" + "0a050002" + "000000000000" + "0a050001";
  const ask = Uint8Array.fromHex("ffffffffffff020000000077" + tags + "0806" + who);
  const answered = "020000000077", buffer = new Uint8Array(2000);
  try {
    for (let i = 0; i < 20; i++) {
      socket.send(ask);
      await driver.advance(100);
      for (let n = socket.receive(buffer); n >= 0; n = socket.receive(buffer)) {
        const frame = buffer.subarray(0, n).toHex();
        if (frame.startsWith(answered) && frame.slice(24).startsWith(`${tags}08060001`)) {
          return true;
        }
      }
    }
    return false;
  } finally {
    socket.close();
  }
}

/** Processes of UML kernels in these namespaces. */
function kernelsLeft(): number {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => {
    try {
      return /^[0-9]+$/.test(name) && Deno.readTextFileSync(`/proc/${name}/comm`) === "linux.uml\n";
    } catch {
      return false;
    }
  }).length;
}

/** Carries a scenario out; gives what went wrong, and what each node said. */
async function carryOut(
  scenario: Scenario,
  profiles: Record<string, Profile>,
): Promise<{ problem: string | undefined; logs: string[] }> {
  const world = new NetnsWorld();
  const directory = await Deno.makeTempDir({ dir: "/run" });
  const record = await world.run({ suite: L2TP, scenario, profiles, seed: 1, directory });
  await world.close();
  // Those that were killed take a moment to be gone.
  for (let i = 0; i < 20 && kernelsLeft() > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  strictEqual(kernelsLeft(), 0, "a kernel outlived its scenario");
  const logs = Object.keys(scenario.nodes).map((node) => {
    try {
      return Deno.readTextFileSync(`${directory}/${node}.log`);
    } catch {
      return "";
    }
  });
  return { problem: record.problem, logs };
}

async function run(scenario: Scenario, profiles: Record<string, Profile>): Promise<void> {
  const { problem, logs } = await carryOut(scenario, profiles);
  strictEqual(problem, undefined, logs.join("\n"));
}

/** A device in a kernel that does what a shell script says. */
async function scriptedDevice(script: string, ready = "ready"): Promise<Profile> {
  const folder = await Deno.makeTempDir({ dir: "/run" });
  await Deno.writeTextFile(`${folder}/device.sh`, script);
  const attach = { ...linux.attach, script: `${folder}/device.sh`, ready };
  return { ...linux, attach } as Profile;
}

const linux = await loadProfile("xl2tpd_linux");
// Inside the namespaces nothing can be fetched: whoever runs this file again there has done it.
const lack = await lackOfPackages("xl2tpd_linux", packagesOf(linux));
if (lack !== undefined) console.warn(`kernel_test.ts is skipped: ${lack}`);
const root = await unpackedRoot(packagesOf(linux));

if (root !== undefined) {
  await namespaceTests(import.meta.url, () => {
    insideTest("our LAC's client reaches a server through a Linux kernel as LNS", async () => {
      const lac = { ...LAC, calls: [{ name: "a", clients: ["10.255.0.2/32"] }] };
      const scenario = play("10.255.0", lac, async (driver) => {
        await driver.event("lac", "ppp_up", 15_000);
        ok(await pings(), "the server did not answer");
      });
      await run(scenario, { lns: linux });
    });

    insideTest(
      "a client behind a Linux kernel as LAC reaches a server behind another",
      async () => {
        const lac = { ...LAC, calls: [{ name: "a" }] };
        const scenario = play("10.1.0", lac, async () => {
          ok(await pings(), "the server did not answer");
        });
        await run(scenario, { lac: linux, lns: linux });
      },
    );

    insideTest("a Linux kernel in a box answers in the VLAN in which it was asked", async () => {
      const box = await scriptedDevice(VLAN_SCRIPT, "tagged");
      const scenario: Scenario = {
        ...play("10.1.0", LAC, async (driver) => {
          for (const tags of ["81000005", "88a8000781000006"]) {
            strictEqual(await answerIn(driver, tags), true, `no answer in ${tags}`);
          }
        }),
        nodes: { lns: { role: "lns", config: LNS } },
      };
      await run(scenario, { lns: box });
    });

    insideTest("a device that dies within its kernel ends the scenario, and says how", async () => {
      const endings: [string, RegExp][] = [
        [
          "echo 'no memory' >&2; exit 7",
          /^"lns" ended by itself, with exit status 7; .*no memory$/,
        ],
        ["kill -SEGV $$", /^"lns" ended by itself, with SIGSEGV/],
      ];
      for (const [ending, says] of endings) {
        const device = await scriptedDevice(`echo ready\nsleep 0.5\n${ending}\n`);
        const scenario = play("10.1.0", { ...LAC, calls: [] }, (driver) => driver.advance(20_000));
        const { problem = "" } = await carryOut(scenario, { lns: device });
        match(problem, says);
      }
    });
  });
}
