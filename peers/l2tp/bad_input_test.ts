import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, octets } from "../../captures/_testing/format_laws.ts";
import { Pair } from "./_testing/pair.ts";
import { anyAvp, INTRODUCTION, Probe } from "./_testing/probe.ts";

const lns = (config: Record<string, unknown> = {}) => new Probe("lns", config);
const up = (config: Record<string, unknown> = {}) => lns(config).establish();

/** A clean tunnel must come up, whatever happened before. */
function stillAlive(probe: Probe): void {
  probe.ns = probe.nr = 0;
  probe.from = { address: "10.9.9.10", port: 1701 };
  assert.deepEqual(probe.say("SCCRQ", { ...INTRODUCTION, assignedTunnelId: 999 }), ["SCCRP"]);
  assert.deepEqual(probe.say("SCCCN"), ["ZLB"]);
}

Deno.test("reserved bits of the header are ignored", () => {
  for (const bit of [0x2000, 0x1000, 0x0400, 0x0080, 0x0040, 0x0020, 0x0010]) {
    assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { flags: 0xc800 | bit }), ["SCCRP"]);
  }
});

Deno.test("every version but 2 is discarded silently, L2F too", () => {
  for (let version = 0; version < 16; version++) {
    const probe = lns();
    const answer = probe.say("SCCRQ", INTRODUCTION, { version });
    assert.deepEqual(answer, version === 2 ? ["SCCRP"] : []);
    if (version !== 2) assert.equal(probe.traced("discarded")[0].reason, "version");
  }
});

Deno.test("control messages without L or S, or with O, are discarded and the tunnel lives", () => {
  for (const flags of [0x8800, 0xc000, 0xca00, 0x8000]) {
    const probe = up();
    const { ns } = probe;
    assert.deepEqual(probe.say("HELLO", {}, { flags, ns }), []);
    assert.deepEqual(probe.say("HELLO"), ["ZLB"]);
  }
});

Deno.test("an impossible Length is discarded, and what lies behind Length is ignored", () => {
  const probe = up();
  const { ns } = probe;
  for (const length of [0, 11, 21, 65_535]) {
    assert.deepEqual(probe.say("HELLO", {}, { length, ns }), []);
  }
  assert.deepEqual(probe.say("HELLO", {}, { tail: Uint8Array.of(1, 2, 3) }), ["ZLB"]);
});

Deno.test("messages on tunnel 0 or to nobody open nothing", () => {
  const probe = lns();
  for (const name of ["HELLO", "ICRQ", "SCCCN", "StopCCN", "ZLB"] as const) {
    assert.deepEqual(probe.say(name, { assignedTunnelId: 9 }, { tunnelId: 0 }), []);
    assert.deepEqual(probe.say(name, { assignedTunnelId: 9 }, { tunnelId: 4711 }), []);
  }
  assert.equal(probe.machine.tunnels.byId.size, 0);
  assert.deepEqual(probe.say("SCCRP", INTRODUCTION, { tunnelId: 4711 }), ["StopCCN 2/1"]);
});

Deno.test("an unknown AVP is passed over without M, and ends the tunnel with it", () => {
  const optional = anyAvp(1000, [1, 2], { mandatory: false });
  const mandatory = anyAvp(1000, [1, 2]);
  const probe = lns();
  assert.deepEqual(probe.say("SCCRQ", INTRODUCTION, { extraAvps: [optional] }), ["SCCRP"]);
  assert.deepEqual(probe.say("SCCCN", {}, { extraAvps: [optional] }), ["ZLB"]);
  const heard = probe.send("HELLO", {}, { extraAvps: [mandatory] });
  const stop = heard.find(({ label }) => label.startsWith("StopCCN"))!;
  const { result, error, message } = stop.message.values.resultCode!;
  assert.deepEqual([result, error], [2, 8]);
  assert.match(new TextDecoder().decode(message), /1000/);
  stillAlive(probe);
});

Deno.test("an unknown AVP with M in a call's message ends that call only", () => {
  const probe = up().call(5);
  const extraAvps = [anyAvp(1000, [])];
  const icrq = { assignedSessionId: 6, callSerialNumber: 2 };
  assert.deepEqual(probe.say("ICRQ", icrq, { extraAvps }), ["CDN 2/8"]);
  const [tunnel] = probe.machine.tunnels.byId.values();
  assert.equal(tunnel.sessions.size, 1);
});

Deno.test("another vendor's AVP and one with a reserved bit are unknown, whatever their number", () => {
  for (const strange of [{ vendor: 3561 }, { reserved: 1 }]) {
    const version = anyAvp(2, [9, 9], { ...strange, mandatory: false });
    assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { extraAvps: [version] }), ["SCCRP"]);
    const strict = anyAvp(2, [1, 0], strange);
    assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { extraAvps: [strict] }), ["StopCCN 2/8"]);
  }
});

