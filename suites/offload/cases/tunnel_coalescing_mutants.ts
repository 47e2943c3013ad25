/** Cards that coalesce wrongly in tunnels: OFL-028 to OFL-080. */
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { blindTo, cardMutant, coalescing, type MutantRow } from "./mutations.ts";

const { timeToLiveJoins, dscpJoins, ecnJoins, dontFragmentJoins } = COALESCING_RULES;
const none = () => {};

/** OFL-023 to OFL-067. */
const SOURCE: readonly MutantRow[] = [
  [
    "shorter_field_is_enough",
    "Compares opaque fields as far as the shorter one goes",
    "OFL-028",
    coalescing({
      opaqueEqual: (held, next) => held.format === next.format,
    }),
  ],
  [
    "tenants_as_one",
    "Knows flows in tunnels by the inner 5-tuple, and keeps the first opaque field",
    "OFL-045",
    coalescing({ flowIdKey: none, opaqueEqual: (held, next) => held.format === next.format }),
  ],
  [
    "no_inner_addresses",
    "Knows flows in tunnels without their inner addresses",
    "OFL-046",
    coalescing({ innerKey: none }),
  ],
  ["no_ports", "Knows flows without their ports", "OFL-046", coalescing({ portsKey: none })],
  [
    "outer_header_alone",
    "Knows flows in tunnels by their outer header",
    "OFL-047",
    coalescing({ innerKey: none, portsKey: none }),
  ],
  [
    "no_outer_addresses",
    "Joins segments of two outer sources",
    "OFL-048",
    coalescing({ outerKey: none }),
  ],
  [
    "plain_and_tunnelled",
    "Joins a plain segment to a tunnelled one",
    "OFL-049",
    coalescing({ classKey: none, outerKey: none, flowIdKey: none, opaqueEqual: () => true }),
  ],
  [
    "last_opaque",
    "Joins segments whose opaque fields differ, and keeps the last of them",
    "OFL-050",
    coalescing({
      opaqueEqual: (held, next) => held.format === next.format,
      opaqueKept: (_held, next) => next,
    }),
  ],
  [
    "other_opaque_discarded",
    "Joins segments whose opaque fields differ, and discards the second",
    "OFL-051",
    coalescing({ opaqueEqual: (held, next) => held.format === next.format }),
  ],
  [
    "reserved_octets",
    "Does not compare the first four octets of opaque fields",
    "OFL-051",
    coalescing(blindTo(0, 1, 4, 5, 8, 9)),
  ],
  [
    "opaque_in_payload",
    "Leaves opaque field and inner headers of segments that join in the payload",
    "OFL-052",
    coalescing({ joinsFrom: ({ opaque, outer, payload }) => outer < 0 ? payload : opaque }),
  ],
  [
    "tunnel_gap",
    "Joins across a gap",
    "OFL-053",
    coalescing({ sequenceFollows: (expected, next) => (next - expected >>> 0) <= 100 }),
  ],
  [
    "outer_fragments_only",
    "Looks for fragments in the outer header alone",
    "OFL-054",
    { classifier: { fragmentBits: (word, header) => header === "first" ? word & 0xbfff : 0 } },
  ],
  [
    "inner_fragments_only",
    "Looks for fragments in the inner header alone",
    "OFL-055",
    { classifier: { fragmentBits: (word, header) => header === "inner" ? word & 0xbfff : 0 } },
  ],
  [
    "outer_df_ignored",
    "Joins segments whose outer DF differs",
    "OFL-056",
    coalescing({
      dontFragmentJoins: (held, next, header) =>
        header === "outer" || dontFragmentJoins(held, next, header),
    }),
  ],
  [
    "inner_df_ignored",
    "Joins segments whose inner DF differs",
    "OFL-056",
    coalescing({
      dontFragmentJoins: (held, next, header) =>
        header === "inner" || dontFragmentJoins(held, next, header),
    }),
  ],
  [
    "inner_limit",
    "Holds the inner datagram to the limit of size",
    "OFL-057",
    coalescing({ withinLimit: (total, limit) => total <= limit + 28 }),
  ],
  [
    "tunnel_held_too_long",
    "Holds units for four times as long as it is set to",
    "OFL-058",
    coalescing({ holdsFor: (timer) => timer * 4 }),
  ],
  [
    "outer_length_stale",
    "Leaves the outer length of a unit as its first segment had it",
    "OFL-059",
    coalescing({ unitOctets: (total, first, header) => header === "outer" ? first : total }),
  ],
  [
    "inner_length_stale",
    "Leaves the inner length of a unit as its first segment had it",
    "OFL-059",
    coalescing({ unitOctets: (total, first, header) => header === "inner" ? first : total }),
  ],
  [
    "outer_sum_stale",
    "Leaves the outer header checksum of a unit as its first segment had it",
    "OFL-059",
    coalescing({
      unitHeaderChecksum: (right, first, header) => header === "outer" ? first : right,
    }),
  ],
  [
    "outer_ttl_ignored",
    "Joins segments whose outer TTL differs",
    "OFL-060",
    coalescing({
      timeToLiveJoins: (held, next, traits, header) =>
        header === "outer" || timeToLiveJoins(held, next, traits, header),
    }),
  ],
  [
    "outer_tos_ignored",
    "Joins segments whose outer DSCP or ECN differs",
    "OFL-060",
    coalescing({
      dscpJoins: (held, next, traits, header) =>
        header === "outer" || dscpJoins(held, next, traits, header),
      ecnJoins: (held, next, header) => header === "outer" || ecnJoins(held, next, header),
    }),
  ],
  [
    "one_bucket",
    "Has room for one flow, and loses what has to go for the next",
    "OFL-061",
    coalescing({
      buckets: () => 1,
      flowsPerBucket: () => 1,
      delivered: (emit, bytes, start, end, _count, why) =>
        why === "evicted" ? undefined : emit(bytes, start, end),
    }),
  ],
  [
    "last_octet_is_lost",
    "Loses the last octet of every segment that joins",
    "OFL-062",
    coalescing({ joinsTo: ({ end }) => end - 1 }),
  ],
  [
    "tunnel_tcp_checksum",
    "Joins segments with a wrong TCP checksum",
    "OFL-064",
    coalescing({ holdsTcpChecksum: () => true }),
  ],
  [
    "outer_checksum_ignored",
    "Joins segments with a wrong outer header checksum",
    "OFL-064",
    coalescing({ holdsHeaderChecksum: (right, header) => right || header === "outer" }),
  ],
  [
    "unmatched_is_dropped",
    "Drops segments whose opaque fields match none that it holds",
    "OFL-065",
    coalescing({
      delivered: (emit, bytes, start, end, total, why) =>
        why === "opaque" && total === 1 ? undefined : emit(bytes, start, end),
    }),
  ],
  [
    "round_trip_of_last",
    "Joins segments of other sizes than segmentation would make",
    "OFL-067",
    coalescing({ sizeJoins: () => true }),
  ],
];

/** OFL-068 to OFL-084. */
const PRESETS: readonly MutantRow[] = [
  [
    "gre_flow_id_at_8",
    "Reads the flow id of GRE at 8, and compares no more of the key",
    "OFL-070",
    coalescing(blindTo(10, 11)),
  ],
  [
    "gre_half_of_key",
    "Compares octets 10 and 11 of the key alone",
    "OFL-071",
    coalescing(blindTo(8, 9)),
  ],
  ["no_target_slot", "Does not look at the target slot", "OFL-078", coalescing(blindTo(14, 15))],
  ["no_source_slot", "Does not look at the source slot", "OFL-078", coalescing(blindTo(12, 13))],
  [
    "tenants_mixed",
    "Joins segments of two tenants",
    "OFL-080",
    coalescing({ flowIdKey: none, opaqueEqual: (held, next) => held.format === next.format }),
  ],
];

/** In the order of their rows. */
export const TUNNEL_COALESCING_MUTANTS = [...SOURCE, ...PRESETS].map(cardMutant);
