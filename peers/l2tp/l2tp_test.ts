import assert from "node:assert/strict";
import { icmpEcho } from "../../captures/wire/build.ts";
import { Pair, PING, PONG } from "./_testing/pair.ts";

/** Sends an echo through the call and its answer back. */
function echoPasses(pair: Pair): void {
  const { lac, lns } = pair;
  lac.machine.receive("lan", PING, pair.now);
  pair.run(pair.now + 100);
  assert.deepEqual(lns.lan.at(-1), PING);
  lns.machine.receive("lan", PONG, pair.now);
  pair.run(pair.now + 100);
  assert.deepEqual(lac.lan.at(-1), PONG);
}

Deno.test("a call comes up in the order of RFC 2661 Appendix B, and an echo passes", () => {
  const pair = new Pair().run();
  assert.deepEqual(pair.said(pair.lac).slice(0, 4), [
    "SCCRQ 0/0",
    "SCCCN 1/1",
    "ICRQ 2/1",
    "ICCN 3/2",
  ]);
  assert.deepEqual(pair.said(pair.lns).slice(0, 4), [
    "SCCRP 0/1",
    "ZLB 1/2",
    "ICRP 1/3",
    "ZLB 2/4",
  ]);
  assert.equal(pair.traced(pair.lac, "established").length, 1);
  assert.equal(pair.traced(pair.lns, "session_up").length, 1);
  assert.equal(pair.traced(pair.lac, "ppp_up")[0].local, "10.255.0.2");
  echoPasses(pair);
});

Deno.test("tunnel authentication and hidden AVPs work with a shared secret", () => {
  const secret = { secret: "plumbline", hide: "all", hidePadding: 20 };
  const pair = new Pair(secret, secret).run();
  assert.equal(pair.traced(pair.lac, "established").length, 1);
  echoPasses(pair);
});

Deno.test("a wrong secret, or none, is refused with StopCCN 4", () => {
  for (const [lac, lns] of [["one", "another"], [undefined, "some"], ["some", undefined]]) {
    const pair = new Pair({ secret: lac }, { secret: lns }).run();
    const refused = [
      ...pair.traced(pair.lac, "stop_ccn"),
      ...pair.traced(pair.lns, "stop_ccn"),
    ];
    assert.ok(refused.some(({ result }) => result === 4), `${lac} and ${lns}`);
    assert.equal(pair.traced(pair.lac, "session_up").length, 0);
    assert.equal(pair.traced(pair.lns, "control_connection_up").length, 0);
  }
});

Deno.test("one side may authenticate the other alone", () => {
  const lac = { secret: "plumbline", authenticate: false };
  const pair = new Pair(lac, { secret: "plumbline" }).run();
  assert.equal(pair.traced(pair.lac, "established").length, 1);
});

Deno.test("the call comes up through loss, reordering and duplication, each once", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const pair = new Pair({}, {}, {}, seed);
    let state = seed;
    const random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
    pair.wire = () => {
      if (random() < 0.25) return [];
      const delay = () => 1 + Math.floor(random() * 400);
      return random() < 0.3 ? [delay(), delay()] : [delay()];
    };
    pair.run(120_000);
    assert.equal(pair.traced(pair.lac, "established").length, 1, `seed ${seed}`);
    assert.equal(pair.traced(pair.lns, "control_connection_up").length, 1, `seed ${seed}`);
    assert.equal(pair.traced(pair.lns, "session_up").length, 1, `seed ${seed}`);
    assert.equal(pair.lns.machine.tunnels.byId.size, 1);
  }
});

Deno.test("a lost ICRP is repeated with its Ns, as in RFC 2661 Appendix B.2", () => {
  let lost = 0;
  const loses = (octets: Uint8Array, name: string) =>
    name === "ICRP" && lost++ === 0 ? [] : [octets];
  const pair = new Pair({}, {}, { lns: { leaving: loses } }).run();
  const said = pair.said(pair.lns).slice(0, 4);
  assert.deepEqual(said, ["SCCRP 0/1", "ZLB 1/2", "ICRP 1/3", "ZLB 2/4"]);
  const { at } = pair.log.find(({ label }) => label === "ICRP 1/3")!;
  assert.ok(at >= 1000);
  assert.equal(pair.traced(pair.lac, "established").length, 1);
});

