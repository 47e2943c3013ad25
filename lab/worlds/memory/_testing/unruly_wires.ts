/** Networks that carry datagrams twice, or out of order, as UDP may. */
import { Wire } from "../wire.ts";

/** What becomes of a frame: when each copy arrives, in milliseconds after the first could. */
export type Fate = (index: number) => readonly number[];

/** What passed the wires during a run. */
export interface Passed {
  frames: number;
  /** Wires by their number, in the order of their first frames. */
  wires: number;
}

/**
 * Runs `body` while one wire of every network of the memory world treats its frames as told.
 * @param unruly Number of the wire, in the order of their first frames; -1 for none.
 * @param most Frames after which nothing arrives any more, so that a storm comes to its end.
 */
export async function withUnrulyWire(
  unruly: number,
  fate: Fate,
  most: number,
  body: () => Promise<void>,
): Promise<Passed> {
  const numbers = new Map<Wire, number>(), passed = { frames: 0, wires: 0 };
  const carry = Wire.prototype.carry;
  let index = 0;
  Wire.prototype.carry = function (frame, to, arrive) {
    let number = numbers.get(this);
    if (number === undefined) numbers.set(this, number = numbers.size);
    passed.wires = numbers.size;
    const delays = number === unruly ? fate(index++) : [0];
    const before = this.impairment;
    for (const delay of delays) {
      this.impairment = { ...before, delay: (before.delay ?? 0) + delay };
      carry.call(this, frame, to, (octets) => {
        if (++passed.frames <= most) arrive(octets);
      });
    }
    this.impairment = before;
  };
  try {
    await body();
    return passed;
  } finally {
    Wire.prototype.carry = carry;
  }
}
