/** Holds a control message against the grammar of RFC 2661: each rule looks for one kind of fault. */
import { get16, get32 } from "../../../captures/wire/octets.ts";
import { ATTRIBUTE_RULES, type AttributeRule } from "./grammar_attributes.ts";
import { ANYWHERE, MESSAGE_ROWS, type MessageRow } from "./grammar_messages.ts";
import type { ControlMessage } from "./message.ts";
import type { CapturedAvp } from "./message_body.ts";

/** What is wrong with a message: what the RFC wants, and what stands there. */
export interface Fault {
  expected: string;
  actual: string;
}

/** Says what is wrong with a message; undefined when nothing is. */
export type GrammarRule = (message: ControlMessage) => Fault | undefined;

/** Attribute Type of the Random Vector. */
const RANDOM_VECTOR = 36;
/** Octets of a value that a report shows. */
const SHOWN = 32;

/** The rule of an AVP; undefined for one that RFC 2661 does not define (§4.1: a reserved bit unnames it). */
export function ruleOf({ vendor, type, reserved }: CapturedAvp): AttributeRule | undefined {
  return vendor === 0 && reserved === 0 ? ATTRIBUTE_RULES[type] : undefined;
}

/** An AVP in words: its name, its length and the octets of its value. */
export function formatAvp(avp: CapturedAvp): string {
  const { vendor, type, length, clear = avp.value, hidden } = avp;
  const name = vendor === 0 ? ATTRIBUTE_RULES[type]?.name ?? `attribute ${type}` : "";
  const octets = clear.subarray(0, SHOWN).toHex() + (clear.length > SHOWN ? "…" : "");
  const value = octets === "" ? "without a value" : `with value ${octets}`;
  const title = name === "" ? `attribute ${type} of vendor ${vendor}` : name;
  return `${title}${hidden ? " (hidden)" : ""} of length ${length} ${value}`;
}

