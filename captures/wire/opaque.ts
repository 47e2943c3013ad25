/**
 * The opaque field of a stateless tunnel: what stands between outer and inner IP header. Nothing of it
 * is compiled in; a format says by configuration where its length, its name and its flow stand.
 *
 * ```
 * +-----------------+---------------------------------------+-----------------+------------+---------+
 * | outer IP header |             opaque field              | inner IP header | TCP header | payload |
 * +-----------------+---------------------------------------+-----------------+------------+---------+
 *                   | ... | format id | ... | flow id | ... |
 * ```
 *
 * Decisions. D2-01: metadata in an extension of TCP or UDP is not supported. D2-02: values are in
 * network byte order. D2-03: either IP version may be outer and inner. D2-04: a length within the field
 * is in octets and counts all of the field. D2-05: nothing of the field is rewritten, but for what a
 * format lists in `adjusts`. D2-09 to D2-12: see the formats below.
 *
 * Source: seed 002 L24 (place, length, format id), L82 and L90 (flow id), L98 (what may change), L102
 * (GRE), L104 (UDP).
 */
import { IP_PROTOCOL } from "./ip_protocol.ts";

/** A run of octets of the field. */
export interface OpaquePart {
  /** Octets from the start of the field. */
  readonly offset: number;
  readonly octets: number;
}

/**
 * How long the field is: always the same, or as octet `at` of it says: `more` octets and `unit` for
 * each that its bits under `mask` count.
 */
export type OpaqueLength =
  | { readonly octets: number }
  | { readonly at: number; readonly mask: number; readonly unit: number; readonly more: number };

/** Octets of the field that segmentation and coalescing may rewrite, as the protocols have them. */
export type OpaqueAdjustment = "udp_length" | "udp_checksum" | "gre_checksum" | "gre_sequence";

/** Where these stand, in octets from the start of the field. */
export const ADJUSTED: Readonly<Record<OpaqueAdjustment, OpaquePart>> = {
  udp_length: { offset: 4, octets: 2 },
  udp_checksum: { offset: 6, octets: 2 },
  gre_checksum: { offset: 4, octets: 2 },
  gre_sequence: { offset: 12, octets: 4 },
};

/** What a stateless tunnel looks like. */
export interface OpaqueFormat {
  /** Protocol or Next Header of the outer IP header. */
  readonly protocol: number;
  readonly length: OpaqueLength;
  /**
   * At most four octets that name the format, and the values that do; absent where the protocol does
   * alone, as with IP in IP.
   */
  readonly formatId?: OpaquePart & { readonly values: readonly number[] };
  /** Octets that belong to the key of a flow, besides what every flow is told by. */
  readonly flowId?: OpaquePart;
  readonly adjusts: readonly OpaqueAdjustment[];
}

/** D2-11: of the ports that anybody may use, as no registry names one for this. */
export const SLOT_UDP_PORT = 49_602;

const { GRE, UDP, IPV4, IPV6 } = IP_PROTOCOL;
/** EtherTypes, as GRE names what it carries. */
const IP_TYPES = [0x0800, 0x86dd] as const, BRIDGED = 0x6558;
/** First word of a GRE header whose flags announce nothing but these. */
const gre = (flags: number, types: readonly number[]) => ({
  ...{ offset: 0, octets: 4 },
  values: types.map((type) => (flags << 16 | type) >>> 0),
});
const port = (value: number) => ({ offset: 2, octets: 2, values: [value] });

/**
 * Formats by name. Those of the source leave all of the field as it is; `_adjusted` ones have in order
 * what their protocols want in order. Formats that carry Ethernet count the inner Ethernet header as
 * the end of the opaque field: packets whose inner MAC addresses differ have different fields.
 */
