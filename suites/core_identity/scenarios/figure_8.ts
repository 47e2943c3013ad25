/** Scenarios of FIG. 8: datagrams are encrypted, and the receiver selects cores once it has decrypted. */
import type { Scenario } from "../../kit/scenario.ts";
import {
  type Arrangement,
  established,
  flow,
  flows,
  LAB_KEY,
  scenario,
  SILENCE,
  variedFlows,
} from "../node_setup.ts";
import { JITTER, THREE_TO_ONE, TWO_RECEIVERS } from "../topologies.ts";
import {
  ALIKE_BUT_FOR_ONE_VALUE,
  SESSIONS_BOTH_WAYS,
  sessionsAlikeButForOneValue,
  sessionsBothWays,
  whateverComesUp,
} from "./transfers.ts";

/** Both ends share a key; whole datagrams are encrypted. */
function encrypted(
  name: string,
  title: string,
  { both = {}, ...rest }: Arrangement,
  run: Scenario["run"],
): Scenario {
  const sealed = { cover: "whole", key: LAB_KEY, ...both };
  return scenario(`8/${name}`, title, { both: sealed, ...rest }, run);
}

/** By what they show. */
export const FIGURE_8 = {
  sessions: encrypted(
    "sessions",
    SESSIONS_BOTH_WAYS,
    { waits: SILENCE },
    sessionsBothWays,
  ),
  sizes: encrypted(
    "sizes",
    "Datagrams of every length around what fits one packet",
    {},
    async (driver) => {
      await established(driver);
      for (let size = 1352; size <= 1472; size += 4) {
        await driver.udp({ flows: flows(2), count: 2, size });
      }
      for (let size = 40; size <= 700; size += 60) {
        await driver.udp({ flows: flows(2), count: 2, size });
      }
    },
  ),
  key_fields: encrypted(
    "key_fields",
    ALIKE_BUT_FOR_ONE_VALUE,
    {},
    sessionsAlikeButForOneValue,
  ),
  session_hash: encrypted(
    "session_hash",
    "Each session is to keep to one tunnel",
    { sender: { tunnelSelection: "session_hash" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 25, size: 200 });
    },
  ),
  bandwidth: encrypted(
    "bandwidth",
    "One access network is ten times as wide as the others",
    {
      sender: { tunnelSelection: "bandwidth" },
      networks: [{ bandwidth: 1 }, { bandwidth: 1 }, { bandwidth: 10 }],
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 25, size: 200 });
    },
  ),
  pieces_out_of_order: encrypted(
    "pieces_out_of_order",
    "Datagrams in three pieces or more over access networks that reorder",
    { topology: JITTER, both: { pathMtu: 700 } },
    async (driver) => {
      await established(driver);
      const back = flow(9001, 5001, "server", "client");
      // Those that fit one packet show which sessions there are.
      await driver.udp({ flows: [...flows(4), back], count: 2, size: 200 });
      await driver.udp({ flows: [...flows(4), back], count: 25, size: 1472, interval: 0.25 });
    },
  ),
  two_receivers: encrypted(
    "two_receivers",
    "One sender, two receivers: an aggregated tunnel to each",
    { topology: TWO_RECEIVERS },
    async (driver) => {
      await established(driver, ["receiver", "receiver2"]);
      const both = [4000, 4001, 4002].flatMap((port) => [
        flow(port),
        flow(port, 5000, "client", "server_receiver2"),
      ]);
      await driver.udp({ flows: both, count: 20, size: 200 });
    },
  ),
  many_sessions: encrypted(
    "many_sessions",
    "64 new sessions, a thousand others, and the first come back",
    { heavy: true },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: variedFlows(64), count: 2, size: 120 });
      await driver.udp({ flows: flows(1000, 40_000), count: 1, size: 64, interval: 0.1 });
      await driver.udp({ flows: variedFlows(64), count: 2, size: 120 });
    },
  ),
  three_to_one: encrypted(
    "three_to_one",
    "Three access networks at the sender, one at the receiver",
    { topology: THREE_TO_ONE },
    whateverComesUp,
  ),
} satisfies Record<string, Scenario>;
