/**
 * Rules that replace those of a reference peer, addressed by machine: a peer may be made of several
 * machines, each of which has a record of rules under its own name. A mutant is a peer with one rule
 * replaced by a wrong one; a legal variant has one replaced by another legal choice.
 */

import type { Endpoint, Transmission } from "./machine.ts";

/**
 * For each machine the rules that replace its own.
 * @template Machines The whole record of rules of each machine, by the machine's name.
 */
export type RuleOverrides<Machines extends object = Record<string, object>> = {
  readonly [Name in keyof Machines]?: Partial<Machines[Name]>;
};

/** Both overrides in one; where both replace a rule, the second wins. */
export function mergeOverrides(first: RuleOverrides, second: RuleOverrides): RuleOverrides {
  const merged: Record<string, object | undefined> = { ...first };
  for (const [machine, rules] of Object.entries(second)) {
    merged[machine] = { ...merged[machine], ...rules };
  }
  return merged;
}

/**
 * What may be done to packets in front of a machine: see `peers/testing/packet_mutator.ts`. No peer
 * would choose otherwise, so reference peers have no rules of this kind: mutants alone replace them.
 */
export interface PacketMutatorRules {
  /** The packet that the machine receives in the place of one from outside; undefined loses it. */
  ingress(packet: Uint8Array, from?: Endpoint): Uint8Array | undefined;
  /** The packets that are sent in the place of one, on any port but `lan`. */
  egress(transmission: Transmission): Transmission[];
  /** The datagrams that are sent on `lan` in the place of one. */
  lanEgress(datagram: Uint8Array): Uint8Array[];
}
