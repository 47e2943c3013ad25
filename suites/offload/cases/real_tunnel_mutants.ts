/** Cards that coalesce wrongly in the tunnels of real stacks: rules T1 to T23. */
import { get16, put16 } from "../../../captures/wire/octets.ts";
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { blindTo, cardMutant, coalescing, losing, type MutantRow } from "./mutations.ts";

const { timeToLiveJoins, dscpJoins, ecnJoins, dontFragmentJoins, identificationFollows } =
  COALESCING_RULES;
const none = () => {};

/** Octets of opaque fields, from one to another. */
const octets = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const ROWS: readonly MutantRow[] = [
  [
    "ipip_outer_ttl",
    "Joins segments in IP in IP whose outer TTL differs",
    "RSC-079",
    coalescing({
      timeToLiveJoins: (held, next, traits, header) =>
        header === "outer" || timeToLiveJoins(held, next, traits, header),
    }),
  ],
  [
    "outer_id_of_last",
    "Gives a unit the outer Identification of its last segment",
    "RSC-080",
    coalescing({
      unitHeaders: ({ segment: { bytes, outer }, count }) => {
        if (outer < 0 || bytes[outer] >> 4 !== 4) return;
        put16(bytes, outer + 4, get16(bytes, outer + 4) + count - 1 & 0xffff);
      },
    }),
  ],
  [
    "outer_id_ignored",
    "Joins segments whatever their outer Identification",
    "RSC-081",
    coalescing({
      identificationFollows: (first, next, count, fixed, df, traits, header) =>
        header === "outer" ||
        identificationFollows(first, next, count, fixed, df, traits, header),
    }),
  ],
  [
    "outer_ip_ignored",
    "Joins segments whatever their outer header",
    "RSC-082",
    coalescing({
      timeToLiveJoins: (held, next, traits, header) =>
        header === "outer" || timeToLiveJoins(held, next, traits, header),
      dscpJoins: (held, next, traits, header) =>
        header === "outer" || dscpJoins(held, next, traits, header),
      ecnJoins: (held, next, header) => header === "outer" || ecnJoins(held, next, header),
      dontFragmentJoins: (held, next, header) =>
        header === "outer" || dontFragmentJoins(held, next, header),
    }),
  ],
  [
    "limit_of_inner",
    "Holds the inner datagram to the limit of size",
    "RSC-083",
    coalescing({ withinLimit: (total, limit) => total <= limit + 20 }),
  ],
  [
    "loses_nested_tunnels",
    "Loses packets in a tunnel within a tunnel",
    "RSC-084",
    losing((frame) => frame[14 + 9] === 4 && frame[14 + 20 + 9] === 4),
  ],
  [
    "gre_header_cleared",
    "Clears the GRE header of units",
    "RSC-085",
    coalescing({
      unitHeaders: ({ segment: { format, bytes, opaque } }) => {
        if (format?.flowId !== undefined) bytes[opaque + 7] ^= 0x08;
      },
    }),
  ],
  ["no_gre_key", "Does not look at GRE keys", "RSC-086", coalescing(blindTo(...octets(4, 8)))],
  [
    "gre_checksum_ignored",
    "Joins segments with a wrong GRE checksum, and mends it",
    "RSC-087",
    coalescing({ holdsOpaque: () => true }),
  ],
  [
    "gre_checksum_of_first",
    "Leaves the GRE checksum of a unit as its first segment had it",
    "RSC-087",
    coalescing({ unitGreChecksum: (_right, first) => first }),
  ],
  [
    "gre_sequence_dropped",
    "Loses packets with GRE sequence numbers",
    "RSC-088",
    losing((frame) => frame[14 + 9] === 47 && (frame[34] & 0x10) !== 0),
  ],
  [
    "gre_version_1_dropped",
    "Loses packets of GRE version 1, or with routing",
    "RSC-089",
    losing((frame) => frame[14 + 9] === 47 && ((frame[34] & 0x40) !== 0 || frame[35] === 1)),
  ],
  [
    "gre_of_any_kind",
    "Joins segments in GRE with a key and without",
    "RSC-090",
    coalescing({ classKey: none, flowIdKey: none, opaqueEqual: () => true }),
  ],
  [
    "no_nvgre_flow_id",
    "Does not look at the FlowID of NVGRE",
    "RSC-091",
    coalescing(blindTo(7)),
  ],
  ["no_vni", "Does not look at the VNI", "RSC-092", coalescing(blindTo(12, 13, 14))],
  [
    "reserved_octet_of_vxlan",
    "Does not compare the reserved octets of VXLAN",
    "RSC-092",
    coalescing(blindTo(9, 10, 11, 15)),
  ],
  [
    "no_outer_ports",
    "Does not compare outer UDP ports",
    "RSC-094",
    coalescing(blindTo(0, 1)),
  ],
  [
    "udp_checksum_ignored",
    "Joins segments with a wrong outer UDP checksum, and mends it",
    "RSC-095",
    coalescing({ holdsOpaque: () => true }),
  ],
  [
    "no_inner_macs",
    "Does not compare inner MAC addresses",
    "RSC-096",
    coalescing(blindTo(...octets(8, 9), ...octets(16, 28))),
  ],
  [
    "geneve_options_ignored",
    "Joins segments with other Geneve options",
    "RSC-097",
    coalescing({ opaqueEqual: (held, next) => held.format === next.format }),
  ],
  [
    "all_lengths_stale",
    "Leaves all lengths of a unit as its first segment had them",
    "RSC-098",
    coalescing({ unitOctets: (_total, first) => first, unitUdpLength: (_total, first) => first }),
  ],
  [
    "udp_length_of_first",
    "Leaves the outer UDP length of a unit as its first segment had it",
    "RSC-098",
    coalescing({ unitUdpLength: (_total, first) => first }),
  ],
  [
    "outer_version_decides",
    "Judges the inner header by the rules of the outer",
    "RSC-100",
    coalescing({
      timeToLiveJoins: (held, next, traits, header) =>
        header === "inner" || timeToLiveJoins(held, next, traits, header),
    }),
  ],
  [
    "loses_other_tunnels",
    "Loses packets in tunnels that it does not offload",
    "RSC-101",
    losing((frame) => frame[14 + 9] === 17 && frame[36] === 0x12 && frame[37] === 0xb5),
  ],
];

/** In the order of their rules. */
export const REAL_TUNNEL_MUTANTS = ROWS.map(cardMutant);
