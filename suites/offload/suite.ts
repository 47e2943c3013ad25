/** The suite of offloading devices: source 002, and the offloads of real stacks. */
import type { OffloadOverrides } from "../../peers/offload/overrides.ts";
import { defineSuite, type Suite } from "../kit/suite.ts";
import { RECOGNITION_SECTION } from "./cases/recognition.ts";
import { OFFLOAD_PARAMETERS } from "./parameters.ts";
import { OFFLOAD_PEERS } from "./peers.ts";
import { OFFLOAD_REQUIREMENTS } from "./requirements.ts";
import { OFFLOAD_CLASSES } from "./requirements/classes.ts";
import { COALESCING } from "./scenarios/coalescing.ts";
import { RECOGNITION } from "./scenarios/recognition.ts";

/** Everything that source 002 brings, as far as it is judged. */
export const OFFLOAD: Suite<OffloadOverrides> = defineSuite({
  ...OFFLOAD_PEERS,
  title: "Segmentation and coalescing, in stateless tunnels and without",
  shownIn: ["memory", "netns"],
  requirements: OFFLOAD_REQUIREMENTS,
  classes: OFFLOAD_CLASSES,
  parameters: OFFLOAD_PARAMETERS,
  scenarios: [RECOGNITION, COALESCING].flatMap((group) => Object.values(group)),
  sections: [RECOGNITION_SECTION],
});
