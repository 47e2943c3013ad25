/**
 * What the codes of a Result Code AVP and of a Q.931 Cause Code AVP stand for, in our own words.
 *
 * Source: RFC 2661 §4.4.2; ITU-T Q.850 for causes.
 */

/** Results of a StopCCN. */
const OF_TUNNEL: Readonly<Record<number, string>> = {
  1: "cleared on request",
  2: "general error",
  3: "a control connection exists already",
  4: "the requester is not authorised to open a control connection",
  5: "the protocol version of the requester is not supported",
  6: "the requester is shutting down",
  7: "finite state machine error",
};

/** Results of a CDN. */
const OF_CALL: Readonly<Record<number, string>> = {
  1: "loss of carrier",
  2: "general error",
  3: "administrative reasons",
  4: "appropriate facilities are not available at present",
  5: "appropriate facilities are not available at all",
  6: "invalid destination",
  7: "no carrier was detected",
  8: "the line was busy",
  9: "no dial tone",
  10: "the call was not established within the time that the LAC allows",
  11: "the call was connected, but no appropriate framing was detected",
};

/** General error codes. */
const ERRORS: Readonly<Record<number, string>> = {
  0: "no general error",
  1: "no control connection exists yet for this LAC and LNS",
  2: "the length is wrong",
  3: "a field is out of range, or a reserved field is not zero",
  4: "insufficient resources at present",
  5: "the Session ID is invalid here",
  6: "vendor-specific error",
  7: "try another LNS",
  8: "an unknown AVP had its M bit set",
};

/** Causes that are met with in practice. */
const CAUSES: Readonly<Record<number, string>> = {
  1: "unassigned number",
  3: "no route to the destination",
  16: "normal call clearing",
  17: "user busy",
  18: "no user responding",
  19: "no answer from the user",
  21: "call rejected",
  27: "destination out of order",
  28: "invalid number format",
  31: "normal, unspecified",
  34: "no circuit or channel available",
  38: "network out of order",
  41: "temporary failure",
  42: "switching equipment congestion",
  44: "requested circuit or channel not available",
  47: "resource unavailable",
  50: "requested facility not subscribed",
  57: "bearer capability not authorised",
  58: "bearer capability not available at present",
  65: "bearer capability not implemented",
  79: "service or option not implemented",
  88: "incompatible destination",
  102: "recovery on expiry of a timer",
  111: "protocol error",
  127: "interworking",
};

/** What a result of a StopCCN (`tunnel`) or a CDN (`call`) means; undefined where RFC 2661 has none. */
export function resultMeaning(of: "tunnel" | "call", result: number): string | undefined {
  return (of === "tunnel" ? OF_TUNNEL : OF_CALL)[result];
}

/** What a general error code means; undefined where RFC 2661 has none. */
export function errorMeaning(error: number): string | undefined {
  return ERRORS[error];
}

/** What a cause of Q.931 means; undefined for one that is not listed here. */
export function causeMeaning(cause: number): string | undefined {
  return CAUSES[cause];
}
