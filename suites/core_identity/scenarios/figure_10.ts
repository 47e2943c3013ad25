/** Scenarios of FIG. 10: the session-ID in the aggregated tunnel header, and nowhere else. */
import type { Scenario } from "../../kit/scenario.ts";
import { sendKeyParts, sendSegments } from "../crafted_datagrams.ts";
import {
  type Arrangement,
  attempted,
  established,
  flow,
  flows,
  keyFlows,
  LAB_KEY,
  scenario,
  SILENCE,
} from "../node_setup.ts";
import { THREE_TO_ONE } from "../topologies.ts";

const SEALED = { cover: "whole", key: LAB_KEY };

/** Both ends are told where the session-ID belongs. */
function inHeader(
  name: string,
  title: string,
  { both = {}, ...rest }: Arrangement,
  run: Scenario["run"],
): Scenario {
  return scenario(`10/${name}`, title, { both: { placement: "tunnel", ...both }, ...rest }, run);
}

/** By what they show. */
export const FIGURE_10 = {
  sessions: inHeader(
    "sessions",
    "Five sessions interleaved over six tunnels, and two back; then datagrams too large for one packet",
    { both: SEALED, waits: SILENCE },
    async (driver) => {
      await established(driver);
      const back = [9001, 9002].map((port) => flow(port, 5001, "server", "client"));
      const both = [...flows(5), ...back];
      await driver.udp({ flows: both, count: 80, size: 400 });
      await driver.udp({ flows: both, count: 10, size: 1472 });
      // Whoever died meanwhile, and began anew, answers no keepalive of its old tunnels.
      await driver.advance(SILENCE);
    },
  ),
  clear: inHeader(
    "clear",
    "Sessions whose datagrams are not encrypted, spread over all tunnels",
    { needs: ["session_spreading"], sender: { tunnelSelection: "round_robin" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(5), count: 30, size: 300 });
    },
  ),
  key_fields: inHeader(
    "key_fields",
    "A session, and four that differ from it in one of the four values of the key",
    {},
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: keyFlows(1), count: 20, size: 120 });
      await sendSegments(driver, keyFlows(1));
      await sendKeyParts(driver, 1);
    },
  ),
  ten_thousand_sessions: inHeader(
    "ten_thousand_sessions",
    "10,000 sessions live at the same time, and the first of them come back",
    { heavy: true },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(10_000), count: 1, size: 32, interval: 0.1 });
      await driver.udp({ flows: flows(100), count: 2, size: 32 });
    },
  ),
  provisioned_ids: inHeader(
    "provisioned_ids",
    "The sender has a table of session-IDs, some of which begin or end alike",
    {
      needs: ["provisioned_session_id"],
      sender: {
        sessionIds: "provisioned",
        provisionedSessionIds: [
          "A3B8F20A88C23EB",
          "7",
          "DEADBEEF00000002",
          "DEADBEEF00000003",
          "0000000100000002",
          "5EADBEEF00000002",
        ],
      },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(6), count: 10, size: 120 });
    },
  ),
  combined_criteria: inHeader(
    "combined_criteria",
    "The criterion that tells sessions apart chooses the tunnels as well",
    { needs: ["combined_criteria"], sender: { tunnelSelection: "session_hash" } },
    async (driver) => {
      await established(driver);
      // Not a multiple of the six tunnels, or those who take them in turn would keep each session to one.
      await driver.udp({ flows: flows(13), count: 20, size: 200 });
    },
  ),
  three_to_one: inHeader(
    "three_to_one",
    "Three access networks at the sender, one at the receiver",
    { topology: THREE_TO_ONE, both: SEALED },
    async (driver) => {
      await attempted(driver);
      await driver.udp({ flows: flows(4), count: 30, size: 400 });
    },
  ),
} satisfies Record<string, Scenario>;
