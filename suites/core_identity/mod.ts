/** The core-identity suite: source 000. */
import { CORE_IDENTITY_PORT } from "../../captures/wire/core_identity.ts";
import { parseNodeConfig } from "../../peers/core_identity/config.ts";
import { CoreMachine } from "../../peers/core_identity/core.ts";
import { CoreIdentityNode } from "../../peers/core_identity/node.ts";
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";
import { NODE_RULES } from "../../peers/core_identity/rules.ts";
import { PacketMutator } from "../../peers/testing/packet_mutator.ts";
import type { Suite } from "../kit/suite.ts";
import { CORE_IDENTITY_CHECKS } from "./checks/mod.ts";
import { CORE_IDENTITY_FIGURES } from "./figures/mod.ts";
import { RECEIVER_MUTANTS } from "./mutants/receiver.ts";
import { SENDER_MUTANTS } from "./mutants/sender.ts";
import { SENDER_SELECTION_MUTANTS } from "./mutants/sender_selection.ts";
import { STIMULUS_FAULTS } from "./stimulus_faults.ts";
import { CORE_IDENTITY_REQUIREMENTS } from "./requirements.ts";
import { FIGURE_7_SCENARIOS } from "./scenarios/figure_7.ts";
import { FIGURE_7_NETWORK_SCENARIOS } from "./scenarios/figure_7_networks.ts";
import { FIGURE_9_SCENARIOS } from "./scenarios/figure_9.ts";

/** Everything that source 000 brings. */
export const CORE_IDENTITY: Suite<CoreIdentityOverrides> = {
  name: "core_identity",
  title: "Core-identity steering over aggregated tunnels",
  shownIn: ["memory", "netns"],
  udpPort: CORE_IDENTITY_PORT,
  requirements: CORE_IDENTITY_REQUIREMENTS,
  scenarios: [...FIGURE_7_SCENARIOS, ...FIGURE_7_NETWORK_SCENARIOS, ...FIGURE_9_SCENARIOS],
  checks: CORE_IDENTITY_CHECKS,
  mutants: [...SENDER_MUTANTS, ...SENDER_SELECTION_MUTANTS, ...RECEIVER_MUTANTS],
  stimulusFaults: STIMULUS_FAULTS,
  figures: CORE_IDENTITY_FIGURES,
  peer: (_role, config, environment, { node, wire }) =>
    PacketMutator.around(new CoreIdentityNode(config, environment, node), wire),
  core: (_role, config, index, environment, { node }) =>
    new CoreMachine(parseNodeConfig(config), index, environment, { ...NODE_RULES, ...node }),
};
