/** What a StopCCN and a CDN say of their reason, and what proxied authentication says (RFC 2661 §4.4). */
import {
  ATTRIBUTE_RULES,
  type CodeRule,
  ERROR_CODES,
  PROXY_AUTHEN_AVPS,
  RESULT_CODES,
} from "./grammar_attributes.ts";
import { type Fault, type GrammarRule, hex, rowOf, swapHint } from "./grammar_rules.ts";
import {
  Attribute,
  avpOf,
  carries,
  type ControlMessage,
  number16,
  resultOf,
  valueOf,
} from "./message.ts";

/** Result that an Error Code explains, and the one whose error field is a version. */
const GENERAL_ERROR = 2, VERSION_NOT_SUPPORTED = 5;
/** Errors whose message says more: by a vendor, and of an unknown AVP. */
const VENDOR_ERROR = 6, UNKNOWN_AVP = 8;

/** §4.4.2: Result Codes and Error Codes that are defined. */
export const resultCodeFault: GrammarRule = (message) => {
  const codes = RESULT_CODES[message.type];
  const { result, error } = resultOf(message);
  if (codes === undefined || result < 0) return undefined;
  const { name } = rowOf(message)!;
  if (result === GENERAL_ERROR && error < 0) {
    return {
      expected: "an Error Code behind result 2, which says that it indicates the problem (§4.4.2)",
      actual: "none",
    };
  }
  return codeFault(codes, result, `Result Code of a ${name}`) ??
    (error < 0 || result === VERSION_NOT_SUPPORTED && message.type === 4
      ? undefined
      : codeFault(ERROR_CODES, error, "Error Code"));
};

function codeFault(
  { least, greatest, registered }: CodeRule,
  code: number,
  what: string,
): Fault | undefined {
  if (code >= least && code <= registered) return undefined;
  return {
    expected: `${what} from ${least} to ${greatest} (§4.4.2)`,
    actual: `${hex(code)}${swapHint(code, (v) => v >= least && v <= greatest)}`,
  };
}

/** Whether a message tells an error of which §4.4.2 says that its text should say more. */
export function tellsOfError(message: ControlMessage): boolean {
  const { result, error } = resultOf(message);
  return RESULT_CODES[message.type] !== undefined && result === GENERAL_ERROR &&
    (error === VENDOR_ERROR || error === UNKNOWN_AVP);
}

/** §4.4.2: errors 6 and 8 say more in an Error Message. */
export const errorMessageFault: GrammarRule = (message) => {
  if (!tellsOfError(message)) return undefined;
  const { length } = valueOf(message, Attribute.result)!;
  const { error } = resultOf(message);
  return length > 4 ? undefined : {
    expected: `an Error Message beside error ${error} that says more (§4.4.2)`,
    actual: "none",
  };
};

const PROXY_NAMES = [30, 31, 32, 33] as const;

/** §4.4.5: each Proxy Authen Type has the AVPs that belong to it, and none of them is without it. */
export const proxyAuthenFault: GrammarRule = (message) => {
  const given = PROXY_NAMES.filter((type) => carries(type)(message));
  if (avpOf(message, Attribute.proxyAuthenType) === undefined) {
    return given.length === 0 ? undefined : {
      expected: "a Proxy Authen Type beside what belongs to one (§4.4.5)",
      actual: `${names(given)} alone`,
    };
  }
  const type = number16(message, Attribute.proxyAuthenType);
  const missing = PROXY_AUTHEN_AVPS[type]?.filter((wanted) => !carries(wanted)(message)) ?? [];
  return missing.length === 0 ? undefined : {
    expected: `${names(PROXY_AUTHEN_AVPS[type])} beside Proxy Authen Type ${type} (§4.4.5)`,
    actual: `no ${names(missing)}`,
  };
};

function names(types: readonly number[]): string {
  return types.map((type) => ATTRIBUTE_RULES[type].name).join(", ");
}

/** Whether a message says anything of proxied authentication. */
export function proxiesAuthentication(message: ControlMessage): boolean {
  return [Attribute.proxyAuthenType, ...PROXY_NAMES].some((type) => carries(type)(message));
}
