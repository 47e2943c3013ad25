import assert from "node:assert/strict";
import type { Machine, Transmission } from "../machine.ts";
import type { PacketMutatorRules } from "../rule_overrides.ts";
import { PacketMutator } from "./packet_mutator.ts";

const TO = { address: "10.0.0.2", port: 1701 };

/** A machine that sends what it received, to the LAN what came from there. */
class Echo implements Machine {
  readonly #out: Transmission[] = [];

  receive(port: string, packet: Uint8Array) {
    this.#out.push(port === "lan" ? { port, packet } : { port, packet, to: TO });
  }

  transmit(): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : Infinity;
  }
}

/** What comes back for one packet on a port. */
function echoed(overrides: Partial<PacketMutatorRules>, port: string): number[][] {
  const machine = PacketMutator.around(new Echo(), overrides);
  machine.receive(port, Uint8Array.of(1), 0, TO);
  const out: number[][] = [];
  for (let t = machine.transmit(0); t !== undefined; t = machine.transmit(0)) {
    out.push([...t.packet]);
  }
  assert.equal(machine.deadline(), Infinity);
  return out;
}

Deno.test("without a replaced rule there is nothing in front of the machine", () => {
  const machine = new Echo();
  assert.equal(PacketMutator.around(machine, {}), machine);
  assert.equal(PacketMutator.around(machine), machine);
});

Deno.test("ingress changes or loses what comes from outside, and leaves the LAN alone", () => {
  assert.deepEqual(echoed({ ingress: () => Uint8Array.of(2) }, "wan0"), [[2]]);
  assert.deepEqual(echoed({ ingress: () => undefined }, "wan0"), []);
  assert.deepEqual(echoed({ ingress: () => undefined }, "lan"), [[1]]);
});

Deno.test("egress and lanEgress each put any number of packets in the place of one", () => {
  const twice = (t: Transmission) => [t, { ...t, packet: Uint8Array.of(3) }];
  assert.deepEqual(echoed({ egress: twice }, "wan0"), [[1], [3]]);
  assert.deepEqual(echoed({ egress: twice }, "lan"), [[1]]);
  assert.deepEqual(echoed({ lanEgress: () => [Uint8Array.of(4)] }, "lan"), [[4]]);
  assert.deepEqual(echoed({ lanEgress: () => [] }, "lan"), []);
});
