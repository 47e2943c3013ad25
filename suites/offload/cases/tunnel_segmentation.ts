/** Seed 002 L26, L88 and rules G18 to G21: segmentation in tunnels. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { recognisedFacts } from "../facts/recognised.ts";
import { kit } from "../vocabulary.ts";
import { TUNNEL_SEGMENTATION as T } from "../scenarios/tunnels.ts";
import { TUNNEL_SEGMENTATION_MUTANTS } from "./tunnel_segmentation_mutants.ts";
import { type PairCase, pairCase } from "./pairs.ts";

const FRAMEWORK = [T.made_up, T.gre, T.udp_slots, T.gre_ipv6] as const;
const SIZED = [...FRAMEWORK, T.jumbo, T.variable] as const;
const REAL = [T.made_up, T.gre_key, T.gre_checksum, T.vxlan, T.nvgre, T.geneve, T.ipip] as const;
const IPV4 = [T.made_up, T.gre, T.udp_slots] as const;

const CASES: readonly PairCase[] = [
  {
    name: "tunnel_mtu",
    title: "Each segment is within the MTU, with all that the tunnel adds",
    covers: ["OFL-030"],
    rules: ["segment_mtu", "segment_size"],
    on: SIZED,
  },
  {
    name: "tunnel_opaque_copied",
    title: "Each segment has the opaque field of its packet, between both IP headers",
    covers: ["OFL-032", "OFL-033"],
    rules: ["segment_opaque", "path_invented", "path_lost"],
    on: SIZED,
  },
  {
    name: "tunnel_outer_header",
    title: "Each segment has the outer header of its packet, with a length of its own",
    covers: ["OFL-034"],
    rules: ["segment_outer_header", "segment_outer_length"],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_inner_length",
    title: "The inner length is each segment's own",
    covers: ["OFL-035"],
    rules: ["segment_inner_length"],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_ids",
    title: "Identification of both headers follows the declared rule",
    covers: ["OFL-036"],
    rules: ["segment_inner_id", "segment_outer_id"],
    on: IPV4,
  },
  {
    name: "tunnel_header_checksums",
    title: "Both header checksums are right",
    covers: ["OFL-037"],
    rules: ["segment_inner_checksum", "segment_outer_checksum"],
    on: IPV4,
  },
  {
    name: "tunnel_tcp_header",
    title: "Sequence number, acknowledgment, options and checksum of TCP are as without a tunnel",
    covers: ["OFL-038"],
    rules: [
      "segment_sequence",
      "segment_acknowledgment",
      "segment_tcp_options",
      "segment_tcp_checksum",
    ],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_flags",
    title: "FIN and PSH stand in the last segment, CWR in the first",
    covers: ["OFL-039"],
    rules: ["segment_fin_psh", "segment_cwr", "segment_flags"],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_payload",
    title: "The payloads of the segments are that of the packet",
    covers: ["OFL-040"],
    rules: ["segment_payload", "path_lost", "path_invented", "path_order"],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_small_packets",
    title: "No segment is empty, and what is small leaves as it came",
    covers: ["OFL-041"],
    rules: ["segment_empty", "path_untouched", "path_invented"],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_ip_fields",
    title: "DF, DSCP, ECN and TTL of both headers are kept",
    covers: ["OFL-042"],
    rules: ["segment_inner_header", "segment_outer_header", "segment_extras"],
    on: FRAMEWORK,
  },
  {
    name: "tunnel_adjusted",
    title: "Exactly those octets are adjusted that the preset lists",
    covers: ["OFL-044"],
    rules: ["segment_opaque", "segment_udp_length", "segment_opaque_checksum"],
    on: [T.udp_slots, T.udp_slots_adjusted, T.made_up],
  },
  {
    name: "gre_segments",
    title: "In the GRE preset checksum and sequence number are copied",
    covers: ["OFL-074"],
    rules: ["segment_opaque", "segment_payload"],
    on: [T.gre],
  },
  {
    name: "udp_segments",
    title: "In the UDP preset length and checksum are copied where it lists neither",
    covers: ["OFL-082"],
    rules: ["segment_opaque", "segment_payload"],
    on: [T.udp_slots],
  },
  {
    name: "udp_segments_adjusted",
    title: "Length and checksum of UDP are each segment's own where the preset lists them",
    covers: ["OFL-082"],
    rules: ["segment_udp_length", "segment_opaque_checksum"],
    on: [T.udp_slots_adjusted],
  },
  {
    name: "outer_headers",
    title: "Each segment has all outer headers, with identifications and checksums of its own",
    covers: ["TSO-018"],
    rules: [
      "segment_outer_header",
      "segment_outer_length",
      "segment_outer_id",
      "segment_inner_id",
      "segment_outer_checksum",
      "segment_inner_checksum",
    ],
    on: REAL,
  },
  {
    name: "outer_udp",
    title: "Outer UDP length and checksum are each segment's own, and a checksum of zero stays",
    covers: ["TSO-019"],
    rules: ["segment_udp_length", "segment_opaque_checksum"],
    on: [T.vxlan, T.vxlan_ipv6, T.geneve],
  },
  {
    name: "gre_checksum",
    title: "The GRE checksum is each segment's own, and the key is copied",
    covers: ["TSO-020"],
    rules: ["segment_opaque_checksum", "segment_opaque"],
    on: [T.gre_checksum, T.gre_key],
  },
  {
    name: "tunnel_sizes",
    title: "What a tunnel adds is taken off the payload, and one segment at most is short",
    covers: ["TSO-021"],
    rules: ["segment_mtu", "segment_size"],
    on: [...REAL, T.ipv6_in_ipv4],
  },
];

/** Octets of an IP datagram in a frame of ordinary size. */
const ORDINARY = 1500;

const jumboSegments = kit.testCase({
  name: "nic/tunnel_jumbo",
  title: "Where the MTU is that of jumbo frames, segments are larger than ordinary ones",
  covers: ["OFL-031"],
  judges: ["nic"],
  on: [T.jumbo],
  needs: { flows: recognisedFacts },
  stimulus({ flows }, evidence) {
    const mtu = declared<number>(evidence, "nic", "mtu") ?? 0;
    if (mtu <= ORDINARY) return inconclusive("the MTU is that of ordinary frames");
    const cut = flows.filter(({ way, entered, left }) =>
      way === "send" && entered !== undefined && left !== undefined &&
      entered.largest > mtu && left.packets > entered.packets
    );
    return cut.length > 0 ? cut : inconclusive("the card segmented nothing in a tunnel");
  },
  judge: (_, flows) =>
    gravestOf(flows, "flow", ({ left, entered }) =>
      left!.largest > ORDINARY ? undefined : fail(
        `segments of more than ${ORDINARY} octets`,
        `segments of ${left!.largest} octets at most`,
        frameRefs(left?.first, entered?.first),
      )),
});

/** The section. */
export const TUNNEL_SEGMENTATION_SECTION: Section = {
  title: "Seed 002 L26, L88; rules G18 to G21: segmentation in tunnels",
  checks: [...CASES.map(pairCase), jumboSegments],
  mutants: TUNNEL_SEGMENTATION_MUTANTS,
};
