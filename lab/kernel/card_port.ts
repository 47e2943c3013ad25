import { PacketSocket } from "./packet_socket.ts";

/** The largest datagram behind an Ethernet header with three VLAN tags, and room for one tag more. */
const LARGEST = 65_535 + 14 + 4 * 4;

/**
 * An interface as a network card has it: whole frames with their tags, whose checksums are filled in
 * where the kernel that sent them left that to the card. They may be larger than any wire takes.
 */
export class CardPort {
  readonly #buffer = new Uint8Array(LARGEST);

  private constructor(readonly receiver: PacketSocket, readonly sender: PacketSocket) {}

  /** Opens it in this thread's network namespace. */
  static open(name: string): CardPort {
    const receiver = PacketSocket.open(name, { way: "receives" });
    return new CardPort(receiver, PacketSocket.open(name, { way: "sends" }));
  }

  /** Ready when a frame has come. */
  get fd(): number {
    return this.receiver.fd;
  }

  /** The next frame that arrived, valid until the next call, or undefined. */
  receive(): Uint8Array | undefined {
    const length = this.receiver.receive(this.#buffer);
    return length >= 0 ? this.#buffer.subarray(0, length) : undefined;
  }

  /** Milliseconds that the last frame lay here before it was taken. */
  waited(): number {
    return this.receiver.waited();
  }

  /** Sends one frame; false when the kernel refused it, as when it is longer than the link allows. */
  send(frame: Uint8Array): boolean {
    return this.sender.send(frame);
  }

  /** Frames that came while the queue was full, since the last reading. */
  takeDropped(): number {
    return this.receiver.takeDropped();
  }

  close(): void {
    this.receiver.close();
    this.sender.close();
  }
}
