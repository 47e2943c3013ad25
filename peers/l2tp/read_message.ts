/**
 * The contents of a received control message, and what is wrong with it: RFC 2661 §4.1 to §4.4 and §7.1.
 */
import type { Avp, Avps } from "../../captures/wire/l2tp_avp.ts";
import {
  type AttributeName,
  attributeName,
  ATTRIBUTES,
  type AttributeValues,
  readValue,
} from "../../captures/wire/l2tp_attributes.ts";
import { unhide } from "../../captures/wire/l2tp_hiding.ts";
import { type MessageName, messageName } from "../../captures/wire/l2tp_message.ts";
import type { Fault } from "./fault.ts";
import type { MessageRules } from "./rules/message.ts";

/** A control message as the state machines see it. */
export interface ReceivedMessage {
  /** Value of the Message Type AVP; -1 when there is none in the first place. */
  type: number;
  /** Undefined for a type that RFC 2661 does not define. */
  name?: MessageName;
  /** M of the Message Type AVP. */
  mandatory: boolean;
  values: Partial<AttributeValues>;
  /** The first thing wrong that must not be passed over. */
  fault?: Fault;
  /** What was wrong or unknown and was passed over. */
  ignored: string[];
}

/**
 * Reads a message's AVPs.
 * @param secret Octets of the shared secret; undefined when there is none.
 */
export function readMessage(
  { avps, problem, mandatory }: Avps,
  secret: Uint8Array | undefined,
  rules: MessageRules,
): ReceivedMessage {
  const message: ReceivedMessage = { type: -1, mandatory: true, values: {}, ignored: [] };
  if (!readType(message, avps, rules)) {
    message.fault = rules.valueFault("the first AVP is not a Message Type");
    return message;
  }
  const vectors: Uint8Array[] = [];
  const refuse = (ends: boolean, fault: Fault) => {
    if (ends) message.fault ??= fault;
    else message.ignored.push(fault.message ?? "");
  };
  for (const avp of avps) {
    if (!rules.recognises(avp)) {
      const what = `attribute ${avp.type}${avp.vendor === 0 ? "" : ` of vendor ${avp.vendor}`}`;
      refuse(rules.endsOnUnknownAvp(avp.mandatory), rules.unknownAvpFault(what));
      continue;
    }
    const name = attributeName(avp.type);
    if (name === undefined || name === "messageType") continue;
    const { value, fault } = valueOf(name, avp, secret, vectors, rules);
    if (fault !== undefined) refuse(rules.endsOnMalformedAvp(avp.mandatory, avp.hidden), fault);
    else if (name === "randomVector") vectors.push(value as Uint8Array);
    else if (!(name in message.values)) Object.assign(message.values, { [name]: value });
  }
  if (problem !== undefined) {
    refuse(rules.endsOnMalformedAvp(mandatory ?? true, false), rules.lengthFault(problem));
  }
  if (message.name === undefined) return message;
  if (!rules.acceptsOrder(avps.map(({ type }) => type))) {
    message.fault ??= rules.valueFault(`AVPs of ${message.name} out of order`);
  }
  for (const name of rules.required(message.name)) {
    if (name in message.values) continue;
    message.fault ??= rules.valueFault(`${message.name} without ${ATTRIBUTES[name].title}`);
  }
  return message;
}

/** Takes the Message Type, which must be the first AVP; false when it is not. */
function readType(message: ReceivedMessage, avps: readonly Avp[], rules: MessageRules): boolean {
  const isType = (avp: Avp) => avp.vendor === 0 && avp.type === ATTRIBUTES.messageType.type;
  const first = rules.messageTypeFirst ? avps[0] : avps.find(isType);
  if (first === undefined || !isType(first) || first.hidden || first.reserved !== 0) return false;
  const { record } = readValue("messageType", first.value);
  if (record === undefined) return false;
  message.type = record;
  message.name = messageName(record);
  message.mandatory = first.mandatory;
  return true;
}

function valueOf(
  name: AttributeName,
  avp: Avp,
  secret: Uint8Array | undefined,
  vectors: readonly Uint8Array[],
  rules: MessageRules,
): { value?: unknown; fault?: Fault } {
  const { title, mayHide, type } = ATTRIBUTES[name];
  let octets = avp.value;
  if (avp.hidden) {
    const vector = rules.vectorOf(vectors);
    if (!rules.mayBeHidden(mayHide)) {
      return { fault: rules.valueFault(`${title} must not be hidden`) };
    }
    if (secret === undefined) return { fault: rules.valueFault(`${title} is hidden: no secret`) };
    if (vector === undefined) {
      return { fault: rules.valueFault(`${title} is hidden: no Random Vector before it`) };
    }
    const { record, problem } = unhide(type, octets, secret, vector);
    if (record === undefined) return { fault: rules.lengthFault(`${title}: ${problem}`) };
    octets = record;
  }
  const { record, problem } = readValue(name, octets);
  if (record === undefined) return { fault: rules.lengthFault(problem) };
  const identifier = name === "assignedTunnelId" || name === "assignedSessionId";
  if (identifier && !rules.acceptsIdentifier(record as number)) {
    return { fault: rules.valueFault(`${title} is 0`) };
  }
  if (name === "receiveWindowSize" && !rules.acceptsWindow(record as number)) {
    return { fault: rules.valueFault(`${title} is 0`) };
  }
  // The AVPs may be views into a packet that is gone when the value is asked for.
  return { value: record instanceof Uint8Array ? record.slice() : record };
}
