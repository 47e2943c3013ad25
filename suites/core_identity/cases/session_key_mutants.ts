/** Senders whose session keys hold too little of the four values, or too much besides. */
import { NODE_RULES, type NodeRules } from "../../../peers/core_identity/rules.ts";
import type { Classification } from "../../../peers/core_identity/session.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

/** A session key of values that were changed before. */
function keyOf(change: (c: Classification) => Classification): NodeRules["sessionKey"] {
  return (c, criteria, number) => NODE_RULES.sessionKey(change(c), criteria, number);
}

const network = (address: string) => address.replace(/[^.:]*$/, "");

/** What is left of the four values. */
const TOO_LITTLE = {
  key_of_source_networks: [
    "Takes the network of the source address alone into the session key",
    (c) => ({ ...c, source: network(c.source) }),
  ],
  key_of_destination_networks: [
    "Takes the network of the destination address alone into the session key",
    (c) => ({ ...c, destination: network(c.destination) }),
  ],
  key_of_low_octets: [
    "Takes the lower octets of ports alone into the session key",
    (c) => ({ ...c, sourcePort: c.sourcePort & 255, destinationPort: c.destinationPort & 255 }),
  ],
  key_of_both_ports_together: [
    "Takes the two ports into the session key in no order",
    (c) => ({ ...c, sourcePort: c.sourcePort ^ c.destinationPort, destinationPort: 0 }),
  ],
} satisfies Record<string, [string, (c: Classification) => Classification]>;

/** A session key that holds something of the datagram besides. */
function keyWith(extra: (datagram: Uint8Array) => number): Partial<NodeRules> {
  let seen = 0;
  return {
    carries(datagram) {
      seen = extra(datagram);
      return [datagram];
    },
    sessionKey: (c, criteria, number) =>
      `${NODE_RULES.sessionKey(c, criteria, number)} with ${seen}`,
  };
}

/** What is taken in besides. */
const TOO_MUCH = {
  key_with_ecn: ["Takes ECN into the session key", (datagram) => datagram[1] & 3],
  key_with_ttl: [
    "Takes the TTL into the session key",
    (datagram) => datagram[datagram[0] >> 4 === 4 ? 8 : 7],
  ],
  key_with_length: [
    "Takes datagrams of more than 1,000 octets for other sessions",
    (datagram) => datagram.length > 1000 ? 1 : 0,
  ],
} satisfies Record<string, [string, (datagram: Uint8Array) => number]>;

/** The section. */
export const SESSION_KEY_MUTANTS: Section = {
  title: "Claims 46 and 47: what a session key holds",
  checks: [],
  mutants: [
    ...Object.entries(TOO_LITTLE).map(([name, [title, change]]) =>
      kit.mutant({
        name,
        title,
        role: "sender",
        violates: "CID-002",
        alsoViolates: ["CID-078"],
        rules: { node: { sessionKey: keyOf(change) } },
      })
    ),
    ...Object.entries(TOO_MUCH).map(([name, [title, extra]]) =>
      kit.mutant({
        name,
        title,
        role: "sender",
        violates: "CID-001",
        alsoViolates: ["CID-006", "CID-078", "CID-106"],
        rules: { node: keyWith(extra) },
      })
    ),
  ],
};
