import type { Frame } from "./frame.ts";

/**
 * Finds where the headers of a frame lie, without an object per packet: one walker is reused, and
 * its fields hold what the last `walk` found. Offsets are octets into the frame's `bytes`.
 */
export class HeaderWalker {
  /** First octet of the IP header, or -1. */
  l3 = -1;
  /** First octet behind the IP header and its extension headers, or -1. */
  l4 = -1;
  /** One past the last octet of the IP datagram, never beyond what was captured. */
  end = -1;
  /** 4, 6 or 0. */
  ipVersion = 0;
  /** Protocol number at `l4`. */
  protocol = -1;
  /** Octets; 0 in an unfragmented datagram or a first fragment. */
  fragmentOffset = 0;
  moreFragments = false;
  /** Ports of TCP and UDP, -1 when there are none to read. */
  sourcePort = -1;
  destinationPort = -1;

  /** Walks link layer and IP; returns whether an IP header was found. */
  walk(frame: Frame): boolean {
    void frame;
    throw new Error("captures/walk.ts is to be written");
  }

  /** Walks an IP datagram at `start`; returns whether an IP header was found. */
  walkIp(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    void [bytes, view, start, end];
    throw new Error("captures/walk.ts is to be written");
  }
}
