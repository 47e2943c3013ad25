/** Where an address leads: hosts at once, prefixes by the longest that holds it. */
import { parseAddress } from "../../captures/wire/address.ts";
import { hex } from "../../captures/wire/octets.ts";

/** Addresses in text form whose result is kept: the same few are asked for over and over. */
const REMEMBERED = 4096;

interface Prefix<T> {
  octets: Uint8Array;
  bits: number;
  value: T;
}

/**
 * Longest-prefix match over IPv4 and IPv6. Of several values for one prefix the one that was added
 * last counts.
 */
export class PrefixTable<T> {
  /** Values by the address in hexadecimal. */
  readonly #hosts = new Map<string, T>();
  /** The longest first. */
  #prefixes: Prefix<T>[] = [];
  readonly #found = new Map<string, T | undefined>();

  /**
   * Adds an address such as `10.9.0.2`, or a prefix such as `10.2.0.0/16`.
   * @throws TypeError when it is neither.
   */
  add(route: string, value: T): void {
    const { octets, bits } = parseRoute(route);
    this.#found.clear();
    if (bits === octets.length * 8) {
      this.#hosts.set(hex(octets), value);
      return;
    }
    const at = this.#prefixes.findIndex((prefix) => prefix.bits <= bits);
    const position = at < 0 ? this.#prefixes.length : at;
    this.#prefixes.splice(position, 0, { octets, bits, value });
  }

  /** Takes an address or a prefix out, if it leads to this value. */
  remove(route: string, value: T): void {
    const { octets, bits } = parseRoute(route);
    const key = hex(octets);
    this.#found.clear();
    if (bits === octets.length * 8) {
      if (this.#hosts.get(key) === value) this.#hosts.delete(key);
      return;
    }
    this.#prefixes = this.#prefixes.filter((prefix) =>
      prefix.value !== value || prefix.bits !== bits || hex(prefix.octets) !== key
    );
  }

  /** Whether exactly this address has a value. */
  has(address: string): boolean {
    return this.#hosts.has(hex(parseAddress(address)));
  }

  /** The value of an address, in text form or as its 4 or 16 octets; undefined when it has none. */
  find(address: string | Uint8Array): T | undefined {
    if (typeof address !== "string") return this.#look(address);
    if (this.#found.has(address)) return this.#found.get(address);
    const value = this.#look(parseAddress(address));
    if (this.#found.size >= REMEMBERED) this.#found.clear();
    this.#found.set(address, value);
    return value;
  }

  #look(address: Uint8Array): T | undefined {
    const host = this.#hosts.get(hex(address));
    return host ?? this.#prefixes.find((prefix) => holds(prefix, address))?.value;
  }
}

function parseRoute(route: string): { octets: Uint8Array; bits: number } {
  const [address, length] = route.split("/");
  const octets = parseAddress(address);
  const bits = length === undefined ? octets.length * 8 : Number(length);
  if (!Number.isInteger(bits) || bits < 0 || bits > octets.length * 8) {
    throw new TypeError(`Cannot route as a route must be ADDRESS or ADDRESS/LENGTH: got ${route}`);
  }
  return { octets, bits };
}

function holds(prefix: Prefix<unknown>, address: Uint8Array): boolean {
  if (prefix.octets.length !== address.length) return false;
  const whole = prefix.bits >> 3, rest = prefix.bits & 7;
  for (let i = 0; i < whole; i++) if (prefix.octets[i] !== address[i]) return false;
  const mask = 0xff00 >> rest & 255;
  return rest === 0 || (prefix.octets[whole] & mask) === (address[whole] & mask);
}
