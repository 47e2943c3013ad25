/** Coalescing of plain TCP: IP headers, order, and what a unit is. */
import type { Section } from "../../kit/suite.ts";
import { COALESCING } from "../scenarios/coalescing.ts";
import { IP_MUTANTS } from "./ip_mutants.ts";
import { type PairCase, pairCase } from "./pairs.ts";

const { plain_ipv4, plain_ipv6, transfer, framing } = COALESCING;
const BOTH = [plain_ipv4, plain_ipv6] as const;
const IPV4 = [plain_ipv4] as const, IPV6 = [plain_ipv6] as const;

/** Rules 52 to 78: IP, order, units. */
const IP: readonly PairCase[] = [
  {
    name: "ip_options",
    title: "IPv4 options keep a segment apart",
    covers: ["RSC-052"],
    rules: ["join_ip_options"],
    on: IPV4,
  },
  {
    name: "fragments",
    title: "IPv4 fragments are not joined",
    covers: ["RSC-053"],
    rules: ["join_inner_fragment", "path_ordinary"],
    on: IPV4,
  },
  {
    name: "ttl",
    title: "Another TTL keeps a segment apart",
    covers: ["RSC-054"],
    rules: ["join_inner_ttl"],
    on: IPV4,
  },
  {
    name: "dscp",
    title: "Another DSCP keeps a segment apart",
    covers: ["RSC-055"],
    rules: ["join_inner_dscp"],
    on: IPV4,
  },
  {
    name: "ecn",
    title: "Another ECN field keeps a segment apart",
    covers: ["RSC-056"],
    rules: ["join_inner_ecn"],
    on: IPV4,
  },
  {
    name: "dont_fragment",
    title: "Another DF keeps a segment apart",
    covers: ["RSC-057"],
    rules: ["join_inner_df"],
    on: IPV4,
  },
  {
    name: "id_kept",
    title: "A unit has the Identification of its first segment, however it goes on",
    covers: ["RSC-058", "RSC-059", "RSC-063"],
    rules: ["unit_inner_id"],
    on: IPV4,
  },
  {
    name: "id_steps",
    title: "Identification that skips, falls, or goes on in two ways keeps a segment apart",
    covers: ["RSC-061", "RSC-062", "RSC-063"],
    rules: ["join_inner_id"],
    on: IPV4,
  },
  {
    name: "addresses_and_ports",
    title: "Other addresses or ports are another flow",
    covers: ["RSC-064"],
    rules: ["join_inner_addresses", "join_inner_ports"],
    on: BOTH,
  },
  {
    name: "link_addresses",
    title: "Other MAC addresses or VLAN tags are another flow",
    covers: ["RSC-064"],
    rules: ["join_link_addresses"],
    on: [framing],
  },
  {
    name: "traffic_class",
    title: "Another traffic class keeps a segment apart",
    covers: ["RSC-065"],
    rules: ["join_inner_dscp", "join_inner_ecn"],
    on: IPV6,
  },
  {
    name: "flow_label",
    title: "Another flow label keeps a segment apart",
    covers: ["RSC-066"],
    rules: ["join_flow_label"],
    on: IPV6,
  },
  {
    name: "hop_limit",
    title: "Another hop limit keeps a segment apart",
    covers: ["RSC-067"],
    rules: ["join_inner_ttl"],
    on: IPV6,
  },
  {
    name: "extension_headers",
    title: "Other extension headers keep a segment apart",
    covers: ["RSC-069"],
    rules: ["join_extension_headers"],
    on: IPV6,
  },
  {
    name: "fragment_header",
    title: "Packets with a fragment header are not joined",
    covers: ["RSC-070"],
    rules: ["join_inner_fragment", "path_ordinary", "path_lost"],
    on: IPV6,
  },
  {
    name: "order",
    title: "Segments of a flow leave in the order in which they came",
    covers: ["RSC-071", "RSC-073"],
    rules: ["path_order", "path_overtaken", "path_lost", "path_doubled"],
    on: [...BOTH, transfer],
  },
  {
    name: "unit_is_legal",
    title: "Lengths and checksums of a unit are its own",
    covers: ["RSC-074"],
    rules: ["unit_inner_length", "unit_inner_checksum", "unit_tcp_checksum"],
    on: BOTH,
  },
  {
    name: "round_trip",
    title: "A unit can be segmented to what it was made of",
    covers: ["RSC-078"],
    rules: ["unit_round_trip"],
    on: BOTH,
  },
];

/** The section. */
export const IP_HEADERS: Section = {
  title: "Rules 52 to 78: coalescing by IP headers, order and units",
  checks: IP.map(pairCase),
  mutants: IP_MUTANTS,
};
