/** What a control message says, in words. */
import { attributeName, ATTRIBUTES, readValue } from "../../../captures/wire/l2tp_attributes.ts";
import { messageName, MessageType } from "../../../captures/wire/l2tp_message.ts";
import {
  causeMeaning,
  errorMeaning,
  resultMeaning,
} from "../../../captures/wire/l2tp_result_codes.ts";
import type { Tone } from "../../kit/conversation.ts";
import {
  Attribute,
  avpOf,
  type ControlMessage,
  number16,
  number32,
  resultOf,
  valueOf,
} from "../facts/message.ts";
import { quoted } from "../../kit/narration.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP, ICCN, OCRQ, OCRP, OCCN, CDN, WEN, SLI } =
  MessageType;

/** Attributes that only stories read. */
const CALL_SERIAL = 15, CALLED = 21, CALLING = 22, CONNECT_SPEED = 24;
/** Types of a proxy's authentication (RFC 2661 §4.4.5). */
const PROXY_TYPES: Readonly<Record<number, string>> = {
  ...{ 1: "a textual exchange of name and password", 2: "CHAP", 3: "PAP" },
  ...{ 4: "no authentication", 5: "MS-CHAP v1" },
};
/** Results that are no fault of anybody: on request, or as the peer is shut down. */
const PEACEFUL: Readonly<Record<"tunnel" | "call", readonly number[]>> = {
  tunnel: [1, 6],
  call: [1, 3],
};

/** The name of a message's type: `ZLB` for one without a body. */
export function typeName({ type }: ControlMessage): string {
  if (type === 0) return "ZLB";
  return messageName(type) ?? (type < 0 ? "message without type" : `message type ${type}`);
}

/** Whether a message of a StopCCN or CDN says that something was wrong. */
export function isComplaint(message: ControlMessage): boolean {
  const of = message.type === StopCCN ? "tunnel" : "call";
  return !PEACEFUL[of].includes(resultOf(message).result);
}

/** Why a tunnel or a call was cleared, from the AVPs of its StopCCN or CDN. */
export function reasonText(message: ControlMessage): string {
  const of = message.type === StopCCN ? "tunnel" : "call";
  const { result, error } = resultOf(message);
  const parts: string[] = [];
  if (result < 0) {
    const hidden = avpOf(message, Attribute.result)?.hidden;
    parts.push(hidden ? "the result is hidden" : "no result that can be read");
  } else parts.push(`result ${result}: ${meaningOf(result, (code) => resultMeaning(of, code))}`);
  // The version of StopCCN's result 5 is no error code (§4.4.2).
  if (error >= 0 && of === "tunnel" && result === 5) {
    // Some write version and revision, as in a Protocol Version AVP.
    parts.push(`highest version ${error < 0x100 ? error : `${error >> 8}.${error & 0xff}`}`);
  } else if (error > 0) parts.push(`error ${error}: ${meaningOf(error, errorMeaning)}`);
  const said = valueOf(message, Attribute.result)?.subarray(4);
  if (said !== undefined && said.length > 0) parts.push(`message ${quoted(said)}`);
  const cause = valueOf(message, Attribute.causeCode);
  if (cause !== undefined && cause.length >= 3) {
    const code = cause[0] << 8 | cause[1], meaning = causeMeaning(code);
    const advisory = cause.length > 3 ? ` ${quoted(cause.subarray(3))}` : "";
    parts.push(`Q.931 cause ${code}${meaning === undefined ? "" : `: ${meaning}`}${advisory}`);
  }
  return parts.join("; ");
}

function meaningOf(code: number, known: (code: number) => string | undefined): string {
  const meaning = known(code);
  if (meaning !== undefined) return meaning;
  const swapped = (code & 0xff) === 0 ? known(code >> 8) : undefined;
  const hint = swapped === undefined
    ? ""
    : `; with its octets exchanged it would be ${code >> 8}: ${swapped}`;
  return `no code of RFC 2661${hint}`;
}

/** What a message does, and whether it is bad news. */
export function messageText(message: ControlMessage): { text: string; tone: Tone } {
  const { text, tone } = bodyText(message), odd = oddities(message);
  return odd.length === 0
    ? { text, tone }
    : { text: [text, ...odd].join("; "), tone: message.problem === undefined ? tone : "bad" };
}

