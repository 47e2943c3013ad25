/** What a suite says of its peers without their machines: names, and the rules of each. */
import { CORE_IDENTITY_PORT } from "../../captures/wire/core_identity.ts";
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";
import { NODE_RULES } from "../../peers/core_identity/rules.ts";
import { PACKET_MUTATOR_RULES } from "../../peers/testing/packet_mutator.ts";
import type { ReferencePeers } from "../kit/suite.ts";
import { STIMULUS_FAULTS } from "./stimulus_faults.ts";

/** What is known of sender and receiver without them. */
export const CORE_IDENTITY_PEER_RULES = {
  name: "core_identity",
  udpPort: CORE_IDENTITY_PORT,
  machines: { node: NODE_RULES, wire: PACKET_MUTATOR_RULES },
  stimulusFaults: STIMULUS_FAULTS,
} satisfies Omit<ReferencePeers<CoreIdentityOverrides>, "peer">;