/** Goes through the AVPs of RFC 2661 in a message; the first fault that `judge` finds. */
export function eachAvp(
  judge: (rule: AttributeRule, avp: CapturedAvp, message: ControlMessage) => Fault | undefined,
): GrammarRule {
  return (message) => {
    for (const avp of message.avps) {
      const rule = ruleOf(avp);
      const fault = rule && judge(rule, avp, message);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

/** The row of a message; undefined for a type that RFC 2661 does not define. */
export function rowOf({ type }: ControlMessage): MessageRow | undefined {
  return MESSAGE_ROWS[type];
}

/** §4.1: AVPs follow one another up to the end of the message, each at least 6 octets long. */
export const avpLengthsFault: GrammarRule = ({ problem, whole, length }) =>
  problem === undefined || !whole
    ? undefined
    : { expected: `AVPs that fill a message of Length ${length} (§4.1)`, actual: problem };

/** §6: every AVP that must be present. */
export const missingAvpFault: GrammarRule = (message) => {
  const row = rowOf(message);
  const missing = row?.required.find((wanted) =>
    !message.avps.some(({ type, vendor }) => type === wanted && vendor === 0)
  );
  // What cannot be read may be there.
  if (row === undefined || missing === undefined || message.problem !== undefined) return undefined;
  const { name } = ATTRIBUTE_RULES[missing];
  return {
    expected: `${name} in every ${row.name} (${row.section})`,
    actual: `attribute ${missing} is missing`,
  };
};

/** §4.4, §6: no AVP of RFC 2661 stands in a message that does not use it. */
export const misplacedAvpFault: GrammarRule = (message) => {
  const row = rowOf(message);
  const misplaced = row && message.avps.find((avp) =>
    ruleOf(avp) !== undefined &&
    ![ANYWHERE, row.required, row.allowed].some((types) => types.includes(avp.type))
  );
  return misplaced && {
    expected: `the AVPs of ${row.section} in a ${row.name}, and none that only others use`,
    actual: formatAvp(misplaced),
  };
};

/** §4.4.1, §6: an AVP stands once, but for Random Vectors. */
export const doubledAvpFault: GrammarRule = ({ avps }) => {
  // Hostile messages have thousands of AVPs: each is looked at once.
  const seen = new Set<number>();
  const doubled = avps.find((avp) => {
    const rule = ruleOf(avp);
    if (rule === undefined || rule.repeats === true) return false;
    if (seen.has(avp.type)) return true;
    seen.add(avp.type);
    return false;
  });
  return doubled && {
    expected: `one ${ATTRIBUTE_RULES[doubled.type].name} in a message (§4.4, §6)`,
    actual: `a second: ${formatAvp(doubled)}`,
  };
};

/** §4.4: the M bit of every AVP that needs one, and the H bit of those that must not be hidden. */
export const avpBitsFault: GrammarRule = eachAvp((rule, { mandatory, hidden }) => {
  const { name, section, mayHide } = rule;
  if (rule.mandatory && !mandatory) {
    return { expected: `the M bit set in the ${name} (${section})`, actual: `${name} has M clear` };
  }
  return hidden && !mayHide
    ? { expected: `a ${name} that is not hidden (${section})`, actual: `${name} is hidden` }
    : undefined;
});

/** §4.4: the M bit of every AVP that must not have one. */
export const needlessMandatoryFault: GrammarRule = eachAvp((rule, { mandatory }) => {
  const { name, section } = rule;
  return mandatory && !rule.mandatory
    ? { expected: `the M bit clear in the ${name} (${section})`, actual: `${name} has M set` }
    : undefined;
});

/** Octets of the length that stands within every hidden value. */
const INNER_LENGTH = 2;

/** §4.3: a Random Vector stands before what is hidden, and a hidden value holds its length. */
export const hiddenFault: GrammarRule = ({ avps }) => {
  const at = avps.findIndex(({ hidden }) => hidden);
  const vector = avps.findIndex((avp) => avp.type === RANDOM_VECTOR && ruleOf(avp) !== undefined);
  if (at >= 0 && (vector < 0 || vector > at)) {
    const actual = `${formatAvp(avps[at])} ${vector < 0 ? "without one" : "and one behind it"}`;
    return { expected: "a Random Vector before every hidden AVP (§4.3)", actual };
  }
  const short = avps.find(({ hidden, value }) => hidden && value.length < INNER_LENGTH);
  return short && {
    expected: "hidden values of at least 2 octets, their length (§4.3)",
    actual: formatAvp(short),
  };
};

/** §4.3: with the secret and the vector before it a hidden value is recovered. */
export const unrecoverableFault: GrammarRule = (message) => {
  if (!message.isSecretKnown || hiddenFault(message) !== undefined) return undefined;
  const lost = message.avps.find(({ hidden, clear }) => hidden && clear === undefined);
  return lost && {
    expected: "hidden values that the secret and the Random Vector before them recover (§4.3)",
    actual: `${formatAvp(lost)}, of which no length within the value comes`,
  };
};

/** Attributes that have requirements of their own: Message Type, Protocol Version and Host Name. */
const ELSEWHERE: readonly number[] = [0, 2, 7];

/** §4.4: the length of every value, before hiding. */
export const valueLengthFault: GrammarRule = eachAvp((rule, avp) => {
  const { clear, type } = avp;
  if (clear === undefined || ELSEWHERE.includes(type) || fitsLength(rule, clear)) return undefined;
  const { name, section, least, most } = rule;
  const length = avp.hidden ? `a hidden value of ${clear.length} octets` : formatAvp(avp);
  const wanted = least === most ? `length ${6 + least}` : `a length of at least ${6 + least}`;
  return { expected: `${wanted} of the ${name} (${section})`, actual: length };
});

/** Whether a value has as many octets as its attribute. */
export function fitsLength({ least, most, never }: AttributeRule, { length }: Uint8Array): boolean {
  return length >= least && length <= most && length !== never;
}

/** §5.8, §4.4: numbers that only some values may be. */
export const rangeFault: GrammarRule = eachAvp((rule, avp) => {
  const { range, name, section, registered = 0 } = rule, { clear, type } = avp;
  if (range === undefined || clear?.length !== 2 || ELSEWHERE.includes(type)) return undefined;
  const value = get16(clear, 0), [least, greatest] = range;
  if (value >= least && value <= Math.max(greatest, registered)) return undefined;
  const wanted = least === greatest ? hex(least) : `${least} to ${greatest}`;
  return {
    expected: `a ${name} of ${wanted} (${section})`,
    actual: `${formatAvp(avp)}${swapHint(value, (v) => v >= least && v <= greatest)}`,
  };
});

/** §4.4, §6: reserved bits and octets of values are zero. @param types Those that are looked at. */
export const reservedFieldsFault = (...types: readonly number[]): GrammarRule =>
  eachAvp((rule, avp) => {
    const { reservedOctets = 0, definedBits, name, section } = rule, { clear, type } = avp;
    if (!types.includes(type) || clear === undefined || !fitsLength(rule, clear)) return undefined;
    const filled = clear.subarray(0, reservedOctets).some((octet) => octet !== 0);
    const bits = definedBits === undefined ? 0 : get32(clear, 0);
    const undefinedBits = definedBits === undefined ? 0 : (bits & ~definedBits) >>> 0;
    if (!filled && undefinedBits === 0) return undefined;
    const swapped = ((bits & 0xff) << 24 | (bits & 0xff00) << 8 | bits >>> 8 & 0xff00 |
      bits >>> 24) >>> 0;
    const hint = definedBits !== undefined && (swapped & ~definedBits) === 0
      ? ` (${swapped} with its octets swapped, probably)`
      : "";
    return {
      expected: `reserved bits of 0 in the ${name} (${section})`,
      actual: `attribute ${type} is ${clear.toHex()}${hint}`,
    };
  });

/** §4.4: text of the character set that its attribute has. */
export const textFault: GrammarRule = eachAvp(({ text, section }, { clear }) => {
  if (text === undefined || clear === undefined || clear.length <= text.from) return undefined;
  const octets = clear.subarray(text.from);
  if (isText(octets, text.charset)) return undefined;
  const charset = text.charset === "ascii" ? "ASCII" : "UTF-8";
  const shown = octets.subarray(0, SHOWN).toHex();
  return { expected: `${text.what} in ${charset} (${section})`, actual: `octets ${shown}` };
});

function isText(octets: Uint8Array, charset: "utf_8" | "utf_8_if_readable" | "ascii"): boolean {
  if (charset === "ascii") return octets.every((octet) => octet < 0x80);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(octets);
    return true;
  } catch {
    // Control characters are in no text: such octets are a value of the vendor's.
    return charset === "utf_8_if_readable" && octets.some((octet) => octet < 0x20);
  }
}

/** That a number of 16 bits would be right with its octets in the other order; "" where it would not. */
export function swapHint(value: number, fits: (value: number) => boolean): string {
  const swapped = (value & 0xff) << 8 | value >>> 8;
  return swapped !== value && fits(swapped)
    ? ` (${swapped > 0xff ? hex(swapped) : swapped} with its octets swapped, probably)`
    : "";
}

/** A number of 32 bits as it stands in packets. */
export function hex32(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}

/** A number of 16 bits as it stands in packets. */
export function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}
