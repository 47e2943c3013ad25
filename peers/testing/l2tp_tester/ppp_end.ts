/**
 * As much of PPP as opens a link and carries pings: the tester asks for one option of LCP and one of
 * IPCP, and accepts whatever it is asked for; who has no address is told one.
 */
import { formatIpv4, parseIpv4 } from "../../../captures/wire/address.ts";
import { icmpEcho } from "../../../captures/wire/build.ts";
import { get16, put16 } from "../../../captures/wire/octets.ts";
import * as control from "../../../captures/wire/ppp_control.ts";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import { LcpOption, option32 } from "../../../captures/wire/ppp_lcp.ts";
import { IpcpOption } from "../../../captures/wire/ppp_ncp.ts";

const { configureRequest, configureAck, configureNak, configureReject } = control.ControlCode;
/** Identifier of the tester's own requests. */
const IDENTIFIER = 200;
/** The control characters that the tester wants escaped: XON and XOFF. */
export const ACCM = 0x000a0000;
const NOBODY = "0.0.0.0";
/** An echo reply within IPv4 without options, and where its identifier stands. */
const ICMP = 1, ECHO_REPLY = 0, IDENTIFIER_AT = 24, HEADERS = 28;

/** One control protocol of a link. */
interface Protocol {
  protocol: number;
  begun: boolean;
  /** Whether the peer accepted what the tester asked for, and the other way round. */
  accepted: boolean;
  accepts: boolean;
}

/** The tester's end of one link. */
export class PppEnd {
  readonly #lcp: Protocol = fresh(PppProtocol.lcp);
  readonly #ipcp: Protocol = fresh(PppProtocol.ipcp);
  /** Identifiers of pings that were answered. */
  readonly pinged = new Set<number>();
  /** Its own address: `0.0.0.0` asks for one. */
  address = NOBODY;
  /** What it tells a peer that asks for an address. */
  peerAddress = NOBODY;

  /** Whether both ends have accepted what the other asked for. */
  get opened(): boolean {
    return isOpen(this.#lcp);
  }

  /** Likewise of addresses. */
  get hasAddresses(): boolean {
    return isOpen(this.#ipcp);
  }

  /** The request that LCP, or IPCP behind it, begins with, where it has not begun. */
  begin(what: "lcp" | "ipcp"): Uint8Array | undefined {
    const protocol = what === "lcp" ? this.#lcp : this.#ipcp;
    if (protocol.begun || what === "ipcp" && !this.opened) return undefined;
    protocol.begun = true;
    return this.#request(protocol);
  }

  #request({ protocol }: Protocol): Uint8Array {
    const option = protocol === PppProtocol.lcp
      ? option32(LcpOption.accm, ACCM)
      : { type: IpcpOption.address, data: parseIpv4(this.address) };
    const data = control.writeOptions([option]);
    return frameOf(protocol, { code: configureRequest, identifier: IDENTIFIER, data });
  }

  /** Takes a PPP frame; the frame that answers it, if any. */
  take(frame: Uint8Array): Uint8Array | undefined {
    const from = frame.length > 2 && frame[0] === 0xff && frame[1] === 3 ? 2 : 0;
    if (frame.length < from + 2) return undefined;
    // A Protocol field of one octet is odd.
    const isShort = (frame[from] & 1) === 1, at = from + (isShort ? 1 : 2);
    const number = isShort ? frame[from] : get16(frame, from);
    if (number === PppProtocol.ipv4) this.#datagram(frame.subarray(at));
    const protocol = [this.#lcp, this.#ipcp].find((one) => one.protocol === number);
    const { record } = control.decode(frame, at);
    if (protocol === undefined || record === undefined) return undefined;
    return this.#packet(protocol, record);
  }

  #packet(protocol: Protocol, record: control.PppControl): Uint8Array | undefined {
    const { code, identifier, data } = record, isOwn = identifier === IDENTIFIER;
    if (code === configureAck && isOwn) protocol.accepted = true;
    if (code === configureNak && isOwn && protocol === this.#ipcp) {
      const [told] = control.readOptions(data).options;
      if (told?.data.length === 4) this.address = formatIpv4(told.data);
      return this.#request(protocol);
    }
    if (code !== configureRequest) return undefined;
    const { options } = control.readOptions(data);
    // Who has no address to tell rejects the question for one.
    const hasNone = this.peerAddress === NOBODY;
    const isWrong = ({ type, data }: control.PppOption) =>
      type !== IpcpOption.address || hasNone && formatIpv4(data) === NOBODY;
    const unknown = protocol === this.#ipcp ? options.filter(isWrong) : [];
    if (unknown.length > 0) {
      return frameOf(protocol.protocol, {
        ...{ code: configureReject, identifier, data: control.writeOptions(unknown) },
      });
    }
    if (protocol === this.#ipcp && options.some((one) => formatIpv4(one.data) === NOBODY)) {
      const told = [{ type: IpcpOption.address, data: parseIpv4(this.peerAddress) }];
      return frameOf(protocol.protocol, {
        ...{ code: configureNak, identifier, data: control.writeOptions(told) },
      });
    }
    protocol.accepts = true;
    return frameOf(protocol.protocol, { ...record, code: configureAck });
  }

  #datagram(packet: Uint8Array) {
    if (packet.length < HEADERS || packet[9] !== ICMP || packet[20] !== ECHO_REPLY) return;
    this.pinged.add(get16(packet, IDENTIFIER_AT));
  }

  /** A frame with an echo request in a datagram of so many octets. */
  ping({ header, to, identifier, octets }: Ping): Uint8Array {
    const datagram = icmpEcho({
      ...{ source: this.address, destination: to, identifier, sequence: 1 },
      payload: Uint8Array.from({ length: octets - HEADERS }, (_, i) => i + identifier),
    });
    return Uint8Array.of(...Uint8Array.fromHex(header), ...datagram);
  }
}

/** What to ping, and the octets before the datagram in hexadecimal. */
interface Ping {
  header: string;
  to: string;
  identifier: number;
  octets: number;
}

/** Begins what has not begun on a session: the frames to send, and whether all is open. */
export function openPpp(
  session: { ppp?: PppEnd },
  what: "lcp" | "ipcp",
  { address, peerAddress }: Partial<PppEnd>,
): { frames: Uint8Array[]; isOpen: boolean } {
  session.ppp ??= Object.assign(new PppEnd(), address && { address, peerAddress });
  const { ppp } = session;
  const frames = (["lcp", what] as const).flatMap((protocol) => ppp.begin(protocol) ?? []);
  return { frames, isOpen: what === "lcp" ? ppp.opened : ppp.hasAddresses };
}

const fresh = (protocol: number): Protocol => ({
  ...{ protocol, begun: false, accepted: false, accepts: false },
});

const isOpen = ({ accepted, accepts }: Protocol) => accepted && accepts;

/** A control packet in a PPP frame. */
function frameOf(protocol: number, packet: Omit<control.PppControl, "length">): Uint8Array {
  const octets = control.encode(control.withLength({ ...packet, length: 0 }));
  const frame = new Uint8Array(4 + octets.length);
  put16(frame, 0, 0xff03);
  put16(frame, 2, protocol);
  frame.set(octets, 4);
  return frame;
}
