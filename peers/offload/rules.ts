/**
 * Every choice that the network card makes as a whole, and on the way to the wire, by name; those of
 * coalescing stand in `coalescing_rules.ts`, those of recognition in `classifier_rules.ts`. A mutant replaces one of them; nothing else
 * in this folder decides anything that a requirement is about.
 */
import type { Formats, IdRule, NicConfig } from "./config.ts";
import type { Emit } from "./emit.ts";
import type { Segment } from "./segment.ts";
import { CWR, FIN, PSH, RST, SYN, URG } from "./tcp_flags.ts";

/** Which IP header a rule is asked about. That of a plain segment is its inner one. */
export type Header = "outer" | "inner";

/** Where a frame goes, or came from. */
export type NicPort = "host" | "wire";

/** Rules of the card as a whole. */
export const NIC_RULES = {
  /** What a card makes of its configuration: what it cannot be set to stays as it is built. */
  configured: (config: NicConfig): NicConfig => config,

  /** OFL-020: the presets that are active once these have been pushed: all of them at once. */
  presets: (pushed: Formats, _before: Formats): Formats => pushed,

  /** OFL-019: the presets that are looked for, in order. */
  active: (formats: Formats): Formats => formats,

  /** OFL-018: whether a segment from the host is segmented, as it is enabled or not. */
  segments: (enabled: boolean, _tunnelled: boolean): boolean => enabled,

  /** OFL-018: whether a segment from the wire is coalesced, as it is enabled or not. */
  coalesces: (enabled: boolean, _tunnelled: boolean): boolean => enabled,

  /**
   * OFL-042: whether a datagram of so many octets goes on the wire. What does not fit and cannot be
   * segmented is dropped and counted, as by any card: IP fragmentation is the host's business.
   */
  fits: (octets: number, mtu: number): boolean => octets <= mtu,

  /** OFL-018, OFL-042, OFL-081: what goes on for a frame that no engine is for. */
  forwarded: (frame: Uint8Array, _to: NicPort): readonly Uint8Array[] => [frame],
};

/** Rules of segmentation. `template` is the datagram that came from the host. */
export const SEGMENTATION_RULES = {
  /**
   * OFL-030, OFL-031: octets of payload in a segment: what the MTU leaves beside all headers and the
   * opaque field, and no more than the MSS.
   */
  segmentPayload: (mtu: number, headers: number, mss: number, _opaque: number): number =>
    Math.min(mtu - headers, mss),

  /** OFL-041, G14: whether a payload is segmented. */
  exceeds: (payload: number, size: number): boolean => payload > size,

  /** G6: whether a datagram with these control bits may be: SYN, RST and URG are for one segment. */
  segmentable: (flags: number): boolean => (flags & (SYN | RST | URG)) === 0,

  /**
   * Whether a datagram is, going by its TCP checksum: one that is right, or left to the card. A damaged
   * one must not be mended.
   */
  takesChecksum: (state: "right" | "partial" | "wrong"): boolean => state !== "wrong",

  /** OFL-040, OFL-041, G1: number of segments. */
  count: (payload: number, size: number): number => Math.ceil(payload / size),

  /** G16: which segment is sent as the `turn`th. */
  position: (turn: number, _count: number): number => turn,

  /** OFL-038, G2: sequence number of a segment whose payload begins at `offset`. */
  sequence: (first: number, offset: number, _index: number): number => (first + offset) >>> 0,

  /** OFL-039, G3 to G5: control bits: FIN and PSH on the last alone, CWR on the first alone. */
  flags: (flags: number, index: number, count: number): number => {
    if (index > 0) flags &= ~CWR;
    return index < count - 1 ? flags & ~(FIN | PSH) : flags;
  },

  /**
   * OFL-036, G9 to G11: IP ID of a segment. `fixed` needs DF: others than atomic datagrams must have
   * IDs of their own (RFC 6864 §4).
   */
  identification: (
    rule: IdRule,
    first: number,
    index: number,
    dontFragment: boolean,
    _header: Header,
  ): number => {
    if (rule === "increment15") return first & 0x8000 | (first + index) & 0x7fff;
    return rule === "fixed" && dontFragment ? first : (first + index) & 0xffff;
  },

  /** OFL-034, OFL-035, G12: octets of a datagram, as its header tells them. */
  datagramOctets: (octets: number, _template: number, _header: Header, _index: number): number =>
    octets,

  /** OFL-037, G12: checksum of an IPv4 header. */
  headerChecksum: (right: number, _template: number, _header: Header, _index: number): number =>
    right,

  /** OFL-038, G13: TCP checksum. */
  tcpChecksum: (right: number, _template: number, _index: number): number => right,

  /** OFL-044, OFL-082, G19: what stands in octets that the format adjusts. */
  udpLength: (octets: number, _template: number, _index: number): number => octets,
  /** A checksum that is not used stays unused. */
  udpChecksum: (right: number, template: number, _index: number): number =>
    template === 0 ? 0 : right,
  greChecksum: (right: number, _template: number, _index: number): number => right,
  greSequence: (first: number, index: number): number => (first + index) >>> 0,

  /**
   * OFL-032, OFL-033, OFL-042, G7, G8, G22: all other octets of headers and opaque field are those of the
   * template. They stand already at `segment`, of which checksums are still to be made.
   */
  copied: (_segment: Uint8Array, _frame: number, _template: Segment, _index: number): void => {},

  /** G16: the segment as it is sent. */
  sent: (
    emit: Emit,
    bytes: Uint8Array,
    start: number,
    end: number,
    _template: Segment,
    _index: number,
    _count: number,
  ): void => emit(bytes, start, end),
};

/** The types of the rules; a mutant is a partial one. */
export type NicRules = typeof NIC_RULES;
export type SegmentationRules = typeof SEGMENTATION_RULES;
