/** The node as its associations see it. */
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";
import type { PeerEnvironment, Transmission } from "../machine.ts";
import type { NodeConfig } from "./config.ts";
import type { NodeRules } from "./rules.ts";

/** What an association needs from its node. */
export interface AssociationHost {
  config: NodeConfig;
  rules: NodeRules;
  environment: PeerEnvironment;
  /** Own processor information of this moment. */
  information(): ProcessorInformation;
  /** The identity of a core of this node for an aggregated tunnel, the same whenever it is asked for. */
  aggregateIdentity(peer: string): bigint;
  send(transmission: Transmission): void;
  /** Called once, when all tunnels of an aggregate are up for the first time. */
  aggregateUp(): void;
  /** Called when the peer has answered in all tunnels what `ask` asked. */
  allAnswered(): void;
}
