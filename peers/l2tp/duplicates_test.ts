/** UDP may deliver a datagram more than once: whatever a peer gets twice, the conversation settles. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Pair, PING, PONG } from "./_testing/pair.ts";

const METHODS = ["none", "pap", "chap"] as const;
/** Packets that a pair needs at most until a call has come up, several times over. */
const ENOUGH = 500;

/** A pair whose call asks for everything that PPP negotiates. */
function pairWith(authentication: typeof METHODS[number]): Pair {
  return new Pair(
    { ppp: { name: "alice", password: "secret", ipv6: true } },
    {
      users: [{ name: "alice", password: "secret" }],
      ppp: { authentication, address: "10.255.0.1", ipv6: true },
    },
  );
}

/** Lets a call come up and an echo pass both ways, and counts what it takes. */
function settles(pair: Pair): void {
  pair.run(5000);
  for (const side of [pair.lac, pair.lns]) {
    assert.equal(pair.traced(side, "ppp_up").length, 2);
    assert.deepEqual(pair.traced(side, "ppp_down"), []);
    assert.deepEqual(pair.traced(side, "session_down"), []);
  }
  pair.lac.machine.receive("lan", PING, pair.now);
  pair.lns.machine.receive("lan", PONG, pair.now);
  pair.run(pair.now + 5000);
  assert.ok(pair.lns.lan.length > 0 && pair.lns.lan.every((d) => d.toHex() === PING.toHex()));
  assert.ok(pair.lac.lan.length > 0 && pair.lac.lan.every((d) => d.toHex() === PONG.toHex()));
  assert.ok(pair.log.length < ENOUGH, `${pair.log.length} packets`);
}

/** What a wire makes of each packet; it ends a storm, as memory would otherwise. */
function copying(pair: Pair, delays: (index: number) => readonly number[]): void {
  pair.wire = ({ index }) => index < ENOUGH ? delays(index) : [];
}

Deno.test("when every datagram comes twice a call comes up once, and carries data", () => {
  for (const authentication of METHODS) {
    for (const delays of [[1, 1], [1, 40], [5, 1], [1, 700], [1, 1, 1, 1]]) {
      const pair = pairWith(authentication);
      copying(pair, () => delays);
      settles(pair);
    }
  }
});

Deno.test("when copies come at any time the call comes up all the same", () => {
  const copies = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 0, maxLength: 2 });
  const script = fc.array(copies, { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(fc.constantFrom(...METHODS), script, (authentication, late) => {
      const pair = pairWith(authentication);
      copying(pair, (index) => [1, ...late[index % late.length]]);
      settles(pair);
    }),
    { numRuns: 50 },
  );
});
