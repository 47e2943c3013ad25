/** Which way a frame goes through a card, by who sent it on its Ethernet. */
import type { Frame } from "../../../captures/frame.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { linkEndAt } from "../../kit/link_address.ts";

/** From the host to the wire, or from the wire to the host. */
export type Way = "send" | "receive";

/** Octets of an Ethernet address. */
const MAC = 6;

/** Tells which way frames go at the taps of cards; undefined where the lab does not say who sent them. */
export class Ways {
  /** Indices of links that lead to hosts. */
  readonly #lan = new Set<number>();
  readonly #taps = new Set<string>();

  constructor({ topology, nodes }: Evidence) {
    if (topology === undefined) return;
    for (const tap of topology.taps) {
      if (nodes[tap.node]?.role !== "nic") continue;
      this.#taps.add(tap.name);
      const link = topology.links.findIndex(({ ends }) =>
        ends.some(({ node, interface: name }) => node === tap.node && name === tap.interface)
      );
      if (tap.side === "lan") this.#lan.add(link);
    }
  }

  of({ view, start, end }: Frame, { name }: Tap): Way | undefined {
    if (!this.#taps.has(name) || end - start < 2 * MAC) return undefined;
    const source = linkEndAt(view, start + MAC);
    if (source >= 0) return this.#lan.has(source >> 1) ? "send" : "receive";
    // Frames from addresses that are nobody's are told by whom they go to.
    const destination = linkEndAt(view, start);
    return destination < 0 ? undefined : this.#lan.has(destination >> 1) ? "receive" : "send";
  }

  /** Whether a tap shows what comes to a card on this way, not what it sends on. */
  static isEntry(way: Way, { side }: Tap): boolean {
    return (way === "send") === (side === "lan");
  }
}
