import type { Frame } from "./frame.ts";
import { ETHER_TYPE, isVlanTag, LINK_TYPE, PPP_PROTOCOL } from "./link.ts";
import { formatAddress } from "./wire/address.ts";
import { IP_PROTOCOL } from "./wire/ip_protocol.ts";
import { get16, get32 } from "./wire/octets.ts";

/**
 * Finds where the headers of a frame lie, without an object per packet: one walker is reused, and
 * its fields hold what the last `walk` found. Offsets are octets into the frame's `bytes`.
 *
 * It never throws and never reads at or beyond the end that it was given, whatever the octets are;
 * what was cut off or makes no sense is -1. It verifies nothing: `dissect` does that.
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
  /** First octet of the IPv6 Fragment header, or -1. */
  #fragmentHeader = -1;

  /** Walks link layer and IP; returns whether an IP header was found. */
  walk(frame: Frame): boolean {
    const { bytes, view, start, end } = frame;
    if (frame.linkType === LINK_TYPE.ETHERNET) {
      return end - start < 14 ? this.#nothing() : this.#etherType(bytes, view, start + 12, end);
    }
    switch (frame.linkType) {
      case LINK_TYPE.RAW:
      case LINK_TYPE.RAW_BSD:
      case LINK_TYPE.RAW_OPENBSD:
      case LINK_TYPE.IPV4:
      case LINK_TYPE.IPV6:
        return this.walkIp(bytes, view, start, end);
      case LINK_TYPE.NULL:
      case LINK_TYPE.LOOP:
        // Four octets of address family in some machine's order; the IP version says the same.
        return this.walkIp(bytes, view, start + 4, end);
      case LINK_TYPE.LINUX_SLL:
        return this.#etherType(bytes, view, start + 14, end, start + 16, false);
      case LINK_TYPE.LINUX_SLL2:
        return this.#etherType(bytes, view, start, end, start + 20, false);
      case LINK_TYPE.C_HDLC:
        return this.#etherType(bytes, view, start + 2, end, start + 4, false);
      case LINK_TYPE.PPP:
      case LINK_TYPE.PPP_HDLC:
        return this.#ppp(bytes, view, start, end);
      case LINK_TYPE.PPP_PPPD:
        return this.#ppp(bytes, view, start + 1, end);
      case LINK_TYPE.PPP_ETHER:
        return this.#pppoe(bytes, view, start, end);
      default:
        return this.#nothing();
    }
  }

  /** Walks an IP datagram at `start`; returns whether an IP header was found. */
  walkIp(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    if (start < end) {
      const version = bytes[start] >> 4;
      if (version === 4) return this.#ipv4(bytes, view, start, end);
      if (version === 6) return this.#ipv6(bytes, view, start, end);
    }
    return this.#nothing();
  }

  /** First octet of the IP source address; meaningless where no IP header was found, as all below. */
  get sourceStart(): number {
    return this.l3 + (this.ipVersion === 4 ? 12 : 8);
  }

  /** First octet of the IP destination address. */
  get destinationStart(): number {
    return this.l3 + (this.ipVersion === 4 ? 16 : 24);
  }

  /** Octets of an address: 4 or 16. */
  get addressLength(): number {
    return this.ipVersion === 4 ? 4 : 16;
  }

  /** The IP source address as text; `bytes` are those that were walked. */
  source(bytes: Uint8Array): string {
    return formatAddress(bytes, this.sourceStart, this.sourceStart + this.addressLength);
  }

  /** The IP destination address as text. */
  destination(bytes: Uint8Array): string {
    return formatAddress(bytes, this.destinationStart, this.destinationStart + this.addressLength);
  }

  /** Whether the IP source address has these octets. Allocates nothing. */
  isFrom(bytes: Uint8Array, address: Uint8Array): boolean {
    return this.#isAt(bytes, this.sourceStart, address);
  }

  /** Whether the IP destination address has these octets. Allocates nothing. */
  isTo(bytes: Uint8Array, address: Uint8Array): boolean {
    return this.#isAt(bytes, this.destinationStart, address);
  }

  #isAt(bytes: Uint8Array, at: number, address: Uint8Array): boolean {
    if (address.length !== this.addressLength) return false;
    for (let i = 0; i < address.length; i++) if (bytes[at + i] !== address[i]) return false;
    return true;
  }

  /** Time to Live of IPv4, Hop Limit of IPv6. */
  ttl(bytes: Uint8Array): number {
    return bytes[this.l3 + (this.ipVersion === 4 ? 8 : 7)];
  }

  /** Differentiated services codepoint, 0 to 63. */
  dscp(bytes: Uint8Array): number {
    return this.ipVersion === 4 ? bytes[this.l3 + 1] >> 2 : (get16(bytes, this.l3) >> 6) & 63;
  }

  /** Identification of IPv4, or that of the IPv6 Fragment header; -1 where there is none. */
  identification(bytes: Uint8Array): number {
    if (this.ipVersion === 4) return get16(bytes, this.l3 + 4);
    return this.#fragmentHeader < 0 ? -1 : get32(bytes, this.#fragmentHeader + 4);
  }

  /** Whether what was walked is a part of a datagram only. */
  get isFragment(): boolean {
    return this.moreFragments || this.fragmentOffset > 0;
  }

  /** First octet behind a whole UDP header, that of a first fragment too; -1 where there is none. */
  get udpPayload(): number {
    const whole = this.fragmentOffset === 0 && this.l4 >= 0 && this.end - this.l4 >= 8;
    return whole && this.protocol === IP_PROTOCOL.UDP ? this.l4 + 8 : -1;
  }

  #nothing(): false {
    this.l3 = this.l4 = -1;
    this.end = this.protocol = -1;
    this.ipVersion = this.fragmentOffset = 0;
    this.moreFragments = false;
    this.sourcePort = this.destinationPort = -1;
    return false;
  }

  /** Follows the EtherType at `at`; what it announces stands at `payload`. */
  #etherType(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    payload = at + 2,
    hasLength = true,
  ): boolean {
    if (payload > end) return this.#nothing();
    let type = view.getUint16(at);
    while (isVlanTag(type) && payload + 4 <= end) {
      type = view.getUint16(payload + 2);
      payload += 4;
    }
    switch (type) {
      case ETHER_TYPE.IPV4:
      case ETHER_TYPE.IPV6:
        return this.walkIp(bytes, view, payload, end);
      case ETHER_TYPE.PPPOE_SESSION:
        return this.#pppoe(bytes, view, payload, end);
      case ETHER_TYPE.MPLS:
      case ETHER_TYPE.MPLS_MULTICAST:
        return this.#mpls(bytes, view, payload, end);
      default:
        // Once only, or hostile octets could nest these until the stack ends.
        if (type > 1500 || !hasLength) return this.#nothing();
        return this.#snap(bytes, view, payload, Math.min(end, payload + type));
    }
  }

  /** IEEE 802.2 LLC with SNAP: AA AA 03, an organisation code of zero, then an EtherType. */
  #snap(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    const isSnap = at + 8 <= end && view.getUint32(at) === 0xaaaa0300 && get16(bytes, at + 4) === 0;
    return isSnap ? this.#etherType(bytes, view, at + 6, end, at + 8, false) : this.#nothing();
  }

  /** Skips labels up to the bottom of the stack; a payload that looks like IP is taken for it. */
  #mpls(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    while (at + 4 <= end) {
      const bottom = (bytes[at + 2] & 1) === 1;
      at += 4;
      if (bottom) return this.walkIp(bytes, view, at, end);
    }
    return this.#nothing();
  }

  /** A PPPoE session; what its length leaves out is padding. */
  #pppoe(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    if (at + 6 > end) return this.#nothing();
    return this.#ppp(bytes, view, at + 6, Math.min(end, at + 6 + view.getUint16(at + 4)));
  }

  /** PPP with or without address and control octets, and with a protocol of one or two octets. */
  #ppp(bytes: Uint8Array, view: DataView, at: number, end: number): boolean {
    if (at + 2 <= end && bytes[at] === 0xff && bytes[at + 1] === 0x03) at += 2;
    if (at + 2 > end) return this.#nothing();
    const compressed = (bytes[at] & 1) === 1;
    const protocol = compressed ? bytes[at] : view.getUint16(at);
    const known = protocol === PPP_PROTOCOL.IPV4 || protocol === PPP_PROTOCOL.IPV6;
    return known ? this.walkIp(bytes, view, at + (compressed ? 1 : 2), end) : this.#nothing();
  }

  #ipv4(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    const header = (bytes[start] & 0x0f) << 2;
    if (header < 20 || start + header > end) return this.#nothing();
    // A length of zero is what a capture on the sending host shows before segmentation offload.
    const total = view.getUint16(start + 2);
    const stop = total === 0 || start + total > end ? end : start + total;
    const fragment = view.getUint16(start + 6);
    this.l3 = start;
    this.ipVersion = 4;
    this.protocol = bytes[start + 9];
    this.fragmentOffset = (fragment & 0x1fff) << 3;
    this.moreFragments = (fragment & 0x2000) !== 0;
    const holdsHeader = stop >= start + header;
    this.end = holdsHeader ? stop : start + header;
    return this.#transport(view, holdsHeader ? start + header : -1);
  }

  #ipv6(bytes: Uint8Array, view: DataView, start: number, end: number): boolean {
    if (start + 40 > end) return this.#nothing();
    const payload = view.getUint16(start + 4);
    const next = bytes[start + 6];
    // Zero stands for a jumbogram or for segmentation offload, unless there is nothing to carry.
    const open = payload === 0 && next !== IP_PROTOCOL.NO_NEXT_HEADER;
    this.l3 = start;
    this.end = open || start + 40 + payload > end ? end : start + 40 + payload;
    this.ipVersion = 6;
    this.#fragmentHeader = -1;
    this.fragmentOffset = 0;
    this.moreFragments = false;
    this.protocol = next;
    return this.#transport(view, this.#extensions(bytes, view, start + 40, this.end));
  }

  /** Walks extension headers; returns where they end, or -1 when they are cut short. */
  #extensions(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    for (;;) {
      switch (this.protocol) {
        case IP_PROTOCOL.HOP_BY_HOP:
        case IP_PROTOCOL.ROUTING:
        case IP_PROTOCOL.DESTINATION_OPTIONS:
        case IP_PROTOCOL.MOBILITY:
        case IP_PROTOCOL.HIP:
        case IP_PROTOCOL.SHIM6:
        case IP_PROTOCOL.AH: {
          if (at + 8 > end) return -1;
          const units = bytes[at + 1];
          const length = this.protocol === IP_PROTOCOL.AH ? (units + 2) << 2 : (units + 1) << 3;
          if (at + length > end) return -1;
          this.protocol = bytes[at];
          at += length;
          break;
        }
        case IP_PROTOCOL.FRAGMENT: {
          if (at + 8 > end) return -1;
          const word = view.getUint16(at + 2);
          this.#fragmentHeader = at;
          this.protocol = bytes[at];
          this.fragmentOffset = word & 0xfff8;
          this.moreFragments = (word & 1) === 1;
          at += 8;
          if (this.fragmentOffset !== 0) return at; // What follows is no header, whatever it says.
          break;
        }
        default:
          return at;
      }
    }
  }

  #transport(view: DataView, l4: number): true {
    this.l4 = l4;
    const { UDP, TCP } = IP_PROTOCOL, known = this.protocol === UDP || this.protocol === TCP;
    const ported = known && l4 >= 0 && l4 + 4 <= this.end && this.fragmentOffset === 0;
    this.sourcePort = ported ? view.getUint16(l4) : -1;
    this.destinationPort = ported ? view.getUint16(l4 + 2) : -1;
    return true;
  }
}
