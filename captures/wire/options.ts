/**
 * Options of IPv4, TCP and the IPv6 options headers: kind, length, value.
 *
 * ```
 *  IPv4, TCP:  kind 0 (end) | kind 1 (no operation) | kind, length (of all three), value
 *  IPv6:       type 0 (Pad1) | type, length (of the value), value
 * ```
 *
 * Source: RFC 791 §3.1, RFC 9293 §3.1, RFC 8200 §4.2.
 */

/** One option; `start` and `end` are octet offsets into the array that it was read from. */
export interface Option {
  kind: number;
  start: number;
  end: number;
  /** First octet of the value; equal to `end` when there is none. */
  value: number;
}

/** Options in order, and why reading stopped before the end, if it did. */
export interface Options {
  options: Option[];
  problem?: string;
}

/** Reads the options of an IPv4 or TCP header, which stand in `bytes[start..end)`. */
export function readOptions(bytes: Uint8Array, start: number, end: number): Options {
  const options: Option[] = [];
  for (let at = start; at < end;) {
    const kind = bytes[at];
    if (kind <= 1) {
      options.push({ kind, start: at, end: at + 1, value: at + 1 });
      // Behind the end of the list there is padding only.
      if (kind === 0) break;
      at++;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1] : 0;
    if (length < 2 || at + length > end) {
      return { options, problem: `option ${kind} has an impossible length` };
    }
    options.push({ kind, start: at, end: at + length, value: at + 2 });
    at += length;
  }
  return { options };
}

/** Reads the options of an IPv6 options header, which stand in `bytes[start..end)`. */
export function readIpv6Options(bytes: Uint8Array, start: number, end: number): Options {
  const options: Option[] = [];
  for (let at = start; at < end;) {
    const kind = bytes[at];
    if (kind === 0) {
      options.push({ kind, start: at, end: at + 1, value: at + 1 });
      at++;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1] : end;
    if (at + 2 + length > end) {
      return { options, problem: `option ${kind} has an impossible length` };
    }
    options.push({ kind, start: at, end: at + 2 + length, value: at + 2 });
    at += 2 + length;
  }
  return { options };
}

/** Octets of IPv4 or TCP options, padded with zeros to a multiple of four. */
export function writeOptions(
  options: readonly { kind: number; value?: Uint8Array }[],
): Uint8Array {
  const octets: number[] = [];
  for (const { kind, value } of options) {
    if (kind <= 1) octets.push(kind);
    else octets.push(kind, 2 + (value?.length ?? 0), ...(value ?? []));
  }
  while (octets.length % 4 !== 0) octets.push(0);
  return Uint8Array.from(octets);
}