Deno.test("an outgoing call is placed by the LAC when the LNS asks for it", () => {
  const pair = new Pair().run();
  pair.lns.machine.instruct({ kind: "dial", name: "out", calledNumber: "123" }, pair.now);
  pair.run();
  const [, up] = pair.traced(pair.lns, "session_up");
  assert.equal(up.direction, "outgoing");
  assert.equal(pair.traced(pair.lac, "ppp_up").length, 2);
  const labels = pair.log.map(({ label }) => label.split(" ")[0]);
  for (const name of ["OCRQ", "OCRP", "OCCN"]) assert.ok(labels.includes(name), name);
});

Deno.test("an LNS opens the tunnel for an outgoing call itself, where there is none", () => {
  const pair = new Pair({ calls: [] }).run();
  pair.lns.machine.instruct({ kind: "dial", name: "out" }, pair.now);
  pair.run();
  assert.equal(pair.traced(pair.lns, "session_up").length, 1);
  assert.equal(pair.traced(pair.lns, "control_connection_up")[0].role, "initiator");
});

Deno.test("an outgoing call that is not answered ends with the result that tells why", () => {
  const pair = new Pair({ calls: [], answers: [{ outcome: 8 }] }).run();
  pair.lns.machine.instruct({ kind: "dial", name: "busy" }, pair.now);
  pair.run();
  assert.deepEqual(
    pair.traced(pair.lns, "cdn").map(({ direction, result }) => [direction, result]),
    [["received", 8]],
  );
});

Deno.test("CDN ends one call, the others live, and its identifier is free again", () => {
  const calls = [{ name: "a", clients: ["10.1.0.2/32"] }, { name: "b", clients: ["10.1.0.3/32"] }];
  const pair = new Pair({ calls }).run();
  assert.equal(pair.traced(pair.lns, "session_up").length, 2);
  pair.lac.machine.instruct({ kind: "hang_up", session: "a", result: 1, cause: 16 }, pair.now);
  pair.run();
  assert.equal(pair.traced(pair.lns, "cdn")[0].cause, 16);
  const [tunnel] = pair.lns.machine.tunnels.byId.values();
  assert.equal(tunnel.sessions.size, 1);
  const packet = icmpEcho({
    source: "10.1.0.3",
    destination: "10.2.0.9",
    identifier: 7,
    sequence: 1,
  });
  pair.lac.machine.receive("lan", packet, pair.now);
  pair.run();
  assert.deepEqual(pair.lns.lan, [packet]);
});

Deno.test("StopCCN ends the tunnel with all its calls and without a CDN", () => {
  const pair = new Pair().run();
  pair.lns.machine.instruct({ kind: "close_tunnel", result: 6 }, pair.now);
  pair.run();
  assert.equal(pair.traced(pair.lac, "stop_ccn")[0].result, 6);
  assert.equal(pair.traced(pair.lac, "session_down").length, 1);
  assert.equal(pair.traced(pair.lac, "cdn").length, 0);
  pair.run(pair.now + 40_000);
  assert.equal(pair.lac.machine.tunnels.byId.size, 0);
  assert.equal(pair.lns.machine.tunnels.byId.size, 0);
  assert.equal(pair.lac.machine.deadline(), Infinity);
});

Deno.test("a repeated StopCCN is acknowledged for 31 seconds", () => {
  const pair = new Pair().run();
  pair.lns.machine.instruct({ kind: "close_tunnel" }, pair.now);
  pair.run();
  const stop = pair.log.find(({ label }) => label.startsWith("StopCCN"))!;
  const zlbs = () => pair.said(pair.lac).filter((label) => label.startsWith("ZLB")).length;
  for (const [after, more] of [[5000, 1], [15_000, 1], [20_000, 0]]) {
    pair.run(pair.now + after);
    const before = zlbs();
    pair.deliver(stop.packet, stop.from, stop.to);
    pair.run(pair.now + 10);
    assert.equal(zlbs() - before, more);
  }
});

