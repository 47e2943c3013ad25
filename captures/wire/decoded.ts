/**
 * What every wire format's `decode` returns, and how its records are written.
 *
 * Records hold any bits, legal or not: `encode(decode(b).record)` gives the decoded octets back, and
 * `decode(encode(x)).record` gives `x` back. Lengths and checksums are values like any others; an act
 * with a name of its own (`withLength`, `withChecksum`) fills them in.
 */

/** A record and where its octets end, or the reason why there is none. */
export type Decoded<T> =
  | { readonly record: T; readonly end: number; readonly problem?: undefined }
  | { readonly record?: undefined; readonly end: number; readonly problem: string };

/** A decoded record; `end` is one past its last octet. */
export function decoded<T>(record: T, end: number): Decoded<T> {
  return { record, end };
}

/**
 * A header that was cut off.
 * @param what Header or part of it, such as `UDP header`.
 * @param needed Octets that it has.
 */
export function cutShort(what: string, start: number, end: number, needed: number): Decoded<never> {
  const got = Math.max(0, end - start);
  return { end: start + got, problem: `${what} cut short: ${got} of ${needed} octets` };
}

/** A view of the octets of an array, and of no others. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Octets in lower-case hexadecimal without separators. */
export function hex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let i = start; i < end; i++) text += HEX[bytes[i]];
  return text;
}

/** Two lower-case hexadecimal digits for each octet value. */
export const HEX: readonly string[] = Array.from(
  { length: 256 },
  (_, octet) => octet.toString(16).padStart(2, "0"),
);
