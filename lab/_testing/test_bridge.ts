/** A suite of a device that passes whole frames between two hosts, for the tests of the worlds. */
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { icmpEcho } from "../../captures/wire/build.ts";
import type { Machine, Transmission } from "../../peers/machine.ts";
import { gather } from "../../suites/engine/gather.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";
import { linkAddress } from "../../suites/kit/link_address.ts";
import type { Driver, Scenario, TransferOutcome } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { Impairment, Topology } from "../../suites/kit/topology.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import type { World } from "../worlds/world.ts";

/** Passes every frame on to the other port as it is. */
class Bridge implements Machine {
  readonly #out: Transmission[] = [];

  receive(port: string, frame: Uint8Array) {
    this.#out.push({ port: port === "host" ? "wire" : "host", packet: frame.slice() });
  }
  transmit() {
    return this.#out.shift();
  }
  deadline() {
    return Infinity;
  }
}

/** Addresses of both hosts by IP version. */
export const HOST = { 4: "10.0.0.1", 6: "fd00::1" };
export const NETWORK = { 4: "10.0.0.2", 6: "fd00::2" };
const tap = (name: string, node: string, port: string) => ({
  ...{ name, node, interface: port, side: name === "wire" ? "wan" : "lan" } as const,
});

/** The links of a host and of a network to the device between them. @param mtu Of either link. */
export function bridged(
  mtu: readonly [number, number],
  impairment?: Impairment,
  tso?: true,
): Topology {
  return {
    name: `bridged_${mtu.join("_")}_${JSON.stringify(impairment)}_${tso}`,
    title: "A host and a network around a device that passes frames",
    nodes: { host: { kind: "host" }, nic: { kind: "device" }, network: { kind: "host" } },
    links: [
      {
        name: "HOST",
        mtu: mtu[0],
        ends: [
          {
            ...{ node: "host", interface: "eth0", addresses: [`${HOST[4]}/24`, `${HOST[6]}/64`] },
            ...(tso && { tso }),
          },
          { node: "nic", interface: "host0", addresses: [] },
        ],
      },
      {
        name: "WIRE",
        mtu: mtu[1],
        ...(impairment === undefined ? {} : { impairment }),
        ends: [
          { node: "nic", interface: "wire0", addresses: [] },
          {
            node: "network",
            interface: "eth0",
            addresses: [`${NETWORK[4]}/24`, `${NETWORK[6]}/64`],
          },
        ],
      },
    ],
    taps: [
      tap("at_host", "host", "eth0"),
      tap("host", "nic", "host0"),
      tap("wire", "nic", "wire0"),
      tap("at_network", "network", "eth0"),
    ],
  };
}

/** EtherType of local experiments: no kernel answers it. */
const EXPERIMENT = [0x88, 0xb5];
const TAG = [0x81, 0x00, 0x60, 0x05];

/** A frame from the host to the network that is numbered by its octets. */
function frameOf(length: number, name: number, tag: readonly number[] = []): Uint8Array {
  const frame = new Uint8Array(length).fill(name);
  frame.set([...linkAddress(1, 1), ...linkAddress(0, 0), ...tag, ...EXPERIMENT]);
  return frame;
}

/** Frames that cross two links of 65,535 octets. */
const BURST = [
  ...Array.from({ length: 64 }, (_, i) => frameOf(1514, i)),
  frameOf(60_000, 64),
  frameOf(14 + 65_535, 65),
  frameOf(18 + 65_535, 66, TAG),
  frameOf(60, 67, TAG),
];

const ping = (family: 4 | 6) =>
  icmpEcho({
    ...{ source: HOST[family], destination: NETWORK[family], identifier: 1, sequence: 1 },
    payload: new Uint8Array(56),
  });

/** What the last scenario transferred. */
let transferred: TransferOutcome[] = [];

async function act(driver: Driver): Promise<void> {
  await driver.datagrams("host", [ping(4), ping(6)]);
  for (const family of [4, 6] as const) {
    const flow = { from: "host", to: "network", sourcePort: 4000, destinationPort: 5000, family };
    const udp = await driver.udp({ flows: [flow], count: 20, size: 1400 });
    const tcp = await driver.tcp({ flow, octets: 3_000_000, octetsBack: 1_000_000 });
    transferred.push(udp, tcp);
  }
}

