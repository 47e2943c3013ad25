import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { Bound } from "../../kit/bounds.ts";
import { stampOf } from "../../kit/stamp.ts";
import type { WanPacket } from "./wan_packet.ts";

/**
 * Reordering of stamped datagrams in the sense of RFC 4737 (type P reordered): a datagram is
 * reordered when its sequence number is smaller than one that came before. Arrivals at several taps
 * are put in the order of their times first.
 */
export class Arrivals {
  readonly #times: number[] = [];
  readonly #flows: number[] = [];
  readonly #sequences: number[] = [];
  readonly #bound: Bound;

  /** @param bound Limit of datagrams. */
  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** Notes a packet that carries a whole stamped UDP datagram in clear. */
  packet(packet: WanPacket) {
    const { frame, data, inner } = packet;
    if (data.sealed || data.headerEncrypted || !data.isWholeDatagram) return;
    if (packet.walkInner() !== undefined && inner.protocol === IP_PROTOCOL.UDP) {
      this.datagram(frame, inner);
    }
  }

  /** Notes a stamped UDP datagram that the walker stands on. */
  datagram(frame: Frame, walker: HeaderWalker) {
    const stamp = stampOf(frame.view, walker);
    if (stamp === undefined) return;
    if (!this.#bound.admits(this.#times.length)) return;
    this.#times.push(frame.seconds % 100_000 + frame.nanoseconds / 1e9);
    this.#flows.push(stamp.flow * 65_536 + walker.sourcePort);
    this.#sequences.push(stamp.sequence);
  }

  /** Number of datagrams noted, and of those that were reordered. */
  count(): { datagrams: number; reordered: number } {
    const order = this.#times.map((_, i) => i).sort((a, b) => this.#times[a] - this.#times[b]);
    const next = new Map<number, number>();
    let reordered = 0;
    for (const i of order) {
      const expected = next.get(this.#flows[i]) ?? 0;
      if (this.#sequences[i] < expected) reordered++;
      else next.set(this.#flows[i], this.#sequences[i] + 1);
    }
    return { datagrams: order.length, reordered };
  }
}
