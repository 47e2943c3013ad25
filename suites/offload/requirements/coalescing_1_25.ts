/** Coalescing: size, sequence, time, acknowledgments and window. Rules 1 to 25 of the offload note. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const ALL = must("coalescing"), LINUX = must("linux");

/** RSC-001 to RSC-025: each has the number of its rule. */
export const SEQUENCE_AND_ACKNOWLEDGMENT = catalogue(
  {
    "RSC-001": {
      ...ALL,
      source: "note 1; all",
      text:
        "A unit has sequence number and Identification of its first segment, and as much payload as its segments have together.",
    },
    "RSC-002": {
      ...LINUX,
      source: "note 2; Linux tcp_gro_receive",
      text: "Once a segment shorter than the first has joined, nothing joins any more.",
    },
    "RSC-003": {
      ...LINUX,
      source: "note 3; Linux tcp_gro_receive",
      text: "A segment longer than the first of a unit does not join it.",
    },
    "RSC-004": {
      ...ALL,
      source: "note 4; all",
      text: "Octets that pad an Ethernet frame never become payload.",
    },
    "RSC-005": {
      ...ALL,
      source: "note 5; all",
      text: "A segment that leaves a gap in sequence numbers does not join.",
    },
    "RSC-006": {
      ...ALL,
      source: "note 6; all",
      text: "A segment that comes before those that precede it is not appended to it by them.",
    },
    "RSC-007": {
      ...ALL,
      source: "note 7; all",
      text: "A duplicate of a segment does not join.",
    },
    "RSC-008": {
      ...ALL,
      source: "note 8; all",
      text: "A segment that overlaps the end of a unit does not join.",
    },
    "RSC-009": {
      ...ALL,
      source: "note 9; RFC 9293 §3.4; all",
      text: "Sequence numbers are compared modulo 2^32: a unit may go on across the wrap.",
    },
    "RSC-010": {
      ...ALL,
      source: "note 10; RFC 791 §3.1; all",
      text:
        "No unit is larger than 65,535 octets of IP, nor than the declared size: at it a unit is legal, one octet beyond not.",
    },
    "RSC-011": {
      ...LINUX,
      source: "note 11; Linux selftests/net/gro large_rem",
      text:
        "A segment that found no room in a full unit, and is shorter than the segments of that, opens no unit.",
    },
    "RSC-012": {
      ...may("internals"),
      source: "note 12; Windows RSC, exception 7",
      text: "The segment that finds no room in a unit begins the next.",
    },
    "RSC-013": {
      ...may("large_units"),
      source: "note 13; Linux gro_max_size",
      text: "Units above 64K are made where the limit was raised, of plain TCP over IPv6.",
    },
    "RSC-014": {
      ...ALL,
      source: "note 14; all",
      text: "Interleaved flows are each joined within themselves alone.",
    },
    "RSC-015": {
      ...ALL,
      source: "note 15; all",
      text: "Where there are more flows than can be held, each segment is delivered all the same.",
    },
    "RSC-016": {
      ...ALL,
      source: "note 16; Linux selftests/net/gro data_burst; Windows never holds across DPCs",
      text: "Segments that come further apart than the declared time are not in one unit.",
    },
    "RSC-017": {
      ...ALL,
      source: "note 17; Windows RSC, exception 1",
      text: "Where resources end, segments are delivered singly, and none is dropped.",
    },
    "RSC-018": {
      ...must("linux", "windows", "dpdk"),
      source: "note 18; Linux, Windows, DPDK",
      text: "Segments without payload are not joined to one another.",
    },
    "RSC-019": {
      ...must("linux", "windows", "dpdk"),
      source: "note 19; Linux, Windows, DPDK",
      text: "A duplicate acknowledgment among data is delivered in its place, and joins nothing.",
    },
    "RSC-020": {
      ...must("linux", "windows", "dpdk"),
      source: "note 20; Linux, Windows, DPDK",
      text: "A pure acknowledgment of more octets does not join data.",
    },
    "RSC-021": {
      ...LINUX,
      source: "note 21; Linux tcp_gro_receive",
      text: "A pure acknowledgment that changes the window does not join data.",
    },
    "RSC-022": {
      ...must("linux", "dpdk"),
      source: "note 22; Linux, DPDK",
      text: "A segment with a higher acknowledgment number than that of a unit does not join it.",
    },
    "RSC-023": {
      ...must("linux", "windows", "dpdk"),
      source: "note 23; Linux, DPDK; Windows by inference",
      text: "A segment with a lower acknowledgment number than that of a unit does not join it.",
    },
    "RSC-024": {
      ...LINUX,
      source: "note 24; Linux tcp_gro_receive",
      text: "A segment with another window than that of a unit does not join it.",
    },
    "RSC-025": {
      ...LINUX,
      source: "note 25; Linux tcp_gro_receive",
      text: "Data does not join a pure acknowledgment before it.",
    },
  } satisfies Rows,
);
