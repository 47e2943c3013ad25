/** Segmentation of plain TCP and in the tunnels of real stacks. Rules G1 to G23 of the offload note. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const TSO = must("segmentation");
// Who coalesces in a tunnel need not segment in it.
const TUNNELS = must(
  "tunnel_segmentation",
  "gre_segmentation",
  "udp_tunnel_segmentation",
  "ipip_segmentation",
);

/** TSO-001 to TSO-023, for G1 to G23. */
export const SEGMENTATION = catalogue(
  {
    "TSO-001": {
      ...TSO,
      source: "note G1; Windows LSO, Linux GSO",
      text: "A packet is cut into as many segments as it needs, and only the last may be short.",
    },
    "TSO-002": {
      ...TSO,
      source: "note G2; Windows LSO, Linux GSO",
      text:
        "Sequence numbers of segments go on by the payload sent; acknowledgment number, window and ports stay.",
    },
    "TSO-003": {
      ...TSO,
      source: "note G3; Windows LSO, Linux GSO",
      text: "FIN and PSH stand in the last segment alone.",
    },
    // With accurate ECN a stack may want it in all: only a NIC that is told so may do that.
    "TSO-004": {
      ...TSO,
      source: "note G4; RFC 3168 §6.1.2; Linux SKB_GSO_TCP_ECN",
      text: "CWR stands in the first segment alone.",
    },
    "TSO-005": {
      ...TSO,
      source: "note G5; RFC 3168 §6.1.3",
      text: "ECE stands in each segment as in the packet.",
    },
    "TSO-006": {
      ...may("internals"),
      source: "note G6; Windows LSO",
      text: "No packet with SYN, RST or URG, and no fragment, is handed down to be segmented.",
    },
    "TSO-007": {
      ...TSO,
      source: "note G7; Windows LSO, Linux GSO",
      text: "TCP options are copied to each segment as they are, the timestamp too.",
    },
    "TSO-008": {
      ...TSO,
      source: "note G8; Windows LSO",
      text: "IPv4 options and IPv6 extension headers are copied to each segment.",
    },
    "TSO-009": {
      ...TSO,
      source: "note G9; Linux GSO; D2-06",
      text:
        "The first segment has the Identification of the packet, and the others follow the declared rule, modulo 2^16.",
    },
    "TSO-010": {
      ...may("segmentation"),
      source: "note G10; Windows LSOv2",
      text: "Identification rises modulo 2^15 where that is declared.",
    },
    "TSO-011": {
      ...TSO,
      source: "note G11; RFC 6864 §4.1; Linux SKB_GSO_TCP_FIXEDID",
      text:
        "Identification is the same in all segments only where that is declared, and never where DF is clear.",
    },
    "TSO-012": {
      ...TSO,
      source: "note G12; RFC 791 §3.1",
      text: "IP length and IPv4 header checksum are each segment's own.",
    },
    "TSO-013": {
      ...TSO,
      source: "note G13; RFC 9293 §3.1",
      text: "The TCP checksum is right in each segment.",
    },
    "TSO-014": {
      ...TSO,
      source: "note G14; DPDK rte_gso",
      text: "A packet whose payload is no more than one segment holds is sent as it is.",
    },
    "TSO-015": {
      ...may("internals"),
      source: "note G15; Windows MinSegmentCount, MaxOffloadSize",
      text: "A packet larger or smaller than what was agreed on harms nothing.",
    },
    "TSO-016": {
      ...TSO,
      source: "note G16; Windows LSO",
      text: "Segments leave in the order of their sequence numbers.",
    },
    "TSO-017": {
      ...TSO,
      source: "note G17; DPDK, Linux",
      text: "A fragment is not segmented.",
    },
    "TSO-018": {
      ...TUNNELS,
      source: "note G18; Linux GSO",
      text:
        "Each segment in a tunnel has all outer headers; outer and inner Identification go on each from its own first, and both header checksums are right.",
    },
    "TSO-019": {
      ...must("udp_tunnel_segmentation"),
      source: "note G19; Linux skb_udp_tunnel_segment",
      text:
        "The outer UDP length is each segment's own; a UDP checksum of zero stays zero, another is right in each.",
    },
    "TSO-020": {
      ...must("gre_segmentation"),
      source: "note G20; Linux gre_gso_segment",
      text: "The GRE checksum is each segment's own, the GRE key is copied.",
    },
    "TSO-021": {
      ...TUNNELS,
      source: "note G21; Linux GSO",
      text:
        "What a tunnel adds is taken off the payload of segments, and no more than one of them is short.",
    },
    "TSO-022": {
      ...may("internals"),
      source: "note G22; Linux NETIF_F_GSO_PARTIAL",
      text: "In partial segmentation only inner transport header and outer Identification vary.",
    },
    "TSO-023": {
      ...must("segmentation_switch"),
      source: "note G23; Linux selftests tso.py",
      text: "Where segmentation is off a packet is not segmented.",
    },
  } satisfies Rows,
);
