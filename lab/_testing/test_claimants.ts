/** A suite of two devices that take an address over from each other, for the tests of the worlds. */
import { udpDatagram } from "../../captures/wire/build.ts";
import { formatAddress } from "../../captures/wire/address.ts";
import type { Machine, Transmission } from "../../peers/machine.ts";
import type { EvidenceRecord } from "../../suites/kit/evidence.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";
import type { Driver, Scenario } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import type { LinkEnd, Topology } from "../../suites/kit/topology.ts";

/** The address that floats, and the host that sends to it. */
const FLOATING = "203.0.113.1", CLIENT = "10.0.1.2";
const PORT = 7000;

/** Answers each UDP datagram that its LAN port takes, and claims the address when told to. */
class Claimant implements Machine {
  #answers: Transmission[] = [];
  #claims: readonly string[];

  constructor({ claims }: Record<string, unknown>) {
    this.#claims = claims === true ? [FLOATING] : [];
  }
  receive(port: string, datagram: Uint8Array) {
    if (port !== "lan" || datagram.length < 28 || datagram[9] !== 17) return;
    const packet = udpDatagram({
      source: formatAddress(datagram, 16, 20),
      destination: formatAddress(datagram, 12, 16),
      sourcePort: PORT,
      destinationPort: PORT,
      payload: datagram.slice(28),
    });
    this.#answers.push({ port, packet });
  }
  transmit() {
    return this.#answers.shift();
  }
  deadline() {
    return Infinity;
  }
  instruct(instruction: unknown) {
    this.#claims = (instruction as { claim?: boolean }).claim === true ? [FLOATING] : [];
  }
  claims() {
    return this.#claims;
  }
}

const end = (node: string, name: string, address: string): LinkEnd => ({
  node,
  interface: name,
  addresses: [`${address}/24`],
});

const device = (via: string): Topology["nodes"][string] => ({
  kind: "device",
  routes: [{ to: "default", via }],
  tunnelled: [`${FLOATING}/32`],
});

const TOPOLOGY: Topology = {
  name: "claimants",
  title: "Two devices with one address",
  nodes: {
    client: { kind: "host", routes: [{ to: "default", via: "10.0.1.1" }] },
    router: { kind: "router" },
    first: device("10.0.2.1"),
    second: device("10.0.3.1"),
  },
  links: [
    { name: "c", ends: [end("client", "eth0", CLIENT), end("router", "to_c", "10.0.1.1")] },
    { name: "f", ends: [end("first", "eth0", "10.0.2.2"), end("router", "to_f", "10.0.2.1")] },
    { name: "s", ends: [end("second", "eth0", "10.0.3.2"), end("router", "to_s", "10.0.3.1")] },
  ],
  taps: ["client", "first", "second"].map((node) => ({
    name: node,
    node,
    interface: "eth0",
    side: "wan",
  })),
  floating: {
    [FLOATING]: {
      initially: "first",
      via: { router: { first: "10.0.2.2", second: "10.0.3.2" } },
    },
  },
};

/** Sends the address one datagram, the first octet of whose payload tells them apart. */
async function ask(driver: Driver, name: number): Promise<void> {
  await driver.datagrams("client", [
    udpDatagram({
      source: CLIENT,
      destination: FLOATING,
      sourcePort: PORT,
      destinationPort: PORT,
      payload: Uint8Array.of(name),
    }),
  ]);
}

/** Moves the address, kills who has it, and moves it back. */
const scenario: Scenario = {
  id: "claimants/take_over",
  title: "Two devices take an address over",
  suite: "claimants",
  class: "X1",
  topology: TOPOLOGY,
  nodes: {
    first: { role: "sender", config: { claims: true } },
    second: { role: "sender", config: {} },
  },
  async run(driver) {
    await ask(driver, 1);
    await driver.instruct("second", { claim: true });
    await ask(driver, 2);
    await driver.instruct("second", { claim: false });
    await ask(driver, 3);
    await driver.instruct("second", { claim: true });
    await driver.kill("second");
    await ask(driver, 4);
    await driver.instruct("first", { claim: false });
    await ask(driver, 5);
    await driver.instruct("first", { claim: true });
    await ask(driver, 6);
  },
};

const CLAIMANTS: Suite = {
  ...testSuite([]),
  name: "claimants",
  scenarios: [
    scenario,
    { ...scenario, id: "claimants/endless", run: () => new Promise<never>(() => {}) },
  ],
  peer: (_role, config) => new Claimant(config),
};

/** For the processes that host peers and labs. */
export const SUITES = { claimants: CLAIMANTS };

const [takes, never] = CLAIMANTS.scenarios.map((scenario) => ({
  ...{ suite: CLAIMANTS, scenario, profiles: {}, seed: 1 },
}));

/** The scenarioRun of the take-over, and of one that never ends. */
export { never as endless, takes as takeOver };

/** What it must leave: the datagrams that each tap saw (`>` to the address, `<` back), the moves. */
export const TAKEN_OVER = {
  client: ">1 <1 >2 <2 >3 <3 >4 >5 >6 <6",
  first: ">1 <1 >3 <3 >6 <6",
  second: ">2 <2 >4 >5",
  moves: "first>second second>first first>second killed second>first",
};

/** What it has left in the evidence directory. */
export async function whatHappened(record: EvidenceRecord, directory: string) {
  const found: Record<string, string> = {};
  for (const { name, file } of record.taps) {
    const seen: string[] = [];
    await readCaptureFile(`${directory}/${file}`, ({ bytes, start }) => {
      // A kernel adds that the client's port is closed, and may speak of its own.
      const ipv4 = bytes[start + 12] === 8 && bytes[start + 13] === 0;
      if (!ipv4 || bytes[start + 23] !== 17) return;
      const asked = formatAddress(bytes, start + 30, start + 34) === FLOATING;
      seen.push(`${asked ? ">" : "<"}${bytes[start + 42]}`);
    });
    found[name] = seen.join(" ");
  }
  const moves = record.stimuli.flatMap(({ kind, from, to }) =>
    kind === "kill" ? ["killed"] : kind === "address_moved" ? [`${from}>${to}`] : []
  );
  return { ...found, moves: moves.join(" ") };
}
