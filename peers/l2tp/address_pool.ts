/** IPv4 addresses to give out, from one prefix, each to one session at a time. */
import { formatIpv4, parseIpv4 } from "../../captures/wire/address.ts";
import { get32, put32 } from "../../captures/wire/octets.ts";

/** A pool of addresses, without the first, the second (often the own one) and the last. */
export class AddressPool {
  readonly #first: number;
  readonly #count: number;
  readonly #taken = new Set<number>();
  #next = 0;

  /** @throws TypeError when the prefix is not one of IPv4. */
  constructor(prefix: string) {
    const [address, length] = prefix.split("/");
    const bits = Number(length);
    if (!Number.isInteger(bits) || bits < 0 || bits > 32) {
      throw new TypeError(`Cannot make a pool as it must be ADDRESS/LENGTH: got ${prefix}`);
    }
    const size = 2 ** (32 - bits);
    this.#first = Math.floor(get32(parseIpv4(address), 0) / size) * size + 2;
    this.#count = Math.max(0, size - 3);
  }

  /** An address that nobody has, or undefined when all are given out. */
  take(): string | undefined {
    if (this.#taken.size >= this.#count) return undefined;
    while (this.#taken.has(this.#next)) this.#next = (this.#next + 1) % this.#count;
    this.#taken.add(this.#next);
    const octets = new Uint8Array(4);
    put32(octets, 0, this.#first + this.#next);
    this.#next = (this.#next + 1) % this.#count;
    return formatIpv4(octets);
  }

  /** Takes an address back; one that is not of this pool changes nothing. */
  release(address: string): void {
    this.#taken.delete(get32(parseIpv4(address), 0) - this.#first);
  }
}