const scenarioOf = (
  name: string,
  topology: Topology,
  run: Scenario["run"],
): Scenario => ({
  ...{
    id: `bridge/${name}`,
    title: "Frames pass a device",
    suite: "bridge",
    class: "X1",
    topology,
  },
  nodes: {
    nic: {
      role: "sender",
      config: {
        frames: [{ port: "host", interface: "host0" }, { port: "wire", interface: "wire0" }],
      },
    },
  },
  run,
});

const WIDE = bridged([65_535, 65_535]);

const BRIDGE: Suite = {
  ...testSuite([]),
  name: "bridge",
  scenarios: [
    scenarioOf("burst", WIDE, async (driver) => {
      await driver.frames("host", BURST);
      await act(driver);
    }),
    scenarioOf("burst_delayed", bridged([65_535, 65_535], { delay: 1 }), async (driver) => {
      // An emulated wire has room for three tags, but no link of this MTU for more than it has.
      await driver.frames("host", BURST.slice(0, -2));
      await act(driver);
    }),
    scenarioOf("narrow", bridged([65_535, 1500]), async (driver) => {
      await driver.frames("host", [frameOf(1514, 1), frameOf(1518, 2, TAG), frameOf(1515, 3)]);
      await act(driver);
    }),
  ],
  peer: () => new Bridge(),
};

/** For the processes that host peers and labs. */
export const SUITES = { bridge: BRIDGE };

/** What of the experiment's frames a capture holds: length and number of each, and whether it is whole. */
async function framesIn(path: string): Promise<string[]> {
  const found: string[] = [];
  await readCaptureFile(path, ({ bytes, start, end }) => {
    const tagged = bytes[start + 12] === 0x81, at = start + (tagged ? 16 : 12);
    if (bytes[at] !== EXPERIMENT[0] || bytes[at + 1] !== EXPERIMENT[1]) return;
    const name = bytes[end - 1];
    const expected = frameOf(end - start, name, tagged ? TAG : []);
    const whole = bytes.subarray(start, end).every((octet, i) => octet === expected[i]);
    found.push(`${end - start} ${name}${whole ? "" : " changed"}`);
  });
  return found;
}

/** Ethernet addresses of the hosts. */
const HOSTS = [linkAddress(0, 0), linkAddress(1, 1)].map((mac) => mac.toHex());

/** Who sends the frames of a capture. */
async function sendersIn(path: string): Promise<Set<string>> {
  const found = new Set<string>();
  await readCaptureFile(path, ({ bytes, start }) => {
    found.add(bytes.subarray(start + 6, start + 12).toHex());
  });
  return found;
}

/** Runs the scenarios in a world, and looks at what they leave. */
export async function bridgeIn(world: World, temporary: () => Promise<string>): Promise<void> {
  for (const scenario of BRIDGE.scenarios) {
    const directory = await temporary();
    transferred = [];
    const record = await world.run({ suite: BRIDGE, scenario, profiles: {}, seed: 1, directory });
    strictEqual(record.problem, undefined);
    for (const { sent, received, intact } of transferred) {
      deepStrictEqual([scenario.id, received, intact], [scenario.id, sent, true]);
    }
    strictEqual(transferred.length, 4);
    const texts = (frames: readonly Uint8Array[]) =>
      frames.map((frame) => `${frame.length} ${frame.at(-1)}`);
    const narrow = [frameOf(1514, 1), frameOf(1518, 2, TAG)];
    const [sent, passed] = scenario.id === "bridge/narrow"
      ? [[...narrow, frameOf(1515, 3)], narrow]
      : scenario.id === "bridge/burst"
      ? [BURST, BURST]
      : [BURST.slice(0, -2), BURST.slice(0, -2)];
    for (const [name, frames] of [["at_host", sent], ["host", sent], ["wire", passed]] as const) {
      deepStrictEqual(await framesIn(`${directory}/${name}.pcapng`), texts(frames), scenario.id);
    }
    deepStrictEqual(await framesIn(`${directory}/at_network.pcapng`), texts(passed), scenario.id);
    for (const { name } of scenario.topology.taps) {
      const senders = await sendersIn(`${directory}/${name}.pcapng`);
      deepStrictEqual([...senders].sort(), HOSTS, `the lab itself speaks at ${name}`);
    }
    const { damage, frames } = await gather(
      [{ evidence: await loadEvidence(directory), collectors: [] }],
      readCaptureFile,
    );
    deepStrictEqual(damage, []);
    ok(frames > 1000, `${frames}`);
  }
}
