/**
 * The attributes of RFC 2661 as data: what §4.4 says of each AVP that is sent. This is a witness of its
 * own: it shares nothing with the formats by which the reference peers write.
 */

/** What is written in the octets of a value, from a place on. */
export interface TextRule {
  /** First octet of the text within the value. */
  from: number;
  /** `utf_8_if_readable`: octets that nobody could read need not be text at all. */
  charset: "utf_8" | "utf_8_if_readable" | "ascii";
  /** What the text is, for reports. */
  what: string;
}

/** What RFC 2661 says of one attribute. */
export interface AttributeRule {
  /** Its name in the RFC. */
  name: string;
  section: string;
  /** M as it must be sent. */
  mandatory: boolean;
  /** Whether H may be set. */
  mayHide: boolean;
  /** Octets of the value in clear. */
  least: number;
  most: number;
  /** A number of octets between these that no value has. */
  never?: number;
  /** Whether a message may have several. */
  repeats?: true;
  /** Octets at the beginning of the value that are reserved. */
  reservedOctets?: number;
  /** Bits of the value, 32 of them, that are defined; the others are reserved. */
  definedBits?: number;
  /** The least and the greatest number that the value may be. */
  range?: readonly [least: number, greatest: number];
  /** Greatest number that was registered with IANA later. */
  registered?: number;
  text?: TextRule;
}

const MANY = Infinity;

/** M and H of an attribute as one word: `M` must be set, `H` may be set; `-` neither. */
type Bits = "M" | "MH" | "H" | "-";

function row(
  name: string,
  section: string,
  bits: Bits,
  [least, most]: readonly [number, number],
  more: Partial<AttributeRule> = {},
): AttributeRule {
  return {
    ...{ name, section, mandatory: bits.startsWith("M"), mayHide: bits.endsWith("H") },
    ...{ least, most },
    ...more,
  };
}

const TWO = [2, 2] as const, FOUR = [4, 4] as const, ANY = [0, MANY] as const;
const SOME = [1, MANY] as const;

/** By Attribute Type, under vendor 0. Numbers behind 39 came later; 20 is nobody's. */
export const ATTRIBUTE_RULES: Readonly<Record<number, AttributeRule>> = {
  0: row("Message Type", "§4.4.1", "M", TWO),
  // Lengths of 8, of 10, and more than 10.
  1: row("Result Code", "§4.4.2", "M", [2, MANY], {
    never: 3,
    text: { from: 4, charset: "utf_8", what: "Error Message" },
  }),
  2: row("Protocol Version", "§4.4.3", "M", TWO, { range: [0x0100, 0x0100] }),
  3: row("Framing Capabilities", "§4.4.3", "MH", FOUR, { definedBits: 3 }),
  4: row("Bearer Capabilities", "§4.4.3", "MH", FOUR, { definedBits: 3 }),
  5: row("Tie Breaker", "§4.4.3", "-", [8, 8]),
  6: row("Firmware Revision", "§4.4.3", "H", TWO),
  7: row("Host Name", "§4.4.3", "M", SOME),
  8: row("Vendor Name", "§4.4.3", "H", ANY, {
    text: { from: 0, charset: "utf_8_if_readable", what: "Vendor Name" },
  }),
  9: row("Assigned Tunnel ID", "§4.4.3", "MH", TWO),
  10: row("Receive Window Size", "§4.4.3", "M", TWO, { range: [1, 0xffff] }),
  11: row("Challenge", "§4.4.3", "MH", SOME),
  12: row("Q.931 Cause Code", "§4.4.4", "M", [3, MANY], {
    text: { from: 3, charset: "ascii", what: "Advisory Message" },
  }),
  13: row("Challenge Response", "§4.4.3", "MH", [16, 16]),
  14: row("Assigned Session ID", "§4.4.4", "MH", TWO),
  15: row("Call Serial Number", "§4.4.4", "MH", FOUR),
  16: row("Minimum BPS", "§4.4.4", "MH", FOUR),
  17: row("Maximum BPS", "§4.4.4", "MH", FOUR),
  18: row("Bearer Type", "§4.4.4", "MH", FOUR, { definedBits: 3 }),
  19: row("Framing Type", "§4.4.4", "MH", FOUR, { definedBits: 3 }),
  21: row("Called Number", "§4.4.4", "MH", ANY, {
    text: { from: 0, charset: "ascii", what: "Called Number" },
  }),
  22: row("Calling Number", "§4.4.4", "MH", ANY, {
    text: { from: 0, charset: "ascii", what: "Calling Number" },
  }),
  23: row("Sub-Address", "§4.4.4", "MH", ANY, {
    text: { from: 0, charset: "ascii", what: "Sub-Address" },
  }),
  24: row("(Tx) Connect Speed", "§4.4.4", "MH", FOUR),
  25: row("Physical Channel ID", "§4.4.4", "H", FOUR),
  26: row("Initial Received LCP CONFREQ", "§4.4.5", "H", ANY),
  27: row("Last Sent LCP CONFREQ", "§4.4.5", "H", ANY),
  28: row("Last Received LCP CONFREQ", "§4.4.5", "H", ANY),
  // 6 and 7 were registered later, EAP among them.
  29: row("Proxy Authen Type", "§4.4.5", "H", TWO, { range: [1, 5], registered: 7 }),
  30: row("Proxy Authen Name", "§4.4.5", "H", ANY),
  31: row("Proxy Authen Challenge", "§4.4.5", "H", SOME),
  32: row("Proxy Authen ID", "§4.4.5", "H", TWO, { reservedOctets: 1 }),
  33: row("Proxy Authen Response", "§4.4.5", "H", ANY),
  34: row("Call Errors", "§4.4.6", "MH", [26, 26], { reservedOctets: 2 }),
  35: row("ACCM", "§4.4.6", "MH", [10, 10], { reservedOctets: 2 }),
  36: row("Random Vector", "§4.4.1", "M", ANY, { repeats: true }),
  37: row("Private Group ID", "§4.4.4", "H", ANY),
  38: row("Rx Connect Speed", "§4.4.4", "H", FOUR),
  39: row("Sequencing Required", "§4.4.4", "M", [0, 0]),
};

/** Codes of one kind: those of RFC 2661, and how far IANA has registered others since. */
export interface CodeRule {
  least: number;
  greatest: number;
  registered: number;
}

/** §4.4.2: Result Codes by message type; 0 is reserved. RFC 3308 and others registered more. */
export const RESULT_CODES: Readonly<Record<number, CodeRule>> = {
  4: { least: 1, greatest: 7, registered: 8 },
  14: { least: 1, greatest: 11, registered: 31 },
};

/** §4.4.2: General Error Codes; "Try another directed" and three others were registered later. */
export const ERROR_CODES: CodeRule = { least: 0, greatest: 8, registered: 12 };

/** §4.4.5: which AVPs a Proxy Authen Type must have beside it: Name, Challenge, ID, Response. */
export const PROXY_AUTHEN_AVPS: Readonly<Record<number, readonly number[]>> = {
  1: [30, 33],
  2: [30, 31, 32, 33],
  3: [30, 32, 33],
  4: [],
  5: [30, 31, 32, 33],
};