function bodyText(message: ControlMessage): { text: string; tone: Tone } {
  const note = (text: string, tone: Tone = "note") => ({ text, tone });
  switch (message.type) {
    case SCCRQ:
      return note(`asks for a tunnel${assigns(message, Attribute.assignedTunnel, "Tunnel ID")}`);
    case SCCRP:
      return note(`grants it${assigns(message, Attribute.assignedTunnel, "Tunnel ID")}`);
    case SCCCN:
      return note("confirms: the tunnel is up");
    case StopCCN:
      return note(
        `clears the tunnel: ${reasonText(message)}`,
        isComplaint(message) ? "bad" : "note",
      );
    case HELLO:
      return note("asks whether the peer is there");
    case ICRQ:
      return note(`asks for an incoming call${ofCall(message)}`);
    case OCRQ:
      return note(`asks for an outgoing call${ofCall(message)}`);
    case ICRP:
    case OCRP:
      return note(`takes the call${assigns(message, Attribute.assignedSession, "Session ID")}`);
    case ICCN:
    case OCCN:
      return note(`the call is connected${connected(message)}`);
    case CDN:
      return note(`clears the call: ${reasonText(message)}`, isComplaint(message) ? "bad" : "note");
    case WEN:
      return note("tells of errors on the client's line");
    case SLI:
      return note("tells what LCP came to: the ACCM");
    default:
      return note(
        message.type < 0
          ? "does not begin with a Message Type AVP"
          : "is of a type that RFC 2661 does not define",
        "bad",
      );
  }
}

function assigns(message: ControlMessage, attribute: number, name: string): string {
  const assigned = number16(message, attribute);
  if (assigned >= 0) return `, assigns ${name} ${assigned}`;
  return avpOf(message, attribute)?.hidden ? `, assigns a hidden ${name}` : `, assigns no ${name}`;
}

function ofCall(message: ControlMessage): string {
  const serial = number32(message, CALL_SERIAL);
  const called = valueOf(message, CALLED), calling = valueOf(message, CALLING);
  return assigns(message, Attribute.assignedSession, "Session ID") +
    (serial < 0 ? "" : `, serial number ${serial}`) +
    (called === undefined || called.length === 0 ? "" : `, called number ${quoted(called)}`) +
    (calling === undefined || calling.length === 0 ? "" : `, calling number ${quoted(calling)}`);
}

function connected(message: ControlMessage): string {
  const speed = number32(message, CONNECT_SPEED);
  const proxy = number16(message, Attribute.proxyAuthenType);
  const name = valueOf(message, ATTRIBUTES.proxyAuthenName.type);
  const lcp = avpOf(message, ATTRIBUTES.lastSentLcpConfreq.type);
  return (speed < 0 ? "" : ` at ${speed} bit/s`) +
    (lcp === undefined ? "" : ", with what the LAC found out by LCP (proxy LCP)") +
    (proxy < 0 ? "" : `, authenticated by the LAC: ${PROXY_TYPES[proxy] ?? `type ${proxy}`}`) +
    (name === undefined || name.length === 0 ? "" : ` of ${quoted(name)}`);
}

/** What else is to be said of a message's AVPs. */
function oddities(message: ControlMessage): string[] {
  const odd: string[] = [];
  if (message.problem !== undefined) odd.push(message.problem);
  const hidden = message.avps.filter((avp) => avp.hidden && avp.clear === undefined).length;
  if (hidden > 0) odd.push(`${hidden} hidden values cannot be read without the secret`);
  for (const { vendor, type, mandatory, hidden: isHidden, clear } of message.avps) {
    const name = vendor === 0 ? attributeName(type) : undefined;
    if (name === undefined) {
      if (mandatory) odd.push(`unknown AVP ${type} of vendor ${vendor} with M set`);
    } else if (!isHidden && clear !== undefined) {
      const { problem } = readValue(name, clear);
      if (problem !== undefined) odd.push(problem);
    }
    if (odd.length > 5) break;
  }
  return odd;
}
