/** Segmentation of plain TCP: rules G1 to G17. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, inconclusive, pass } from "../../kit/verdict.ts";
import { isSegmentationOff } from "../facts/declared.ts";
import { pairFacts } from "../facts/pairs.ts";
import { kit } from "../vocabulary.ts";
import { SEGMENTATION } from "../scenarios/segmentation.ts";
import { SEGMENTATION_MUTANTS } from "./segmentation_mutants.ts";
import { type PairCase, pairCase } from "./pairs.ts";

const { plain_ipv4, plain_ipv6, jumbo, segment_size, fifteen_bits, fragments, off } = SEGMENTATION;
const BOTH = [plain_ipv4, plain_ipv6] as const;
const SIZES = [...BOTH, jumbo, segment_size] as const;

const CASES: readonly PairCase[] = [
  {
    name: "segments_even",
    title: "All segments but the last are of one size, and within the MTU",
    covers: ["TSO-001"],
    rules: ["segment_size", "segment_mss", "segment_mtu", "segment_payload", "segment_empty"],
    on: SIZES,
  },
  {
    name: "segment_sequence",
    title: "Each segment begins where the one before ends, and acknowledges as the packet",
    covers: ["TSO-002"],
    rules: ["segment_sequence", "segment_acknowledgment", "path_invented"],
    on: SIZES,
  },
  {
    name: "segment_fin_psh",
    title: "FIN and PSH stand in the last segment alone",
    covers: ["TSO-003"],
    rules: ["segment_fin_psh"],
    on: BOTH,
  },
  {
    name: "segment_cwr",
    title: "CWR stands in the first segment alone",
    covers: ["TSO-004"],
    rules: ["segment_cwr"],
    on: BOTH,
  },
  {
    name: "segment_ece",
    title: "ECE and ACK stand in each segment as in the packet",
    covers: ["TSO-005"],
    rules: ["segment_flags"],
    on: BOTH,
  },
  {
    name: "segment_options",
    title: "TCP options are copied",
    covers: ["TSO-007"],
    rules: ["segment_tcp_options"],
    on: BOTH,
  },
  {
    name: "segment_ip_options",
    title: "IPv4 options and extension headers are copied",
    covers: ["TSO-008"],
    rules: ["segment_extras", "segment_inner_header"],
    on: BOTH,
  },
  {
    name: "segment_id",
    title: "Identification follows the declared rule",
    covers: ["TSO-009", "TSO-011"],
    rules: ["segment_inner_id"],
    on: [plain_ipv4, segment_size],
  },
  {
    name: "segment_id_of_15_bits",
    title: "Identification rises modulo 2^15 where that is declared",
    covers: ["TSO-010"],
    rules: ["segment_inner_id"],
    on: [fifteen_bits],
  },
  {
    name: "segment_length",
    title: "IP length and header checksum are each segment's own",
    covers: ["TSO-012"],
    rules: ["segment_inner_length", "segment_inner_checksum"],
    on: BOTH,
  },
  {
    name: "segment_tcp_checksum",
    title: "The TCP checksum is right in each segment",
    covers: ["TSO-013"],
    rules: ["segment_tcp_checksum"],
    on: BOTH,
  },
  {
    name: "small_packets",
    title: "What needs no segmentation leaves as it came",
    covers: ["TSO-014"],
    rules: ["path_untouched", "path_lost", "segment_mss"],
    on: [...BOTH, segment_size],
  },
  {
    name: "segment_order",
    title: "Segments leave in their order",
    covers: ["TSO-016"],
    rules: ["path_order", "path_doubled"],
    on: BOTH,
  },
  {
    name: "fragments_sent",
    title: "A fragment is not segmented",
    covers: ["TSO-017"],
    rules: ["segment_inner_header", "path_invented", "path_doubled"],
    on: [fragments],
  },
];

const segmentationOff = kit.testCase({
  name: "nic/segmentation_off",
  title: "With segmentation off nothing is segmented",
  covers: ["TSO-023"],
  judges: ["nic"],
  on: [off],
  needs: { pairs: pairFacts },
  stimulus({ pairs }, evidence) {
    if (typeof pairs === "string") return inconclusive(pairs);
    const { send } = pairs;
    if (!isSegmentationOff(evidence)) return inconclusive("no card was told to segment nothing");
    return send !== undefined && send.came > 0 && send.left > 0
      ? send
      : inconclusive("no packet went through the card");
  },
  judge: (_, { units, rules }) =>
    units === 0 ? pass : fail(
      "no packet that leaves in several",
      `${units} packets left in segments`,
      frameRefs(...rules.get("segment_sequence")?.stimulus ?? []),
    ),
});

/** The section. */
export const SEGMENTATION_SECTION: Section = {
  title: "Rules G1 to G17: segmentation of plain TCP",
  checks: [...CASES.map(pairCase), segmentationOff],
  mutants: SEGMENTATION_MUTANTS,
};
