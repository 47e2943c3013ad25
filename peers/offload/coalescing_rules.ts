/**
 * Every choice that coalescing makes, by name. A mutant replaces one of them. What differs between
 * implementations comes as `traits`; numbers in brackets are rules of research section 1.
 */
import type { Emit } from "./emit.ts";
import type { FlowKey } from "./flow_key.ts";
import { JOINING_FLAGS, type Traits } from "./implementations.ts";
import { isOpaqueEqual, optionsJoin } from "./joining.ts";
import type { Header } from "./rules.ts";
import type { Irregular, Segment } from "./segment.ts";
import { CWR, FIN, PSH } from "./tcp_flags.ts";
import type { Unit } from "./unit.ts";

/** Why a segment is not held at all. */
export type Ineligible =
  | "flags"
  | "length"
  | "padding"
  | "ip_options"
  | "extension_headers"
  | "dont_fragment"
  | "ecn"
  | "tcp_options"
  | "checksum";

/** Why a segment does not join the unit of its flow. */
export type Refusal =
  | "sequence"
  | "acknowledgment"
  | "window"
  | "flags"
  | "tcp_options"
  | "size"
  | "limit"
  | "time_to_live"
  | "dscp"
  | "ecn"
  | "dont_fragment"
  | "identification"
  | "flow_label"
  | "extension_headers"
  | "opaque"
  | "gre_sequence";

/**
 * Why a frame is delivered now: it was not held, a frame of its flow did not join it or came past it,
 * or it was `closed`, `evicted`, its `time` was over, or all was delivered (`flush`).
 */
export type Why = Ineligible | Refusal | Irregular | "closed" | "evicted" | "time" | "flush";

/** Rules of the key by which flows are told: each adds its part. */
const KEY = {
  /** OFL-049: plain segments and those of each format have flows of their own. */
  classKey: (s: Segment, key: FlowKey): void =>
    key.number(s.format === undefined ? 0 : s.formats.indexOf(s.format) + 1),
  /** [64]: MAC addresses and VLAN tags. */
  linkKey: (s: Segment, key: FlowKey): void => key.octets(s.bytes, s.frame, s.datagram),
  /** OFL-048, D2-07: the addresses of the outer header. */
  outerKey: (s: Segment, key: FlowKey): void => addressKey(s, s.outer, key),
  /** OFL-046, OFL-047: the addresses of the inner header. */
  innerKey: (s: Segment, key: FlowKey): void => addressKey(s, s.inner, key),
  /** OFL-046: both ports. */
  portsKey: (s: Segment, key: FlowKey): void => key.octets(s.bytes, s.tcp, s.tcp + 4),
  /** OFL-045, OFL-070, OFL-078: the flow id, the sixth part. */
  flowIdKey: ({ format, bytes, opaque }: Segment, key: FlowKey): void => {
    if (format?.flowId === undefined) return;
    const at = opaque + format.flowId.offset;
    key.octets(bytes, at, at + format.flowId.octets);
  },
};

function addressKey({ bytes }: Segment, header: number, key: FlowKey): void {
  if (header < 0) return;
  if (bytes[header] >> 4 === 4) key.octets(bytes, header + 12, header + 20);
  else key.octets(bytes, header + 8, header + 40);
}

