/** The reference peers of source 000. */
import { parseNodeConfig } from "../../peers/core_identity/config.ts";
import { CoreMachine } from "../../peers/core_identity/core.ts";
import { CoreIdentityNode } from "../../peers/core_identity/node.ts";
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";
import { NODE_RULES } from "../../peers/core_identity/rules.ts";
import { PacketMutator } from "../../peers/testing/packet_mutator.ts";
import type { ReferencePeers } from "../kit/suite.ts";
import { CORE_IDENTITY_PEER_RULES } from "./peer_rules.ts";

/** Sender and receiver, which are one machine, and the cores that it steers. */
export const CORE_IDENTITY_PEERS: ReferencePeers<CoreIdentityOverrides> = {
  ...CORE_IDENTITY_PEER_RULES,
  peer: (_role, config, environment, { node, wire }) =>
    PacketMutator.around(new CoreIdentityNode(config, environment, node), wire),
  core: (_role, config, index, environment, { node }) =>
    new CoreMachine(parseNodeConfig(config), index, environment, { ...NODE_RULES, ...node }),
};
