/** Checksums that a host left to the card: what stands there is the sum of the pseudo header alone. */
import { HeaderWalker } from "../../captures/walk.ts";
import { addSums, complement, sumOctets } from "../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { get16, put16 } from "../../captures/wire/octets.ts";
import type { Segment } from "./segment.ts";
import { pseudoHeaderSum, udpTransmitted } from "./sums.ts";

/** Finishes the checksum of a datagram from the host where it was left to the card, in place. */
export class ChecksumFinisher {
  readonly #walker = new HeaderWalker();

  /** @param regular Whether the frame is a segment, plain or in a tunnel. */
  finish(s: Segment, regular: boolean): void {
    if (s.datagram < 0) return;
    const { TCP, UDP } = IP_PROTOCOL;
    if (regular) return this.#transport(s, s.inner, TCP, s.tcp, s.tcp + 16, s.end);
    const w = this.#walker;
    if (!w.walkIp(s.bytes, s.view, s.datagram, s.frameEnd)) return;
    if (w.isFragment || w.protocol !== UDP || w.l4 < 0 || w.l4 + 8 > w.end) return;
    this.#transport(s, w.l3, UDP, w.l4, w.l4 + 6, w.end);
  }

  #transport(
    { bytes, view }: Segment,
    header: number,
    protocol: number,
    start: number,
    at: number,
    end: number,
  ): void {
    const pseudo = pseudoHeaderSum(bytes, view, header, protocol, end - start);
    if (get16(bytes, at) !== pseudo) return;
    // The field is summed up with the rest, and is what the pseudo header comes to.
    const sum = sumOctets(bytes, view, start, end);
    if (complement(addSums(sum, pseudo)) === 0) return;
    const right = complement(sum);
    put16(bytes, at, protocol === IP_PROTOCOL.UDP ? udpTransmitted(right) : right);
  }
}
