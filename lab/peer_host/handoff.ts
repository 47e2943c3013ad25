import type { Endpoint, Handoff } from "../../peers/machine.ts";
import { sendMessage, takeMessage } from "../kernel/descriptor.ts";

/**
 * Packets on their way from the machine to a core, as messages over a socket pair:
 *
 *     octet 0      position of the port in the machine's list of WAN ports, or STOP or SYNC
 *     octet 1      length of the sender's address in octets, 0 for none
 *     octets 2-3   sender's UDP port, big-endian
 *     …            sender's address in text, then the packet
 */
const STOP = 255;
const SYNC = 254;
const LARGEST = 65_536 + 64;

/** The machine's end. */
export class HandoffSender {
  #buffer = new Uint8Array(LARGEST);
  #encoder = new TextEncoder();

  constructor(readonly fd: number, readonly ports: readonly string[]) {}

  send({ port, packet, from }: Handoff): void {
    const position = this.ports.indexOf(port);
    if (position < 0) {
      throw new RangeError(`Cannot hand a packet over as its port must be a WAN port: got ${port}`);
    }
    const buffer = this.#buffer;
    const length = from === undefined
      ? 0
      : this.#encoder.encodeInto(from.address, buffer.subarray(4, 64)).written;
    buffer[0] = position;
    buffer[1] = length;
    buffer[2] = (from?.port ?? 0) >> 8;
    buffer[3] = (from?.port ?? 0) & 255;
    buffer.set(packet, 4 + length);
    sendMessage(this.fd, buffer.subarray(0, 4 + length + packet.length));
  }

  /** Asks the core to tell once it has dealt with all that it was given. */
  sync(): void {
    sendMessage(this.fd, Uint8Array.of(SYNC, 0, 0, 0));
  }

  /** Tells the core that nothing follows. */
  stop(): void {
    sendMessage(this.fd, Uint8Array.of(STOP, 0, 0, 0));
  }
}

/** A core's end; `port`, `packet` and `from` are valid until the next `take`. */
export class HandoffReceiver {
  port = "";
  packet: Uint8Array = new Uint8Array(0);
  from: Endpoint | undefined;
  /** True once nothing follows. */
  stopped = false;
  /** True once the machine has asked whether the core is idle; the core takes it back. */
  asked = false;
  #buffer = new Uint8Array(LARGEST);
  #decoder = new TextDecoder();

  constructor(readonly fd: number, readonly ports: readonly string[]) {}

  /** Takes the next packet; false when there is none at present, or none any more. */
  take(): boolean {
    const total = takeMessage(this.fd, this.#buffer);
    if (total < 4) return false;
    if (this.#buffer[0] >= SYNC) {
      if (this.#buffer[0] === STOP) this.stopped = true;
      else this.asked = true;
      return false;
    }
    const end = 4 + this.#buffer[1];
    this.port = this.ports[this.#buffer[0]];
    this.from = end === 4 ? undefined : {
      address: this.#decoder.decode(this.#buffer.subarray(4, end)),
      port: this.#buffer[2] << 8 | this.#buffer[3],
    };
    this.packet = this.#buffer.subarray(end, total);
    return true;
  }
}
