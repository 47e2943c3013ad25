/** Why a tunnel or a call ends, as a Result Code AVP holds it: RFC 2661 §4.4.2. */
import type { ResultCodeValue } from "../../captures/wire/l2tp_values.ts";

/** A reason to end something. */
export interface Fault {
  result: number;
  error?: number;
  /** For people, in UTF-8 on the wire. */
  message?: string;
}

/** The value of the Result Code AVP. */
export function resultCode({ result, error, message }: Fault): ResultCodeValue {
  if (message === undefined) return error === undefined ? { result } : { result, error };
  return { result, error: error ?? 0, message: new TextEncoder().encode(message) };
}

/** The reason in a peer's Result Code; octets that are no UTF-8 are replaced. */
export function faultOf(value: ResultCodeValue | undefined): Fault {
  if (value === undefined) return { result: 0 };
  const { result, error, message } = value;
  const fault: Fault = { result };
  if (error !== undefined) fault.error = error;
  if (message !== undefined) fault.message = new TextDecoder().decode(message);
  return fault;
}