/** Rules that say whether a segment may be held at all. What is not is delivered as it came. */
const ELIGIBILITY = {
  /** OFL-063 [26-32]: reserved and control bits. */
  holdsFlags: (flags: number, traits: Traits): boolean => (flags & ~traits.flags) === 0,
  /** [18]: octets of payload. */
  holdsLength: (octets: number): boolean => octets > 0,
  /** [4, 50]: octets behind the datagram. */
  holdsPadding: (octets: number, traits: Traits): boolean =>
    octets === 0 || traits.padding === "trimmed",
  /** [52]: octets of IPv4 options. */
  holdsIpOptions: (octets: number, _header: Header): boolean => octets === 0,
  /** [68]: octets of IPv6 extension headers. */
  holdsExtensionHeaders: (octets: number, traits: Traits, _header: Header): boolean =>
    octets === 0 || traits.extensionHeaders,
  /** OFL-056 [57]: DF. */
  holdsDontFragment: (set: boolean, traits: Traits, _header: Header): boolean =>
    set || traits.dontFragment === "equal",
  /** [56]: ECN of an IP header. */
  holdsEcn: (ecn: number, traits: Traits, _header: Header): boolean =>
    ecn === 0 || traits.ecn === "equal",
  /** [44]: whether there are TCP options, and whether these are nothing but an aligned timestamp. */
  holdsTcpOptions: (octets: number, timestamp: boolean, traits: Traits): boolean =>
    octets === 0 || traits.options === "identical" || traits.options === "timestamps" && timestamp,
  /** OFL-064 [47, 48], T9, T17: checksums are right. */
  holdsHeaderChecksum: (right: boolean, _header: Header): boolean => right,
  holdsTcpChecksum: (right: boolean): boolean => right,
  /** Of what the format has adjusted, length and checksum are. */
  holdsOpaque: (right: boolean): boolean => right,
};

/** Rules that say whether a segment joins the unit that its flow has. */
const JOINING = {
  /** OFL-053 [5-9]. */
  sequenceFollows: (expected: number, next: number): boolean => expected === next,
  /** [22, 23]. */
  acknowledgmentJoins: (held: number, next: number, traits: Traits): boolean =>
    held === next || traits.acknowledgment === "advancing" && (next - held >>> 0) < 0x8000_0000,
  /** [24]. */
  windowJoins: (held: number, next: number, traits: Traits): boolean =>
    held === next || traits.window !== "equal",
  /** OFL-063 [34-38]: reserved and control bits. */
  flagsJoin: (held: number, next: number, traits: Traits): boolean =>
    ((held ^ next) & ~JOINING_FLAGS) === 0 && (traits.joinsCwr || (next & CWR) === 0),
  /** OFL-063 [39-45]. */
  tcpOptionsJoin: optionsJoin,
  /** [41]: TSval of timestamps that may differ. */
  timestampFollows: (held: number, next: number): boolean => (next - held >>> 0) < 0x8000_0000,
  /** [1-3]: octets of payload, beside those of the unit's first. */
  sizeJoins: (first: number, octets: number, traits: Traits): boolean =>
    octets <= first || !traits.oneSize,
  /** OFL-057 [10]: octets of the datagram that it would become. */
  withinLimit: (octets: number, limit: number): boolean => octets <= limit,
  /** OFL-060 [54, 67], T4. */
  timeToLiveJoins: (held: number, next: number, traits: Traits, _header: Header): boolean =>
    held === next || traits.timeToLive !== "equal",
  /** OFL-060 [55, 65]. */
  dscpJoins: (held: number, next: number, traits: Traits, _header: Header): boolean =>
    held === next || traits.dscp === "first",
  /** OFL-060 [56, 65]. */
  ecnJoins: (held: number, next: number, _header: Header): boolean => held === next,
  /** OFL-056 [57], D2-08. */
  dontFragmentJoins: (held: boolean, next: boolean, _header: Header): boolean => held === next,
  /** [58-63], T2, T3: `fixed` once the second segment has shown which it is. */
  identificationFollows: (
    first: number,
    next: number,
    count: number,
    fixed: boolean,
    dontFragment: boolean,
    traits: Traits,
    _header: Header,
  ): boolean => {
    if (traits.identification === "ignored") return true;
    if (traits.identification === "follows without DF") {
      return dontFragment || next === (first + count & 0xffff);
    }
    if (count === 1 && next === first) return true;
    return next === (fixed ? first : first + count & 0xffff);
  },
  /** [66]. */
  flowLabelJoins: (held: number, next: number, _header: Header): boolean => held === next,
  /** [69]: whether IPv6 extension headers are the same. */
  extensionHeadersJoin: (same: boolean, _header: Header): boolean => same,
  /** OFL-028, OFL-051, OFL-071: the opaque field, but for what its format has adjusted. */
  opaqueEqual: isOpaqueEqual,
  /** A sequence number that the format has adjusted counts datagrams. */
  greSequenceFollows: (first: number, next: number, count: number): boolean =>
    next === (first + count >>> 0),
  /** [19-21]: whether a segment without payload that follows is absorbed. */
  absorbs: (held: Segment, next: Segment, traits: Traits): boolean => {
    if (traits.absorbs === "none") return false;
    const newer = held.acknowledgment !== next.acknowledgment;
    if (traits.absorbs === "window updates") return !newer && held.window !== next.window;
    return newer || next.window > held.window;
  },
};

