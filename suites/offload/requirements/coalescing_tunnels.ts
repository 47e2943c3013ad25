/** Coalescing in the tunnels of real stacks. Rules T1 to T23 of the offload note. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const LINUX = must("linux"), GRE = must("gre_tunnels"), VXLAN = must("vxlan");
const TUNNELS = must("tunnel_coalescing", "ipip", "gre_tunnels", "nvgre", "vxlan", "geneve");

/** RSC-079 to RSC-101, for T1 to T23. */
export const TUNNEL_RULES = catalogue(
  {
    "RSC-079": {
      ...must("ipip"),
      source: "note T1; Linux",
      text: "In IP in IP outer and inner header are each judged by themselves.",
    },
    "RSC-080": {
      ...may("linux"),
      source: "note T2; Linux 6.18",
      text: "Outer Identification may rise while the inner one stays, and the other way round.",
    },
    // Older kernels ignored the outer one under DF, where it says nothing (RFC 6864 §4.1).
    "RSC-081": {
      ...LINUX,
      source: "note T3; Linux 6.18; RFC 6864 §4.1",
      text:
        "With outer DF clear segments are not joined whose outer Identification neither rises by one nor stays.",
    },
    "RSC-082": {
      ...LINUX,
      source: "note T4; Linux 6.18",
      text: "Segments whose outer TTL, DSCP, ECN or DF differs are not joined.",
    },
    "RSC-083": {
      ...TUNNELS,
      source: "note T5; RFC 791 §3.1",
      text: "The limit of a unit's size is that of its outer IP datagram.",
    },
    "RSC-084": {
      ...LINUX,
      source: "note T6; Linux encap_mark",
      text: "Segments in two tunnels of one kind, one within the other, are not joined.",
    },
    "RSC-085": {
      ...GRE,
      source: "note T7; RFC 2784",
      text: "A unit in GRE has the GRE header of its segments.",
    },
    "RSC-086": {
      ...GRE,
      source: "note T8; RFC 2890 §2.1",
      text: "Segments with other GRE keys are of other flows.",
    },
    "RSC-087": {
      ...GRE,
      source: "note T9; RFC 2784 §2.5",
      text:
        "A segment with a wrong GRE checksum is not joined, and the GRE checksum of a unit is its own.",
    },
    "RSC-088": {
      ...LINUX,
      source: "note T10; Linux gre_gro_receive; RFC 2890 §2.2",
      text: "Segments with GRE sequence numbers are not joined.",
    },
    "RSC-089": {
      ...LINUX,
      source: "note T11; Linux gre_gro_receive; RFC 2637 §4.1",
      text:
        "Segments in GRE of a version other than 0, with routing, or with other bits set are not joined.",
    },
    "RSC-090": {
      ...GRE,
      source: "note T12; Linux gre_gro_receive",
      text: "Segments whose GRE flags or protocol types differ are not joined.",
    },
    "RSC-091": {
      ...must("nvgre"),
      source: "note T13; RFC 7637 §3.2",
      text: "Segments that differ in VSID or FlowID are not joined.",
    },
    "RSC-092": {
      ...VXLAN,
      source: "note T14; Linux vxlan_gro_receive",
      text: "Segments that differ in any of the 64 bits of the VXLAN header are not joined.",
    },
    "RSC-093": {
      ...may("vxlan_gpe"),
      source: "note T15; Linux vxlan_gpe_gro_receive",
      text: "VXLAN-GPE is coalesced in version 0, with O clear and a known next protocol.",
    },
    "RSC-094": {
      ...must("vxlan", "geneve", "udp_slots"),
      source: "note T16; Linux udp_gro_receive",
      text: "Segments whose outer UDP ports differ are not joined.",
    },
    "RSC-095": {
      ...must("vxlan", "geneve"),
      source: "note T17; RFC 768",
      text: "A segment with a wrong outer UDP checksum is not joined.",
    },
    "RSC-096": {
      ...must("vxlan", "geneve", "nvgre"),
      source: "note T18; Linux eth_gro_receive",
      text: "Segments whose inner MAC addresses differ are not joined.",
    },
    "RSC-097": {
      ...must("geneve"),
      source: "note T19; Linux geneve_gro_receive",
      text: "Segments whose Geneve options differ in length or in any octet are not joined.",
    },
    "RSC-098": {
      ...TUNNELS,
      source: "note T20; all",
      text:
        "In a unit outer length, UDP length, inner length and both IPv4 header checksums are its own.",
    },
    "RSC-099": {
      ...may("internals"),
      source: "note T21; FreeBSD tcp_lro",
      text: "VXLAN is coalesced only where the network interface vouches for inner IP and TCP.",
    },
    "RSC-100": {
      ...must("ipip"),
      source: "note T22; RFC 2473, RFC 4213",
      text: "Where outer and inner header are of two IP versions each follows its own rules.",
    },
    "RSC-101": {
      ...must("coalescing"),
      source: "note T23; Windows RSC",
      text: "Packets in a tunnel that is not offloaded are passed on as they are.",
    },
  } satisfies Rows,
);
