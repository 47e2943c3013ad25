import assert from "node:assert/strict";
import type { Endpoint } from "../machine.ts";
import { Pair } from "./_testing/pair.ts";
import { INTRODUCTION, Probe } from "./_testing/probe.ts";

const tie = (digits: string) => digits.repeat(16);

/** Both ends dial at once. */
function collide(lac: string, lns: string): Pair {
  const pair = new Pair({ tieBreaker: lac }, { tieBreaker: lns });
  pair.lns.machine.instruct({ kind: "dial", name: "out" }, 0);
  pair.run(20_000);
  return pair;
}

Deno.test("of two SCCRQ that cross, the one with the lower tie breaker wins, silently", () => {
  for (const [lac, lns, initiator] of [["1", "2", "lac"], ["2", "1", "lns"]]) {
    const pair = collide(tie(lac), tie(lns));
    const ups = pair.traced(pair.lac, "control_connection_up");
    assert.equal(ups.length, 1);
    assert.equal(ups[0].role, initiator === "lac" ? "initiator" : "responder");
    const said = [...pair.said(pair.lac), ...pair.said(pair.lns)];
    assert.ok(!said.some((label) => label.startsWith("StopCCN")));
    assert.equal(pair.lac.machine.tunnels.byId.size, 1);
    assert.equal(pair.lns.machine.tunnels.byId.size, 1);
  }
});

Deno.test("what the loser wanted goes into the winner's tunnel", () => {
  const pair = collide(tie("2"), tie("1"));
  assert.equal(pair.traced(pair.lac, "session_up").length, 2);
});

Deno.test("any tie breaker wins over none, and equal ones lose both", () => {
  const pair = collide("none", tie("f"));
  assert.equal(pair.traced(pair.lac, "control_connection_up")[0].role, "responder");
  const equal = collide(tie("7"), tie("7"));
  assert.equal(equal.traced(equal.lac, "control_connection_up").length, 0);
  assert.equal(equal.lns.machine.tunnels.byId.size, 0);
});

Deno.test("without tie breakers two tunnels come up", () => {
  const pair = collide("none", "none");
  assert.equal(pair.traced(pair.lac, "control_connection_up").length, 2);
});

Deno.test("a repeated SCCRQ gets no second tunnel, and another port gets one", () => {
  const probe = new Probe("lns");
  const [first] = probe.send("SCCRQ", INTRODUCTION);
  assert.deepEqual(probe.say("SCCRQ", INTRODUCTION, { ns: 0, nr: 0 }), ["ZLB"]);
  assert.equal(probe.machine.tunnels.byId.size, 1);
  const from = { address: probe.from.address, port: 40_000 };
  const [second] = probe.send("SCCRQ", INTRODUCTION, { from, ns: 0, nr: 0 });
  assert.equal(probe.machine.tunnels.byId.size, 2);
  assert.deepEqual(second.to, from);
  const id = (heard: typeof first) => heard.message.values.assignedTunnelId;
  assert.notEqual(id(first), id(second));
});

Deno.test("a StopCCN on tunnel 0 finds its tunnel by the Assigned Tunnel ID", () => {
  const probe = new Probe("lns");
  probe.say("SCCRQ", INTRODUCTION);
  const values = { assignedTunnelId: 77, resultCode: { result: 6 } };
  assert.deepEqual(probe.say("StopCCN", values, { tunnelId: 0 }), ["ZLB"]);
  assert.equal(probe.traced("stop_ccn")[0].result, 6);
});

Deno.test("the responder's window is kept to, and four is assumed when it says nothing", () => {
  for (const [receiveWindowSize, most] of [[1, 1], [2, 2], [undefined, 4], [8, 8]]) {
    const probe = new Probe("lns").establish({ receiveWindowSize });
    // Warm up, so that slow start is no limit.
    for (let i = 0; i < 30; i++) {
      probe.machine.instruct({ kind: "hello" }, probe.now);
      probe.hear();
      probe.say("ZLB");
    }
    for (let i = 0; i < 20; i++) probe.machine.instruct({ kind: "hello" }, probe.now);
    assert.equal(probe.hear().length, most);
  }
});

Deno.test("every result code of StopCCN and CDN ends what it should, in every length", () => {
  const message = new TextEncoder().encode("why not");
  for (const result of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99]) {
    for (const code of [{ result }, { result, error: 3 }, { result, error: 3, message }]) {
      const call = new Probe("lns").establish().call();
      const cdn = { resultCode: code, assignedSessionId: 5 };
      const { sessionId } = call;
      call.hear();
      assert.deepEqual(call.say("CDN", cdn, { sessionId }), ["ZLB"]);
      assert.equal(call.traced("session_down").length, 1);
      assert.deepEqual(call.say("StopCCN", { assignedTunnelId: 77, resultCode: code }), ["ZLB"]);
      assert.equal(call.traced("stop_ccn")[0].result, result);
    }
  }
});

Deno.test("a CDN before the ICRP arrived finds its call by the Assigned Session ID", () => {
  const probe = new Probe("lns").establish();
  probe.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
  probe.say("CDN", { resultCode: { result: 1 }, assignedSessionId: 5 });
  const [tunnel] = probe.machine.tunnels.byId.values();
  assert.equal(tunnel.sessions.size, 0);
});

