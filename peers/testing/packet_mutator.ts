/**
 * A machine in front of another that changes its packets on their way in and out. Reference peers have
 * no rules of this kind, as no peer would choose otherwise: mutants alone replace them.
 */
import type { Endpoint, Machine, Transmission } from "../machine.ts";
import type { PacketMutatorRules } from "../rule_overrides.ts";

const NONE: readonly string[] = [];

/** The rules of a mutator that changes nothing. */
export const PACKET_MUTATOR_RULES: PacketMutatorRules = {
  ingress: (packet) => packet,
  egress: (transmission) => [transmission],
  lanEgress: (datagram) => [datagram],
};

/** A machine whose packets are changed by rules. */
export class PacketMutator implements Machine {
  readonly #machine: Machine;
  readonly #rules: PacketMutatorRules;
  readonly #out: Transmission[] = [];

  private constructor(machine: Machine, rules: PacketMutatorRules) {
    this.#machine = machine;
    this.#rules = rules;
  }

  /** The machine itself where no rule is replaced. */
  static around(machine: Machine, overrides: Partial<PacketMutatorRules> = {}): Machine {
    return Object.keys(overrides).length === 0
      ? machine
      : new PacketMutator(machine, { ...PACKET_MUTATOR_RULES, ...overrides });
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    const taken = port === "lan" ? packet : this.#rules.ingress(packet, from);
    if (taken !== undefined) this.#machine.receive(port, taken, now, from);
  }

  transmit(now: number): Transmission | undefined {
    while (this.#out.length === 0) {
      const next = this.#machine.transmit(now);
      if (next === undefined) return undefined;
      this.#out.push(...(next.port === "lan" ? this.#toLan(next) : this.#rules.egress(next)));
    }
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : this.#machine.deadline();
  }

  instruct(instruction: unknown, now: number) {
    this.#machine.instruct?.(instruction, now);
  }

  claims(): readonly string[] {
    return this.#machine.claims?.() ?? NONE;
  }

  #toLan({ packet }: Transmission): Transmission[] {
    return this.#rules.lanEgress(packet).map((datagram) => ({ port: "lan", packet: datagram }));
  }
}
