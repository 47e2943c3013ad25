/** The scenarios of source 004. */
import type { Scenario } from "../kit/scenario.ts";
import { DATA_PATH_SCENARIOS } from "./scenarios/data_path.ts";
import { BAD_INPUT_SCENARIOS } from "./scenarios/bad_input.ts";
import { CONNECTION_SCENARIOS } from "./scenarios/connection.ts";
import { INTERWORKING_SCENARIOS } from "./scenarios/interworking.ts";
import { LOAD_SHARING_SCENARIOS } from "./scenarios/load_sharing.ts";
import { MANAGEMENT_SCENARIOS } from "./scenarios/management.ts";
import { SCRIPTED_SCENARIOS } from "./scenarios/scripted.ts";
import { STRAY_SCENARIOS } from "./scenarios/strays.ts";
import { TAKE_OVER_SCENARIOS } from "./scenarios/take_over.ts";

/** The scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  ...CONNECTION_SCENARIOS,
  ...STRAY_SCENARIOS,
  ...LOAD_SHARING_SCENARIOS,
  ...MANAGEMENT_SCENARIOS,
  ...SCRIPTED_SCENARIOS,
  ...TAKE_OVER_SCENARIOS,
  ...INTERWORKING_SCENARIOS,
  ...BAD_INPUT_SCENARIOS,
  ...DATA_PATH_SCENARIOS,
];
