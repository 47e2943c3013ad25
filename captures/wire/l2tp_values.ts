/**
 * The formats of attribute values.
 *
 * ```
 * Result Code       Result Code (16) | Error Code (16, optional) | Error Message (optional)
 * Protocol Version  Ver (8) | Rev (8)
 * Q.931 Cause Code  Cause Code (16) | Cause Msg (8) | Advisory Msg
 * Proxy Authen ID   Reserved (8) | ID (8)
 * Call Errors       Reserved (16) | six counters (32 each)
 * ACCM              Reserved (16) | Send ACCM (32) | Receive ACCM (32)
 * ```
 *
 * Source: RFC 2661 §4.4.
 */
import { get16, get32, put16, put32 } from "./octets.ts";

/** How a value stands on the wire. `read` is given between `minimum` and `maximum` octets. */
export interface Format<T> {
  minimum: number;
  maximum: number;
  read(octets: Uint8Array): T;
  write(value: T): Uint8Array;
}

/** Why a tunnel or a call ended. */
export interface ResultCodeValue {
  result: number;
  /** Present when the AVP is long enough for it. */
  error?: number;
  /** UTF-8, present when anything follows the error code. */
  message?: Uint8Array;
  /** An octet that is too few for an error code. */
  odd?: number;
}

/** Version and revision of the protocol: 1 and 0. */
export interface ProtocolVersion {
  version: number;
  revision: number;
}

/** A Q.931 cause. */
export interface CauseValue {
  cause: number;
  message: number;
  /** ASCII. */
  advisory: Uint8Array;
}

/** Identifier of a PPP authentication; `reserved` must be zero. */
export interface ProxyAuthenId {
  reserved: number;
  id: number;
}

/** Counters of a WAN-Error-Notify, since the call was established; `reserved` must be zero. */
export interface CallErrorsValue {
  reserved: number;
  crcErrors: number;
  framingErrors: number;
  hardwareOverruns: number;
  bufferOverruns: number;
  timeOutErrors: number;
  alignmentErrors: number;
}

/** Async control character maps of a Set-Link-Info; `reserved` must be zero. */
export interface AccmValue {
  reserved: number;
  send: number;
  receive: number;
}

const EMPTY = new Uint8Array(0);

function fixed<T>(
  length: number,
  read: (octets: Uint8Array) => T,
  write: (value: T, octets: Uint8Array) => void,
): Format<T> {
  return {
    minimum: length,
    maximum: length,
    read,
    write(value) {
      const octets = new Uint8Array(length);
      write(value, octets);
      return octets;
    },
  };
}

function string(minimum: number, maximum = Infinity): Format<Uint8Array> {
  return { minimum, maximum, read: (octets) => octets, write: (value) => value };
}

/** An unsigned integer of 16 bits. */
export const U16: Format<number> = fixed(2, (o) => get16(o, 0), (v, o) => put16(o, 0, v));
/** An unsigned integer of 32 bits. */
export const U32: Format<number> = fixed(4, (o) => get32(o, 0), (v, o) => put32(o, 0, v));
/** Octets of any number. */
export const OCTETS: Format<Uint8Array> = string(0);
/** One octet or more. */
export const SOME_OCTETS: Format<Uint8Array> = string(1);
/** Exactly 8 octets: a tie breaker. */
export const VALUE_8: Format<Uint8Array> = string(8, 8);
/** Exactly 16 octets: an MD5 digest. */
export const VALUE_16: Format<Uint8Array> = string(16, 16);
/** No value: the AVP says all by being there. */
export const FLAG: Format<true> = { minimum: 0, maximum: 0, read: () => true, write: () => EMPTY };

/** Version and revision. */
export const PAIR8: Format<ProtocolVersion> = fixed(
  2,
  (o) => ({ version: o[0], revision: o[1] }),
  (v, o) => o.set([v.version, v.revision]),
);

/** A reserved octet and an identifier. */
export const PROXY_AUTHEN_ID: Format<ProxyAuthenId> = fixed(
  2,
  (o) => ({ reserved: o[0], id: o[1] }),
  (v, o) => o.set([v.reserved, v.id]),
);

/** Result code, and perhaps error code and message. */
export const RESULT_CODE: Format<ResultCodeValue> = {
  minimum: 2,
  maximum: Infinity,
  read(octets) {
    const value: ResultCodeValue = { result: get16(octets, 0) };
    if (octets.length === 3) value.odd = octets[2];
    if (octets.length >= 4) value.error = get16(octets, 2);
    if (octets.length > 4) value.message = octets.slice(4);
    return value;
  },
  write({ result, error, message, odd }) {
    if (odd !== undefined) return Uint8Array.of(result >> 8, result, odd);
    const tail = message ?? EMPTY;
    const octets = new Uint8Array(error === undefined ? 2 : 4 + tail.length);
    put16(octets, 0, result);
    if (error !== undefined) {
      put16(octets, 2, error);
      octets.set(tail, 4);
    }
    return octets;
  },
};

/** A Q.931 cause. */
export const CAUSE: Format<CauseValue> = {
  minimum: 3,
  maximum: Infinity,
  read: (o) => ({ cause: get16(o, 0), message: o[2], advisory: o.slice(3) }),
  write({ cause, message, advisory }) {
    return Uint8Array.of(cause >> 8, cause, message, ...advisory);
  },
};

const COUNTERS = [
  "crcErrors",
  "framingErrors",
  "hardwareOverruns",
  "bufferOverruns",
  "timeOutErrors",
  "alignmentErrors",
] as const;

/** The counters of a WAN-Error-Notify. */
export const CALL_ERRORS: Format<CallErrorsValue> = fixed(
  26,
  (o) => {
    const counters = COUNTERS.map((name, i) => [name, get32(o, 2 + 4 * i)]);
    return { reserved: get16(o, 0), ...Object.fromEntries(counters) } as CallErrorsValue;
  },
  (v, o) => {
    put16(o, 0, v.reserved);
    COUNTERS.forEach((name, i) => put32(o, 2 + 4 * i, v[name]));
  },
);

/** The maps of a Set-Link-Info. */
export const ACCM: Format<AccmValue> = fixed(
  10,
  (o) => ({ reserved: get16(o, 0), send: get32(o, 2), receive: get32(o, 6) }),
  (v, o) => {
    put16(o, 0, v.reserved);
    put32(o, 2, v.send);
    put32(o, 6, v.receive);
  },
);
