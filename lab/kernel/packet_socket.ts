import { Family, sockaddrLink } from "./address.ts";
import { closeDescriptor, NONBLOCKING } from "./descriptor.ts";
import { interfaceIndex } from "./interface.ts";
import { c, checked, plain } from "./libc.ts";
import { enlargeBuffers, getOption, setOption } from "./options.ts";
import { StampedReceiver } from "./stamped_receiver.ts";

const SOCK_RAW = 3;
/** Every Ethernet protocol. */
export const ALL_PROTOCOLS = 3;

/** Opens a packet socket that is bound to nothing, so that it can be set up before frames arrive. */
export function openPacketSocket(): number {
  return checked(c.socket(Family.PACKET, SOCK_RAW | NONBLOCKING, 0), "open a packet socket");
}

/** Lets frames of an interface of this thread's namespace flow into a packet socket. */
export function bindPacketSocket(fd: number, name: string): void {
  const address = sockaddrLink(interfaceIndex(name), ALL_PROTOCOLS);
  checked(c.bind(fd, address, address.length), `bind a packet socket to ${name}`);
}

/** What a packet socket saw and lost since the last reading, by the kernel's count. */
export function packetStatistics(fd: number): { seen: number; dropped: number } {
  const octets = getOption(fd, "PACKET_STATISTICS", 12);
  const view = new DataView(octets.buffer);
  return { seen: view.getUint32(0, true), dropped: view.getUint32(4, true) };
}

/** Octets of a VLAN tag, and where it stands in a frame. */
const TAG = 4, TAG_AT = 12;

/**
 * Whole frames of one interface, VLAN tags included: those that arrive on it are read, those written
 * leave by it.
 */
export class PacketSocket {
  readonly fd: number;
  readonly #receiver: StampedReceiver;

  /** @param fd A socket that another thread opened, to be used here too. */
  constructor(fd: number) {
    this.fd = fd;
    this.#receiver = new StampedReceiver(fd);
  }

  static open(name: string, bufferOctets = 16 << 20): PacketSocket {
    const fd = openPacketSocket();
    try {
      setOption(fd, "PACKET_IGNORE_OUTGOING", 1);
      setOption(fd, "TIMESTAMPNS", 1);
      setOption(fd, "PACKET_AUXDATA", 1);
      enlargeBuffers(fd, bufferOctets);
      bindPacketSocket(fd, name);
    } catch (error) {
      closeDescriptor(fd);
      throw error;
    }
    return new PacketSocket(fd);
  }

  /**
   * Takes one frame if there is one: its length, or -1.
   * @param into Has room for four octets more than the largest frame.
   */
  receive(into: Uint8Array): number {
    const length = this.#receiver.receive(into), tag = length < 0 ? 0 : this.#receiver.tag();
    if (tag === 0) return length;
    // The kernel keeps the outer tag beside the frame: it goes back to where it was on the wire.
    const end = Math.min(length, into.length - TAG);
    into.copyWithin(TAG_AT + TAG, TAG_AT, end);
    into[TAG_AT] = tag >>> 24;
    into[TAG_AT + 1] = tag >>> 16;
    into[TAG_AT + 2] = tag >>> 8;
    into[TAG_AT + 3] = tag;
    return end + TAG;
  }

  /** Milliseconds that the last frame lay here before it was taken. */
  waited(): number {
    return this.#receiver.waited();
  }

  /** Sends one frame; false when the kernel refused it. */
  send(frame: Uint8Array): boolean {
    return Number(c.send(this.fd, plain(frame), BigInt(frame.length), 0)) >= 0;
  }

  /** Frames that came while the queue was full, since the last reading. */
  takeDropped(): number {
    return packetStatistics(this.fd).dropped;
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}
