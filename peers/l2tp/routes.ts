/** Which session leads to an address: hosts at once, prefixes by the longest that holds it. */
import { parseAddress } from "../../captures/wire/address.ts";
import { hex } from "../../captures/wire/octets.ts";

interface Prefix<T> {
  octets: Uint8Array;
  bits: number;
  value: T;
}

/** Routes over IPv4 and IPv6. */
export class Routes<T> {
  readonly #hosts = new Map<string, T>();
  #prefixes: Prefix<T>[] = [];

  /** Adds `10.9.0.2` or `10.2.0.0/16`. @throws TypeError when it is neither. */
  add(route: string, value: T): void {
    const { octets, bits } = parseRoute(route);
    if (bits === octets.length * 8) this.#hosts.set(hex(octets), value);
    else {
      this.#prefixes.push({ octets, bits, value });
      this.#prefixes.sort((a, b) => b.bits - a.bits);
    }
  }

  /** Takes a route out, if it leads to this value. */
  remove(route: string, value: T): void {
    const { octets, bits } = parseRoute(route);
    const key = hex(octets);
    if (bits === octets.length * 8) {
      if (this.#hosts.get(key) === value) this.#hosts.delete(key);
    } else {
      this.#prefixes = this.#prefixes.filter((p) =>
        p.value !== value || p.bits !== bits || hex(p.octets) !== key
      );
    }
  }

  /** Whether somebody has exactly this address. */
  has(address: string): boolean {
    return this.#hosts.has(hex(parseAddress(address)));
  }

  /** Where the address of 4 or 16 octets leads, or undefined. */
  find(address: Uint8Array): T | undefined {
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

/** Source and destination of an IP datagram, or undefined for octets that are none. */
export function addressesOf(
  datagram: Uint8Array,
): { source: Uint8Array; destination: Uint8Array } | undefined {
  const version = datagram.length > 0 ? datagram[0] >> 4 : 0;
  if (version === 4 && datagram.length >= 20) {
    return { source: datagram.subarray(12, 16), destination: datagram.subarray(16, 20) };
  }
  if (version === 6 && datagram.length >= 40) {
    return { source: datagram.subarray(8, 24), destination: datagram.subarray(24, 40) };
  }
  return undefined;
}
