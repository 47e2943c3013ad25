/**
 * Finds the frame that a tunnel carries: GRE, ERSPAN, IP in IP, VXLAN, Geneve, stateless tunnels with
 * slot ids, and STT. For readers of captures that were taken where other people's tunnels pass.
 */
import type { Frame } from "./frame.ts";
import { ETHER_TYPE, LINK_TYPE } from "./link.ts";
import { SttView } from "./view/stt.ts";
import type { HeaderWalker } from "./walk.ts";
import { IP_PROTOCOL } from "./wire/ip_protocol.ts";
import { get16 } from "./wire/octets.ts";
import { STT_PORT } from "./wire/stt.ts";
import * as tunnelSlots from "./wire/tunnel_slots.ts";
import { GENEVE_PORT, SLOT_UDP_PORT, VXLAN_LINUX_PORT, VXLAN_PORT } from "./wire/udp_port.ts";

/** Bits of the first word of GRE (RFC 2784 §2.1, RFC 2890 §2): checksum, key, sequence number. */
const CHECKSUM = 0x8000, KEY = 0x2000, SEQUENCE = 0x1000;
/** Of the first word, what must be zero: routing, which nobody uses, and the version. */
const UNREADABLE = 0x4007;
/** Protocol types of ERSPAN, of versions I and II, and of version III. */
const ERSPAN = 0x88be, ERSPAN_3 = 0x22eb;
/** Octets of the headers of ERSPAN II and III, and of the subheader of III that its last bit tells of. */
const ERSPAN_LENGTH = 8, ERSPAN_3_LENGTH = 12, ERSPAN_SUBHEADER = 8;
/** Octets of VXLAN, and of Geneve without options. */
const VXLAN_LENGTH = 8, GENEVE_LENGTH = 8;

/** The frame within a frame: it is reused, and holds what the last `enter` found. */
export class InnerFrame implements Frame {
  number = 0;
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  start = 0;
  end = 0;
  originalLength = 0;
  seconds = 0;
  nanoseconds = 0;
  untimed?: boolean;
  linkType: number = LINK_TYPE.RAW;
  interfaceId = 0;
  readonly #stt = new SttView();

  /**
   * Enters the tunnel whose packet a frame is.
   * @param walk Where the frame's headers lie. It may be walked over this frame afterwards.
   * @returns Whether the frame is a tunnel's packet, and carries a frame or a datagram.
   */
  enter(frame: Frame, walk: HeaderWalker): boolean {
    if (walk.l4 < 0 || walk.isFragment) return false;
    const { bytes } = frame;
    switch (walk.protocol) {
      case IP_PROTOCOL.IPV4:
      case IP_PROTOCOL.IPV6:
        return this.#take(frame, walk.l4, walk.end, LINK_TYPE.RAW);
      case IP_PROTOCOL.GRE:
        return this.#gre(frame, walk.l4, walk.end);
      case IP_PROTOCOL.UDP: {
        const at = walk.udpPayload;
        if (at < 0) return false;
        const { destinationPort } = walk;
        // Bit I is set, and all that is reserved is zero (RFC 7348 §5).
        const isVxlan = destinationPort === VXLAN_PORT || destinationPort === VXLAN_LINUX_PORT;
        if (isVxlan && walk.end - at >= VXLAN_LENGTH && bytes[at] === 0x08) {
          return this.#take(frame, at + VXLAN_LENGTH, walk.end, LINK_TYPE.ETHERNET);
        }
        if (destinationPort === SLOT_UDP_PORT) {
          return tunnelSlots.isPlausible(bytes, at, walk.end) &&
            this.#take(frame, at + tunnelSlots.LENGTH, walk.end, LINK_TYPE.RAW);
        }
        if (destinationPort !== GENEVE_PORT || walk.end - at < GENEVE_LENGTH) return false;
        return bytes[at] >> 6 === 0 && this.#payload(
          frame,
          at + GENEVE_LENGTH + (bytes[at] & 0x3f) * 4,
          walk.end,
          get16(bytes, at + 2),
        );
      }
      case IP_PROTOCOL.TCP:
        return walk.destinationPort === STT_PORT && this.#segment(frame, walk.l4, walk.end);
      default:
        return false;
    }
  }

  /** A segment that has all of an STT frame: those of others are put together by nobody here. */
  #segment(frame: Frame, start: number, end: number): boolean {
    const stt = this.#stt;
    if (!stt.at(frame.bytes, start, end) || !stt.hasHeader || stt.version !== 0) return false;
    const { frameLength, part, data } = stt;
    return part + frameLength === end && this.#take(frame, data, end, LINK_TYPE.ETHERNET);
  }

  #gre(frame: Frame, start: number, end: number): boolean {
    const { bytes } = frame;
    if (end - start < 4) return false;
    const word = get16(bytes, start), protocol = get16(bytes, start + 2);
    if ((word & UNREADABLE) !== 0) return false;
    let at = start + 4;
    for (const bit of [CHECKSUM, KEY, SEQUENCE]) if ((word & bit) !== 0) at += 4;
    if (protocol === ERSPAN) {
      // Version I has neither a number nor a header of its own.
      const header = (word & SEQUENCE) === 0 ? 0 : ERSPAN_LENGTH;
      return this.#take(frame, at + header, end, LINK_TYPE.ETHERNET);
    }
    if (protocol === ERSPAN_3) {
      if (end - at < ERSPAN_3_LENGTH) return false;
      const more = (bytes[at + 11] & 1) === 1 ? ERSPAN_SUBHEADER : 0;
      return this.#take(frame, at + ERSPAN_3_LENGTH + more, end, LINK_TYPE.ETHERNET);
    }
    return this.#payload(frame, at, end, protocol);
  }

  #payload(frame: Frame, at: number, end: number, protocol: number): boolean {
    switch (protocol) {
      case ETHER_TYPE.IPV4:
      case ETHER_TYPE.IPV6:
        return this.#take(frame, at, end, LINK_TYPE.RAW);
      case ETHER_TYPE.TRANSPARENT_BRIDGING:
        return this.#take(frame, at, end, LINK_TYPE.ETHERNET);
      default:
        return false;
    }
  }

  #take(frame: Frame, start: number, end: number, linkType: number): boolean {
    if (start >= end) return false;
    this.number = frame.number;
    this.bytes = frame.bytes;
    this.view = frame.view;
    this.start = start;
    this.end = end;
    // What the capture cut off the outer frame the inner one lacks.
    this.originalLength = end - start + frame.originalLength - (frame.end - frame.start);
    this.seconds = frame.seconds;
    this.nanoseconds = frame.nanoseconds;
    this.untimed = frame.untimed;
    this.linkType = linkType;
    this.interfaceId = frame.interfaceId;
    return true;
  }
}
