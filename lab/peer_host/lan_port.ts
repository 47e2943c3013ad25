import { ETHER_TYPE } from "../../captures/link.ts";
import { parseMac } from "../../captures/wire/address.ts";
import {
  LAN_PORT,
  LAN_PORT_FAR_END,
  LAN_PORT_FAR_MAC,
  LAN_PORT_MAC,
} from "../worlds/netns/ip_commands.ts";
import { readDescriptor, writeDescriptor } from "../kernel/descriptor.ts";
import { becomeRunning, interfaceExists } from "../kernel/interface.ts";
import { PacketSocket } from "../kernel/packet_socket.ts";
import { openTun } from "../kernel/tun.ts";

/** Room for the largest IP datagram behind an Ethernet header, and a tag that is none of ours. */
const LARGEST = 65_536 + 18;
const HEADER = 14;

/** What another thread needs to use the same LAN port. */
export interface LanHandle {
  kind: "tun" | "veth";
  fd: number;
}

/** The LAN side of a device: whole IP datagrams in and out. */
export interface LanPort {
  handle: LanHandle;
  /** The next datagram, valid until the next call, or undefined. */
  receive(): Uint8Array | undefined;
  /** Milliseconds that the last datagram lay here; undefined where the kernel does not say. */
  waited(): number | undefined;
  /** Gives one datagram to the kernel; false when it was refused. */
  send(datagram: Uint8Array): boolean;
}

/** Opens the LAN port of the node whose namespace this thread stands in; undefined if it has none. */
export async function openLanPort(): Promise<LanPort | undefined> {
  if (interfaceExists(LAN_PORT_FAR_END)) {
    return lanPortOf({ kind: "veth", fd: PacketSocket.open(LAN_PORT_FAR_END).fd });
  }
  if (!interfaceExists(LAN_PORT)) return undefined;
  const fd = openTun(LAN_PORT);
  await becomeRunning(LAN_PORT);
  return lanPortOf({ kind: "tun", fd });
}

/** Whether a datagram is the kernel's own talk on the interface, which is never routed. */
function isLinkLocal(datagram: Uint8Array): boolean {
  return datagram[0] >> 4 === 6 && datagram[24] === 0xff && (datagram[25] & 15) <= 2;
}

/** The LAN port that another thread has opened. */
export function lanPortOf(handle: LanHandle): LanPort {
  return handle.kind === "tun" ? new TunPort(handle) : new VethPort(handle);
}

class TunPort implements LanPort {
  #buffer = new Uint8Array(LARGEST);

  constructor(readonly handle: LanHandle) {}

  receive(): Uint8Array | undefined {
    for (;;) {
      const length = readDescriptor(this.handle.fd, this.#buffer);
      if (length <= 0) return undefined;
      const datagram = this.#buffer.subarray(0, length);
      if (!isLinkLocal(datagram)) return datagram;
    }
  }

  waited(): undefined {
    return undefined;
  }

  send(datagram: Uint8Array): boolean {
    return writeDescriptor(this.handle.fd, datagram);
  }
}

/** Frames with one fixed header each way stand for bare datagrams. */
class VethPort implements LanPort {
  #buffer = new Uint8Array(LARGEST);
  #frame = new Uint8Array(LARGEST);
  #socket: PacketSocket;

  constructor(readonly handle: LanHandle) {
    this.#socket = new PacketSocket(handle.fd);
    this.#frame.set(parseMac(LAN_PORT_MAC), 0);
    this.#frame.set(parseMac(LAN_PORT_FAR_MAC), 6);
  }

  receive(): Uint8Array | undefined {
    for (;;) {
      const length = this.#socket.receive(this.#buffer);
      if (length < 0) return undefined;
      const type = this.#buffer[12] << 8 | this.#buffer[13];
      if (type !== ETHER_TYPE.IPV4 && type !== ETHER_TYPE.IPV6) continue;
      const datagram = this.#buffer.subarray(HEADER, length);
      if (!isLinkLocal(datagram)) return datagram;
    }
  }

  waited(): number {
    return this.#socket.waited();
  }

  send(datagram: Uint8Array): boolean {
    if (datagram.length === 0 || datagram.length > LARGEST - HEADER) return false;
    const type = datagram[0] >> 4 === 6 ? ETHER_TYPE.IPV6 : ETHER_TYPE.IPV4;
    this.#frame[12] = type >> 8;
    this.#frame[13] = type & 255;
    this.#frame.set(datagram, HEADER);
    return this.#socket.send(this.#frame.subarray(0, HEADER + datagram.length));
  }
}
