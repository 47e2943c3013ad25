/** The suite of offloading devices: source 002, and the offloads of real stacks. */
import type { OffloadOverrides } from "../../peers/offload/overrides.ts";
import type { Scenario } from "../kit/scenario.ts";
import { defineSuite, type Suite } from "../kit/suite.ts";
import { EDGES_SECTION } from "./cases/edges.ts";
import { FLAGS_AND_OPTIONS_SECTION } from "./cases/flags_and_options.ts";
import { IP_HEADERS } from "./cases/ip_headers.ts";
import { IMPLEMENTATIONS_SECTION } from "./cases/implementations.ts";
import { LEGAL_CHOICES } from "./cases/legal_choices.ts";
import { PLAIN_COALESCING } from "./cases/plain_coalescing.ts";
import { REAL_TUNNELS } from "./cases/real_tunnels.ts";
import { RECOGNITION_SECTION } from "./cases/recognition.ts";
import { SEGMENTATION_SECTION } from "./cases/segmentation.ts";
import { TUNNEL_COALESCING_SECTION } from "./cases/tunnel_coalescing.ts";
import { TUNNEL_SEGMENTATION_SECTION } from "./cases/tunnel_segmentation.ts";
import { recogniser } from "./facts/recogniser.ts";
import { OFFLOAD_FIGURES } from "./figures/mod.ts";
import { cardTeller } from "./conversations/teller.ts";
import { OFFLOAD_PARAMETERS } from "./parameters.ts";
import { OFFLOAD_PEERS } from "./peers.ts";
import { OFFLOAD_REQUIREMENTS } from "./requirements.ts";
import { OFFLOAD_CLASSES } from "./requirements/classes.ts";
import { COALESCING } from "./scenarios/coalescing.ts";
import { RECOGNITION } from "./scenarios/recognition.ts";
import { SEGMENTATION } from "./scenarios/segmentation.ts";
import { TUNNEL_COALESCING, TUNNEL_SEGMENTATION } from "./scenarios/tunnels.ts";
import { UNDECLARED } from "./undeclared.ts";

/** Everything that source 002 brings, as far as it is judged. */
export const OFFLOAD: Suite<OffloadOverrides> = defineSuite({
  ...OFFLOAD_PEERS,
  title: "Segmentation and coalescing, in stateless tunnels and without",
  shownIn: ["memory", "netns"],
  light: true,
  recogniser,
  conversations: cardTeller,
  requirements: OFFLOAD_REQUIREMENTS,
  classes: OFFLOAD_CLASSES,
  parameters: OFFLOAD_PARAMETERS,
  unjudged: UNDECLARED,
  scenarios: [
    ...[RECOGNITION, SEGMENTATION, COALESCING, TUNNEL_SEGMENTATION, TUNNEL_COALESCING]
      .flatMap((group): Scenario[] => Object.values(group)),
  ],
  sections: [
    EDGES_SECTION,
    RECOGNITION_SECTION,
    SEGMENTATION_SECTION,
    TUNNEL_SEGMENTATION_SECTION,
    PLAIN_COALESCING,
    FLAGS_AND_OPTIONS_SECTION,
    IP_HEADERS,
    IMPLEMENTATIONS_SECTION,
    TUNNEL_COALESCING_SECTION,
    REAL_TUNNELS,
    LEGAL_CHOICES,
  ],
  figures: OFFLOAD_FIGURES,
});
