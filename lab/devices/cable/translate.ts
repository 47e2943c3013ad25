/** Puts other addresses into IP datagrams, one for one, with the checksums mended (RFC 1624). */
import { mendChecksum, sumOctets } from "../../../captures/wire/checksum.ts";
import { formatAddress, parseAddress } from "../../../captures/wire/address.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { get16, put16, viewOf } from "../../../captures/wire/octets.ts";
import { HeaderWalker } from "../../../captures/walk.ts";

const { ICMP, ICMPV6, TCP, UDP } = IP_PROTOCOL;
/** Octets of an ICMP header; behind it errors quote the datagram that caused them. */
const ICMP_HEADER = 8;

/** Addresses that stand for one another, of either IP version. */
export class AddressTranslation {
  readonly #outside = new Map<string, Uint8Array>();
  readonly #inside = new Map<string, Uint8Array>();
  readonly #walker = new HeaderWalker();

  /** @param pairs Each address in the lab with the one outside that it stands for. */
  constructor(pairs: readonly (readonly [lab: string, outside: string])[]) {
    for (const [lab, outside] of pairs) {
      this.#outside.set(lab, parseAddress(outside));
      this.#inside.set(outside, parseAddress(lab));
    }
  }

  /**
   * Translates a datagram in place: out of the lab when its destination is an address of the lab,
   * into it otherwise. Addresses that stand for none stay as they are.
   */
  translate(datagram: Uint8Array): void {
    const v4 = datagram[0] >> 4 === 4;
    if (datagram.length < (v4 ? 20 : 40)) return;
    const destination = v4 ? formatAddress(datagram, 16, 20) : formatAddress(datagram, 24, 40);
    this.#put(datagram, this.#outside.has(destination) ? this.#outside : this.#inside);
  }

  #put(bytes: Uint8Array, addresses: ReadonlyMap<string, Uint8Array>, depth = 0): void {
    const view = viewOf(bytes), w = this.#walker;
    if (!w.walkIp(bytes, view, 0, bytes.length)) return;
    const v4 = w.ipVersion === 4, at = v4 ? 12 : 8, octets = v4 ? 4 : 16, end = at + 2 * octets;
    if (bytes.length < end) return;
    const { l4, protocol, fragmentOffset, end: last } = w;
    const before = sumOctets(bytes, view, at, end);
    for (const field of [at, at + octets]) {
      const other = addresses.get(formatAddress(bytes, field, field + octets));
      if (other !== undefined) bytes.set(other, field);
    }
    const after = sumOctets(bytes, view, at, end);
    if (v4) mendChecksum(bytes, 10, before, after);
    // The checksum of what IP carries stands in the first fragment alone.
    if (l4 < 0 || fragmentOffset > 0) return;
    const has = (offset: number) => l4 + offset + 2 <= last;
    if (protocol === UDP && has(6) && get16(bytes, l4 + 6) !== 0) {
      mendChecksum(bytes, l4 + 6, before, after);
      // A computed zero is sent as its other form, as zero means that there is none (RFC 768).
      if (get16(bytes, l4 + 6) === 0) put16(bytes, l4 + 6, 0xffff);
    } else if (protocol === TCP && has(16)) mendChecksum(bytes, l4 + 16, before, after);
    else if (protocol === ICMPV6 && has(2)) mendChecksum(bytes, l4 + 2, before, after);
    const isError = protocol === ICMP && [3, 4, 5, 11, 12].includes(bytes[l4]) ||
      protocol === ICMPV6 && bytes[l4] < 128;
    const quoted = l4 + ICMP_HEADER;
    if (!isError || depth > 0 || quoted >= last) return;
    const was = sumOctets(bytes, view, quoted, last);
    this.#put(bytes.subarray(quoted, last), addresses, depth + 1);
    mendChecksum(bytes, l4 + 2, was, sumOctets(bytes, view, quoted, last));
  }
}
