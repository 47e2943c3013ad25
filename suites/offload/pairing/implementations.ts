/**
 * What implementations of coalescing differ in, as data: a device is held to the one that it declares.
 * Where it declares none, only what all of them forbid, or source 002 itself, is judged.
 *
 * Source: the tables of rules, by number, with these decisions, taken from the code of the
 * implementations where the tables name none of them:
 * - DPDK (lib/gro) keys on addresses, ports and acknowledgment number; it compares neither TOS, ECN nor
 *   IPv4 options, verifies no checksum, and hands on what it does not take past what it holds.
 * - FreeBSD (tcp_lro.c) compares neither TTL, TOS nor DF, and no flow label.
 * - QEMU (virtio-net.c) verifies no checksum; what it does not take passes what it holds.
 * - Linux joins a segment without CWR to one with it until 6.17, as segmentation clears CWR behind the
 *   first; nothing is lost by it, so it is left open. It ignored outer identifications under DF (T3).
 */

/** What a device may say that it is. */
export type PairImplementation = "linux" | "windows" | "dpdk" | "freebsd" | "qemu";

/** What is not to be joined, and what a unit then says. */
export interface CoalescingRules {
  /** Rule 3: a segment longer than the first. Rule 2: anything behind a shorter one. */
  readonly even: boolean;
  /** Rules 6 and 71: the order of arrival counts. */
  readonly inOrder: boolean;
  /** What is no plain data may pass what is held (rule 73). */
  readonly passes: boolean;
  /** Rules 22 and 23: another acknowledgment number, or only a lower one. */
  readonly acknowledgment: "same" | "rising";
  /** Rules 19 to 21: acknowledgments without data that are taken in. */
  readonly absorbs: "none" | "windows" | "all";
  /** Rule 24. */
  readonly sameWindow: boolean;
  /** Rule 28. */
  readonly joinsFin: boolean;
  /** Rules 26 and 28: PSH and FIN end a unit. */
  readonly pushEnds: boolean;
  /** Rules 34 to 37: equal, or not set at all, or left open. */
  readonly ecnFlags: "same" | "second" | "none" | "open";
  /** Rules 33 and 38: other flags and reserved bits are the same. */
  readonly otherFlags: "same" | "acknowledgment" | "open";
  /** Rules 39 to 44. */
  readonly options: "same" | "timestamps" | "none" | "open";
  /** Rule 47 and 48. */
  readonly checksums: boolean;
  /** Rule 52. */
  readonly noIpOptions: boolean;
  /** Rules 68 and 69. */
  readonly extensions: "same" | "none" | "open";
  /** Rules 54 and 67: the same, or the least of all. */
  readonly ttl: "same" | "least" | "first" | "open";
  /** Rules 55, 56 and 65. */
  readonly dscp: boolean;
  readonly ecn: "same" | "none" | "open";
  /** Rule 57. */
  readonly df: "same" | "set" | "open";
  /** Rules 58 to 63, T2 and T3. */
  readonly id: "steady" | "unless_df" | "open";
  /** Rule 66. */
  readonly flowLabel: boolean;
  /** Rule 64. */
  readonly link: boolean;
  /** Control bits of a unit: those of the first with PSH and FIN of all; PSH may be missing otherwise. */
  readonly push: boolean;
  /** GSO(GRO(x)) = x (rule 78). */
  readonly roundTrip: boolean;
}

/** Where nothing is declared. */
const SILENT: CoalescingRules = {
  ...{ even: false, inOrder: false, passes: true, acknowledgment: "rising", absorbs: "all" },
  ...{ sameWindow: false, joinsFin: true, pushEnds: false, ecnFlags: "open", otherFlags: "open" },
  ...{ options: "open", checksums: true, noIpOptions: false, extensions: "open", ttl: "open" },
  ...{ dscp: false, ecn: "open", df: "open", id: "open", flowLabel: false, link: false },
  ...{ push: false, roundTrip: false },
};

const BY_IMPLEMENTATION: Readonly<Record<PairImplementation, CoalescingRules>> = {
  linux: {
    ...{ even: true, inOrder: true, passes: false, acknowledgment: "same", absorbs: "none" },
    ...{ sameWindow: true, joinsFin: true, pushEnds: true, ecnFlags: "second", otherFlags: "same" },
    ...{ options: "same", checksums: true, noIpOptions: true, extensions: "same", ttl: "same" },
    ...{ dscp: true, ecn: "same", df: "same", id: "steady", flowLabel: true, link: true },
    ...{ push: true, roundTrip: true },
  },
  windows: {
    ...{ even: false, inOrder: true, passes: false, acknowledgment: "rising", absorbs: "windows" },
    ...{ sameWindow: false, joinsFin: false, pushEnds: false, ecnFlags: "same" },
    ...{ otherFlags: "acknowledgment", options: "timestamps", checksums: true },
    ...{ noIpOptions: true, extensions: "none", ttl: "least", dscp: true, ecn: "same" },
    ...{ df: "same", id: "open", flowLabel: true, link: true, push: true, roundTrip: false },
  },
  dpdk: {
    ...SILENT,
    ...{ acknowledgment: "same", absorbs: "none", ecnFlags: "none", options: "same" },
    ...{ otherFlags: "acknowledgment", checksums: false, ttl: "first", df: "same" },
    ...{ id: "unless_df", link: true },
  },
  freebsd: {
    ...SILENT,
    ...{ inOrder: true, passes: false, joinsFin: false, ecnFlags: "none", noIpOptions: true },
    ...{ otherFlags: "acknowledgment", options: "timestamps", extensions: "none" },
  },
  qemu: {
    ...SILENT,
    ...{ inOrder: true, joinsFin: false, options: "none", checksums: false, noIpOptions: true },
    ...{ extensions: "none", ttl: "first", ecn: "none", df: "set" },
  },
};

/** The rules of an implementation, or what all agree on. */
export function coalescingRules(implementation: PairImplementation | undefined): CoalescingRules {
  return implementation === undefined ? SILENT : BY_IMPLEMENTATION[implementation];
}
