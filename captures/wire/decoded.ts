/**
 * What every wire format's `decode` returns.
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
