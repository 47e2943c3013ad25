/** Coalescing of plain TCP: sizes, sequence, time, acknowledgments. */
import type { Section } from "../../kit/suite.ts";
import { COALESCING } from "../scenarios/coalescing.ts";
import { type PairCase, pairCase } from "./pairs.ts";
import { PLAIN_COALESCING_MUTANTS } from "./plain_coalescing_mutants.ts";

const { plain_ipv4, plain_ipv6, many_flows, held, small_units, framing } = COALESCING;
const BOTH = [plain_ipv4, plain_ipv6] as const;

/** Rules 1 to 25: size, sequence, time, acknowledgments. */
const SEQUENCE: readonly PairCase[] = [
  {
    name: "unit_of_first",
    title: "A unit begins as its first segment does, and has the payload of all",
    covers: ["RSC-001"],
    rules: ["unit_sequence", "unit_inner_id", "unit_payload", "path_invented"],
    on: BOTH,
  },
  {
    name: "headers_of_segments",
    title: "Nothing stands in the headers of a unit that none of its segments has",
    covers: ["RSC-126"],
    rules: [
      "unit_acknowledgment",
      "unit_window",
      "unit_tcp_options",
      "unit_timestamp",
      "unit_inner_ttl",
      "unit_inner_header",
      "unit_extras",
      "unit_outer_id",
      "unit_opaque_checksum",
    ],
    on: BOTH,
  },
  {
    name: "shorter_closes",
    title: "Nothing joins behind a shorter segment",
    covers: ["RSC-002"],
    rules: ["join_after_shorter"],
    on: BOTH,
  },
  {
    name: "longer_apart",
    title: "A longer segment does not join",
    covers: ["RSC-003", "RSC-011"],
    rules: ["join_longer"],
    on: BOTH,
  },
  {
    name: "padding",
    title: "Padding and trailers of frames are no payload",
    covers: ["RSC-004", "RSC-050"],
    rules: ["unit_payload", "path_lost", "path_invented", "path_untouched"],
    on: [framing],
    staged: true,
  },
  {
    name: "gap",
    title: "A gap in sequence numbers keeps segments apart",
    covers: ["RSC-005"],
    rules: ["join_gap"],
    on: BOTH,
  },
  {
    name: "order_of_sequence",
    title: "Segments are joined in the order of their sequence numbers alone",
    covers: ["RSC-006", "RSC-007", "RSC-008"],
    rules: ["join_overlap"],
    on: BOTH,
  },
  {
    name: "reverse_order",
    title: "Segments that came in reverse order stay apart",
    covers: ["RSC-113"],
    rules: ["join_arrival_order", "join_passed_over", "path_order"],
    on: BOTH,
  },
  {
    name: "across_the_wrap",
    title: "A unit across the wrap of sequence numbers begins with its first segment",
    covers: ["RSC-009"],
    rules: ["unit_sequence", "unit_payload", "path_invented"],
    on: BOTH,
    staged: true,
  },
  {
    name: "size_limit",
    title: "No unit is larger than an IP datagram can be, or than declared",
    covers: ["RSC-010"],
    rules: ["join_size_limit", "unit_size_limit"],
    on: [...BOTH, small_units],
  },
  {
    name: "interleaved",
    title: "Flows that interleave are not mixed",
    covers: ["RSC-014"],
    rules: ["join_inner_ports", "path_lost"],
    on: BOTH,
  },
  {
    name: "many_flows",
    title: "Every segment is delivered, however many flows there are",
    covers: ["RSC-015", "RSC-017"],
    rules: ["path_lost", "path_doubled", "path_order"],
    on: [many_flows],
  },
  {
    name: "timer",
    title: "No segment is held longer than declared",
    covers: ["RSC-016"],
    rules: ["unit_timer"],
    on: [held],
  },
  {
    name: "pure_acknowledgments",
    title: "Each segment without payload is delivered by itself",
    covers: ["RSC-018", "RSC-020", "RSC-021", "RSC-025"],
    rules: ["path_lost"],
    on: BOTH,
    staged: true,
  },
  {
    name: "duplicate_acknowledgments",
    title: "Acknowledgments among data keep their place",
    covers: ["RSC-019"],
    rules: ["path_lost", "path_order", "join_passed_over"],
    on: BOTH,
  },
  {
    name: "acknowledgment_rises",
    title: "A higher acknowledgment number keeps a segment apart",
    covers: ["RSC-022"],
    rules: ["join_acknowledgment"],
    on: BOTH,
  },
  {
    name: "acknowledgment_falls",
    title: "A lower acknowledgment number keeps a segment apart",
    covers: ["RSC-023"],
    rules: ["join_acknowledgment_falls"],
    on: BOTH,
  },
  {
    name: "window",
    title: "Another window keeps a segment apart",
    covers: ["RSC-024"],
    rules: ["join_window"],
    on: BOTH,
  },
];

/** The section. */
export const PLAIN_COALESCING: Section = {
  title: "Rules 1 to 25: coalescing by size, sequence, time and acknowledgment",
  checks: SEQUENCE.map(pairCase),
  mutants: PLAIN_COALESCING_MUTANTS,
};