Deno.test("AVP lengths 0 and 5, and beyond the end, are wrong, and lead to no loop", () => {
  for (const length of [0, 5, 1023]) {
    const mandatory = anyAvp(8, [], { length });
    assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { extraAvps: [mandatory] }), ["StopCCN 2/2"]);
    const optional = anyAvp(8, [], { length, mandatory: false });
    assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { extraAvps: [optional] }), ["SCCRP"]);
  }
});

Deno.test("a malformed optional AVP is passed over, a malformed mandatory one is not", () => {
  const speed = anyAvp(38, [0, 1], { mandatory: false });
  const probe = up();
  probe.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
  const { sessionId } = probe;
  const iccn = { txConnectSpeed: 1, framingType: 1 };
  assert.deepEqual(probe.say("ICCN", iccn, { extraAvps: [speed], sessionId }).slice(0, 1), ["ZLB"]);
  assert.equal(probe.traced("session_up").length, 1);
  const { assignedTunnelId: _, ...rest } = INTRODUCTION;
  const cut = anyAvp(9, [1]);
  assert.deepEqual(lns().say("SCCRQ", rest, { extraAvps: [cut] }), ["StopCCN 2/2"]);
});

Deno.test("identifiers and windows of zero, and a host without name, are refused", () => {
  const refused = [
    { assignedTunnelId: 0 },
    { receiveWindowSize: 0 },
    { hostName: new Uint8Array() },
  ];
  for (const values of refused) {
    const [answer] = lns().say("SCCRQ", { ...INTRODUCTION, ...values });
    assert.match(answer, /^StopCCN 2\/[23]$/);
  }
  const icrq = { assignedSessionId: 0, callSerialNumber: 1 };
  assert.deepEqual(up().say("ICRQ", icrq), ["CDN 2/3"]);
});

Deno.test("every AVP that a message must have is missed", () => {
  for (const missing of Object.keys(INTRODUCTION)) {
    const { [missing]: _, ...rest } = INTRODUCTION as Record<string, unknown>;
    assert.deepEqual(lns().say("SCCRQ", rest), ["StopCCN 2/3"], missing);
  }
  assert.deepEqual(up().say("ICRQ", { assignedSessionId: 5 }), ["CDN 2/3"]);
  assert.deepEqual(up().say("ICRQ", { callSerialNumber: 5 }), ["CDN 2/3"]);
});

Deno.test("the order of AVPs behind the Message Type is free, and before it nothing may stand", () => {
  const shuffled = ([type, ...rest]: ReturnType<typeof anyAvp>[]) => [type, ...rest.reverse()];
  assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { avps: shuffled }), ["SCCRP"]);
  const late = ([type, first, ...rest]: ReturnType<typeof anyAvp>[]) => [first, type, ...rest];
  assert.deepEqual(lns().say("SCCRQ", INTRODUCTION, { avps: late }), []);
  assert.deepEqual(up().say("SCCCN", INTRODUCTION, { avps: late }), ["StopCCN 2/3"]);
});

Deno.test("an unknown message is passed over without M and clears the tunnel with it", () => {
  const type = (mandatory: boolean) => () => [anyAvp(0, [0, 99], { mandatory })];
  const probe = up();
  assert.deepEqual(probe.say("HELLO", {}, { avps: type(false) }), ["ZLB"]);
  assert.deepEqual(probe.say("HELLO", {}, { avps: type(true) }), ["StopCCN 2/3"]);
  stillAlive(probe);
});

Deno.test("messages out of order clear the control connection with StopCCN 7", () => {
  for (const name of ["SCCRQ", "SCCRP", "SCCCN"] as const) {
    const probe = up();
    const { tunnelId } = probe;
    assert.deepEqual(probe.say(name, INTRODUCTION, { tunnelId }), ["StopCCN 7/0"], name);
  }
  const half = lns();
  half.say("SCCRQ", INTRODUCTION);
  assert.deepEqual(half.say("SCCRP", INTRODUCTION), ["StopCCN 7/0"]);
  const early = lns();
  early.say("SCCRQ", INTRODUCTION);
  assert.deepEqual(early.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 }), [
    "StopCCN 7/0",
  ]);
  const lac = new Probe("lac");
  lac.tunnelId = lac.hear()[0].message.values.assignedTunnelId!;
  assert.deepEqual(lac.say("SCCCN"), ["StopCCN 7/0"]);
});

