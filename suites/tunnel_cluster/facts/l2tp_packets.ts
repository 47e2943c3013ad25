/** What a tap shows of one message of L2TP, and what can be asked of it. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumOctets,
  sumPseudoHeader,
} from "../../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { CONTROL_FLAGS, VERSION } from "../../../captures/wire/l2tp.ts";
import { L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16, hex } from "../../../captures/wire/octets.ts";

/** Messages up to this long are kept in full. */
const KEPT_OCTETS = 2048;

/** Types of what is no control message that can be read, beside those of `MessageType`. */
export const NoMessage = {
  /** A data message. */
  data: -1,
  /** A version other than 2. */
  otherVersion: -2,
  /** A control message whose header or Message Type AVP is not as RFC 2661 §3.1 and §4.4.1 say. */
  unreadable: -3,
} as const;

/** A datagram at one tap. */
export interface Sighting {
  tap: string;
  /** Seconds since 1970. */
  time: number;
  source: string;
  destination: string;
  frame: FrameRef;
}

/** One message of L2TP at one tap. */
export interface L2tpPacket extends Sighting {
  sourcePort: number;
  destinationPort: number;
  ttl: number;
  /** Differentiated services codepoint, 0 to 63. */
  dscp: number;
  /** Explicit congestion notification, 0 to 3. */
  ecn: number;
  /** Whether nobody may cut it into fragments (RFC 791 §3.1, DF). */
  dontFragment: boolean;
  /** Whether both checksums are right; a UDP checksum of zero is. A first fragment's is not told. */
  checksumsRight: boolean;
  /** Whether it has no UDP checksum. */
  unchecked: boolean;
  /** Whether it is the first of several fragments, so that its octets are not all of the message. */
  parted: boolean;
  /** Message Type, 0 for a zero-length body, or one of `NoMessage`. */
  type: number;
  tunnelId: number;
  sessionId: number;
  /** -1 where the message has none. */
  ns: number;
  nr: number;
  /** Tunnel ID that it assigns in clear, or -1. */
  assigned: number;
  /** Session ID that it assigns in clear, or -1. */
  assignedSession: number;
  /** Octets of L2TP in hexadecimal; of a long message its length and a hash. */
  octets: string;
}

/** Where the flags stand in an IPv4 header, and DF among them. */
const FLAGS = 6, DF = 0x40;
/** Where its traffic class stands. */
const TRAFFIC_CLASS = 1;
const NO_IDS = { tunnelId: -1, sessionId: -1 };
const l2tp = new L2tpView();

/**
 * Whether a UDP datagram that was walked is one of L2TP: by its port, or by what it holds, which then
 * has to be a control message that fills it (RFC 2661 §3.1, §8.1).
 */
export function isL2tp({ bytes }: Frame, w: HeaderWalker): boolean {
  if (w.sourcePort === L2TP_PORT || w.destinationPort === L2TP_PORT) return true;
  const at = w.udpPayload;
  return w.end - at >= 12 && get16(bytes, at) === (CONTROL_FLAGS | VERSION) &&
    get16(bytes, at + 2) === w.end - at;
}

/** Reads the message in a UDP datagram that was walked. @param where Where it was seen. */
export function l2tpPacket({ bytes, view }: Frame, w: HeaderWalker, where: Sighting): L2tpPacket {
  const at = w.udpPayload;
  const whole = l2tp.at(bytes, at, w.end);
  const control = whole && l2tp.isControlHeader;
  const sum = complement(addSums(
    sumPseudoHeader(sumAddresses4(bytes, view, w.l3), IP_PROTOCOL.UDP, w.end - w.l4),
    sumOctets(bytes, view, w.l4, w.end),
  ));
  const unchecked = get16(bytes, w.l4 + 6) === 0;
  const header = complement(sumOctets(bytes, view, w.l3, w.l4));
  return {
    ...{ ...where, sourcePort: w.sourcePort, destinationPort: w.destinationPort },
    ...{ ttl: w.ttl(bytes), dscp: w.dscp(bytes), unchecked, parted: w.moreFragments },
    ecn: bytes[w.l3 + TRAFFIC_CLASS] & 3,
    dontFragment: (bytes[w.l3 + FLAGS] & DF) !== 0,
    checksumsRight: header === 0 && (unchecked || sum === 0 || w.moreFragments),
    type: whole ? typeOf(w.moreFragments) : NoMessage.unreadable,
    ...(whole ? { tunnelId: l2tp.tunnelId, sessionId: l2tp.sessionId } : NO_IDS),
    ns: control ? l2tp.ns : -1,
    nr: control ? l2tp.nr : -1,
    assigned: control ? l2tp.assignedTunnelId : -1,
    assignedSession: control ? l2tp.assignedSessionId : -1,
    octets: octetsOf(bytes, at, w.end),
  };
}

