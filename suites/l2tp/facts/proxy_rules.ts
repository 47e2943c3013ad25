/** What a LAC tells of its client's LCP and authentication, octet by octet (RFC 2661 §4.4.5). */
import { get16 } from "../../../captures/wire/octets.ts";
import { ATTRIBUTE_RULES } from "./grammar_attributes.ts";
import type { Fault, GrammarRule } from "./grammar_rules.ts";
import { Attribute, type ControlMessage, number16, valueOf } from "./message.ts";

/** Initial Received, Last Sent and Last Received LCP CONFREQ, and the proof of the client. */
const CONFREQS = [26, 27, 28] as const, LAST_SENT = 27, RESPONSE = 33;
/** The LCP option for authentication, and octets of a response of CHAP with MD5. */
const AUTHENTICATION = 3, MD5_OCTETS = 16;
/** Protocols that the LCP option names, by Proxy Authen Type. */
const PROTOCOLS: Readonly<Record<number, number>> = { 2: 0xc223, 3: 0xc023 };

/** Whether a message says anything of proxied LCP. */
export function proxiesLcp(message: ControlMessage): boolean {
  return CONFREQS.some((type) => valueOf(message, type) !== undefined);
}

/** The value of an LCP option by its type; undefined where octets are not options to their end. */
function optionsOf(octets: Uint8Array): Map<number, Uint8Array> | undefined {
  const options = new Map<number, Uint8Array>();
  let at = 0;
  for (; at + 2 <= octets.length && octets[at + 1] >= 2; at += octets[at + 1]) {
    options.set(octets[at], octets.subarray(at + 2, at + octets[at + 1]));
  }
  return at === octets.length ? options : undefined;
}

function unreadable(message: ControlMessage, type: number): Fault | undefined {
  const value = valueOf(message, type);
  if (value === undefined || optionsOf(value) !== undefined) return undefined;
  const { name } = ATTRIBUTE_RULES[type];
  const isWhole = value.length >= 4 && get16(value, 2) === value.length;
  return {
    expected: `LCP options in the ${name}, from the first on (§4.4.5)`,
    actual: `${value.toHex()}${isWhole ? ", with code, identifier and length before them" : ""}`,
  };
}

/** §4.4.5: requests of LCP are told by their options, and what proves a client fits what was asked. */
export const proxyContentFault: GrammarRule = (message) => {
  const broken = CONFREQS.map((type) => unreadable(message, type)).find((fault) => fault);
  if (broken !== undefined) return broken;
  const type = number16(message, Attribute.proxyAuthenType), wanted = PROTOCOLS[type];
  const sent = valueOf(message, LAST_SENT), response = valueOf(message, RESPONSE);
  const asked = sent && optionsOf(sent)?.get(AUTHENTICATION);
  if (wanted === undefined || sent === undefined) return undefined;
  if (asked === undefined || asked.length < 2 || get16(asked, 0) !== wanted) {
    return {
      expected: `protocol ${wanted.toString(16)} in the last CONFREQ sent, beside type ${type}`,
      actual: asked === undefined ? "no option for authentication" : asked.toHex(),
    };
  }
  const isMd5 = type === 2 && asked[2] === 5;
  return isMd5 && response !== undefined && response.length !== MD5_OCTETS
    ? { expected: "a response of 16 octets, those of MD5", actual: `${response.length} octets` }
    : undefined;
};
