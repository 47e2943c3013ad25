import type { TransferOutcome, UdpStimulus } from "../../../suites/kit/scenario.ts";
import { isStamped, STAMP_LENGTH, stampedPayload } from "../../../suites/kit/stamp.ts";
import { FASTEST } from "../world.ts";
import { sockaddr } from "../../kernel/address.ts";
import type { UdpSocket } from "../../kernel/udp_socket.ts";
import { addressOf, type HostSockets } from "./host_sockets.ts";

/** Datagrams under way before the sender waits for some to arrive. */
const WINDOW = 2000;
/** Milliseconds that the sender waits for arrivals before it takes what is under way for lost. */
const STALL = 100;

/** One UDP stimulus under way: sends its datagrams and counts those that arrive. */
export class UdpTransfer {
  #received = 0;
  #damaged = 0;
  #sent = 0;
  #lastArrival = performance.now();

  /**
   * @param silence Milliseconds without an arrival after which the rest is lost, provided that
   * @param idle resolves without one: on a busy machine a device may take longer than that.
   * @param stamp The run that its stamps name.
   */
  constructor(
    readonly stimulus: UdpStimulus,
    readonly sockets: HostSockets,
    readonly silence: number,
    readonly idle: () => Promise<void>,
    readonly stamp: number,
  ) {}

  /** Counts a datagram if it is one of ours; returns whether it was. */
  take(node: string, port: number, socket: UdpSocket, payload: Uint8Array): boolean {
    if (payload.length < STAMP_LENGTH) return false;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const flow = this.stimulus.flows[view.getUint32(4)];
    const from = socket.from[2] << 8 | socket.from[3];
    if (flow?.to !== node || flow.destinationPort !== port || flow.sourcePort !== from) {
      return false;
    }
    if (isStamped(payload)) this.#received++;
    else this.#damaged++;
    this.#lastArrival = performance.now();
    return true;
  }

  /** Sends everything, and waits until everything has arrived or nothing arrives any more. */
  async run(): Promise<TransferOutcome> {
    this.stimulus.flows.forEach((flow) => this.sockets.listen(flow));
    await this.#sendAll();
    this.#lastArrival = performance.now();
    const total = this.#sent;
    while (this.#received < total && !await this.#silent()) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const intact = this.#received === total && this.#damaged === 0;
    return { sent: total, received: this.#received, intact };
  }

  /** Whether nothing has arrived for so long that the rest is lost. */
  async #silent(): Promise<boolean> {
    const before = this.#lastArrival;
    if (performance.now() - before < this.silence) return false;
    await this.idle();
    return this.#lastArrival === before;
  }

  async #sendAll(): Promise<void> {
    const { flows, count, size, interval = FASTEST } = this.stimulus;
    const targets = flows.map((flow) =>
      sockaddr(addressOf(this.sockets.topology, flow.to, flow.family ?? 4), flow.destinationPort)
    );
    const begin = performance.now();
    const total = flows.length * count;
    for (let next = 0; next < total;) {
      const due = Math.min(total, Math.floor((performance.now() - begin) / interval) + 1);
      for (; next < due && this.#roomFor(next); next++) {
        const index = next % flows.length;
        const payload = stampedPayload(index, Math.floor(next / flows.length), size, this.stamp);
        this.sockets.sender(flows[index]).send(payload, targets[index]);
      }
      this.#sent = next;
      if (next < total) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  #roomFor(next: number): boolean {
    return next - this.#received < WINDOW || performance.now() - this.#lastArrival > STALL;
  }
}
