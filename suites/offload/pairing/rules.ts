/** All rules that a pair of captures is held to, by the names that findings give them. */
import { JOIN_RULES, type PairRuleText } from "./join_rules.ts";

const rule = (source: string, text: string): PairRuleText => ({ text, source });

/** What holds of every packet, whatever a device does with others. */
export const PATH_RULES = {
  path_ordinary: rule(
    "OFL-018, OFL-022, OFL-029, OFL-081; T23",
    "what is no TCP segment, plain or in a tunnel of the preset, leaves octet by octet as it came",
  ),
  path_untouched: rule(
    "OFL-018, OFL-041; G14",
    "a segment that is neither joined nor cut leaves octet by octet as it came",
  ),
  path_lost: rule("OFL-053, OFL-065; 17, 20", "every packet leaves"),
  path_invented: rule("OFL-040, OFL-053", "nothing leaves that did not come"),
  path_doubled: rule("OFL-053", "nothing leaves more often than it came"),
  path_order: rule("OFL-053; 71, 73, G16", "sound segments of a flow leave in the order they came"),
  path_overtaken: rule(
    "OFL-053; 73",
    "a segment with IP options or extension headers does not overtake what is held of its flow",
  ),
} as const satisfies Readonly<Record<string, PairRuleText>>;

/** What holds of a unit that segments were joined to. */
export const UNIT_RULES = {
  unit_payload: rule(
    "OFL-062, OFL-067",
    "its payload is that of its segments, one behind the other",
  ),
  unit_sequence: rule("1", "its sequence number is that of its first segment"),
  unit_flow: rule("OFL-045, OFL-046", "its addresses, ports and flow id are those of its first"),
  unit_outer_addresses: rule("OFL-048; D2-07", "its outer addresses are those of its first"),
  unit_opaque: rule("OFL-050", "its opaque field is that of its first segment"),
  unit_acknowledgment: rule("20, 22", "its acknowledgment number is that of its last segment"),
  unit_window: rule("21, 24", "its window is that of its last segment"),
  unit_flags: rule("26, 28, 34, 36", "its control bits are those of its first, PSH and FIN of all"),
  unit_tcp_options: rule("39, 44", "its TCP options are those of its segments"),
  unit_timestamp: rule("40", "its timestamps are those of its last segment"),
  unit_inner_length: rule("OFL-059; T20", "its inner IP length is that of its octets"),
  unit_outer_length: rule("OFL-059; 1, T20", "its outer IP length is that of its octets"),
  unit_udp_length: rule("T20", "its UDP length is that of its octets, where the format has it so"),
  unit_inner_checksum: rule("OFL-059; 74, T20", "its inner IPv4 header checksum is right"),
  unit_outer_checksum: rule("OFL-059; 74, T20", "its outer IPv4 header checksum is right"),
  unit_tcp_checksum: rule("OFL-059; 74", "its TCP checksum is right, or as declared"),
  unit_opaque_checksum: rule(
    "T9, T17",
    "the checksum in its opaque field is right, or as declared",
  ),
  unit_inner_id: rule("1", "its inner identification is that of its first segment"),
  unit_outer_id: rule("1, T2", "its outer identification is that of its first segment"),
  unit_inner_ttl: rule("54, 67", "its inner TTL is that of its first, or the least"),
  unit_outer_ttl: rule("54, 67", "its outer TTL is that of its first, or the least"),
  unit_inner_header: rule("OFL-059, OFL-060", "its inner TOS and DF are those of its first"),
  unit_outer_header: rule("OFL-059, OFL-060", "its outer TOS and DF are those of its first"),
  unit_extras: rule(
    "66, 68",
    "its IP options, extension headers and flow labels are those of its first",
  ),
  unit_size_limit: rule("OFL-057; 10, T5", "its datagram is within the limit of size"),
  unit_timer: rule("OFL-058; 16", "no segment is held longer than declared"),
  unit_round_trip: rule("OFL-067; 78", "segmentation gives back the segments that it is made of"),
} as const satisfies Readonly<Record<string, PairRuleText>>;

/** What holds of segments that a super-packet was cut to. */
export const SEGMENT_RULES = {
  segment_payload: rule("OFL-040", "payloads one behind the other are that of the super-packet"),
  segment_size: rule(
    "OFL-041; G1, G21",
    "all but the last are of one size, which it does not exceed",
  ),
  segment_mss: rule("OFL-030, OFL-041; G1", "all but the last are of the size that is declared"),
  segment_mtu: rule("OFL-030, OFL-031; G21", "none is larger than the MTU of the wire"),
  segment_empty: rule("OFL-041", "none is empty"),
  segment_sequence: rule("OFL-038; G2", "each begins where the one before ends"),
  segment_acknowledgment: rule("OFL-038; G2", "acknowledgment number and window are copied"),
  segment_fin_psh: rule("OFL-039; G3", "FIN and PSH are on the last alone"),
  segment_cwr: rule("OFL-039; G4", "CWR is on the first alone"),
  segment_flags: rule("G5", "all other control bits are copied"),
  segment_tcp_options: rule("OFL-038; G7", "TCP options are copied"),
  segment_extras: rule("G8", "IP options, extension headers and flow labels are copied"),
  segment_inner_id: rule(
    "OFL-036; G9 to G11, G18",
    "inner identifications follow the declared rule",
  ),
  segment_outer_id: rule(
    "OFL-036; G9 to G11, G18",
    "outer identifications follow the declared rule",
  ),
  segment_inner_length: rule("OFL-035; G12", "the inner IP length is that of the segment"),
  segment_outer_length: rule("OFL-034; G12, G18", "the outer IP length is that of the segment"),
  segment_inner_checksum: rule("OFL-037; G12", "the inner IPv4 header checksum is right"),
  segment_outer_checksum: rule("OFL-037; G18", "the outer IPv4 header checksum is right"),
  segment_tcp_checksum: rule("OFL-038; G13", "the TCP checksum is right"),
  segment_inner_header: rule("OFL-042", "inner TTL, TOS and DF are copied, and it is no fragment"),
  segment_outer_header: rule(
    "OFL-034, OFL-042; G18",
    "outer addresses, TTL, TOS and DF are copied, and it is no fragment",
  ),
  segment_opaque: rule(
    "OFL-032, OFL-044; G20",
    "the opaque field is copied, but for what its format has adjusted",
  ),
  segment_udp_length: rule("OFL-044, OFL-082; G19", "the UDP length is that of the segment"),
  segment_opaque_checksum: rule(
    "OFL-044, OFL-074, OFL-082; G19, G20",
    "the checksum in the opaque field is right, or zero as it was",
  ),
} as const satisfies Readonly<Record<string, PairRuleText>>;

/** All of them. */
export const PAIR_RULES = {
  ...JOIN_RULES,
  ...PATH_RULES,
  ...UNIT_RULES,
  ...SEGMENT_RULES,
} as const;

/** The name of a rule. */
export type PairRule = keyof typeof PAIR_RULES;
/** The name of a rule of units. */
export type UnitRule = keyof typeof UNIT_RULES;
/** The name of a rule of segments. */
export type SegmentRule = keyof typeof SEGMENT_RULES;
