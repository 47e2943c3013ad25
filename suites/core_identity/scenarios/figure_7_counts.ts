/** Scenarios about how many cores are told of, and how many are used ([0061]). */
import type { Scenario } from "../../kit/scenario.ts";
import { established, flows, scenario } from "../node_setup.ts";

/** Cores 4 to 7 exist and are not to be used: their positions would be beyond the count that is told. */
const BEYOND = [4, 5, 6, 7];

/** By what they show. */
export const FIGURE_7_COUNTS = {
  count_only: scenario(
    "7/count_only",
    "The receiver has eight cores, and tells that four may be used, and nothing else of them",
    {
      needs: ["usable_count", "sequential_policy"],
      sender: { selection: "sequential" },
      receiver: { processors: [{ cores: 8 }], offline: BEYOND, countOnly: true },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(24), count: 5, size: 120 });
    },
  ),
  core_limit: scenario(
    "7/core_limit",
    "The receiver announces sixteen cores, of which the sender is to use six",
    {
      needs: ["sender_core_limit", "sequential_policy"],
      sender: { selection: "sequential", coreLimit: 6 },
      receiver: { processors: [{ cores: 16 }] },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(40), count: 4, size: 120 });
    },
  ),
} satisfies Record<string, Scenario>;
