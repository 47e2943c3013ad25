/** Coalescing: IP headers, order and what a unit is. Rules 52 to 78 of the offload note. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const ALL = must("coalescing"), LINUX = must("linux");

/** RSC-052 to RSC-078: each has the number of its rule. */
export const IP_AND_ORDER = catalogue(
  {
    "RSC-052": {
      ...must("linux", "windows", "freebsd", "qemu"),
      source: "note 52; Linux, Windows, FreeBSD, QEMU; DPDK compares none",
      text: "A segment with IPv4 options is not joined.",
    },
    "RSC-053": { ...ALL, source: "note 53; all", text: "An IPv4 fragment is not joined." },
    "RSC-054": {
      ...LINUX,
      source: "note 54; Linux inet_gro_receive",
      text: "Segments whose Time to Live differs are not joined.",
    },
    "RSC-055": {
      ...must("linux", "windows"),
      source: "note 55; Linux, Windows",
      text: "Segments whose DSCP differs are not joined.",
    },
    "RSC-056": {
      ...must("linux", "windows"),
      source: "note 56; Linux, Windows",
      text: "Segments whose ECN field differs are not joined.",
    },
    "RSC-057": {
      ...must("linux", "windows", "dpdk"),
      source: "note 57; Linux, Windows, DPDK",
      text: "Segments whose DF differs are not joined.",
    },
    "RSC-058": {
      ...may("linux"),
      source: "note 58; Linux inet_gro_receive",
      text: "Segments whose Identification rises by one are joined, whatever DF is.",
    },
    "RSC-059": {
      ...may("linux"),
      source: "note 59, 60; Linux 6.18",
      text: "Segments whose Identification stays the same are joined.",
    },
    "RSC-060": {
      ...must("dpdk"),
      source: "note 58, 60; DPDK rte_gro",
      text: "With DF clear segments are joined only where Identification rises by one.",
    },
    "RSC-061": {
      ...LINUX,
      source: "note 61; Linux inet_gro_receive",
      text: "Segments whose Identification neither rises by one nor stays are not joined.",
    },
    "RSC-062": {
      ...LINUX,
      source: "note 62; Linux inet_gro_receive",
      text: "Whether Identification rises or stays is one and the same throughout a unit.",
    },
    "RSC-063": {
      ...LINUX,
      source: "note 63; Linux inet_gro_receive",
      text: "Identification rises modulo 2^16: from 65,535 to 0, and from 0 to 65,535 it does not.",
    },
    "RSC-064": {
      ...ALL,
      source: "note 64; all",
      text: "Segments with other MAC addresses, VLAN tag, IP addresses or ports are not joined.",
    },
    "RSC-065": {
      ...must("linux", "windows"),
      source: "note 65; Linux, Windows",
      text: "IPv6 segments whose traffic class differs are not joined.",
    },
    "RSC-066": {
      ...must("linux", "windows"),
      source: "note 66; Linux, Windows",
      text: "IPv6 segments whose flow label differs are not joined.",
    },
    "RSC-067": {
      ...LINUX,
      source: "note 67; Linux 6.18",
      text: "IPv6 segments whose hop limit differs are not joined.",
    },
    "RSC-068": {
      ...must("windows", "qemu"),
      source: "note 68; Windows, QEMU",
      text: "IPv6 segments with extension headers are not joined.",
    },
    "RSC-069": {
      ...ALL,
      source: "note 69; all",
      text: "IPv6 segments whose extension headers differ are not joined.",
    },
    "RSC-070": {
      ...ALL,
      source: "note 70; all",
      text: "An IPv6 packet with a fragment header is not joined.",
    },
    // Seen on Linux 6.18: a damaged segment is handed up before the unit that is held.
    "RSC-071": {
      ...must("linux", "windows", "freebsd", "qemu"),
      source: "note 71 and its correction; Linux, Windows, FreeBSD, QEMU; DPDK may prepend",
      text: "Good segments of a flow are delivered in the order in which they came.",
    },
    "RSC-072": {
      ...may("internals"),
      source: "note 72; Windows RSC, exceptions 7 and 8",
      text: "What ended a unit opens the next only where it was its length or its ECN.",
    },
    "RSC-073": {
      ...must("linux", "windows", "freebsd"),
      source:
        "note 73; Linux, Windows, FreeBSD; what QEMU and DPDK do not take passes what they hold",
      text: "A segment that is never joined does not overtake what is held of its flow.",
    },
    "RSC-074": {
      ...ALL,
      source: "note 74; all",
      text: "A unit is a legal segment: its lengths and checksums are its own, or as declared.",
    },
    "RSC-075": {
      ...may("internals"),
      source: "note 75; Windows CoalescedSegCount",
      text: "The number of segments that is told with a unit counts those with data.",
    },
    "RSC-076": {
      ...may("internals"),
      source: "note 76; Windows counters",
      text: "Packets and octets that were coalesced are counted, and so are aborts.",
    },
    "RSC-077": {
      ...ALL,
      source: "note 77; Windows; RFC 4303 §3.4",
      text: "What IPsec protects is not coalesced.",
    },
    "RSC-078": {
      ...LINUX,
      source: "note 78; Linux segmentation-offloads",
      text: "A unit that is segmented again gives the segments that it was made of.",
    },
  } satisfies Rows,
);
