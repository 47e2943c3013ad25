import { parseAddress } from "../../captures/wire/address.ts";

const REMEMBERED = 4096;

/** Longest-prefix match over IPv4 and IPv6 prefixes in text form, such as `10.2.0.0/16`. */
export class PrefixTable<T> {
  readonly #entries: { octets: Uint8Array; bits: number; value: T }[] = [];
  /** What was found of late: the same few addresses are asked for over and over. */
  readonly #found = new Map<string, T | undefined>();

  /** @throws TypeError when the prefix is not one. */
  add(prefix: string, value: T) {
    const [address, length] = prefix.split("/");
    const octets = parseAddress(address);
    const bits = Number(length);
    if (!Number.isInteger(bits) || bits < 0 || bits > octets.length * 8) {
      throw new TypeError(`Cannot route as a prefix must be ADDRESS/LENGTH: got ${prefix}`);
    }
    this.#found.clear();
    this.#entries.push({ octets, bits, value });
    this.#entries.sort((a, b) => b.bits - a.bits);
  }

  /** The value of the longest prefix that holds the address (in text form), or undefined. */
  find(address: string): T | undefined {
    if (this.#found.has(address)) return this.#found.get(address);
    const octets = parseAddress(address);
    const value = this.#entries.find((entry) => holds(entry, octets))?.value;
    if (this.#found.size >= REMEMBERED) this.#found.clear();
    this.#found.set(address, value);
    return value;
  }
}

function holds(prefix: { octets: Uint8Array; bits: number }, address: Uint8Array): boolean {
  if (prefix.octets.length !== address.length) return false;
  const whole = prefix.bits >> 3, rest = prefix.bits & 7;
  for (let i = 0; i < whole; i++) if (prefix.octets[i] !== address[i]) return false;
  const mask = 0xff00 >> rest & 255;
  return rest === 0 || (prefix.octets[whole] & mask) === (address[whole] & mask);
}
