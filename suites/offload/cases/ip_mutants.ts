/** Cards that join what IP headers keep apart, or give units wrong ones. Rules 52 to 78. */
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { cardMutant, coalescing, losing, type MutantRow } from "./mutations.ts";

const { identificationFollows } = COALESCING_RULES;

/** First octet of the IP header in a frame. */
const IP = 14;

const ROWS: readonly MutantRow[] = [
  [
    "joins_ip_options",
    "Joins segments with IPv4 options",
    "RSC-052",
    coalescing({ holdsIpOptions: () => true }),
  ],
  [
    "joins_fragments",
    "Joins IPv4 fragments",
    "RSC-053",
    { classifier: { fragmentBits: () => 0 } },
  ],
  [
    "joins_other_ttl",
    "Joins segments whose TTL differs",
    "RSC-054",
    coalescing({ timeToLiveJoins: () => true }),
  ],
  [
    "joins_lower_hop_limits",
    "Joins segments whose hop limit is lower",
    "RSC-067",
    coalescing({ timeToLiveJoins: (held, next) => next <= held }),
  ],
  [
    "joins_other_dscp",
    "Joins segments whose DSCP differs",
    "RSC-055",
    coalescing({ dscpJoins: () => true }),
  ],
  [
    "joins_other_ecn",
    "Joins segments whose ECN field differs",
    "RSC-056",
    coalescing({ ecnJoins: () => true }),
  ],
  [
    "loses_congestion",
    "Joins segments that were marked to others that were not",
    "RSC-056",
    coalescing({ ecnJoins: (held, next) => held === next || next === 3 }),
  ],
  [
    "joins_other_df",
    "Joins segments whose DF differs",
    "RSC-057",
    coalescing({ dontFragmentJoins: () => true }),
  ],
  [
    "either_direction",
    "Joins segments whose Identification falls by one",
    "RSC-063",
    coalescing({
      identificationFollows: (first, next, count, fixed, df, traits, header) =>
        identificationFollows(first, next, count, fixed, df, traits, header) ||
        count === 1 && (first - next & 0xffff) === 1,
    }),
  ],
  [
    "ignores_identification",
    "Joins segments whatever their Identification",
    "RSC-061",
    coalescing({ identificationFollows: () => true }),
  ],
  [
    "stays_or_rises",
    "Joins segments whose Identification rises once and stays once",
    "RSC-062",
    coalescing({
      identificationFollows: (first, next, count) => (next - first & 0xffff) <= count,
    }),
  ],
  [
    "no_source_address",
    "Knows flows without their source address",
    "RSC-064",
    coalescing({
      innerKey({ bytes, inner }, key) {
        const v6 = bytes[inner] >> 4 === 6;
        key.octets(bytes, inner + (v6 ? 24 : 16), inner + (v6 ? 40 : 20));
      },
    }),
  ],
  [
    "no_link_addresses",
    "Knows flows without their MAC addresses and VLAN tags",
    "RSC-064",
    coalescing({ linkKey: () => {} }),
  ],
  [
    "joins_traffic_classes",
    "Joins IPv6 segments whose traffic class differs",
    "RSC-065",
    coalescing({ dscpJoins: () => true, ecnJoins: () => true }),
  ],
  [
    "joins_flow_labels",
    "Joins segments whose flow label differs",
    "RSC-066",
    coalescing({ flowLabelJoins: () => true }),
  ],
  [
    "joins_other_extensions",
    "Joins segments whose extension headers differ",
    "RSC-069",
    coalescing({ extensionHeadersJoin: () => true }),
  ],
  [
    "loses_fragment_headers",
    "Loses packets with a fragment header",
    "RSC-070",
    losing((frame) => frame[IP] >> 4 === 6 && frame[IP + 6] === 44),
  ],
  [
    "length_of_first",
    "Leaves the IP length of a unit as its first segment had it",
    "RSC-074",
    coalescing({ unitOctets: (_octets, first) => first }),
  ],
  [
    "header_checksum_of_first",
    "Leaves the IPv4 header checksum of a unit as its first segment had it",
    "RSC-074",
    coalescing({ unitHeaderChecksum: (_right, first) => first }),
  ],
  [
    "tcp_checksum_of_first",
    "Leaves the TCP checksum of a unit as its first segment had it",
    "RSC-074",
    coalescing({ unitTcpChecksum: (_right, first) => first }),
  ],
];

/** In the order of their rules. */
export const IP_MUTANTS = ROWS.map(cardMutant);
