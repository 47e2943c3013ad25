/** Coalescing of plain TCP: flags, options, checksums. */
import type { Section } from "../../kit/suite.ts";
import { COALESCING } from "../scenarios/coalescing.ts";
import { FLAG_MUTANTS } from "./flag_mutants.ts";
import { type PairCase, pairCase } from "./pairs.ts";

const { plain_ipv4, plain_ipv6, windows, freebsd } = COALESCING;
const BOTH = [plain_ipv4, plain_ipv6] as const, IPV4 = [plain_ipv4] as const;

/** Rules 26 to 51: flags, options, checksums. */
const FLAGS: readonly PairCase[] = [
  {
    name: "push_closes",
    title: "Nothing joins behind PSH",
    covers: ["RSC-026", "RSC-027"],
    rules: ["join_after_psh"],
    on: BOTH,
  },
  {
    name: "fin_closes",
    title: "Nothing joins behind FIN, and FIN is not lost",
    covers: ["RSC-028"],
    rules: ["join_fin", "unit_flags"],
    on: BOTH,
  },
  {
    name: "empty_fin",
    title: "FIN without payload is delivered by itself",
    covers: ["RSC-029"],
    rules: ["path_lost", "unit_flags"],
    on: BOTH,
  },
  { name: "syn", title: "SYN is not joined", covers: ["RSC-030"], rules: ["join_syn"], on: BOTH },
  { name: "rst", title: "RST is not joined", covers: ["RSC-031"], rules: ["join_rst"], on: BOTH },
  { name: "urg", title: "URG is not joined", covers: ["RSC-032"], rules: ["join_urg"], on: BOTH },
  {
    name: "ack_and_reserved",
    title: "ACK and reserved bits are those of all segments of a unit",
    covers: ["RSC-033", "RSC-038"],
    rules: ["join_other_flags"],
    on: BOTH,
  },
  {
    name: "ece",
    title: "Segments with and without ECE are not joined",
    covers: ["RSC-035"],
    rules: ["join_ece"],
    on: BOTH,
  },
  {
    name: "cwr",
    title: "Segments with and without CWR are not joined",
    covers: ["RSC-036", "RSC-037"],
    rules: ["join_cwr", "unit_flags"],
    on: BOTH,
  },
  {
    name: "push_kept",
    title: "PSH of a segment is that of its unit",
    covers: ["RSC-118"],
    rules: ["unit_flags"],
    on: BOTH,
  },
  {
    name: "timestamp_grows",
    title: "Another timestamp keeps a segment apart",
    covers: ["RSC-040"],
    rules: ["join_timestamp"],
    on: BOTH,
  },
  {
    name: "timestamp_falls",
    title: "A timestamp that falls keeps a segment apart",
    covers: ["RSC-041"],
    rules: ["join_timestamp_falls"],
    on: [...BOTH, windows, freebsd],
  },
  {
    name: "timestamp_absent",
    title: "Segments with and without timestamp are not joined",
    covers: ["RSC-043"],
    rules: ["join_timestamp_absent"],
    on: BOTH,
  },
  {
    name: "options",
    title: "TCP options are the same octet for octet in all segments of a unit",
    covers: ["RSC-042", "RSC-122"],
    rules: ["join_tcp_options"],
    on: BOTH,
  },
  {
    name: "options_kept",
    title: "A unit has the options of its segments",
    covers: ["RSC-125"],
    rules: ["unit_tcp_options"],
    on: BOTH,
  },
  {
    name: "bad_data_offset",
    title: "What has an impossible TCP header is passed on as it is",
    covers: ["RSC-046"],
    rules: ["path_ordinary", "path_untouched", "path_lost", "path_invented"],
    on: BOTH,
  },
  {
    name: "tcp_checksum",
    title: "A wrong TCP checksum keeps a segment apart, and it is delivered",
    covers: ["RSC-047"],
    rules: ["join_tcp_checksum", "path_lost"],
    on: BOTH,
  },
  {
    name: "header_checksum",
    title: "A wrong IPv4 header checksum keeps a segment apart",
    covers: ["RSC-048"],
    rules: ["join_ip_checksum"],
    on: IPV4,
  },
  {
    name: "length_beyond",
    title: "A segment longer than its frame is passed on as it is",
    covers: ["RSC-051"],
    rules: ["join_length", "path_ordinary", "path_untouched"],
    on: BOTH,
  },
];

/** The section. */
export const FLAGS_AND_OPTIONS_SECTION: Section = {
  title: "Rules 26 to 51: coalescing by flags, options and checksums",
  checks: FLAGS.map(pairCase),
  mutants: FLAG_MUTANTS,
};
