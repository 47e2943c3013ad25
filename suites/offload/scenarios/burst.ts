/** Bursts: the segments of many variations, each on a flow of its own, as datagrams. */
import { type Carrier, DATA, datagramOf, type Shape, type Way } from "./shape.ts";
import { OCTETS, type Variation } from "./variations.ts";

/** First port of the flows of a burst; the others go up from it by this step. */
const FIRST_PORT = 20_000, STEP = 4;

/** What the flows of a burst have in common. */
export interface Burst {
  way: Way;
  /** IP version of the inner header. */
  family: 4 | 6;
  /** What they travel in; plain without. */
  carrier?: Carrier;
  /** Port of the first flow, where several bursts are sent in one scenario. */
  port?: number;
  /** What every segment is besides. */
  shape?: Partial<Shape>;
}

/** The datagrams of all variations, one flow after another. */
export function burstOf(
  variations: Readonly<Record<string, Variation>>,
  burst: Burst,
): Uint8Array[] {
  return flowsOf(variations, burst).flat();
}

/** The same by flow. */
export function flowsOf(
  variations: Readonly<Record<string, Variation>>,
  burst: Burst,
): Uint8Array[][] {
  const { way, carrier, port = FIRST_PORT } = burst;
  return Object.values(variations).map((variation, i) =>
    variation((count, octets) => train(burst, port + STEP * i, count, octets))
      .map((shape) => datagramOf(shape, way, carrier))
  );
}

/** The segments of several flows in turn: one of each, then the next of each. */
export function interleaved(flows: readonly Uint8Array[][]): Uint8Array[] {
  const longest = Math.max(...flows.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => flows.flatMap((flow) => flow.slice(i, i + 1)))
    .flat();
}

/** So many segments of one flow that follow one another, and could be one. */
export function train(
  { family, shape }: Burst,
  port: number,
  count: number,
  octets = OCTETS,
): Shape[] {
  return Array.from({ length: count }, (_, i): Shape => ({
    family,
    sourcePort: port,
    destinationPort: 443,
    sequence: 1_000_000 + port * 7 + i * octets,
    acknowledgment: 5_000_000,
    flags: DATA,
    window: 0x3000,
    octets,
    ...shape,
    inner: { dontFragment: true, identification: port + i, ...shape?.inner },
    outer: { dontFragment: true, identification: 3 * port + i & 0xffff, ...shape?.outer },
    opaque: { ...shape?.opaque },
  }));
}
