/** What single implementations ask where they differ. */
import type { Section } from "../../kit/suite.ts";
import { COALESCING } from "../scenarios/coalescing.ts";
import { IMPLEMENTATION_MUTANTS } from "./implementation_mutants.ts";
import { type PairCase, pairCase } from "./pairs.ts";

const { windows, dpdk, freebsd, qemu } = COALESCING;

const CASES: readonly PairCase[] = [
  {
    name: "ece_apart",
    title: "A segment with ECE is not joined",
    covers: ["RSC-034"],
    rules: ["join_ece"],
    on: [dpdk, freebsd],
  },
  {
    name: "no_options",
    title: "A segment with options is not joined",
    covers: ["RSC-039"],
    rules: ["join_tcp_options"],
    on: [qemu],
  },
  {
    name: "other_options",
    title: "A segment with other options than a timestamp is not joined",
    covers: ["RSC-044"],
    rules: ["join_tcp_options"],
    on: [windows, freebsd, qemu],
  },
  {
    name: "sack_on_duplicate",
    title: "A duplicate acknowledgment with SACK is delivered by itself",
    covers: ["RSC-045"],
    rules: ["path_lost", "path_order"],
    on: [windows],
    staged: true,
  },
  {
    name: "id_without_df",
    title: "With DF clear Identification rises by one in a unit",
    covers: ["RSC-060"],
    rules: ["join_inner_id"],
    on: [dpdk],
  },
  {
    name: "no_extension_headers",
    title: "IPv6 segments with extension headers are not joined",
    covers: ["RSC-068"],
    rules: ["join_extension_headers"],
    on: [windows, qemu],
  },
  {
    name: "window_update",
    title: "A window update that a unit took in shows in its window, and in nothing else",
    covers: ["RSC-114"],
    rules: ["unit_window", "unit_payload", "path_lost"],
    on: [windows, qemu],
  },
  {
    name: "acknowledgments_absorbed",
    title: "A unit that took in acknowledgments has the latest number and the larger window",
    covers: ["RSC-115"],
    rules: ["unit_acknowledgment", "unit_window", "unit_payload"],
    on: [freebsd],
  },
  {
    name: "last_acknowledgment",
    title: "A unit has the acknowledgment number of its last segment",
    covers: ["RSC-116"],
    rules: ["unit_acknowledgment"],
    on: [windows, freebsd, qemu],
  },
  {
    name: "last_window",
    title: "A unit has the window of its last segment",
    covers: ["RSC-117"],
    rules: ["unit_window"],
    on: [windows, qemu],
  },
  {
    name: "fin_apart",
    title: "A segment with FIN is not joined",
    covers: ["RSC-119"],
    rules: ["join_fin"],
    on: [windows, freebsd, qemu],
  },
  {
    name: "other_flags_apart",
    title: "A segment with any other flag is not joined",
    covers: ["RSC-120"],
    rules: ["join_other_flags", "join_urg", "join_ece", "join_cwr"],
    on: [windows],
  },
  {
    name: "last_timestamp",
    title: "A unit has the timestamp of its last segment",
    covers: ["RSC-121"],
    rules: ["unit_timestamp"],
    on: [windows, freebsd],
  },
  {
    name: "least_ttl",
    title: "A unit has the least TTL of its segments",
    covers: ["RSC-123"],
    rules: ["unit_inner_ttl"],
    on: [windows],
  },
  {
    name: "dont_fragment_wanted",
    title: "A segment with DF clear is not joined",
    covers: ["RSC-124"],
    rules: ["join_inner_df"],
    on: [qemu],
  },
];

/** The section. */
export const IMPLEMENTATIONS_SECTION: Section = {
  title: "Windows, DPDK, FreeBSD and QEMU",
  checks: CASES.map(pairCase),
  mutants: IMPLEMENTATION_MUTANTS,
};
