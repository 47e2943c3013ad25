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
 * STT is none of these: to a network card it is TCP without a tunnel (see `stt.ts`).
 *
 * Source: seed 002 L24 (place, length, format id), L82 and L90 (flow id), L98 (what may change), L102
 * (GRE), L104 (UDP).
 */
import { IP_PROTOCOL } from "./ip_protocol.ts";
import { get16 } from "./octets.ts";
import { GENEVE_PORT, SLOT_UDP_PORT, VXLAN_PORT } from "./udp_port.ts";

export { SLOT_UDP_PORT } from "./udp_port.ts";

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
  /**
   * Where the EtherType stands that names the inner IP version, in octets from the start of the field,
   * or, if negative, from its end. Absent where nothing does but that version itself.
   */
  readonly etherType?: number;
  readonly adjusts: readonly OpaqueAdjustment[];
}

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
 * the end of the opaque field: packets whose inner MAC addresses differ have different fields, and a
 * frame with a VLAN tag is of a format with four more octets.
 */
export const OPAQUE_FORMATS = {
  /**
   * L102: 16 octets, protocol 47, flow id at 10. D2-09: checksum, key and sequence number are announced
   * and laid out, checksum and sequence number are the same in all packets of a flow. D2-10: the
   * format id is the EtherType at 2, that of either IP version.
   */
  gre: {
    ...{ protocol: GRE, length: { octets: 16 }, flowId: { offset: 10, octets: 2 }, adjusts: [] },
    formatId: { offset: 2, octets: 2, values: IP_TYPES },
  },
  /** As `gre`, with checksum and sequence number as RFC 2784 and RFC 2890 have them. */
  gre_adjusted: {
    ...{ protocol: GRE, length: { octets: 16 }, flowId: { offset: 10, octets: 2 } },
    ...{ adjusts: ["gre_checksum", "gre_sequence"], formatId: gre(0xb000, IP_TYPES), etherType: 2 },
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
    etherType: 2,
  },
  /** RFC 2784 with a checksum. */
  gre_checksum: {
    ...{ protocol: GRE, length: { octets: 8 }, adjusts: ["gre_checksum"] },
    ...{ formatId: gre(0x8000, IP_TYPES), etherType: 2 },
  },
  /** RFC 2890 with a key alone. */
  gre_key: {
    ...{ protocol: GRE, length: { octets: 8 }, flowId: { offset: 4, octets: 4 }, adjusts: [] },
    ...{ formatId: gre(0x2000, IP_TYPES), etherType: 2 },
  },
  /** RFC 7637: GRE with VSID and FlowID as its key, and Ethernet. */
  nvgre: {
    ...{ protocol: GRE, length: { octets: 22 }, flowId: { offset: 4, octets: 4 }, adjusts: [] },
    ...{ formatId: gre(0x2000, [BRIDGED]), etherType: -2 },
  },
  /** RFC 7348: UDP, VXLAN, Ethernet; the flow id is the VNI. */
  vxlan: {
    ...{ protocol: UDP, length: { octets: 30 }, flowId: { offset: 12, octets: 3 } },
    ...{ adjusts: ["udp_length", "udp_checksum"], formatId: port(VXLAN_PORT), etherType: -2 },
  },
  /** RFC 8926: UDP, Geneve with as many options as it says, Ethernet; the flow id is the VNI. */
  geneve: {
    ...{ protocol: UDP, length: { at: 8, mask: 0x3f, unit: 4, more: 30 } },
    ...{ flowId: { offset: 12, octets: 3 }, formatId: port(GENEVE_PORT), etherType: -2 },
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
 * Whether the field at `start`, of an outer header with `protocol`, is one of this format. It may still
 * be too short (`opaqueLength`) or announce another payload (`opaqueVersion`).
 */
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

/**
 * Octets of the field at `start`, or -1 where the field does not say, lies beyond `end`, or is too short
 * to hold all that its format places in it.
 */
export function opaqueLength(
  format: OpaqueFormat,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const { length } = format;
  let octets: number;
  if ("octets" in length) octets = length.octets;
  else {
    if (start + length.at >= end) return -1;
    octets = (bytes[start + length.at] & length.mask) * length.unit + length.more;
    if (octets <= length.at) return -1;
  }
  return octets < leastOctets(format) || start + octets > end ? -1 : octets;
}

/** Octets that a field must have to hold format id, flow id and EtherType. */
function leastOctets({ formatId, flowId, etherType }: OpaqueFormat): number {
  let least = 0;
  if (formatId !== undefined) least = formatId.offset + formatId.octets;
  if (flowId !== undefined) least = Math.max(least, flowId.offset + flowId.octets);
  if (etherType === undefined) return least;
  return Math.max(least, etherType < 0 ? -etherType : etherType + 2);
}

/**
 * The IP version that outer header and field announce: 4 or 6, 0 where they leave it open, and -1 for a
 * payload that is not IP.
 * @param octets Octets of the field, which begins at `start`.
 */
export function opaqueVersion(
  { protocol, etherType }: OpaqueFormat,
  bytes: Uint8Array,
  start: number,
  octets: number,
): number {
  if (etherType !== undefined) {
    const type = get16(bytes, start + (etherType < 0 ? octets + etherType : etherType));
    return type === IP_TYPES[0] ? 4 : type === IP_TYPES[1] ? 6 : -1;
  }
  // With no octets between, the protocol names the inner header.
  return protocol === IPV4 ? 4 : protocol === IPV6 ? 6 : 0;
}

/**
 * What makes a format one that no field can be of, undefined where nothing does: an offset below zero, a
 * part beyond a field of fixed length, a value of more octets than it is compared with.
 */
export function opaqueFormatProblem(format: OpaqueFormat): string | undefined {
  const { protocol, length, formatId, flowId, adjusts } = format;
  if (!isNumber(protocol, 0xff)) return `protocol must be 0 to 255: got ${protocol}`;
  if ("octets" in length ? !isNumber(length.octets, 0xffff) : !countsOctets(length)) {
    return "length must be that of the field, or say where it stands and in which units";
  }
  if (formatId !== undefined) {
    const { octets, values } = formatId;
    if (!isPart(formatId) || octets > 4) return "format id must be 1 to 4 octets at an offset";
    const largest = 2 ** (8 * octets) - 1, wrong = values.find((each) => !isNumber(each, largest));
    if (wrong !== undefined) {
      return `format id has ${octets} octets, too few for a value of ${wrong}`;
    }
    if (values.length === 0) return "format id must have a value";
  }
  if (flowId !== undefined && !isPart(flowId)) return "flow id must be octets at an offset";
  const ends = adjusts.map((each) => ADJUSTED[each].offset + ADJUSTED[each].octets);
  const told = "octets" in length ? 0 : length.at + 1;
  const least = Math.max(leastOctets(format), told, ...ends);
  const most = "octets" in length ? length.octets : length.mask * length.unit + length.more;
  if (most < least) {
    return `a field of ${most} octets cannot hold what stands in its first ${least}`;
  }
  return undefined;
}

const isNumber = (value: number, largest: number) =>
  Number.isInteger(value) && value >= 0 && value <= largest;
const isPart = ({ offset, octets }: OpaquePart) =>
  isNumber(offset, 0xffff) && isNumber(octets, 0xffff) && octets > 0;
const countsOctets = ({ at, mask, unit, more }: Exclude<OpaqueLength, { octets: number }>) =>
  isNumber(at, 0xffff) && isNumber(mask, 0xff) && isNumber(unit, 0xff) && isNumber(more, 0xffff) &&
  mask * unit > 0;
