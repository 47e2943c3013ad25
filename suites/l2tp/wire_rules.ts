/**
 * Rules about the wire that no peer has, as no peer would choose otherwise: what is done to a packet
 * as it leaves. Mutants alone replace them.
 */
import { get16, put16 } from "../../captures/wire/octets.ts";
import { type Avp, readAvps } from "../../captures/wire/l2tp_avp.ts";
import type { Endpoint, Machine, Transmission } from "../../peers/machine.ts";

const NONE: readonly string[] = [];

/** The message type of a control message, 0 for a zero-length body, -1 for data and anything else. */
export function messageTypeOf(packet: Uint8Array): number {
  if (packet.length < 12 || (packet[0] & 0xc8) !== 0xc8) return -1;
  return packet.length < 20 ? 0 : get16(packet, 18);
}

/** The AVPs of a control message. */
export function avpsOf(packet: Uint8Array): Avp[] {
  return readAvps(packet, 12, packet.length).avps;
}

/** A copy of a packet with another 16-bit number at an offset. */
export function with16(packet: Uint8Array, at: number, value: number): Uint8Array {
  const copy = packet.slice();
  put16(copy, at, value);
  return copy;
}

/** What a mutant may do to packets. */
export const WIRE_RULES = {
  /** The packets that leave in the place of one. */
  leaves: (transmission: Transmission): Transmission[] => [transmission],
  /** The packet as it is taken in; undefined loses it. */
  enters: (packet: Uint8Array, _from?: Endpoint): Uint8Array | undefined => packet,
  /** The datagrams that go out of the tunnels, to the LAN, in the place of one. */
  goesToLan: (datagram: Uint8Array): Uint8Array[] => [datagram],
};

/** The type of these rules; a mutant is a partial one. */
export type WireRules = typeof WIRE_RULES;

/** A machine whose packets pass through rules of the wire. */
export class PacketMutator implements Machine {
  readonly #machine: Machine;
  readonly #rules: WireRules;
  readonly #out: Transmission[] = [];

  private constructor(machine: Machine, rules: WireRules) {
    this.#machine = machine;
    this.#rules = rules;
  }

  /** The machine itself where no rule is replaced. */
  static around(machine: Machine, rules: Partial<WireRules>): Machine {
    const replaced = Object.keys(WIRE_RULES).some((name) => name in rules);
    return replaced ? new PacketMutator(machine, { ...WIRE_RULES, ...rules }) : machine;
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    const taken = port === "lan" ? packet : this.#rules.enters(packet, from);
    if (taken !== undefined) this.#machine.receive(port, taken, now, from);
  }

  transmit(now: number): Transmission | undefined {
    while (this.#out.length === 0) {
      const next = this.#machine.transmit(now);
      if (next === undefined) return undefined;
      if (next.port !== "lan") this.#out.push(...this.#rules.leaves(next));
      else {for (const packet of this.#rules.goesToLan(next.packet)) {
          this.#out.push({ port: "lan", packet });
        }}
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
}
