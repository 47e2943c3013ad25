/** Scenarios of FIG. 10: the session-ID in the aggregated tunnel header, and nowhere else. */
import type { Scenario } from "../../kit/scenario.ts";
import { type Arrangement, established, flows, LAB_KEY, scenario, SILENCE } from "../node_setup.ts";
import { THREE_TO_ONE } from "../topologies.ts";
import {
  ALIKE_BUT_FOR_ONE_VALUE,
  SESSIONS_BOTH_WAYS,
  sessionsAlikeButForOneValue,
  sessionsBothWays,
  TEN_THOUSAND_SESSIONS,
  tenThousandSessions,
  whateverComesUp,
} from "./transfers.ts";

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
    SESSIONS_BOTH_WAYS,
    { both: SEALED, waits: SILENCE },
    sessionsBothWays,
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
    ALIKE_BUT_FOR_ONE_VALUE,
    {},
    sessionsAlikeButForOneValue,
  ),
  ten_thousand_sessions: inHeader(
    "ten_thousand_sessions",
    TEN_THOUSAND_SESSIONS,
    { heavy: true },
    tenThousandSessions,
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
    whateverComesUp,
  ),
} satisfies Record<string, Scenario>;
