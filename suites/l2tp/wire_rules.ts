/**
 * Rules about the wire that no peer has, as no peer would choose otherwise: what is done to a packet
 * as it leaves. Mutants alone replace them.
 */
import type { Endpoint, Machine, Transmission } from "../../peers/machine.ts";

/** What a mutant may do to packets. */
export const WIRE_RULES = {
  /** The packets that leave in the place of one. */
  leaves: (transmission: Transmission): Transmission[] => [transmission],
  /** The packet as it is taken in; undefined loses it. */
  enters: (packet: Uint8Array, _from?: Endpoint): Uint8Array | undefined => packet,
};

/** The type of these rules; a mutant is a partial one. */
export type WireRules = typeof WIRE_RULES;

/** A machine whose packets pass through rules of the wire. */
export class OnTheWire implements Machine {
  readonly #machine: Machine;
  readonly #rules: WireRules;
  readonly #out: Transmission[] = [];

  private constructor(machine: Machine, rules: WireRules) {
    this.#machine = machine;
    this.#rules = rules;
  }

  /** The machine itself where no rule is replaced. */
  static around(machine: Machine, rules: Partial<WireRules>): Machine {
    const replaced = rules.leaves !== undefined || rules.enters !== undefined;
    return replaced ? new OnTheWire(machine, { ...WIRE_RULES, ...rules }) : machine;
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    const taken = port === "lan" ? packet : this.#rules.enters(packet, from);
    if (taken !== undefined) this.#machine.receive(port, taken, now, from);
  }

  transmit(now: number): Transmission | undefined {
    while (this.#out.length === 0) {
      const next = this.#machine.transmit(now);
      if (next === undefined) return undefined;
      this.#out.push(...(next.port === "lan" ? [next] : this.#rules.leaves(next)));
    }
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : this.#machine.deadline();
  }

  instruct(instruction: unknown, now: number) {
    this.#machine.instruct?.(instruction, now);
  }
}
