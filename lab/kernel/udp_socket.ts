import { endpointOf, Family, ipVersion, sockaddr } from "./address.ts";
import { closeDescriptor, NONBLOCKING } from "./descriptor.ts";
import { c, checked, plain } from "./libc.ts";
import { enlargeBuffers, setOption } from "./options.ts";
import { StampedReceiver } from "./stamped_receiver.ts";

const SOCK_DGRAM = 2;
const IP_PMTUDISC_DONT = 0;
const BUFFER_OCTETS = 16 << 20;

/** How a UDP socket is opened. */
export interface UdpOptions {
  address: string;
  /** 0 lets the kernel choose. */
  port: number;
  /** Several sockets may share the address and port; see `steerPort`. */
  shared?: boolean;
  /** Differentiated services codepoint of what it sends, 0 to 63. */
  dscp?: number;
}

/** A UDP socket of the kernel in the namespace where this thread stood when it was made. */
export class UdpSocket {
  readonly fd: number;
  readonly version: 4 | 6;
  /** `sockaddr` of the sender of the last datagram; overwritten by the next one. */
  readonly from: Uint8Array;
  readonly #receiver: StampedReceiver;

  /** @param fd A socket that another thread opened, to be used here too. */
  constructor(fd: number, version: 4 | 6) {
    this.fd = fd;
    this.version = version;
    this.#receiver = new StampedReceiver(fd);
    this.from = this.#receiver.from;
  }

  /** Opens and binds; never waits on reading. May fragment datagrams above the MTU. */
  static open(options: UdpOptions): UdpSocket {
    const version = ipVersion(options.address);
    const family = version === 4 ? Family.INET : Family.INET6;
    const fd = checked(c.socket(family, SOCK_DGRAM | NONBLOCKING, 0), "open a UDP socket");
    try {
      if (options.shared) setOption(fd, "REUSEPORT", 1);
      setOption(fd, "TIMESTAMPNS", 1);
      if (version === 6) setOption(fd, "IPV6_V6ONLY", 1);
      setOption(fd, version === 4 ? "IP_MTU_DISCOVER" : "IPV6_MTU_DISCOVER", IP_PMTUDISC_DONT);
      setCodepoint(fd, version, options.dscp ?? 0);
      enlargeBuffers(fd, BUFFER_OCTETS);
      const to = sockaddr(options.address, options.port);
      checked(c.bind(fd, to, to.length), `bind UDP ${options.address} port ${options.port}`);
    } catch (error) {
      closeDescriptor(fd);
      throw error;
    }
    return new UdpSocket(fd, version);
  }

  /** Takes one datagram if there is one: its length, or -1. `from` then says who sent it. */
  receive(into: Uint8Array): number {
    return this.#receiver.receive(into);
  }

  /** Milliseconds that the last datagram lay here before it was taken. */
  waited(): number {
    return this.#receiver.waited();
  }

  /** Sender of the last datagram in text form. */
  sender(): { address: string; port: number } {
    return endpointOf(this.from);
  }

  /** Sends to a `sockaddr`; false when the kernel refused, as an unreachable network loses it. */
  send(bytes: Uint8Array, to: Uint8Array): boolean {
    const length = BigInt(bytes.length);
    return Number(c.sendto(this.fd, plain(bytes), length, 0, plain(to), to.length)) >= 0;
  }

  /** Switches the checksums of what is sent on or off; IPv6 has them whatever is asked. */
  checksums(on: boolean): void {
    setOption(this.fd, "NO_CHECK", on ? 0 : 1);
  }

  /** Marks what is sent from now on. @param dscp Differentiated services codepoint, 0 to 63. */
  codepoint(dscp: number): void {
    setCodepoint(this.fd, this.version, dscp);
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}

function setCodepoint(fd: number, version: 4 | 6, dscp: number): void {
  setOption(fd, version === 4 ? "IP_TOS" : "IPV6_TCLASS", dscp << 2);
}
