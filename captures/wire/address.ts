/**
 * Addresses as text and as octets: MAC, IPv4 in dotted decimal, IPv6 as RFC 5952 writes it.
 *
 * Formatting never throws while the octets are there; parsing throws a `TypeError`, as a text that is
 * no address is a fault of the caller and not of a packet.
 */
import { HEX, hex } from "./octets.ts";

/** Text of the six octets at `at`, such as `02:00:5e:10:00:01`. */
export function formatMac(bytes: Uint8Array, at = 0): string {
  let text = HEX[bytes[at]];
  for (let i = at + 1; i < at + 6; i++) text += ":" + HEX[bytes[i]];
  return text;
}

/** Text of the four octets at `at`, such as `192.0.2.1`. */
export function formatIpv4(bytes: Uint8Array, at = 0): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/**
 * Text of the sixteen octets at `at`: lower case, no leading zeros, the first longest run of two or
 * more zero groups as `::`, and IPv4-mapped addresses in mixed form (RFC 5952 §4 and §5).
 */
export function formatIpv6(bytes: Uint8Array, at = 0): string {
  const groups: number[] = [];
  for (let i = at; i < at + 16; i += 2) groups.push((bytes[i] << 8) | bytes[i + 1]);
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${formatIpv4(bytes, at + 12)}`;
  }
  const [from, length] = longestZeroRun(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}

/** Where the first longest run of zero groups begins, and how many groups it has. */
function longestZeroRun(groups: readonly number[]): [from: number, length: number] {
  let best: [number, number] = [-1, 0];
  for (let i = 0; i < groups.length; i++) {
    let length = 0;
    while (i + length < groups.length && groups[i + length] === 0) length++;
    if (length > best[1]) best = [i, length];
    i += length;
  }
  return best;
}

/** Text of an address of 4 or 16 octets; anything else in hexadecimal. */
export function formatAddress(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start === 4) return formatIpv4(bytes, start);
  if (end - start === 16) return formatIpv6(bytes, start);
  return hex(bytes, start, end);
}

/** The six octets of `02:00:5e:10:00:01` (or with `-`). @throws {TypeError} on any other text. */
export function parseMac(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) throw unparsable("a MAC address", text);
  return Uint8Array.from(text.split(/[:-]/), (part) => parseInt(part, 16));
}

/** Writes the octets of a MAC address at `at`. @throws {TypeError} on any other text. */
export function putMac(bytes: Uint8Array, at: number, text: string): void {
  bytes.set(parseMac(text), at);
}

/** The four octets of `192.0.2.1`. @throws {TypeError} on any other text. */
export function parseIpv4(text: string): Uint8Array {
  const octets = octetsOfIpv4(text);
  if (octets === undefined) throw unparsable("an IPv4 address in dotted decimal", text);
  return Uint8Array.from(octets);
}

/** The sixteen octets of an address as RFC 4291 §2.2 writes it. @throws {TypeError} otherwise. */
export function parseIpv6(text: string): Uint8Array {
  const octets = octetsOfIpv6(text);
  if (octets === undefined) throw unparsable("an IPv6 address", text);
  return octets;
}

/** The 4 or 16 octets of an IP address. @throws {TypeError} on any other text. */
export function parseAddress(text: string): Uint8Array {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function unparsable(what: string, text: string): TypeError {
  return new TypeError(`Cannot parse address as it must be ${what}: got ${JSON.stringify(text)}`);
}

const ZERO = 0x30, NINE = 0x39, DOT = 0x2e;

/** Every packet that is built names two: no pattern, and no text for each number. */
function octetsOfIpv4(text: string): number[] | undefined {
  const octets: number[] = [];
  let octet = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (octet < 0) return undefined;
      octets.push(octet);
      octet = -1;
    } else {
      // No number begins with a zero that is not all of it.
      if (code < ZERO || code > NINE || octet === 0) return undefined;
      octet = Math.max(octet, 0) * 10 + code - ZERO;
      if (octet > 255) return undefined;
    }
  }
  return octets.length === 4 ? octets : undefined;
}

function octetsOfIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0], halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1], true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const zeros = 8 - head.length - tail.length;
  // A double colon stands for at least one group here, though RFC 5952 writes it for two or more.
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
  const groups = [...head, ...new Array<number>(zeros).fill(0), ...tail];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Groups between colons; the last may be dotted decimal where the address ends with it. */
function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes(".")) {
      const octets = octetsOfIpv4(part);
      if (octets === undefined) return undefined;
      groups.push((octets[0] << 8) | octets[1], (octets[2] << 8) | octets[3]);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
