/** What several mutants have in common. */
import type { Classification } from "../../../peers/core_identity/session.ts";
import { NODE_RULES, type NodeRules } from "../../../peers/core_identity/rules.ts";

/** A session key that leaves out one field of its four. */
export function keyWithout(
  field: "source" | "destination" | "sourcePort" | "destinationPort",
): NodeRules["sessionKey"] {
  const blank = field.endsWith("Port") ? -2 : "any";
  return (c, criteria, number) => NODE_RULES.sessionKey({ ...c, [field]: blank }, criteria, number);
}

/** A session key that leaves the ports out of datagrams of one kind. */
export function portlessKey(
  isOf: (c: Classification) => boolean,
): NodeRules["sessionKey"] {
  return (c, criteria, number) =>
    NODE_RULES.sessionKey(
      isOf(c) ? { ...c, sourcePort: -2, destinationPort: -2 } : c,
      criteria,
      number,
    );
}

/** An identity that is another one on every packet. */
export function scrambled(identity: bigint, globalSequence: number): bigint {
  return identity ^ (BigInt(globalSequence + 1) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn);
}
