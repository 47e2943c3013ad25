/** What two segments must not be joined for: the reasons, by the names that findings give them. */

/** A rule of a pair of captures. */
export interface PairRuleText {
  /** What is asked, as a sentence without a full stop. */
  readonly text: string;
  /** Rows of the catalogue of source 002 (OFL-), and rules by number. */
  readonly source: string;
}

const rule = (source: string, text: string): PairRuleText => ({ text, source });

/** Reasons why a segment may not be joined to what is before it. */
export const JOIN_RULES = {
  join_flow_id: rule("OFL-045, OFL-080; T8, T13, T14", "flow ids are the same"),
  join_inner_addresses: rule("OFL-046; 64", "inner addresses are the same"),
  join_inner_ports: rule("OFL-046; 64", "TCP ports are the same"),
  join_format: rule("OFL-049; T6, T12", "both are plain, or in tunnels of one format"),
  join_outer_addresses: rule("OFL-048; D2-07", "outer addresses are the same"),
  join_link_addresses: rule("64", "link addresses and VLAN tags are the same"),
  join_opaque: rule(
    "OFL-028, OFL-051, OFL-071; T8, T12, T14, T16, T18, T19",
    "opaque fields are the same, but for what their format has adjusted",
  ),
  join_opaque_checksum: rule("T9, T17", "the checksum of the tunnel is right"),
  join_gap: rule("OFL-053; 5", "no octet is missing between them"),
  join_overlap: rule("OFL-053; 7, 8", "no octet comes twice"),
  join_arrival_order: rule("OFL-053; 6", "the first came first"),
  join_passed_over: rule("19, 71", "no segment of the flow came between them"),
  join_longer: rule("3", "the second is not longer than the first of the unit"),
  join_after_shorter: rule("2, 11", "the one before is as long as the first of the unit"),
  join_size_limit: rule("OFL-057; 10, 12, T5", "together they are within the limit of size"),
  join_acknowledgment: rule("22", "acknowledgment numbers are the same"),
  join_acknowledgment_falls: rule("23", "acknowledgment numbers do not fall"),
  join_window: rule("24", "windows are the same"),
  join_syn: rule("OFL-063; 30", "none has SYN"),
  join_rst: rule("OFL-063; 31", "none has RST"),
  join_urg: rule("OFL-063; 32", "none has URG"),
  join_fin: rule("OFL-063; 28, 29", "none has FIN, or only the last where FIN is joined"),
  join_after_psh: rule("OFL-063; 26, 27", "the one before has no PSH"),
  join_ece: rule("34, 35", "ECE is the same, or not set"),
  join_cwr: rule("36, 37", "CWR is the same, or not set"),
  join_other_flags: rule("33, 38", "ACK and reserved bits are the same"),
  join_timestamp: rule("40", "timestamps are the same"),
  join_timestamp_falls: rule("41", "timestamps do not fall"),
  join_timestamp_absent: rule("43", "both have timestamps or none"),
  join_tcp_options: rule("OFL-063; 39, 42, 44", "TCP options are such as may be joined"),
  join_tcp_checksum: rule("OFL-064; 47", "TCP checksums are right"),
  join_ip_checksum: rule("OFL-064; 48", "IPv4 header checksums are right"),
  join_length: rule("51", "IP lengths are those of the packets"),
  join_inner_fragment: rule("OFL-054; 53", "the inner packet is no fragment"),
  join_outer_fragment: rule("OFL-055; 53", "the outer packet is no fragment"),
  join_ip_options: rule("52", "there are no IPv4 options"),
  join_extension_headers: rule("68, 69", "IPv6 extension headers are such as may be joined"),
  join_inner_ttl: rule("OFL-060; 54, 67", "inner TTLs are the same"),
  join_outer_ttl: rule("OFL-060; 54, 67, T4", "outer TTLs are the same"),
  join_inner_dscp: rule("OFL-060; 55, 65", "inner DSCPs are the same"),
  join_outer_dscp: rule("OFL-060; 55, 65, T4", "outer DSCPs are the same"),
  join_inner_ecn: rule("OFL-060; 56, 65", "inner ECN fields are the same"),
  join_outer_ecn: rule("OFL-060; 56, 65, T4", "outer ECN fields are the same"),
  join_inner_df: rule("OFL-056; 57", "inner DF is the same"),
  join_outer_df: rule("OFL-056; 57, T4", "outer DF is the same"),
  join_inner_id: rule("58 to 63", "inner identifications rise by one or are all the same"),
  join_outer_id: rule("58 to 63, T2, T3", "outer identifications rise by one or are all the same"),
  join_flow_label: rule("66", "flow labels are the same"),
} as const satisfies Readonly<Record<string, PairRuleText>>;

/** The name of a reason. */
export type JoinRule = keyof typeof JOIN_RULES;
