import assert from "node:assert/strict";
import type { Machine, Transmission } from "../peers/machine.ts";
import type { RuleOverrides } from "../peers/rule_overrides.ts";
import { PACKET_MUTATOR_RULES, PacketMutator } from "../peers/testing/packet_mutator.ts";
import { testSuite } from "../suites/_testing/test_suite.ts";
import type { Suite } from "../suites/kit/suite.ts";
import { isObservable, RuleUse } from "./rule_use.ts";

const ECHO_RULES = { answers: (packet: Uint8Array) => packet, never: () => 0, limit: 3 };

/** Sends back what it gets, by a rule of its own. */
class Echo implements Machine {
  readonly #out: Transmission[] = [];

  constructor(readonly rules: typeof ECHO_RULES) {}

  receive(port: string, packet: Uint8Array) {
    this.#out.push({ port, packet: this.rules.answers(packet) });
  }

  transmit(): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return Infinity;
  }
}

const SUITE: Suite = {
  ...testSuite(),
  machines: { echo: ECHO_RULES, wire: PACKET_MUTATOR_RULES },
  peer: (_role, _config, _environment, { echo, wire }: RuleOverrides) =>
    PacketMutator.around(new Echo({ ...ECHO_RULES, ...echo }), wire),
};

const ENVIRONMENT = { random: () => 0, trace: () => {} };

/** What a peer of a role asks that gets two packets. */
function used(role = "device", overrides: RuleOverrides = {}): RuleUse {
  const use = new RuleUse(SUITE, "device");
  const peer = use.watched().peer(role, {}, ENVIRONMENT, overrides);
  for (const octet of [1, 2]) {
    peer.receive("wan", Uint8Array.of(octet), 0);
    assert.deepEqual(peer.transmit(0)?.packet, Uint8Array.of(octet), "it does what it did");
  }
  return use;
}

Deno.test("a rule that was not asked makes no difference, and one that was asked may", () => {
  const use = used();
  assert.ok(use.isIndifferentTo({ echo: { never: () => 1 } }));
  assert.ok(!use.isIndifferentTo({ echo: { answers: (packet: Uint8Array) => packet } }));
  assert.ok(!use.isIndifferentTo({ echo: { limit: 4 } }), "nobody sees a value being asked for");
  assert.ok(!use.isIndifferentTo({ other: { never: () => 1 } }), "nor a machine that is unknown");
  assert.ok(used("another role").isIndifferentTo({ echo: { answers: () => new Uint8Array(0) } }));
});

Deno.test("it pays to watch rules that can be asked, and that not every scenario asks for", () => {
  const use = used(), answers = (packet: Uint8Array) => packet, egress = (t: Transmission) => [t];
  assert.ok(use.asksFor({ echo: { answers, never: () => 1 } }));
  assert.ok(!use.asksFor({ echo: { never: () => 1 }, wire: { egress } }));
  assert.ok(isObservable(SUITE, { echo: { answers }, wire: { egress } }));
  assert.ok(!isObservable(SUITE, { echo: { answers, limit: 4 } }));
  assert.ok(!isObservable(SUITE, { other: { answers } }));
  assert.ok(!isObservable({ ...SUITE, machines: undefined }, { wire: { egress } }));
});

Deno.test("packet rules make no difference that give back every packet as it was", () => {
  const use = used();
  const changing = (octet: number) => (transmission: Transmission) => [{
    ...transmission,
    packet: transmission.packet.map((each) => each === octet ? 9 : each),
  }];
  assert.ok(use.isIndifferentTo({ wire: { egress: changing(3) } }));
  assert.ok(!use.isIndifferentTo({ wire: { egress: changing(2) } }));
  assert.ok(!use.isIndifferentTo({ wire: { egress: () => [] } }));
  assert.ok(
    !use.isIndifferentTo({
      wire: { egress: (t: Transmission) => [{ ...t, checksum: false }] },
    }),
  );
  assert.ok(!use.isIndifferentTo({ wire: { ingress: () => undefined } }));
});

Deno.test("packet rules that remember see packets in the order in which they passed", () => {
  let last = 0;
  const falls = (packet: Uint8Array) => {
    const isFalling = packet[0] < last;
    last = packet[0];
    return isFalling ? undefined : packet;
  };
  assert.ok(used().isIndifferentTo({ wire: { ingress: falls } }));
});

Deno.test("where the stimulus side changes packets itself, every packet rule may make a difference", () => {
  const use = used("device", { wire: { ingress: (packet: Uint8Array) => packet } });
  assert.ok(!use.isIndifferentTo({ wire: { egress: (t: Transmission) => [t] } }));
});
