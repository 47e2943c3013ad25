import { viewOf } from "../../captures/wire/octets.ts";
import { Family, sockaddrLink } from "./address.ts";
import { closeDescriptor, NONBLOCKING } from "./descriptor.ts";
import { interfaceIndex } from "./interface.ts";
import { c, checked, plain } from "./libc.ts";
import { enlargeBuffers, getOption, setOption } from "./options.ts";
import { fillChecksum, OFFLOAD_HEADER } from "./offload_header.ts";
import { StampedReceiver } from "./stamped_receiver.ts";

const SOCK_RAW = 3;
/** Every Ethernet protocol. */
export const ALL_PROTOCOLS = 3;

/** Opens a packet socket that is bound to nothing, so that it can be set up before frames arrive. */
export function openPacketSocket(): number {
  return checked(c.socket(Family.PACKET, SOCK_RAW | NONBLOCKING, 0), "open a packet socket");
}

/**
 * Lets frames of an interface of this thread's namespace flow into a packet socket.
 * @param protocol Which, by their EtherType; 0 for none, when it only sends.
 */
export function bindPacketSocket(fd: number, name: string, protocol = ALL_PROTOCOLS): void {
  const address = sockaddrLink(interfaceIndex(name), protocol);
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

/** How a packet socket is opened. */
export interface PacketSocketOptions {
  /** Octets of frames that wait; 16 MiB unless told. */
  bufferOctets?: number;
  /**
   * What it is to do: both unless told. One that only sends takes no frame; one that leaves offloads to
   * others is given an offload header in front of each. One that only receives fills in the checksums that
   * the kernel had left to a network card.
   */
  way?: "both" | "sends" | "leaves offloads" | "receives";
}

/**
 * Whole frames of one interface, VLAN tags included: those that arrive on it are read, those written
 * leave by it.
 */
export class PacketSocket {
  readonly fd: number;
  readonly #receiver: StampedReceiver;
  /** The header in front of a frame, where there is one. */
  readonly #offload: DataView | undefined;
  #into: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * @param fd A socket that another thread opened, to be used here too.
   * @param fills Whether it puts an offload header in front of every frame.
   */
  constructor(fd: number, fills = false) {
    this.fd = fd;
    const header = new Uint8Array(fills ? OFFLOAD_HEADER : 0);
    this.#offload = fills ? viewOf(header) : undefined;
    this.#receiver = new StampedReceiver(fd, header);
  }

  static open(name: string, options: PacketSocketOptions = {}): PacketSocket {
    const { bufferOctets = 16 << 20, way = "both" } = options;
    const fd = openPacketSocket();
    try {
      setOption(fd, "PACKET_IGNORE_OUTGOING", 1);
      setOption(fd, "TIMESTAMPNS", 1);
      setOption(fd, "PACKET_AUXDATA", 1);
      const sends = way === "sends" || way === "leaves offloads";
      if (way === "receives" || way === "leaves offloads") setOption(fd, "PACKET_VNET_HDR", 1);
      enlargeBuffers(fd, bufferOctets);
      bindPacketSocket(fd, name, sends ? 0 : ALL_PROTOCOLS);
    } catch (error) {
      closeDescriptor(fd);
      throw error;
    }
    return new PacketSocket(fd, way === "receives");
  }

  /**
   * Takes one frame if there is one: its length, or -1.
   * @param into Has room for four octets more than the largest frame.
   */
  receive(into: Uint8Array): number {
    let length = this.#receiver.receive(into);
    if (length >= 0 && this.#offload !== undefined) {
      length -= OFFLOAD_HEADER;
      if (into !== this.#into) this.#view = viewOf(this.#into = into);
      fillChecksum(this.#offload, into, this.#view, 0, length);
    }
    const tag = length < 0 ? 0 : this.#receiver.tag();
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