/** Rules of what becomes of a unit when a segment joins it, and of when it is delivered. */
const UNIT = {
  /** OFL-062: which octets of a segment are appended. */
  joinsFrom: (next: Segment): number => next.payload,
  joinsTo: (next: Segment): number => next.end,
  /** [26, 28]: control bits. */
  unitFlags: (held: number, next: number): number => held | next & JOINING_FLAGS,
  /** [21, 24]. */
  unitWindow: (held: number, next: number, traits: Traits): number =>
    traits.window === "newest" ? next : traits.window === "largest" ? Math.max(held, next) : held,
  /** [22]. */
  unitAcknowledgment: (_held: number, next: number): number => next,
  /** [40]: whose timestamp the unit has, where they may differ. */
  unitTimestamp: (_held: Segment, next: Segment): Segment => next,
  /** [54]. */
  unitTimeToLive: (held: number, next: number, traits: Traits): number =>
    traits.timeToLive === "minimum" ? Math.min(held, next) : held,
  /** OFL-050: whose opaque field the unit has. */
  opaqueKept: (held: Segment, _next: Segment): Segment => held,
  /** [2, 26-28]: whether nothing joins any more, so that it is delivered at once. */
  closesUnit: (octets: number, first: number, flags: number, traits: Traits): boolean =>
    (flags & (PSH | FIN)) !== 0 || traits.oneSize && octets < first,
  /** OFL-059: octets of the unit, as an IP header tells them. */
  unitOctets: (octets: number, _first: number, _header: Header): number => octets,
  /** OFL-059: checksums of the unit. */
  unitHeaderChecksum: (right: number, _first: number, _header: Header): number => right,
  unitTcpChecksum: (right: number, _first: number): number => right,
  /** T20: what stands in octets that the format has adjusted. */
  unitUdpLength: (octets: number, _first: number): number => octets,
  /** A checksum that is not used stays unused. */
  unitUdpChecksum: (right: number, first: number): number => first === 0 ? 0 : right,
  unitGreChecksum: (right: number, _first: number): number => right,
  /** All else is as the first segment has it; called before checksums are made. */
  unitHeaders: (_unit: Unit): void => {},
  /** OFL-065: a frame as it is delivered, made of so many segments. */
  delivered: (
    emit: Emit,
    bytes: Uint8Array,
    start: number,
    end: number,
    _count: number,
    _why: Why,
  ): void => emit(bytes, start, end),
};

/** Rules of holding units. */
const HOLDING = {
  /** OFL-058: milliseconds that a unit is held at most. */
  holdsFor: (timer: number): number => timer,
  /** OFL-061: hash buckets, and flows in each. */
  buckets: (count: number): number => count,
  flowsPerBucket: (count: number): number => count,
  /** OFL-061 [15]: which unit of a full bucket, the oldest first, is delivered for a new one. */
  evicts: (_units: readonly Unit[]): number => 0,
  /**
   * [71, 73]: whether what is held of a flow is delivered before a frame of it that is not held: for
   * fragments and damaged datagrams what has the same first addresses.
   */
  flushesFirst: (_reason: string): boolean => true,
  /** [12, 72]: whether a segment that did not join begins a unit. */
  reopens: (reason: Refusal, traits: Traits): boolean =>
    traits.reopens === "all" || reason === "limit" || reason === "ecn" || reason === "flags",
  /** OFL-020: whether units are delivered before presets change. */
  flushesForPresets: (): boolean => true,
};

/** Rules of coalescing. */
export const COALESCING_RULES = { ...KEY, ...ELIGIBILITY, ...JOINING, ...UNIT, ...HOLDING };

/** The type of the rules; a mutant is a partial one. */
export type CoalescingRules = typeof COALESCING_RULES;
