/** Coalescing: flags, options, checksums and lengths. Rules 26 to 51 of the offload note. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const ALL = must("coalescing"), LINUX = must("linux");
/** Implementations that verify checksums on receipt; DPDK does not. */
const VERIFYING = must("linux", "windows", "freebsd", "qemu");

/** RSC-026 to RSC-051: each has the number of its rule. */
export const FLAGS_AND_OPTIONS = catalogue(
  {
    "RSC-026": {
      ...LINUX,
      source: "note 26; Linux tcp_gro_receive",
      text: "Once a segment with PSH has joined, nothing joins any more.",
    },
    "RSC-027": {
      ...LINUX,
      source: "note 27; Linux tcp_gro_receive",
      text: "Nothing joins a first segment with PSH.",
    },
    "RSC-028": {
      ...LINUX,
      source: "note 28; Linux tcp_gro_receive",
      text: "Nothing joins a segment with FIN, whose FIN a unit that it joined carries.",
    },
    "RSC-029": {
      ...ALL,
      source: "note 29; all",
      text: "A segment with FIN and no payload is not joined.",
    },
    "RSC-030": { ...ALL, source: "note 30; all", text: "A segment with SYN is not joined." },
    "RSC-031": { ...ALL, source: "note 31; all", text: "A segment with RST is not joined." },
    "RSC-032": { ...ALL, source: "note 32; all", text: "A segment with URG is not joined." },
    "RSC-033": {
      ...must("linux", "freebsd"),
      source: "note 33; Linux, FreeBSD",
      text: "Segments of which some have ACK and some have not are not joined.",
    },
    "RSC-034": {
      ...must("dpdk", "freebsd"),
      source: "note 34; DPDK, FreeBSD",
      text: "A segment with ECE is not joined.",
    },
    "RSC-035": {
      ...must("linux", "windows", "dpdk", "freebsd"),
      source: "note 35; Linux, Windows, DPDK, FreeBSD; QEMU's test can never fire",
      text: "Segments of which some have ECE and some have not are not joined.",
    },
    "RSC-036": {
      ...must("linux", "windows", "dpdk", "freebsd"),
      source: "note 36; RFC 3168 §6.1.2; Linux, Windows, DPDK, FreeBSD",
      text: "Segments of which some have CWR and some have not are not joined.",
    },
    // Linux 6.18 keeps all segments with CWR apart; its newest selftest wants those joined that all have it.
    "RSC-037": {
      ...LINUX,
      source: "note 37; Linux 6.18 and the selftest after it, which differ",
      text: "A unit that carries CWR is made of segments with CWR alone.",
    },
    "RSC-038": {
      ...LINUX,
      source: "note 38; Linux tcp_gro_receive",
      text: "Segments whose reserved bits or Data Offset differ are not joined.",
    },
    "RSC-039": {
      ...must("qemu"),
      source: "note 39; QEMU virtio-net",
      text: "A segment with TCP options is not joined.",
    },
    "RSC-040": {
      ...LINUX,
      source: "note 40; Linux tcp_gro_receive",
      text: "Segments whose timestamp has grown are not joined.",
    },
    "RSC-041": {
      ...ALL,
      source: "note 41; RFC 7323 §5.2; all",
      text: "Segments whose timestamp falls, modulo 2^32, are not joined.",
    },
    "RSC-042": {
      ...ALL,
      source: "note 42; all",
      text: "Segments with the same options in another order are not joined.",
    },
    "RSC-043": {
      ...ALL,
      source: "note 43; all",
      text: "A segment with a timestamp and one without are not joined.",
    },
    "RSC-044": {
      ...must("windows", "freebsd", "qemu"),
      source: "note 44; Windows, FreeBSD, QEMU",
      text: "A segment with any option but a timestamp is not joined.",
    },
    "RSC-045": {
      ...must("windows"),
      source: "note 45; Windows RSC, example 2",
      text: "A duplicate acknowledgment with SACK is delivered by itself, in its place.",
    },
    "RSC-046": {
      ...ALL,
      source: "note 46; RFC 9293 §3.1",
      text:
        "A segment whose TCP header is shorter than 20 octets, or ends beyond it, is not joined.",
    },
    "RSC-047": {
      ...VERIFYING,
      source: "note 47; Linux, Windows, FreeBSD, QEMU",
      text: "A segment with a wrong TCP checksum is not joined, and delivered all the same.",
    },
    "RSC-048": {
      ...VERIFYING,
      source: "note 48; Linux, Windows, FreeBSD, QEMU",
      text: "A segment with a wrong IPv4 header checksum is not joined.",
    },
    "RSC-049": {
      ...may("internals"),
      source: "note 49; FreeBSD tcp_lro",
      text: "Only what the network interface found right is joined.",
    },
    "RSC-050": {
      ...ALL,
      source: "note 50; all",
      text: "What a frame has behind its IP datagram is no part of a unit.",
    },
    "RSC-051": {
      ...ALL,
      source: "note 51; all",
      text: "A segment whose IP length goes beyond its frame is not joined.",
    },
  } satisfies Rows,
);
