/**
 * The attributes of RFC 2661: what each value holds, and which bits of the AVP it must have.
 *
 * Values are typed and exact: reading what was written gives the value back, whatever its bits.
 *
 * Source: RFC 2661 §4.4.
 */
import type { Decoded } from "./decoded.ts";
import type { Avp } from "./l2tp_avp.ts";
import {
  type AccmValue,
  type CallErrorsValue,
  type CauseValue,
  FLAG,
  type Format,
  OCTETS,
  PAIR8,
  type ProtocolVersion,
  type ProxyAuthenId,
  type ResultCodeValue,
  SOME_OCTETS,
  U16,
  U32,
  VALUE_8,
} from "./l2tp_values.ts";
import * as values from "./l2tp_values.ts";

/** The value of each attribute. Octet strings stay octets, as nothing says what text they hold. */
export interface AttributeValues {
  messageType: number;
  resultCode: ResultCodeValue;
  protocolVersion: ProtocolVersion;
  framingCapabilities: number;
  bearerCapabilities: number;
  tieBreaker: Uint8Array;
  firmwareRevision: number;
  hostName: Uint8Array;
  vendorName: Uint8Array;
  assignedTunnelId: number;
  receiveWindowSize: number;
  challenge: Uint8Array;
  q931CauseCode: CauseValue;
  challengeResponse: Uint8Array;
  assignedSessionId: number;
  callSerialNumber: number;
  minimumBps: number;
  maximumBps: number;
  bearerType: number;
  framingType: number;
  calledNumber: Uint8Array;
  callingNumber: Uint8Array;
  subAddress: Uint8Array;
  txConnectSpeed: number;
  physicalChannelId: number;
  initialReceivedLcpConfreq: Uint8Array;
  lastSentLcpConfreq: Uint8Array;
  lastReceivedLcpConfreq: Uint8Array;
  proxyAuthenType: number;
  proxyAuthenName: Uint8Array;
  proxyAuthenChallenge: Uint8Array;
  proxyAuthenId: ProxyAuthenId;
  proxyAuthenResponse: Uint8Array;
  callErrors: CallErrorsValue;
  accm: AccmValue;
  randomVector: Uint8Array;
  privateGroupId: Uint8Array;
  rxConnectSpeed: number;
  sequencingRequired: true;
}

/** Name of an attribute. */
export type AttributeName = keyof AttributeValues;

/** One attribute. */
export interface Attribute<T = unknown> {
  /** Attribute Type, under vendor 0. */
  type: number;
  /** Its name in RFC 2661. */
  title: string;
  /** M as RFC 2661 demands it. */
  mandatory: boolean;
  /** Whether RFC 2661 lets its value be hidden. */
  mayHide: boolean;
  format: Format<T>;
}

function attribute<T>(type: number, title: string, bits: string, format: Format<T>): Attribute<T> {
  return { type, title, mandatory: bits.includes("M"), mayHide: bits.includes("H"), format };
}

