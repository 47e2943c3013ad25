/** What single implementations say where they differ from what rules 1 to 78 of the note have. */
import { catalogue } from "../../kit/requirement.ts";
import { must, type Rows } from "./row.ts";

/** RSC-113 to RSC-126. */
export const IMPLEMENTATION_RULES = catalogue(
  {
    "RSC-113": {
      ...must("linux"),
      source: "note 6; Linux selftests/net/gro",
      text: "Segments that come in reverse order stay apart.",
    },
    "RSC-114": {
      ...must("windows", "qemu"),
      source: "note 21; Windows, QEMU",
      text: "A unit that a pure acknowledgment joined has its window, and no more payload.",
    },
    "RSC-115": {
      ...must("freebsd"),
      source: "note 20, 21; FreeBSD tcp_lro",
      text:
        "A unit that took in pure acknowledgments has the highest acknowledgment number and the larger window.",
    },
    "RSC-116": {
      ...must("windows", "freebsd", "qemu"),
      source: "note 22; Windows, FreeBSD, QEMU",
      text: "A unit has the acknowledgment number of its last segment.",
    },
    "RSC-117": {
      ...must("windows", "qemu"),
      source: "note 24; Windows, QEMU",
      text: "A unit has the window of its last segment.",
    },
    "RSC-118": {
      ...must("linux", "windows"),
      source: "note 26, 28; Linux, Windows",
      text: "A unit has PSH where any of its segments has it.",
    },
    "RSC-119": {
      ...must("windows", "freebsd", "qemu"),
      source: "note 28; Windows, FreeBSD, QEMU",
      text: "A segment with FIN is not joined.",
    },
    "RSC-120": {
      ...must("windows"),
      source: "note 38 and what follows it; Windows RSC",
      text: "A segment with any flag but ACK, PSH, and ECE or CWR as the unit has, is not joined.",
    },
    "RSC-121": {
      ...must("windows", "freebsd"),
      source: "note 40; Windows, FreeBSD",
      text: "A unit carries the timestamp of its last segment.",
    },
    "RSC-122": {
      ...must("linux", "dpdk"),
      source: "note 44; Linux, DPDK",
      text: "Segments whose TCP options are not the same octet for octet are not joined.",
    },
    "RSC-123": {
      ...must("windows"),
      source: "note 54, 67; Windows RSC",
      text: "A unit has the lowest Time to Live, or hop limit, of its segments.",
    },
    "RSC-124": {
      ...must("qemu"),
      source: "note 57; QEMU virtio-net",
      text: "A segment with DF clear is not joined.",
    },
    "RSC-125": {
      ...must("linux", "dpdk"),
      source: "note 44, 74; Linux, DPDK",
      text: "A unit has the TCP options of its first segment.",
    },
    "RSC-126": {
      ...must("coalescing"),
      source: "note 1, 20 to 24, 39 to 44, 54 to 68; all",
      text:
        "What else stands in the headers of a unit stands in those of its segments: acknowledgment " +
        "number, window, TCP options, TTL, TOS, DF, IP options and flow label.",
    },
  } satisfies Rows,
);
