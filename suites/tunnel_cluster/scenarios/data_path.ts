/** Scenarios with clients behind the initiators and a server behind the endpoints. */
import { icmpEcho } from "../../../captures/wire/build.ts";
import type { Flow, Scenario } from "../../kit/scenario.ts";
import { askAll, type Driver, loads } from "../node_setup.ts";
import { ENDPOINTS } from "../topologies.ts";
import { kit } from "../vocabulary.ts";
import { dataPathNodeSetups } from "../data_path_node_setup.ts";
import {
  type Client,
  CLIENTS,
  DATA_PATH_LABS,
  type DataPathVariant,
  endpointOf,
  INITIATORS,
  ORDER,
  SERVER,
} from "../data_path_topologies.ts";
import { DATA_PORT } from "../facts/client_data.ts";

/** UDP port of the datagrams that only ask whether a way is open: nobody judges them. */
const PROBE_PORT = DATA_PORT - 1000;
/** How often that is asked, and milliseconds in between. */
const PROBES = 24, BETWEEN_PROBES = 250;
const PINGS = 3;

/** Flows of clients to the server and back, in that order. */
function flows(clients: readonly Client[], port: number): Flow[] {
  return clients.flatMap(({ name }) => {
    const i = CLIENTS.findIndex((client) => client.name === name);
    const own = port + i, far = port + 100 + i;
    return [
      { from: name, to: "server", sourcePort: own, destinationPort: far },
      { from: "server", to: name, sourcePort: far, destinationPort: own },
    ];
  });
}

/** Waits until each client reaches the server and is reached, as far as that comes true in time. */
async function waitForWays(driver: Driver, clients: readonly Client[]) {
  const probe = { flows: flows(clients, PROBE_PORT), count: 1, size: 64 };
  for (let i = 0; i < PROBES && !(await driver.udp(probe)).intact; i++) {
    await driver.advance(BETWEEN_PROBES);
  }
}

/** Lets clients connect in the order in which they are given, ping the server, and send to and fro. */
const acting = (variant: DataPathVariant, names: readonly string[]) => async (driver: Driver) => {
  const clients = names.map((name) => CLIENTS.find((client) => client.name === name)!);
  // Endpoints that register do so at once.
  await driver.advance(500);
  for (const client of clients) {
    const chosen = endpointOf(client, variant), { name, initiator } = client;
    // The server's router knows one way to each client: it has to be where its tunnel ends.
    if (variant !== "shared") await loads(driver, ...ENDPOINTS.map((n) => n === chosen ? 10 : 70));
    await driver.instruct(INITIATORS[initiator].node, { kind: "dial", name });
  }
  await waitForWays(driver, clients);
  for (const [i, { name, address }] of clients.entries()) {
    const pings = Array.from(
      { length: PINGS },
      (_, sequence) =>
        icmpEcho({ source: address, destination: SERVER, identifier: 100 + i, sequence }),
    );
    await driver.datagrams(name, pings);
  }
  await driver.udp({ flows: flows(clients, DATA_PORT), count: 2, size: 200 });
  await driver.advance(200);
};

const scenario = (
  variant: DataPathVariant,
  name: string,
  title: string,
  names: readonly string[] = ORDER,
  nodes: ReturnType<typeof dataPathNodeSetups> = dataPathNodeSetups(variant),
): Scenario =>
  kit.scenario({
    ...{ name, title, heavy: true, class: variant === "shared" ? "shared_address" : variant },
    ...{ topology: DATA_PATH_LABS[variant], nodes },
    async run(driver) {
      await acting(variant, names)(driver);
      await askAll(driver, nodes);
    },
  });

/** Nine clients ping a server through a NAT, and send to it. */
export const natDataPath: Scenario = scenario(
  "NAT",
  "nat/data_path",
  "Nine clients ping a server through a NAT, and send to it",
);
/** Nine clients ping a server, and send to it. */
export const globalDataPath: Scenario = scenario(
  "global",
  "global/data_path",
  "Nine clients ping a server, and send to it",
);
/** Nine clients ping a server through a NAT that has the master address, and send to it. */
export const sharedAddress: Scenario = scenario(
  "shared",
  "nat/shared_address",
  "Nine clients ping a server through a NAT that has the master address, and send to it",
);
/** One client, and nobody else in the lab but who serves it. */
export const ping: Scenario = onlyOne();

function onlyOne(): Scenario {
  const [client] = CLIENTS, setups = dataPathNodeSetups("shared");
  const { initiator, nat } = setups, serving = `endpoint${endpointOf(client, "shared")}` as const;
  return scenario(
    "shared",
    "nat/ping",
    "A client pings a server through initiator, NAT and endpoint",
    [client.name],
    { initiator, nat, [serving]: setups[serving] },
  );
}

/** The scenarios. */
export const DATA_PATH_SCENARIOS: readonly Scenario[] = [
  natDataPath,
  globalDataPath,
  sharedAddress,
  ping,
];
