/** What is wrong with a control message by itself, as RFC 2661 §4.4 and §6 define messages and AVPs. */
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import type { GrammarRule } from "./grammar_rules.ts";
import type { ControlMessage } from "./message.ts";

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

/** §4.1: the reserved bits of every AVP. */
export const reservedBitsFault: MessageRule = ({ avps }) => {
  const bad = avps.find(({ reserved }) => reserved !== 0);
  return bad && `attribute ${bad.type} has reserved bits ${bad.reserved}`;
};

/** §4.4.3: a Host Name has at least one octet. */
export const hostNameFault: MessageRule = ({ avps }) => {
  const bad = avps.find(({ vendor, type, clear }) =>
    vendor === 0 && type === ATTRIBUTES.hostName.type && clear?.length === 0
  );
  return bad && "the Host Name is empty";
};

/** §3.1: Length holds the header at least, and the datagram holds Length. */
export const lengthFault: GrammarRule = ({ whole, length, octets }) =>
  whole || length < 0 ? undefined : {
    expected: "a Length from 12 to the octets of the datagram (§3.1)",
    actual: `Length ${length} in a datagram of ${octets} octets`,
  };

/** §3.1: nothing follows the message in its datagram. */
export const trailingFault: GrammarRule = ({ whole, length, octets }) =>
  !whole || length < 0 || length === octets ? undefined : {
    expected: "a Length of all octets of the datagram (§3.1)",
    actual: `Length ${length} in a datagram of ${octets} octets`,
  };
