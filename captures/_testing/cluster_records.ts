/** Cluster messages with any bits, for property tests. */
import fc from "fast-check";
import { type ClusterRecord, withLength } from "../wire/tunnel_cluster.ts";
import { bits, octets } from "./format_laws.ts";

const attribute = fc.record({
  type: fc.oneof(bits(3), bits(16)),
  value: fc.oneof(octets(2), octets(4), octets(0, 20)),
}, { noNullPrototype: true });

/** Messages with the Length of what they hold, some with octets behind the last attribute. */
export const clusterMessages: fc.Arbitrary<ClusterRecord> = fc.record({
  version: bits(4),
  flags: bits(4),
  message: bits(8),
  length: fc.constant(0),
  member: bits(16),
  term: bits(16),
  sequence: bits(32),
  acknowledged: bits(32),
  attributes: fc.array(attribute, { maxLength: 5 }),
  // Fewer octets than an attribute header has are no attribute.
  rest: octets(0, 3),
}, { noNullPrototype: true }).map(withLength);