/** Every attribute of RFC 2661, in the order of its numbers; M: mandatory, H: may be hidden. */
export const ATTRIBUTES: { readonly [K in AttributeName]: Attribute<AttributeValues[K]> } = {
  messageType: attribute(0, "Message Type", "M", U16),
  resultCode: attribute(1, "Result Code", "M", values.RESULT_CODE),
  protocolVersion: attribute(2, "Protocol Version", "M", PAIR8),
  framingCapabilities: attribute(3, "Framing Capabilities", "MH", U32),
  bearerCapabilities: attribute(4, "Bearer Capabilities", "MH", U32),
  tieBreaker: attribute(5, "Tie Breaker", "", VALUE_8),
  firmwareRevision: attribute(6, "Firmware Revision", "H", U16),
  hostName: attribute(7, "Host Name", "M", SOME_OCTETS),
  vendorName: attribute(8, "Vendor Name", "H", OCTETS),
  assignedTunnelId: attribute(9, "Assigned Tunnel ID", "MH", U16),
  receiveWindowSize: attribute(10, "Receive Window Size", "M", U16),
  challenge: attribute(11, "Challenge", "MH", SOME_OCTETS),
  q931CauseCode: attribute(12, "Q.931 Cause Code", "M", values.CAUSE),
  challengeResponse: attribute(13, "Challenge Response", "MH", values.VALUE_16),
  assignedSessionId: attribute(14, "Assigned Session ID", "MH", U16),
  callSerialNumber: attribute(15, "Call Serial Number", "MH", U32),
  minimumBps: attribute(16, "Minimum BPS", "MH", U32),
  maximumBps: attribute(17, "Maximum BPS", "MH", U32),
  bearerType: attribute(18, "Bearer Type", "MH", U32),
  framingType: attribute(19, "Framing Type", "MH", U32),
  calledNumber: attribute(21, "Called Number", "MH", OCTETS),
  callingNumber: attribute(22, "Calling Number", "MH", OCTETS),
  subAddress: attribute(23, "Sub-Address", "MH", OCTETS),
  txConnectSpeed: attribute(24, "(Tx) Connect Speed", "MH", U32),
  physicalChannelId: attribute(25, "Physical Channel ID", "H", U32),
  initialReceivedLcpConfreq: attribute(26, "Initial Received LCP CONFREQ", "H", OCTETS),
  lastSentLcpConfreq: attribute(27, "Last Sent LCP CONFREQ", "H", OCTETS),
  lastReceivedLcpConfreq: attribute(28, "Last Received LCP CONFREQ", "H", OCTETS),
  proxyAuthenType: attribute(29, "Proxy Authen Type", "H", U16),
  proxyAuthenName: attribute(30, "Proxy Authen Name", "H", OCTETS),
  proxyAuthenChallenge: attribute(31, "Proxy Authen Challenge", "H", SOME_OCTETS),
  proxyAuthenId: attribute(32, "Proxy Authen ID", "H", values.PROXY_AUTHEN_ID),
  proxyAuthenResponse: attribute(33, "Proxy Authen Response", "H", OCTETS),
  callErrors: attribute(34, "Call Errors", "MH", values.CALL_ERRORS),
  accm: attribute(35, "ACCM", "MH", values.ACCM),
  randomVector: attribute(36, "Random Vector", "M", OCTETS),
  privateGroupId: attribute(37, "Private Group ID", "H", OCTETS),
  rxConnectSpeed: attribute(38, "Rx Connect Speed", "H", U32),
  sequencingRequired: attribute(39, "Sequencing Required", "M", FLAG),
};

const BY_TYPE = new Map(
  Object.entries(ATTRIBUTES).map(([name, { type }]) => [type, name as AttributeName]),
);

/** The name of an attribute type under vendor 0, or undefined for one that RFC 2661 does not define. */
export function attributeName(type: number): AttributeName | undefined {
  return BY_TYPE.get(type);
}

/** Reads an attribute's value from its (clear) octets: all of them, or none. */
export function readValue<K extends AttributeName>(
  name: K,
  octets: Uint8Array,
): Decoded<AttributeValues[K]> {
  const { title, format } = ATTRIBUTES[name];
  const { minimum, maximum } = format;
  const got = octets.length;
  if (got < minimum) {
    return { end: got, problem: `${title} value cut short: ${got} of ${minimum} octets` };
  }
  if (got > maximum) {
    return { end: maximum, problem: `${title} value must be ${maximum} octets: got ${got}` };
  }
  return { record: format.read(octets), end: got };
}

/** An AVP of RFC 2661 in clear, with the M bit that the RFC demands and its length filled in. */
export function avp<K extends AttributeName>(name: K, value: AttributeValues[K]): Avp {
  const { type, mandatory, format } = ATTRIBUTES[name];
  const octets = format.write(value);
  return {
    mandatory,
    hidden: false,
    reserved: 0,
    length: 6 + octets.length,
    vendor: 0,
    type,
    value: octets,
  };
}

/** Bits of framing capabilities and types, and of bearer capabilities and types. */
export const Framing = { synchronous: 1, asynchronous: 2 } as const;
export const Bearer = { digital: 1, analog: 2 } as const;