Deno.test("messages out of order end a call with a CDN, as the tables say", () => {
  const icrq = { assignedSessionId: 5, callSerialNumber: 1 };
  const twice = new Probe("lns").establish();
  twice.say("ICRQ", icrq);
  assert.deepEqual(twice.say("ICRQ", icrq), ["CDN 2/5"]);
  const again = new Probe("lns").establish().call();
  const { sessionId } = again;
  again.hear();
  const iccn = { txConnectSpeed: 1, framingType: 1 };
  assert.deepEqual(again.say("ICCN", iccn, { sessionId }), ["CDN 2/5"]);
  const idle = new Probe("lns").establish();
  assert.deepEqual(idle.say("ICRP", { assignedSessionId: 5 }, { sessionId: 9 }), ["CDN 2/5"]);
  assert.deepEqual(idle.say("ICCN", iccn, { sessionId: 9 }), ["ZLB"]);
  const ocrq = {
    ...icrq,
    minimumBps: 0,
    maximumBps: 1,
    bearerType: 1,
    framingType: 1,
    calledNumber: new Uint8Array(),
  };
  assert.deepEqual(idle.say("OCRQ", ocrq), ["CDN 5"]);
});

Deno.test("a call beyond the limit is refused, and framing that was not offered", () => {
  const full = new Probe("lns", { sessionLimit: 1 }).establish().call();
  assert.deepEqual(full.say("ICRQ", { assignedSessionId: 6, callSerialNumber: 2 }), ["CDN 4"]);
  const probe = new Probe("lns", { framingCapabilities: 1 }).establish();
  probe.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
  const { sessionId } = probe;
  const iccn = { txConnectSpeed: 1, framingType: 2 };
  assert.deepEqual(probe.say("ICCN", iccn, { sessionId }), ["CDN 2/3"]);
});

/** A LAC that was answered from elsewhere; where its SCCCN went, and what it takes later. */
function answeredFrom(follow: string, from: Endpoint) {
  const probe = new Probe("lac", { follow });
  probe.tunnelId = probe.hear()[0].message.values.assignedTunnelId!;
  const heard = probe.send("SCCRP", INTRODUCTION, { from });
  return { to: heard.find(({ label }) => label.startsWith("SCCCN"))?.to, probe };
}

Deno.test("a LAC follows an SCCRP's source, or stays, or is strict, as configured", () => {
  const dialled = { address: "10.9.9.9", port: 1701 };
  const port = { address: "10.9.9.9", port: 5555 };
  const address = { address: "10.7.7.7", port: 1701 };
  assert.deepEqual(answeredFrom("follow", port).to, port);
  assert.deepEqual(answeredFrom("follow", address).to, address);
  assert.deepEqual(answeredFrom("accept", address).to, dialled);
  assert.deepEqual(answeredFrom("strict", port).to, port);
  assert.equal(answeredFrom("strict", address).to, undefined);
  const { probe } = answeredFrom("follow", address);
  assert.deepEqual(probe.say("HELLO", {}, { from: dialled, ns: 1 }), []);
  assert.deepEqual(probe.say("HELLO", {}, { from: address, ns: 1 }).slice(0, 1), ["ZLB"]);
});

Deno.test("an SCCRP from elsewhere is refused when it does not know the secret", () => {
  const probe = new Probe("lac", { secret: "plumbline" });
  probe.tunnelId = probe.hear()[0].message.values.assignedTunnelId!;
  const from = { address: "10.7.7.7", port: 1701 };
  assert.deepEqual(probe.say("SCCRP", INTRODUCTION, { from }), ["StopCCN 4"]);
});

Deno.test("a LAC tries the next address when the peer says so, or does not answer", () => {
  const peers = [{ name: "p", address: "10.9.9.9", alternates: [{ address: "10.9.9.7" }] }];
  for (const redirected of [true, false]) {
    const probe = new Probe("lac", { peers, redial: 1000 });
    const [sccrq] = probe.hear();
    assert.equal(sccrq.to.address, "10.9.9.9");
    probe.tunnelId = sccrq.message.values.assignedTunnelId!;
    const resultCode = { result: 2, error: 7 };
    if (redirected) probe.say("StopCCN", { assignedTunnelId: 77, resultCode });
    const later = probe.hear(probe.now + 33_000);
    assert.ok(later.some(({ to, label }) => to.address === "10.9.9.7" && /^SCCRQ/.test(label)));
  }
});

Deno.test("an LNS can answer from a port of its own", () => {
  const wan = [{ port: "wan0", address: "10.4.0.1" }, { port: "wan1", address: "198.51.100.1" }];
  const probe = new Probe("lns", { wan, reply: "wan1" });
  probe.machine.receive("wan0", new Uint8Array(0), 0, probe.from);
  const ports: string[] = [];
  const pair = new Probe("lns", { wan, reply: "wan1" });
  const transmit = pair.machine.transmit.bind(pair.machine);
  pair.machine.transmit = (now) => {
    const t = transmit(now);
    if (t !== undefined) ports.push(t.port);
    return t;
  };
  pair.establish();
  assert.deepEqual([...new Set(ports)], ["wan1"]);
});

Deno.test("shutting down tells every peer why", () => {
  const probe = new Probe("lns").establish();
  probe.machine.instruct({ kind: "shutdown" }, probe.now);
  assert.deepEqual(probe.names(), ["StopCCN 6"]);
  const from = { address: "10.9.9.8", port: 1701 };
  assert.deepEqual(probe.say("SCCRQ", INTRODUCTION, { from, ns: 0 }), ["StopCCN 6"]);
});

Deno.test("instructions that make no sense are refused with a reason", () => {
  const probe = new Probe("lns");
  assert.throws(() => probe.machine.instruct({ kind: "dance" }, 0), TypeError);
  assert.throws(() => probe.machine.instruct({ kind: "hello" }, 0), RangeError);
  assert.throws(() => new Probe("lns", { hello: -1 }), /Cannot configure an LNS/);
});
