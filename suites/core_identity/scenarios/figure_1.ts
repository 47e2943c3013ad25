/** Scenarios of FIG. 1: the receiver binds sessions to cores, and reports their identities. */
import type { Scenario } from "../../kit/scenario.ts";
import { established, flows, scenario, SILENCE } from "../node_setup.ts";
import {
  ALIKE_BUT_FOR_ONE_VALUE,
  SESSIONS_BOTH_WAYS,
  sessionsAlikeButForOneValue,
  sessionsBothWays,
} from "./transfers.ts";

/** A sender that does with reports what it should not, so that the receiver shows what it does then. */
function provoked(name: string, title: string, stimulusFault: string, interval = 2): Scenario {
  return scenario(
    `1/${name}`,
    title,
    { stimulusFaults: { sender: stimulusFault } },
    async (driver) => {
      await established(driver);
      // Seven flows, so that every second, third and fifth datagram is of another one each time.
      await driver.udp({ flows: flows(7), count: 24, size: 200, interval });
    },
  );
}

/** By what they show. */
export const FIGURE_1 = {
  sessions: scenario(
    "1/sessions",
    SESSIONS_BOTH_WAYS,
    { waits: SILENCE },
    sessionsBothWays,
  ),
  networks: scenario(
    "1/networks",
    "24 sessions begin, each by another tunnel than the one before",
    { sender: { tunnelSelection: "round_robin" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(24), count: 5, size: 120 });
    },
  ),
  key_fields: scenario(
    "1/key_fields",
    ALIKE_BUT_FOR_ONE_VALUE,
    {},
    sessionsAlikeButForOneValue,
  ),
  receiver_only: scenario(
    "1/receiver_only",
    "The sender knows nothing of cores, and the receiver is to ask it for nothing",
    {
      needs: ["receiver_only"],
      both: { announce: false },
      receiver: { reports: false },
      stimulusFaults: { sender: "ignores_reports" },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(7), count: 24, size: 200 });
    },
  ),
  untagged: provoked(
    "untagged",
    "The sender takes no report: nothing is tagged",
    "ignores_reports",
  ),
  stripped: provoked(
    "stripped",
    "The sender leaves the identity out of every fifth datagram",
    "strips_identities",
    // Long enough for those who report a session once a second.
    20,
  ),
  other_cores: provoked(
    "other_cores",
    "Every second datagram names another core than its session has",
    "names_other_cores",
  ),
  unknown_identities: provoked(
    "unknown_identities",
    "Every third datagram has an identity that nobody gave",
    "makes_identities_up",
  ),
} satisfies Record<string, Scenario>;
