import type { Endpoint } from "../../peers/machine.ts";
import { endpointOf, sockaddr } from "../kernel/address.ts";
import { UdpSocket } from "../kernel/udp_socket.ts";

const LARGEST = 65_536;
/** Milliseconds by which a packet may have arrived before its socket says so. */
export const STAMP_ROUNDING = 1;
/** Endpoints remembered at most: a flood of forged senders must not fill the memory. */
const REMEMBERED = 4096;

/** What another thread needs to use the same WAN socket. */
export interface WanHandle {
  port: string;
  fd: number;
  version: 4 | 6;
}

/** One WAN port of a machine: a UDP socket, with endpoints in text form made once per peer. */
export class WanSocket {
  readonly socket: UdpSocket;
  #buffer = new Uint8Array(LARGEST);
  #senders = new Map<number, { raw: Uint8Array; endpoint: Endpoint }>();
  #checksums = true;
  #dscp = 0;
  #targets = new Map<string, Map<number, Uint8Array>>();

  constructor(readonly handle: WanHandle) {
    this.socket = new UdpSocket(handle.fd, handle.version);
  }

  /** The next datagram's payload, valid until the next call, or undefined; then `from` tells who. */
  receive(): Uint8Array | undefined {
    const length = this.socket.receive(this.#buffer);
    return length >= 0 ? this.#buffer.subarray(0, length) : undefined;
  }

  /** Sender of the last datagram. */
  from(): Endpoint {
    const raw = this.socket.from;
    const length = this.handle.version === 4 ? 8 : 24;
    let hash = 0;
    for (let i = 2; i < length; i++) hash = Math.imul(hash, 31) + raw[i] | 0;
    const known = this.#senders.get(hash);
    if (known !== undefined && same(known.raw, raw, length)) return known.endpoint;
    if (this.#senders.size >= REMEMBERED) this.#senders.clear();
    const endpoint = endpointOf(raw);
    this.#senders.set(hash, { raw: raw.slice(), endpoint });
    return endpoint;
  }

  /** Sends one payload; false when the kernel refused it or the endpoint is none. */
  send(payload: Uint8Array, to: Endpoint, checksum = true, dscp = 0): boolean {
    if (checksum !== this.#checksums) this.socket.checksums(this.#checksums = checksum);
    if (dscp !== this.#dscp) this.socket.codepoint(this.#dscp = dscp);
    let ports = this.#targets.get(to.address);
    if (ports === undefined) {
      if (this.#targets.size >= REMEMBERED) this.#targets.clear();
      this.#targets.set(to.address, ports = new Map());
    }
    let target = ports.get(to.port);
    if (target === undefined) ports.set(to.port, target = sockaddr(to.address, to.port));
    return this.socket.send(payload, target);
  }
}

function same(a: Uint8Array, b: Uint8Array, length: number): boolean {
  for (let i = 2; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
