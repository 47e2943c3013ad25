/** FIG. 5: the one identity that ends give each other for a whole aggregated tunnel ([0055], [0060]). */
import {
  type Attribute,
  AttributeType,
  type ControlMessage,
  Message,
} from "../../captures/wire/core_identity_control.ts";
import { get64, put64 } from "../../captures/wire/octets.ts";
import type { AssociationHost } from "./association_host.ts";
import type { NodeConfig } from "./config.ts";

const LENGTH = 8;

/** The identity that a message of the peer gives for the whole aggregate, if it does. */
export function identityGiven(config: NodeConfig, { attributes }: ControlMessage) {
  if (config.class !== "F5") return undefined;
  const given = attributes.find(({ type }) => type === AttributeType.aggregateIdentity)?.value;
  return given?.length === LENGTH ? get64(given, 0) : undefined;
}

/**
 * The attribute by which this end gives an identity: in HELLO ACK, and where it is configured in HELLO;
 * none elsewhere.
 */
export function identityAttributes(
  { config, rules, aggregateIdentity }: AssociationHost,
  peer: string,
  message: number,
  tunnelId: number,
): Attribute[] {
  const gives = message === Message.helloAck ||
    message === Message.hello && rules.givesIdentityInHello(config.reverseIdentity);
  if (config.class !== "F5" || !gives) return [];
  const identity = rules.givesAggregateIdentity(aggregateIdentity(peer), message, tunnelId);
  if (identity === undefined) return [];
  const value = new Uint8Array(LENGTH);
  put64(value, 0, identity);
  return [{ type: AttributeType.aggregateIdentity, value }];
}

/**
 * Whether an end waits for an identity before it sends data: that which opened the tunnels always, the
 * other where the first has one to give.
 */
export function waitsForIdentity({ config, rules }: AssociationHost): boolean {
  return rules.waitsForAggregateIdentity && (config.initiate || config.reverseIdentity);
}
