/** Packets that a device's host said by ICMP were for a closed port: whoever is not there is silent. */
import type { Frame, FrameRef } from "../../captures/frame.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { formatAddress } from "../../captures/wire/address.ts";
import { IcmpType } from "../../captures/wire/icmp.ts";
import { Icmpv6Type } from "../../captures/wire/icmpv6.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { get16 } from "../../captures/wire/octets.ts";
import { BoundedTable } from "./bounds.ts";
import { Collector, type FactCollector } from "./collector.ts";
import { icmpErrorOf } from "./icmp_error.ts";

const { ICMP, UDP } = IP_PROTOCOL;
/** Octets of a UDP header, which every error quotes (RFC 792). */
const UDP_HEADER = 8;
/** Code of Destination Unreachable (RFC 792). */
const FRAGMENTATION_NEEDED = 4;
const REFUSALS = 4096;

/** A UDP packet that was refused, and never sent again and taken. */
export interface Refusal {
  /** Address and port that it went to. */
  address: string;
  port: number;
  /** The error. */
  frame: FrameRef;
}

/** The collector of refusals. A packet that is sent again and not refused again counts no more. */
export const refusalFacts: FactCollector<readonly Refusal[]> = {
  name: "kit/refusals",
  toleratesCut: true,
  begin: () => new RefusalCollector(),
};

/**
 * Moves a walker onto the UDP datagram that an ICMP error of a closed port, or of a host that is not
 * there, quotes; false for any other frame.
 */
export function quotesUnreachable(frame: Frame, walk: HeaderWalker, quoted: HeaderWalker): boolean {
  if (icmpErrorOf(frame, walk, quoted) === undefined) return false;
  const { protocol, l4, end } = walk, { bytes } = frame;
  const isUnreachable = protocol === ICMP
    // Who wants smaller packets is there.
    ? bytes[l4] === IcmpType.destinationUnreachable && bytes[l4 + 1] !== FRAGMENTATION_NEEDED
    : bytes[l4] === Icmpv6Type.destinationUnreachable;
  return isUnreachable && end - quoted.l4 >= UDP_HEADER;
}

class RefusalCollector extends Collector<readonly Refusal[]> {
  readonly #quoted = new HeaderWalker();
  readonly #refused = new BoundedTable<string, Refusal & { taken: boolean }>(
    this.bound("packets for closed ports", REFUSALS),
  );
  #any = false;

  override frame(frame: Frame, walk: HeaderWalker, { name }: { name: string }): void {
    if (quotesUnreachable(frame, walk, this.#quoted)) {
      const quoted = this.#quoted, address = destinationOf(frame, quoted);
      const key = keyOf(frame, quoted, address);
      const refusal = this.#refused.obtain(key, () => ({
        ...{ address, port: get16(frame.bytes, quoted.l4 + 2) },
        ...{ frame: { capture: name, number: frame.number }, taken: false },
      }));
      if (refusal !== undefined) refusal.taken = false;
      this.#any = true;
    } else if (this.#any && walk.protocol === UDP && walk.l4 >= 0 && walk.fragmentOffset === 0) {
      if (walk.end - walk.l4 < UDP_HEADER) return;
      const refusal = this.#refused.get(keyOf(frame, walk, destinationOf(frame, walk)));
      if (refusal !== undefined) refusal.taken = true;
    }
  }

  facts(): readonly Refusal[] {
    return [...this.#refused.entries()].map(([, refusal]) => refusal)
      .filter(({ taken }) => !taken);
  }
}

function destinationOf({ bytes }: Frame, { l3, ipVersion }: HeaderWalker): string {
  return ipVersion === 4
    ? formatAddress(bytes, l3 + 16, l3 + 20)
    : formatAddress(bytes, l3 + 24, l3 + 40);
}

/** What makes a packet the same: where it goes, and its UDP header with the checksum of its octets. */
function keyOf({ bytes }: Frame, { l4 }: HeaderWalker, destination: string): string {
  return `${destination}|${bytes.subarray(l4, l4 + UDP_HEADER).toHex()}`;
}
