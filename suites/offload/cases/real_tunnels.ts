/** Rules T1 to T22: coalescing in the tunnels of real stacks. */
import type { Section } from "../../kit/suite.ts";
import { TUNNEL_COALESCING as T } from "../scenarios/tunnels.ts";
import { REAL_TUNNEL_MUTANTS } from "./real_tunnel_mutants.ts";
import { type PairCase, pairCase } from "./pairs.ts";

const REAL = [T.made_up, T.gre_plain, T.gre_key, T.nvgre, T.vxlan, T.geneve, T.ipip] as const;

const CASES: readonly PairCase[] = [
  {
    name: "ipip_headers",
    title: "In IP in IP both headers are judged",
    covers: ["RSC-079"],
    rules: ["join_outer_ttl", "join_inner_ttl", "join_inner_ports", "unit_payload"],
    on: [T.ipip],
  },
  {
    name: "outer_id_kept",
    title: "A unit has the outer Identification of its first segment, however the inner goes on",
    covers: ["RSC-080"],
    rules: ["unit_outer_id", "unit_inner_id"],
    on: [T.ipip, T.gre_key],
  },
  {
    name: "outer_id_steps",
    title: "With outer DF clear the outer Identification rises by one or stays",
    covers: ["RSC-081"],
    rules: ["join_outer_id"],
    on: [T.ipip, T.gre_key],
  },
  {
    name: "outer_fields",
    title: "Another outer TTL, DSCP, ECN or DF keeps segments apart",
    covers: ["RSC-082"],
    rules: ["join_outer_ttl", "join_outer_dscp", "join_outer_ecn", "join_outer_df"],
    on: [T.ipip, T.gre_key, T.vxlan],
  },
  {
    name: "outer_limit",
    title: "The outer datagram of a unit is within the limit",
    covers: ["RSC-083"],
    rules: ["unit_size_limit", "join_size_limit", "path_lost", "path_invented"],
    on: REAL,
  },
  {
    name: "gre_header",
    title: "A unit has the GRE header of its segments",
    covers: ["RSC-085"],
    rules: ["unit_opaque", "unit_payload", "unit_flow", "path_lost", "path_invented"],
    on: [T.gre_plain, T.gre_key],
  },
  {
    name: "gre_keys",
    title: "Other GRE keys are other flows",
    covers: ["RSC-086"],
    rules: ["join_flow_id"],
    on: [T.gre_key],
  },
  {
    name: "gre_checksums",
    title: "A wrong GRE checksum keeps a segment apart, and that of a unit is right",
    covers: ["RSC-087"],
    rules: ["join_opaque_checksum", "unit_opaque_checksum"],
    on: [T.gre_checksum],
  },
  {
    name: "gre_flags",
    title: "Segments with other GRE flags are not joined",
    covers: ["RSC-090"],
    rules: ["join_format"],
    on: [T.gre_mixed],
  },
  {
    name: "nvgre_keys",
    title: "VSID and FlowID keep segments apart",
    covers: ["RSC-091"],
    rules: ["join_flow_id"],
    on: [T.nvgre],
  },
  {
    name: "vxlan_header",
    title: "All of the VXLAN header keeps segments apart",
    covers: ["RSC-092"],
    rules: ["join_flow_id", "join_opaque"],
    on: [T.vxlan],
  },
  {
    name: "udp_ports",
    title: "Other outer UDP ports keep segments apart",
    covers: ["RSC-094"],
    rules: ["join_opaque"],
    on: [T.vxlan, T.geneve, T.udp_slots],
  },
  {
    name: "udp_checksums",
    title: "A wrong outer UDP checksum keeps a segment apart",
    covers: ["RSC-095"],
    rules: ["join_opaque_checksum"],
    on: [T.vxlan_ipv6],
  },
  {
    name: "inner_macs",
    title: "Other inner MAC addresses keep segments apart",
    covers: ["RSC-096"],
    rules: ["join_opaque"],
    on: [T.vxlan, T.nvgre, T.geneve],
  },
  {
    name: "geneve_options",
    title: "Geneve options are the same octet for octet in a unit",
    covers: ["RSC-097"],
    rules: ["join_opaque"],
    on: [T.geneve],
  },
  {
    name: "all_lengths",
    title: "All lengths and header checksums of a unit are its own",
    covers: ["RSC-098"],
    rules: [
      "unit_outer_length",
      "unit_inner_length",
      "unit_outer_checksum",
      "unit_inner_checksum",
    ],
    on: REAL,
  },
  {
    name: "udp_length",
    title: "The outer UDP length of a unit is its own",
    covers: ["RSC-098"],
    rules: ["unit_udp_length"],
    on: [T.vxlan, T.geneve],
  },
  {
    name: "mixed_versions",
    title: "Where outer and inner header are of two IP versions each follows its own rules",
    covers: ["RSC-100"],
    rules: ["join_outer_ttl", "join_inner_ttl", "unit_payload", "unit_outer_length"],
    on: [T.ipv4_in_ipv6, T.ipv6_in_ipv4],
  },
];

/** The section. */
export const REAL_TUNNELS: Section = {
  title: "Rules T1 to T22: coalescing in tunnels of real stacks",
  checks: CASES.map(pairCase),
  mutants: REAL_TUNNEL_MUTANTS,
};
