/** Scenarios with clients behind the initiators and a server behind the endpoints. */
import { icmpEcho } from "../../captures/wire/build.ts";
import type { Flow, Scenario, Stage } from "../scenario.ts";
import { dataPathCast } from "./data_path_cast.ts";
import {
  CLIENTS,
  DATA_PATH_LABS,
  type DataPathVariant,
  INITIATORS,
  ORDER,
  SERVER,
} from "./data_path_topologies.ts";
import { DATA_PORT } from "./facts/data_path.ts";

/** UDP port of the datagrams that only ask whether a way is open: nobody judges them. */
const PROBE_PORT = DATA_PORT - 1000;
/** How often that is asked, and milliseconds in between. */
const PROBES = 40, BETWEEN_PROBES = 250;
const PINGS = 3;

/** Flows of every client to the server and back, in that order. */
function flows(port: number): Flow[] {
  return CLIENTS.flatMap(({ name }, i) => {
    const own = port + i, far = port + 100 + i;
    return [
      { from: name, to: "server", sourcePort: own, destinationPort: far },
      { from: "server", to: name, sourcePort: far, destinationPort: own },
    ];
  });
}

/** Waits until every client reaches the server and is reached, as far as that comes true in time. */
async function waitForWays(stage: Stage) {
  const probe = { flows: flows(PROBE_PORT), count: 1, size: 64 };
  for (let i = 0; i < PROBES && !(await stage.udp(probe)).intact; i++) {
    await stage.pass(BETWEEN_PROBES);
  }
}

async function act(stage: Stage) {
  // Endpoints that register do so at once.
  await stage.pass(500);
  for (const name of ORDER) {
    const { initiator } = CLIENTS.find((client) => client.name === name)!;
    await stage.instruct(INITIATORS[initiator].node, { kind: "dial", name });
  }
  await waitForWays(stage);
  for (const [i, { name, address }] of CLIENTS.entries()) {
    const pings = Array.from(
      { length: PINGS },
      (_, sequence) =>
        icmpEcho({ source: address, destination: SERVER, identifier: 100 + i, sequence }),
    );
    await stage.datagrams(name, pings);
  }
  await stage.udp({ flows: flows(DATA_PORT), count: 2, size: 200 });
  await stage.pass(200);
}

const scenario = (variant: DataPathVariant, id: string, title: string): Scenario => ({
  ...{ id: `tunnel_cluster/${id}`, title, suite: "tunnel_cluster", heavy: true },
  class: variant === "global" ? "global" : "NAT",
  ...{ topology: DATA_PATH_LABS[variant], cast: dataPathCast(variant), act },
});

/** The scenarios. */
export const DATA_PATH_SCENARIOS: readonly Scenario[] = [
  scenario("NAT", "nat/data_path", "Nine clients ping a server through a NAT, and send to it"),
  scenario("global", "global/data_path", "Nine clients ping a server, and send to it"),
  scenario(
    "shared",
    "nat/shared_address",
    "Nine clients ping a server through a NAT that has the master address, and send to it",
  ),
];
