import type { Tap } from "./evidence.ts";

/**
 * How the endings of rotated captures look: `wan_00002_20260131120000` (dumpcap -b),
 * `wan_20260131120000` (tcpdump -G with the usual pattern), `wan.pcap2` (tcpdump -C).
 */
const ROTATED = [
  /\.(gz|zst)$/i,
  /\.(pcapng|pcap|cap)\d*$/i,
  /[-_.]\d{4,6}[-_.]\d{14}$/,
  /[-_.]\d{14}$/,
  /[-_.]\d{8}[-_.T]?\d{6}$/,
];

/**
 * The interface that a capture stands for: its name, without what a capturing program adds when it
 * begins a new file of the same interface every so often.
 */
export function seriesOf({ name }: Tap): string {
  const bare = ROTATED.reduce((text, ending) => text.replace(ending, ""), name);
  return bare === "" ? name : bare;
}

/** The interfaces of taps, each worked out once. */
export class Places {
  readonly #known = new Map<Tap, string>();
  #tap: Tap | undefined;
  #place = "";

  /** As `seriesOf`. */
  of(tap: Tap): string {
    if (tap === this.#tap) return this.#place;
    let place = this.#known.get(tap);
    if (place === undefined) this.#known.set(tap, place = seriesOf(tap));
    this.#tap = tap;
    return this.#place = place;
  }
}
