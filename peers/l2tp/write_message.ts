/** The body of a control message: its AVPs in order, hidden where that is wanted (RFC 2661 §4). */
import * as avpFormat from "../../captures/wire/l2tp_avp.ts";
import {
  type AttributeName,
  ATTRIBUTES,
  type AttributeValues,
  avp,
} from "../../captures/wire/l2tp_attributes.ts";
import { hide } from "../../captures/wire/l2tp_hiding.ts";
import { type MessageName, MessageType } from "../../captures/wire/l2tp_message.ts";
import type { MessageRules } from "./rules/message.ts";

/** How values are hidden. */
export interface Hiding {
  /** Octets of the shared secret; undefined when there is none. */
  secret: Uint8Array | undefined;
  wanted(name: AttributeName): boolean;
  /** Octets of padding at most behind a hidden value. */
  padding: number;
  random(): number;
}

/** Random octets. */
export function randomOctets(count: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}

/** The octets of a message's body; undefined values are left out. */
export function writeMessage(
  name: MessageName,
  values: Partial<AttributeValues>,
  hiding: Hiding,
  rules: MessageRules,
): Uint8Array {
  const plain: avpFormat.Avp[] = [];
  const hidden: avpFormat.Avp[] = [];
  const vectors: avpFormat.Avp[] = [];
  let vector: Uint8Array | undefined;
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const attribute = key as AttributeName;
    const record = avp(attribute, value as never);
    const { mayHide } = ATTRIBUTES[attribute];
    const wanted = hiding.wanted(attribute);
    if (!rules.hides(attribute, wanted, mayHide, hiding.secret !== undefined)) {
      plain.push(record);
      continue;
    }
    if (vector === undefined || !rules.sharesVector) {
      vector = randomOctets(rules.vectorLength, hiding.random);
      (rules.sharesVector ? vectors : hidden).push(avp("randomVector", vector));
    }
    hidden.push(hideAvp(record, vector, hiding));
  }
  const type = avp("messageType", MessageType[name]);
  const tail = rules.vectorFirst ? [...vectors, ...hidden] : [...hidden, ...vectors];
  const avps = rules.avps(name, [type, ...plain, ...tail]);
  const octets = new Uint8Array(avps.reduce((sum, { value }) => sum + 6 + value.length, 0));
  let at = 0;
  for (const record of avps) at = avpFormat.encodeInto(record, octets, at);
  return octets;
}

function hideAvp(record: avpFormat.Avp, vector: Uint8Array, hiding: Hiding): avpFormat.Avp {
  const count = Math.floor(hiding.random() * (hiding.padding + 1));
  const room = avpFormat.MAX_VALUE - 2 - record.value.length;
  const padding = randomOctets(Math.max(0, Math.min(count, room)), hiding.random);
  const value = hide(record.type, record.value, hiding.secret ?? new Uint8Array(), vector, padding);
  return avpFormat.withLength({ ...record, hidden: true, value });
}