Deno.test("HELLO is sent after silence, and a peer that is gone is noticed", () => {
  const pair = new Pair({ hello: 10_000 }, { hello: 0 }).run(12_000);
  assert.ok(pair.said(pair.lac).some((label) => label.startsWith("HELLO")));
  pair.run(60_000);
  assert.equal(pair.lac.machine.tunnels.byId.size, 1);
  pair.wire = () => [];
  pair.run(120_000);
  assert.equal(pair.traced(pair.lac, "control_connection_lost").length, 1);
  assert.equal(pair.traced(pair.lac, "session_down").length, 1);
  assert.equal(pair.lac.machine.tunnels.byId.size, 0);
});

Deno.test("data puts off the next HELLO as control messages do", () => {
  const pair = new Pair({ hello: 10_000 }, { hello: 0 }).run(1000);
  for (let at = 5000; at <= 60_000; at += 5000) {
    pair.run(at);
    pair.lns.machine.receive("lan", PONG, at);
  }
  assert.ok(!pair.said(pair.lac).some((label) => label.startsWith("HELLO")));
});

Deno.test("WEN and SLI are taken in, and change nothing about the call", () => {
  const pair = new Pair({}, { setLinkInfo: true }).run();
  pair.lac.machine.instruct({ kind: "wen", crcErrors: 7 }, pair.now);
  pair.run();
  assert.equal(pair.traced(pair.lns, "wen")[0].crcErrors, 7);
  assert.equal(pair.traced(pair.lac, "sli").length, 1);
  echoPasses(pair);
});

for (const authentication of ["pap", "chap"]) {
  Deno.test(`PPP authentication by ${authentication} decides who gets in`, () => {
    const lns = {
      ppp: { address: "10.255.0.1", authentication },
      users: [{ name: "alice", password: "secret", address: "10.255.0.2" }],
    };
    const good = new Pair({ ppp: { name: "alice", password: "secret" } }, lns).run();
    assert.equal(good.traced(good.lns, "ppp_up")[0].user, "alice");
    echoPasses(good);
    const bad = new Pair({ ppp: { name: "alice", password: "guess" } }, lns).run(30_000);
    assert.equal(bad.traced(bad.lns, "ppp_up").length, 0);
    assert.ok(bad.traced(bad.lns, "cdn").length > 0);
  });
}

for (const proxy of ["pap", "chap"]) {
  Deno.test(`what the LAC negotiated with its client is gone on from: ${proxy}`, () => {
    const calls = [{ name: "a", proxy, ppp: { name: "alice", password: "secret" } }];
    const lns = {
      ppp: { address: "10.255.0.1", authentication: "chap" },
      users: [{ name: "alice", password: "secret" }],
    };
    const trusting = new Pair({ calls }, lns).run();
    assert.equal(trusting.traced(trusting.lns, "proxy_honoured")[0].user, "alice");
    echoPasses(trusting);
    for (const wary of [{ ...lns, trustProxy: false }, { ...lns, users: [] }]) {
      const pair = new Pair({ calls }, wary).run(30_000);
      assert.equal(pair.traced(pair.lns, "proxy_honoured").length, 0);
      assert.equal(pair.traced(pair.lns, "ppp_up").length, wary.users.length);
    }
  });
}

Deno.test("an IPv6 call carries IPv6 by the user's routes", () => {
  const calls = [{ name: "a", clients: ["fd00:1::/64"], ppp: { name: "six", password: "x" } }];
  const pair = new Pair({ calls, ppp: { ipv6: true } }, {
    ppp: { address: "10.255.0.1", ipv6: true, authentication: "chap" },
    users: [{ name: "six", password: "x", routes: ["fd00:1::/64"] }],
  }).run();
  const there = icmpEcho({
    source: "fd00:1::2",
    destination: "fd00:2::9",
    identifier: 1,
    sequence: 1,
  });
  pair.lac.machine.receive("lan", there, pair.now);
  const back = icmpEcho({
    source: "fd00:2::9",
    destination: "fd00:1::2",
    identifier: 1,
    sequence: 1,
  });
  pair.lns.machine.receive("lan", back, pair.now);
  pair.run();
  assert.deepEqual(pair.lns.lan, [there]);
  assert.deepEqual(pair.lac.lan, [back]);
});
