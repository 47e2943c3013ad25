/** Scenarios of FIG. 4: the sender writes into datagrams the identities that the receiver reports. */
import type { Scenario } from "../../kit/scenario.ts";
import { sendKeyParts, sendSegments } from "../crafted_datagrams.ts";
import { established, flow, flows, keyFlows, scenario, SILENCE } from "../node_setup.ts";

/** By what they show. */
export const FIGURE_4 = {
  sessions: scenario(
    "4/sessions",
    "Six sessions interleaved over six tunnels, with reports for each, and two back",
    { waits: SILENCE },
    async (driver) => {
      await established(driver);
      const back = [9001, 9002].map((port) => flow(port, 5001, "server", "client"));
      // The first datagrams bring the reports about.
      await driver.udp({ flows: [...flows(6), ...back], count: 2, size: 120 });
      await driver.udp({ flows: [...flows(6), ...back], count: 40, size: 300 });
      await driver.udp({ flows: flows(6), count: 8, size: 1472 });
      // Sessions that begin when others were reported.
      await driver.udp({ flows: flows(5, 40_000), count: 4, size: 120 });
      await driver.advance(SILENCE);
    },
  ),
  late_report: scenario(
    "4/late_report",
    "Sessions are reported after three datagrams",
    { needs: ["late_report"], receiver: { reportAfter: 3 } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 20, size: 200, interval: 3 });
    },
  ),
  key_fields: scenario(
    "4/key_fields",
    "Sessions that differ in one of the four values of the key, reported to different cores",
    { receiver: { processors: [{ cores: 16 }] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: keyFlows(3), count: 2, size: 120 });
      await driver.udp({ flows: keyFlows(3), count: 10, size: 120 });
      await sendSegments(driver, keyFlows(1));
      await sendKeyParts(driver, 1);
    },
  ),
} satisfies Record<string, Scenario>;
