/** The reference peers of source 000 for the suite, which mostly judges: their machines come when asked for. */
import { CORE_IDENTITY_PORT } from "../../captures/wire/core_identity.ts";
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";
import { NODE_RULES } from "../../peers/core_identity/rules.ts";
import { PACKET_MUTATOR_RULES } from "../../peers/testing/packet_mutator.ts";
import { deferredPeers } from "../kit/deferred_peers.ts";
import type { ReferencePeers } from "../kit/suite.ts";
import { STIMULUS_FAULTS } from "./stimulus_faults.ts";

/** What is known of sender and receiver without them. */
export const CORE_IDENTITY_KNOWN = {
  name: "core_identity",
  udpPort: CORE_IDENTITY_PORT,
  machines: { node: NODE_RULES, wire: PACKET_MUTATOR_RULES },
  stimulusFaults: STIMULUS_FAULTS,
} satisfies Omit<ReferencePeers<CoreIdentityOverrides>, "peer">;

/** Sender and receiver, once they are loaded. */
export const CORE_IDENTITY_DEFERRED: ReferencePeers<CoreIdentityOverrides> = deferredPeers<
  CoreIdentityOverrides
>(CORE_IDENTITY_KNOWN, async () => (await import("./peers.ts")).CORE_IDENTITY_PEERS);