Deno.test("another protocol version is refused with 5 and the version that is supported", () => {
  const protocolVersion = { version: 2, revision: 0 };
  const answer = lns().say("SCCRQ", { ...INTRODUCTION, protocolVersion });
  assert.deepEqual(answer, ["StopCCN 5/256"]);
  const lac = new Probe("lac");
  lac.tunnelId = lac.hear()[0].message.values.assignedTunnelId!;
  const older = { ...INTRODUCTION, protocolVersion: { version: 0, revision: 9 } };
  assert.deepEqual(lac.say("SCCRP", older), ["StopCCN 5/256"]);
});

Deno.test("a flood of SCCRQ fills a bounded number of half-open tunnels, and passes", () => {
  const probe = lns({ halfOpenLimit: 20 });
  for (let i = 1; i <= 500; i++) {
    const from = { address: `10.8.${i >> 8}.${i & 255}`, port: 1701 };
    probe.send("SCCRQ", { ...INTRODUCTION, assignedTunnelId: i }, { from, ns: 0, nr: 0 });
  }
  assert.equal(probe.machine.tunnels.byId.size, 20);
  probe.hear(probe.now + 70_000);
  assert.equal(probe.machine.tunnels.byId.size, 0);
  assert.equal(probe.machine.deadline(), Infinity);
  stillAlive(probe);
});

Deno.test("in a flood the oldest half-open tunnels are forgotten, where that is configured", () => {
  const probe = lns({ halfOpenLimit: 20, halfOpenFull: "forget_oldest" });
  for (let i = 1; i <= 500; i++) {
    const from = { address: `10.8.${i >> 8}.${i & 255}`, port: 1701 };
    probe.send("SCCRQ", { ...INTRODUCTION, assignedTunnelId: i }, { from, ns: 0, nr: 0 });
  }
  assert.equal(probe.machine.tunnels.byId.size, 20);
  assert.equal(probe.machine.tunnels.begun.size, 20);
  stillAlive(probe);
  probe.hear(probe.now + 70_000);
  assert.equal(probe.machine.tunnels.halfOpen.size, 0);
});

Deno.test("tunnels and calls that are acknowledged and never finished end in time", () => {
  const half = lns();
  half.say("SCCRQ", INTRODUCTION);
  half.say("ZLB");
  assert.deepEqual(half.names(half.now + 60_001), ["StopCCN 1/0"]);
  const call = up();
  call.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
  call.say("ZLB");
  assert.deepEqual(call.names(call.now + 60_001).at(-1), "CDN 10");
});

Deno.test("an SCCRQ that is not its sender's first message leaves nothing behind", () => {
  const probe = lns();
  assert.deepEqual(probe.say("SCCRQ", INTRODUCTION, { ns: 3 }), []);
  assert.equal(probe.machine.tunnels.byId.size, 0);
  assert.equal(probe.machine.tunnels.begun.size, 0);
  assert.equal(probe.machine.deadline(), Infinity);
});

Deno.test("a tunnel's messages from another address or port are not taken", () => {
  const probe = up();
  for (const from of [{ address: "10.9.9.9", port: 1702 }, { address: "10.9.9.8", port: 1701 }]) {
    assert.deepEqual(probe.say("HELLO", {}, { from, ns: probe.ns }), []);
  }
  assert.deepEqual(probe.say("HELLO"), ["ZLB"]);
});

Deno.test("no damaged message of a real conversation makes either end throw or loop", () => {
  const secret = { secret: "plumbline", hide: "all" };
  const { log } = new Pair(secret, secret).run();
  const damage = fc.array(fc.tuple(fc.nat(log.length - 1), fc.nat(200), bits(8)), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(damage, (damages) => {
      const pair = new Pair(secret, secret).run();
      for (const [index, at, value] of damages) {
        // The same seed gives both conversations the same identifiers.
        const { packet, from, to } = log[index];
        const copy = packet.slice();
        copy[at % copy.length] = value;
        pair.deliver(copy, from, to);
        pair.deliver(copy.subarray(0, value), from, to);
      }
      pair.run(pair.now + 100);
    }),
    { numRuns: 60 },
  );
});

Deno.test("no octets make an LNS or a LAC throw, loop or lose a tunnel that it has", () => {
  const message = fc.tuple(
    fc.constantFrom(0xc802, 0x0002, 0x4802, 0xca02, 0xc801, 0x4302),
    fc.boolean(),
    octets(0, 60),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
      const probe = up().call();
      for (const [word, ours, rest] of messages) {
        const packet = Uint8Array.of(word >> 8, word, 0, rest.length + 4, ...rest);
        if (ours && packet.length > 6) packet.set([probe.tunnelId >> 8, probe.tunnelId], 4);
        probe.raw(packet);
      }
      probe.hear(probe.now + 100);
      assert.ok(probe.machine.tunnels.byId.size <= 21);
      stillAlive(probe);
    }),
    { numRuns: 60 },
  );
});