export const OPAQUE_FORMATS = {
  /**
   * L102: 16 octets, protocol 47, flow id at 10. D2-09: checksum, key and sequence number are announced
   * and laid out, checksum and sequence number are the same in all packets of a flow. D2-10: the
   * format id is the EtherType at 2.
   */
  gre: {
    ...{ protocol: GRE, length: { octets: 16 }, flowId: { offset: 10, octets: 2 }, adjusts: [] },
    formatId: { offset: 2, octets: 2, values: [0x0800] },
  },
  /**
   * L104: 20 octets, protocol 17, format id at 2. D2-12: source slot at 12 and target slot at 14, both
   * of 16 bits, are the flow id; a network id of 32 bits stands at 8; the rest is reserved.
   */
  udp_slots: {
    ...{ protocol: UDP, length: { octets: 20 }, flowId: { offset: 12, octets: 4 }, adjusts: [] },
    formatId: port(SLOT_UDP_PORT),
  },
  /** As `udp_slots`, with the length of UDP that of each packet, and its checksum 0 or right. */
  udp_slots_adjusted: {
    ...{ protocol: UDP, length: { octets: 20 }, flowId: { offset: 12, octets: 4 } },
    ...{ adjusts: ["udp_length", "udp_checksum"], formatId: port(SLOT_UDP_PORT) },
  },
  /** RFC 2784 with no optional field. */
  gre_plain: {
    ...{ protocol: GRE, length: { octets: 4 }, adjusts: [], formatId: gre(0, IP_TYPES) },
  },
  /** RFC 2784 with a checksum. */
  gre_checksum: {
    ...{ protocol: GRE, length: { octets: 8 }, adjusts: ["gre_checksum"] },
    formatId: gre(0x8000, IP_TYPES),
  },
  /** RFC 2890 with a key alone. */
  gre_key: {
    ...{ protocol: GRE, length: { octets: 8 }, flowId: { offset: 4, octets: 4 }, adjusts: [] },
    formatId: gre(0x2000, IP_TYPES),
  },
  /** RFC 7637: GRE with VSID and FlowID as its key, and Ethernet. */
  nvgre: {
    ...{ protocol: GRE, length: { octets: 22 }, flowId: { offset: 4, octets: 4 }, adjusts: [] },
    formatId: gre(0x2000, [BRIDGED]),
  },
  /** RFC 7348: UDP, VXLAN, Ethernet; the flow id is the VNI. */
  vxlan: {
    ...{ protocol: UDP, length: { octets: 30 }, flowId: { offset: 12, octets: 3 } },
    ...{ adjusts: ["udp_length", "udp_checksum"], formatId: port(4789) },
  },
  /** RFC 8926: UDP, Geneve with as many options as it says, Ethernet; the flow id is the VNI. */
  geneve: {
    ...{ protocol: UDP, length: { at: 8, mask: 0x3f, unit: 4, more: 30 } },
    ...{ flowId: { offset: 12, octets: 3 }, formatId: port(6081) },
    adjusts: ["udp_length", "udp_checksum"],
  },
  /** RFC 2003, and IPv4 in IPv6 of RFC 2473. */
  ipip: { protocol: IPV4, length: { octets: 0 }, adjusts: [] },
  /** RFC 4213, and IPv6 in IPv6 of RFC 2473. */
  ip6ip: { protocol: IPV6, length: { octets: 0 }, adjusts: [] },
} as const satisfies Readonly<Record<string, OpaqueFormat>>;

/** The name of a format of ours. */
export type OpaqueFormatName = keyof typeof OPAQUE_FORMATS;

/** The value of at most four octets at `at`, in network byte order. */
export function opaqueValue(bytes: Uint8Array, at: number, octets: number): number {
  let value = 0;
  for (let i = 0; i < octets; i++) value = (value << 8 | bytes[at + i]) >>> 0;
  return value;
}

/**
 * Octets of the field at `start`, or -1 where the field does not say, lies beyond `end`, or is too short
 * to hold the format id and flow id that its format has.
 */
export function opaqueLength(
  { length, formatId, flowId }: OpaqueFormat,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let octets: number;
  if ("octets" in length) octets = length.octets;
  else {
    if (start + length.at >= end) return -1;
    octets = (bytes[start + length.at] & length.mask) * length.unit + length.more;
    if (octets <= length.at) return -1;
  }
  if (formatId !== undefined && octets < formatId.offset + formatId.octets) return -1;
  if (flowId !== undefined && octets < flowId.offset + flowId.octets) return -1;
  return start + octets > end ? -1 : octets;
}

/** Whether the field at `start`, of an outer header with `protocol`, is one of this format. */
export function isOpaqueFormat(
  format: OpaqueFormat,
  protocol: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (protocol !== format.protocol) return false;
  const { formatId } = format;
  if (formatId === undefined) return true;
  const at = start + formatId.offset;
  if (at + formatId.octets > end) return false;
  return formatId.values.includes(opaqueValue(bytes, at, formatId.octets));
}
