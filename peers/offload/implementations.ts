/**
 * What the implementations of coalescing do differently, as data (research/offload-and-pcap-speed.md,
 * sections 1 and 2; numbers of rules in brackets). Where a table says that one may merge it does here,
 * unless it must not; a finer partition is legal of all of them.
 */
import type { Implementation } from "./config.ts";
import { ACK, CWR, ECE, FIN, PSH } from "./tcp_flags.ts";

/** What an implementation does. */
export interface Traits {
  /** Reserved and control bits, 12 of them, with which a segment may be held [26-36, 38]. */
  flags: number;
  /** Whether a segment with CWR joins another that has it, too [37]. */
  joinsCwr: boolean;
  /** Whether all segments of a unit are of one size, and only the last may be shorter [2, 3]. */
  oneSize: boolean;
  /** Which acknowledgment number joins: the same, or one that is not lower [22, 23]. */
  acknowledgment: "equal" | "advancing";
  /** Which window joins; any but `equal` joins all, and says which the unit has [24]. */
  window: "equal" | "newest" | "largest" | "first";
  /** Which segments without payload are absorbed: none, window updates, or all that acknowledge [18-21]. */
  absorbs: "none" | "window updates" | "acknowledgments";
  /** TCP options: any that are identical, timestamps alone that may grow, or none [39-45]. */
  options: "identical" | "timestamps" | "none";
  /** Time to Live and Hop Limit [54, 67]. */
  timeToLive: "equal" | "minimum" | "first";
  /** DSCP [55, 65]. */
  dscp: "equal" | "first";
  /** ECN of the IP header [56]: equal, or 0 altogether. */
  ecn: "equal" | "zero";
  /** DF [57]: equal, or set altogether. */
  dontFragment: "equal" | "set";
  /** IP ID [58-62]: by one or fixed, by one unless DF is set, or not looked at. */
  identification: "follows" | "follows without DF" | "ignored";
  /** Whether datagrams with IPv6 extension headers are joined, where these are identical [68]. */
  extensionHeaders: boolean;
  /** What of frames that have padding behind the datagram [4, 50]. */
  padding: "refused" | "trimmed";
  /** Which segments that do not join begin a unit: all, or those for which there was no room, or another ECN [72]. */
  reopens: "all" | "size and ECN";
}

const LINUX: Traits = {
  flags: 0xfff & ~(2 | 4 | 32),
  joinsCwr: false,
  oneSize: true,
  acknowledgment: "equal",
  window: "equal",
  absorbs: "none",
  options: "identical",
  timeToLive: "equal",
  dscp: "equal",
  ecn: "equal",
  dontFragment: "equal",
  identification: "follows",
  extensionHeaders: true,
  padding: "refused",
  reopens: "all",
};

/** What they have in common that is not Linux. */
const OTHERS: Traits = {
  ...LINUX,
  flags: ACK | PSH,
  oneSize: false,
  extensionHeaders: false,
  padding: "trimmed",
};

/** The implementations by name. */
export const TRAITS: Readonly<Record<Implementation, Traits>> = {
  /** GRO of Linux 6.18. */
  linux: LINUX,
  /** The rules for RSC in the documents for Windows drivers. */
  windows: {
    ...OTHERS,
    flags: ACK | PSH | ECE | CWR,
    joinsCwr: true,
    acknowledgment: "advancing",
    window: "newest",
    absorbs: "window updates",
    options: "timestamps",
    timeToLive: "minimum",
    identification: "ignored",
    reopens: "size and ECN",
  },
  /** rte_gro. It verifies no checksum [49]: here they are, as that merges less. */
  dpdk: {
    ...OTHERS,
    flags: ACK,
    window: "first",
    timeToLive: "first",
    dscp: "first",
    identification: "follows without DF",
  },
  /** tcp_lro. */
  freebsd: {
    ...OTHERS,
    acknowledgment: "advancing",
    window: "largest",
    absorbs: "acknowledgments",
    options: "timestamps",
    identification: "ignored",
  },
  /** RSC of virtio-net. */
  qemu: {
    ...OTHERS,
    acknowledgment: "advancing",
    window: "newest",
    absorbs: "window updates",
    options: "none",
    timeToLive: "first",
    dscp: "first",
    ecn: "zero",
    dontFragment: "set",
    identification: "ignored",
  },
};

/** FIN joins where it may be held at all [28]. */
export const JOINING_FLAGS = FIN | PSH;
