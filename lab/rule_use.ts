/**
 * Which rules of a peer a scenario asks for at all. A variant whose rules nobody asks for, or whose
 * rules for packets leave all that pass as they are, does in that scenario exactly what the reference
 * does: it need not be played there again.
 */
import type { Endpoint, Transmission } from "../peers/machine.ts";
import type { PacketMutatorRules, RuleOverrides } from "../peers/rule_overrides.ts";
import { PACKET_MUTATOR_RULES } from "../peers/testing/packet_mutator.ts";
import type { Suite } from "../suites/kit/suite.ts";

/** The machine that stands in front of the others, and whose rules are about single packets. */
const WIRE = "wire";
/** Octets of packets that are kept of a scenario at most: with more, every packet rule is taken to matter. */
const MOST = 1 << 19;

/** A packet that came to the packet mutator of a peer. */
type Passage =
  | { rule: "ingress"; packet: Uint8Array; from?: Endpoint }
  | { rule: "egress"; packet: Uint8Array; transmission: Transmission }
  | { rule: "lanEgress"; packet: Uint8Array };

/** What the peers of one role ask of their rules while a scenario runs. */
export class RuleUse {
  /** `machine.rule` of each that was asked. */
  readonly #asked = new Set<string>();
  readonly #passages: Passage[] = [];
  #octets = 0;
  /** Whether all packets were kept that passed. */
  #isWhole = true;

  /** @param role Whose rules are watched. */
  constructor(readonly suite: Suite, readonly role: string) {}

  /** The suite with peers of the role that tell what they ask. */
  watched(): Suite {
    const { suite } = this;
    return {
      ...suite,
      peer: (role, config, environment, overrides) =>
        suite.peer(
          role,
          config,
          environment,
          role === this.role ? this.#watch(overrides) : overrides,
        ),
    };
  }

  /** Whether rules that replace those of the role cannot make any difference to what was played. */
  isIndifferentTo(rules: RuleOverrides): boolean {
    const { machines = {} } = this.suite;
    return Object.entries(rules).every(([machine, replaced = {}]) =>
      machine === WIRE
        ? this.#passUnchanged(replaced)
        : Object.keys(replaced).every((rule) =>
          isAskable(machines[machine], rule) && !this.#asked.has(`${machine}.${rule}`)
        )
    );
  }

  /** Whether any of these rules was asked, packets left aside. */
  asksFor(rules: RuleOverrides): boolean {
    return Object.entries(rules).some(([machine, replaced = {}]) =>
      machine !== WIRE &&
      Object.keys(replaced).some((rule) => this.#asked.has(`${machine}.${rule}`))
    );
  }

  /** All rules of a peer, each of which notes that it was asked. */
  #watch(overrides: RuleOverrides): RuleOverrides {
    const watched: Record<string, Record<string, unknown>> = {};
    for (const [machine, rules] of Object.entries(this.suite.machines ?? {})) {
      if (machine === WIRE) continue;
      const all: Record<string, unknown> = { ...rules, ...overrides[machine] };
      watched[machine] = all;
      for (const [name, rule] of Object.entries(all)) {
        if (typeof rule !== "function") continue;
        const asked = this.#asked, key = `${machine}.${name}`;
        all[name] = function (this: unknown, ...values: unknown[]) {
          asked.add(key);
          return Reflect.apply(rule, this, values);
        };
      }
    }
    // A fault of the stimulus side that changes packets already would hide what a variant does.
    if (overrides[WIRE] !== undefined) this.#isWhole = false;
    return { ...overrides, ...watched, [WIRE]: overrides[WIRE] ?? this.#recorder() };
  }

  /** Packet rules that change nothing and keep what they were given. */
  #recorder(): PacketMutatorRules {
    return {
      ingress: (packet, from) => {
        this.#keep(packet, (copy) => ({ rule: "ingress", packet: copy, from }));
        return packet;
      },
      egress: (transmission) => {
        this.#keep(
          transmission.packet,
          (copy) => ({ rule: "egress", packet: copy, transmission }),
        );
        return [transmission];
      },
      lanEgress: (packet) => {
        this.#keep(packet, (copy) => ({ rule: "lanEgress", packet: copy }));
        return [packet];
      },
    };
  }

  #keep(packet: Uint8Array, passage: (copy: Uint8Array) => Passage): void {
    this.#octets += packet.length;
    if (this.#octets > MOST) {
      this.#isWhole = false;
      this.#passages.length = 0;
    }
    if (this.#isWhole) this.#passages.push(passage(packet.slice()));
  }

  /**
   * Whether packet rules give back every packet as it was. They may remember what they saw: they see
   * the packets in the order in which they passed.
   */
  #passUnchanged(replaced: Partial<PacketMutatorRules>): boolean {
    const rules = { ...PACKET_MUTATOR_RULES, ...replaced };
    return this.#isWhole && this.#passages.every((passage) => {
      const { packet } = passage, copy = packet.slice();
      switch (passage.rule) {
        case "ingress":
          return isSame(rules.ingress(copy, passage.from), packet);
        case "lanEgress": {
          const [first, ...others] = rules.lanEgress(copy);
          return others.length === 0 && isSame(first, packet);
        }
        case "egress": {
          const given = { ...passage.transmission, packet: copy };
          const [first, ...others] = rules.egress(given);
          return others.length === 0 && first !== undefined && isSame(first.packet, packet) &&
            (first === given || isSentAlike(first, passage.transmission));
        }
      }
    });
  }
}

/** Whether a suite says enough of its machines that rules could be found to make no difference. */
export function isObservable({ machines }: Suite, rules: RuleOverrides): boolean {
  return machines !== undefined &&
    Object.entries(rules).every(([machine, replaced = {}]) =>
      machine === WIRE || Object.keys(replaced).every((rule) => isAskable(machines[machine], rule))
    );
}

/** Whether a machine has a rule of that name that can be seen to be asked: a mere value cannot. */
function isAskable(rules: object | undefined, name: string): boolean {
  return rules !== undefined && typeof (rules as Record<string, unknown>)[name] === "function";
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  if (one?.length !== other.length) return false;
  for (let i = 0; i < other.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** Whether two transmissions are alike in all but their octets. */
function isSentAlike(one: Transmission, other: Transmission): boolean {
  const { packet: _, to, ...rest } = one, { packet: __, to: otherTo, ...otherRest } = other;
  return JSON.stringify([to?.address, to?.port, sorted(rest)]) ===
    JSON.stringify([otherTo?.address, otherTo?.port, sorted(otherRest)]);
}

const sorted = (record: object) => Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1);
