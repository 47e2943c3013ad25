/** Links of the memory world: what they do to frames, and the interfaces at their ends. */
import type { LinkCounters } from "../../../suites/kit/evidence.ts";
import type { Impairment, Link } from "../../../suites/kit/topology.ts";
import type { Scheduler } from "./scheduler.ts";

/** Milliseconds that a plain wire takes, so that no effect comes at the time of its cause. */
const WIRE_DELAY = 0.01;

/** An interface: one end of a link. */
export interface Interface {
  node: string;
  name: string;
  mac: Uint8Array;
  addresses: string[];
  /** Octets of the largest datagram. */
  mtu: number;
  /** Whether TCP here leaves segmentation to a network card. */
  tso: boolean;
  /** The other end of its link. */
  peer: Interface;
  /** Those that its frames are for: the other end, or whoever is beyond a device that passes frames. */
  neighbours: Interface[];
  wire: Wire;
  /** Takes whole frames off the wire, in the place of the node's IP layer. */
  port?: (frame: Uint8Array) => void;
  /** Told every frame that leaves or arrives here. */
  taps: ((frame: Uint8Array, at: number) => void)[];
}

/** A link with what it does to frames. */
export class Wire {
  impairment: Impairment;
  readonly counters: LinkCounters = { forwarded: 0, lost: 0, delayed: 0 };
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  /** When each direction's transmitter is free again, by receiving interface. */
  readonly #free = new Map<Interface, number>();

  constructor(link: Link, scheduler: Scheduler, random: () => number) {
    this.impairment = link.impairment ?? {};
    this.#scheduler = scheduler;
    this.#random = random;
  }

  /** Carries a frame to the interface `to`, or loses it. */
  carry(frame: Uint8Array, to: Interface, arrive: (frame: Uint8Array) => void) {
    const { rate, delay = 0, jitter = 0, loss = 0, up = true } = this.impairment;
    if (!up || loss > 0 && this.#random() < loss) {
      this.counters.lost++;
      return;
    }
    const { now } = this.#scheduler;
    const begin = Math.max(now, this.#free.get(to) ?? 0);
    const sent = begin + (rate === undefined ? 0 : frame.length * 8000 / rate);
    this.#free.set(to, sent);
    const extra = delay + (jitter > 0 ? this.#random() * jitter : 0);
    this.counters.forwarded++;
    if (extra > 0) this.counters.delayed++;
    this.#scheduler.at(sent + WIRE_DELAY + extra, () => arrive(frame));
  }
}
