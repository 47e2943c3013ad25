/** What is wrong with a control message by itself, as RFC 2661 §4.4 and §6 define messages and AVPs. */
import { attributeName, ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import type { ControlMessage } from "./message.ts";

/** AVPs that must be present, by message type (§6.1 to §6.14). */
export const REQUIRED: Readonly<Record<number, readonly number[]>> = {
  1: [0, 2, 7, 3, 9],
  2: [0, 2, 3, 7, 9],
  3: [0],
  4: [0, 9, 1],
  6: [0],
  7: [0, 14, 15, 16, 17, 18, 19, 21],
  8: [0, 14],
  9: [0, 24, 19],
  10: [0, 14, 15],
  11: [0, 14],
  12: [0, 24, 19],
  14: [0, 1, 14],
  15: [0, 34],
  16: [0, 35],
};

/** Says what is wrong with a message; undefined when nothing is. */
export type MessageRule = (message: ControlMessage) => string | undefined;

/** §3.1: the first two octets. */
export const firstOctetsFault: MessageRule = ({ word }) =>
  word === 0xc802 ? undefined : word.toString(16).padStart(4, "0");

/** §4.4.1: the Message Type comes first. */
export const messageTypeFault: MessageRule = ({ type, avps: [first] }) =>
  type !== -1 || first?.type === 0 && first.vendor === 0 ? undefined : "another AVP comes first";

/** §4.4.1: its bits and its length. */
export const messageTypeBitsFault: MessageRule = ({ avps: [first] }) => {
  if (first?.mandatory && !first.hidden && first.length === 8) return undefined;
  return `M ${first?.mandatory}, H ${first?.hidden}, length ${first?.length}`;
};

/** §6: every AVP that must be present. */
export const missingAvpFault: MessageRule = ({ type, avps }) => {
  const missing = (REQUIRED[type] ?? []).find((wanted) =>
    !avps.some((a) => a.type === wanted && a.vendor === 0)
  );
  return missing === undefined ? undefined : `attribute ${missing} is missing`;
};

/** §4.4: the M and H bits of every AVP of RFC 2661. */
export const avpBitsFault: MessageRule = ({ avps }) => {
  for (const { vendor, type, mandatory, hidden } of avps) {
    const name = vendor === 0 ? attributeName(type) : undefined;
    if (name === undefined) continue;
    const { mandatory: m, mayHide, title } = ATTRIBUTES[name];
    if (mandatory !== m) return `${title} has M ${mandatory ? "set" : "clear"}`;
    if (hidden && !mayHide) return `${title} is hidden`;
  }
  return undefined;
};

/** §4.1: the reserved bits of every AVP. */
export const reservedBitsFault: MessageRule = ({ avps }) => {
  const bad = avps.find(({ reserved }) => reserved !== 0);
  return bad && `attribute ${bad.type} has reserved bits ${bad.reserved}`;
};

/** What of a value is reserved, by attribute; 0 is what must be there. */
const RESERVED: Readonly<Record<number, (value: Uint8Array) => number>> = {
  // Framing and bearer, as capabilities and as types: all bits but the two that are defined.
  ...Object.fromEntries(
    [3, 4, 18, 19].map((type) => [type, (v: Uint8Array) => v.length < 4 ? 0 : get32(v, 0) & ~3]),
  ),
  // Proxy Authen ID: the first octet; Call Errors and ACCM: the first two.
  32: (value) => value[0] ?? 0,
  34: (value) => value.length < 2 ? 0 : get16(value, 0),
  35: (value) => value.length < 2 ? 0 : get16(value, 0),
};

/** §4.4.5, §4.4.6, §6: reserved fields within the values of these attributes. */
export const reservedFieldsFault = (...types: readonly number[]): MessageRule => ({ avps }) => {
  const bad = avps.find(({ vendor, type, clear }) =>
    vendor === 0 && types.includes(type) && clear !== undefined &&
    (RESERVED[type]?.(clear) ?? 0) !== 0
  );
  return bad && `attribute ${bad.type} is ${bad.clear!.toHex()}`;
};

/** §4.4.3: a Host Name has at least one octet. */
export const hostNameFault: MessageRule = ({ avps }) => {
  const bad = avps.find(({ vendor, type, clear }) =>
    vendor === 0 && type === ATTRIBUTES.hostName.type && clear?.length === 0
  );
  return bad && "the Host Name is empty";
};
