import { PacketSocket } from "../kernel/packet_socket.ts";
import type { FramePort } from "../devices/frame_ports.ts";

/** The largest datagram behind an Ethernet header with three VLAN tags, and room for one tag more. */
const LARGEST = 65_535 + 14 + 4 * 4;

/** A port of a machine that carries whole Ethernet frames: a packet socket on an interface. */
export class FrameSocket {
  readonly #buffer = new Uint8Array(LARGEST);

  private constructor(readonly port: string, readonly socket: PacketSocket) {}

  /** Opens it in this thread's network namespace. */
  static open({ port, interface: name }: FramePort): FrameSocket {
    return new FrameSocket(port, PacketSocket.open(name));
  }

  /** The next frame that arrived, valid until the next call, or undefined. */
  receive(): Uint8Array | undefined {
    const length = this.socket.receive(this.#buffer);
    return length >= 0 ? this.#buffer.subarray(0, length) : undefined;
  }

  /** Sends one frame; false when the kernel refused it, as when it is longer than the link allows. */
  send(frame: Uint8Array): boolean {
    return this.socket.send(frame);
  }
}