/** The type of the message that the view is at. @param parted Whether its end is in other fragments. */
function typeOf(parted: boolean): number {
  if (l2tp.version !== VERSION) return NoMessage.otherVersion;
  if (!l2tp.isControl) return NoMessage.data;
  if (!l2tp.isControlHeader || !parted && !l2tp.isWhole) return NoMessage.unreadable;
  const type = l2tp.messageType;
  return type < 0 ? NoMessage.unreadable : type;
}

/** Octets that are kept of the message in a UDP datagram that was walked. */
export function keptOctets({ udpPayload, end }: HeaderWalker): number {
  return end - udpPayload <= KEPT_OCTETS ? end - udpPayload : 0;
}

/** Octets as a text by which two messages can be told apart. */
function octetsOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= KEPT_OCTETS) return hex(bytes, start, end);
  // Two FNV-1a hashes, from either end.
  let a = 0x811c9dc5, b = 0x811c9dc5;
  for (let i = start, j = end - 1; i < end; i++, j--) {
    a = Math.imul(a ^ bytes[i], 0x01000193);
    b = Math.imul(b ^ bytes[j], 0x01000193);
  }
  return `${end - start}#${a >>> 0}.${b >>> 0}`;
}

/** A packet in words. */
export function formatPacket(p: L2tpPacket): string {
  const name = Object.entries(MessageType).find(([, type]) => type === p.type)?.[0];
  const what = name ??
    (p.type === 0
      ? "a zero-length body"
      : p.type === NoMessage.data
      ? "data"
      : p.type === NoMessage.otherVersion
      ? "another version"
      : p.type === NoMessage.unreadable
      ? "an unreadable control message"
      : `message type ${p.type}`);
  return `${what} ${p.source}:${p.sourcePort} > ${p.destination}:${p.destinationPort}`;
}

/** Whether a packet is data. */
export const isData = ({ type }: L2tpPacket): boolean => type === NoMessage.data;

/** Whether two packets are the same message of one sender, wherever each of them was seen. */
export const isSameMessage = (a: L2tpPacket, b: L2tpPacket): boolean =>
  a.source === b.source && a.sourcePort === b.sourcePort && a.octets === b.octets;

/** The vendor-0 attributes of a control message in order, and which of them are hidden. */
export function attributesOf({ octets }: L2tpPacket): { types: number[]; hidden: number[] } {
  const types: number[] = [], hidden: number[] = [];
  const bytes = octets.includes("#") ? new Uint8Array(0) : Uint8Array.fromHex(octets);
  if (!l2tp.at(bytes)) return { types, hidden };
  for (let more = l2tp.firstAvp(); more; more = l2tp.nextAvp()) {
    if (l2tp.avp.vendor !== 0) continue;
    types.push(l2tp.avp.type);
    if (l2tp.avp.hidden) hidden.push(l2tp.avp.type);
  }
  return { types, hidden };
}

/** AVPs that must be present in SCCRQ and in SCCRP besides the Message Type (RFC 2661 §6.1, §6.2). */
const REQUIRED = [
  ATTRIBUTES.protocolVersion.type,
  ATTRIBUTES.hostName.type,
  ATTRIBUTES.framingCapabilities.type,
  ATTRIBUTES.assignedTunnelId.type,
];

/** The type of an AVP that must be present in an SCCRQ or SCCRP and is not; undefined for none. */
export function missingAvp(packet: L2tpPacket): number | undefined {
  const { types } = attributesOf(packet);
  return REQUIRED.find((type) => !types.includes(type));
}

/** Whether the Tunnel ID that a message assigns is hidden by a shared secret. */
export const hidesTunnelId = (packet: L2tpPacket): boolean =>
  attributesOf(packet).hidden.includes(ATTRIBUTES.assignedTunnelId.type);
