/** The choices of RFC 2661 §3.1, §4 and §7.1 about headers and AVPs, by name. */
import { CONTROL_FLAGS, L2tpFlag, VERSION } from "../../../captures/wire/l2tp.ts";
import type { Avp } from "../../../captures/wire/l2tp_avp.ts";
import { type AttributeName, attributeName } from "../../../captures/wire/l2tp_attributes.ts";
import type { MessageName } from "../../../captures/wire/l2tp_message.ts";
import type { Fault } from "../fault.ts";

/** §6: what a message must carry besides its type. */
const REQUIRED: Record<MessageName, readonly AttributeName[]> = {
  SCCRQ: ["protocolVersion", "hostName", "framingCapabilities", "assignedTunnelId"],
  SCCRP: ["protocolVersion", "framingCapabilities", "hostName", "assignedTunnelId"],
  SCCCN: [],
  StopCCN: ["assignedTunnelId", "resultCode"],
  HELLO: [],
  ICRQ: ["assignedSessionId", "callSerialNumber"],
  ICRP: ["assignedSessionId"],
  ICCN: ["txConnectSpeed", "framingType"],
  OCRQ: [
    "assignedSessionId",
    "callSerialNumber",
    "minimumBps",
    "maximumBps",
    "bearerType",
    "framingType",
    "calledNumber",
  ],
  OCRP: ["assignedSessionId"],
  OCCN: ["txConnectSpeed", "framingType"],
  CDN: ["resultCode", "assignedSessionId"],
  WEN: ["callErrors"],
  SLI: ["accm"],
};

/** Rules about headers and AVPs. */
export const MESSAGE_RULES = {
  /** §3.1: T, L and S of a control message, all else clear. */
  controlFlags: (_name: string): number => CONTROL_FLAGS,
  /** §3.1: the version of every header. */
  headerVersion: VERSION,
  /** §3.1, §8.1: any other version is discarded, L2F silently. */
  acceptsVersion: (version: number): boolean => version === VERSION,
  /** §3.1: reserved bits are ignored; L, S and O of a control message are not. */
  acceptsControlFlags: (flags: number): boolean =>
    (flags & (CONTROL_FLAGS | L2tpFlag.offset)) === CONTROL_FLAGS,
  /** §3.1: Length must hold the header and fit the datagram; what lies behind it is ignored. */
  acceptsLength: (length: number, header: number, octets: number): boolean =>
    length >= header && length <= octets,
  /** §3.1, §5.3: the header names the recipient's identifiers. */
  headerTunnelId: (peer: number, _own: number): number => peer,
  headerSessionId: (peer: number, _own: number): number => peer,

  /** The AVPs of a message before it is sent. */
  avps: (_name: MessageName, avps: Avp[]): Avp[] => avps,
  /**
   * The octets of a control message as they leave, one array for each datagram; none when the message
   * is to be lost. `number` counts the control messages of this end from 0.
   */
  leaving: (octets: Uint8Array, _name: string, _number: number): readonly Uint8Array[] => [octets],
  /** Whether a UDP payload that arrives is processed; `number` counts them from 0. */
  hears: (_octets: Uint8Array, _number: number): boolean => true,

  /** §4.1: an AVP with another vendor, a reserved bit, or a number of nobody is not recognised. */
  recognises: ({ vendor, reserved, type }: Avp): boolean =>
    vendor === 0 && reserved === 0 && attributeName(type) !== undefined,
  /** §4.1: M of an unrecognised AVP decides. */
  endsOnUnknownAvp: (mandatory: boolean): boolean => mandatory,
  /** §7.1: M of a malformed AVP decides too. */
  endsOnMalformedAvp: (mandatory: boolean, _hidden: boolean): boolean => mandatory,
  /** §4.4.1: M of the Message Type decides what an unknown message does. */
  endsOnUnknownMessage: (mandatory: boolean): boolean => mandatory,
  /** §4.4.1: the Message Type must come first. */
  messageTypeFirst: true,
  /** §4.4: the order of AVPs behind the Message Type is free. */
  acceptsOrder: (_types: readonly number[]): boolean => true,
  /** §6: AVPs without which a message is malformed. */
  required: (name: MessageName): readonly AttributeName[] => REQUIRED[name],
  /** §4.4.2: the result for an AVP that ended a tunnel or a call. */
  unknownAvpFault: (what: string): Fault => ({ result: 2, error: 8, message: what }),
  /** §4.4.2: a length that is wrong, a value that is out of range, something missing. */
  lengthFault: (what: string): Fault => ({ result: 2, error: 2, message: what }),
  valueFault: (what: string): Fault => ({ result: 2, error: 3, message: what }),
  /** §4.4.3, §5.3: identifiers are never zero, a window holds something. */
  acceptsIdentifier: (id: number): boolean => id !== 0,
  acceptsWindow: (size: number): boolean => size !== 0,

  /** §4.3: values are hidden with a secret only, and only those that may be. */
  hides: (name: AttributeName, wanted: boolean, mayHide: boolean, secret: boolean): boolean =>
    wanted && mayHide && secret && name !== "randomVector",
  /** §4.4: what must not be hidden is malformed where it is hidden all the same. */
  mayBeHidden: (mayHide: boolean): boolean => mayHide,
  /** §4.3: whether the Random Vector stands before what it hides. */
  vectorFirst: true,
  /** §4.3: whether all that a message hides goes by one Random Vector. */
  sharesVector: true,
  /** §4.4.1: octets of a random vector. */
  vectorLength: 16,
  /** §4.4.1: which of the vectors before a hidden AVP counts: the nearest. */
  vectorOf: (before: readonly Uint8Array[]): Uint8Array | undefined => before.at(-1),
};

/** The type of these rules; a mutant is a partial one. */
export type MessageRules = typeof MESSAGE_RULES;
