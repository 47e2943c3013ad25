import assert from "node:assert/strict";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { dataOf, messageOf } from "./messages.ts";
import { SESSIONS, TUNNELS } from "./names.ts";
import type { StepInput } from "./script.ts";
import { acknowledged, call, copies, expect, lcpAnswered, open, send, wait } from "./steps.ts";
import { L2tpTester } from "./tester.ts";

const { SCCRQ, SCCRP, ICRQ, ICRP, OCRQ, OCRP, HELLO } = MessageType;
/** Where the device that the tests play is, and its identifiers. */
const FROM = { address: "10.9.0.1", port: 1701 }, TUNNEL = 0x0101, SESSION = 0x0202;

/** A tester that follows these steps, with what it traced, and a device to play opposite. */
function bench(...steps: StepInput[]) {
  return benchWith({}, ...steps);
}

/** Likewise of a tester with this secret. */
function benchWith(shared: { secret?: string }, ...steps: StepInput[]) {
  const traced: string[] = [];
  const tester = new L2tpTester({
    wan: [{ port: "wan0", address: "10.9.0.2", udp: 1701 }],
    peers: [{ wan: [FROM] }],
    ...{ tunnels: TUNNELS, sessions: SESSIONS, steps, ...shared },
  }, { random: () => 0, trace: (event) => void traced.push(event) });
  /** Everything that it wants sent at a time. */
  const sent = (now = 0) => {
    const out: Uint8Array[] = [];
    for (let t = tester.transmit(now); t !== undefined; t = tester.transmit(now)) {
      out.push(t.packet);
    }
    return out;
  };
  /** A control message of the device on tunnel `a`. */
  const say = (type: number, ns: number, nr: number, now = 0) => {
    const context = { ...{ ownTunnelId: TUNNEL, ownSessionId: SESSION, ns, nr } };
    const peer = { peerTunnelId: TUNNELS.a, peerSessionId: SESSIONS.a1 };
    const none = { without: [], with: [], junk: "", header: {}, tunnel: "a" };
    const challengeOf = () => new Uint8Array(0), idOf = () => 0;
    const packet = messageOf({ do: "send", type, ...none }, {
      ...context,
      ...peer,
      challengeOf,
      idOf,
    });
    tester.receive("wan0", packet, now, FROM);
  };
  return { tester, traced, sent, say };
}

/** Message type, Tunnel ID, Ns and Nr of a control message; the type of a ZLB is 0. */
function read(packet: Uint8Array): number[] {
  const type = packet.length < 20 ? 0 : get16(packet, 18);
  return [type, get16(packet, 4), get16(packet, 8), get16(packet, 10)];
}

Deno.test("it says nothing before the scenario begins, and is done when its script is", () => {
  const { tester, traced, sent } = bench(send("SCCRQ", "a"));
  assert.deepEqual([sent(), tester.deadline()], [[], Infinity]);
  tester.instruct({}, 0);
  assert.deepEqual([sent().map(read), traced], [[[SCCRQ, 0, 0, 0]], ["script_done"]]);
  assert.equal(tester.deadline(), Infinity);
});

Deno.test("it takes identifiers and numbers from what the device says", () => {
  const { tester, traced, sent, say } = bench(...open("a"), ...call("a", "a1"));
  tester.instruct({}, 0);
  assert.deepEqual(sent().map(read), [[SCCRQ, 0, 0, 0]]);
  say(SCCRP, 0, 1);
  assert.deepEqual(sent().map(read), [[MessageType.SCCCN, TUNNEL, 1, 1]]);
  say(0, 1, 2);
  assert.deepEqual(sent().map(read), [[ICRQ, TUNNEL, 2, 1]]);
  say(ICRP, 1, 3);
  const [iccn] = sent();
  assert.deepEqual([...read(iccn), get16(iccn, 6)], [MessageType.ICCN, TUNNEL, 3, 2, SESSION]);
  say(0, 2, 4);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("it acknowledges what comes, and tells of nothing while it is to hold back", () => {
  const { tester, sent, say } = bench(
    ...open("a"),
    wait(10),
    { do: "acknowledging", on: false },
    wait(10),
    send("HELLO", "a"),
    { do: "acknowledging", on: true },
    send("HELLO", "a"),
  );
  tester.instruct({}, 0);
  say(SCCRP, 0, 1);
  say(0, 1, 2);
  sent();
  say(HELLO, 1, 2, 5);
  assert.deepEqual(sent(5).map(read), [[0, TUNNEL, 2, 2]]);
  sent(10);
  say(HELLO, 2, 2, 15);
  assert.deepEqual(sent(15), []);
  assert.deepEqual(sent(20).map(read), [[HELLO, TUNNEL, 2, 2], [HELLO, TUNNEL, 3, 3]]);
});

Deno.test("each message meets one expectation, copies meet none, and patience ends", () => {
  const { tester, traced, say, sent } = bench(
    ...open("a"),
    ...[expect("HELLO", "a", 100), expect("HELLO", "a", 100)],
  );
  tester.instruct({}, 0);
  say(SCCRP, 0, 1);
  say(0, 1, 2);
  say(HELLO, 1, 2);
  say(HELLO, 1, 2);
  sent();
  assert.deepEqual([traced, tester.deadline()], [[], 100]);
  sent(100);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("it waits for copies until there are enough", () => {
  const { tester, traced, say, sent } = bench(...open("a"), copies("HELLO", "a", 2));
  tester.instruct({}, 0);
  say(SCCRP, 0, 1);
  say(0, 1, 2);
  sent();
  say(HELLO, 1, 2, 1000);
  say(HELLO, 1, 2, 2000);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("a device that is silent for more than three times its last interval has given up", () => {
  const { tester, traced, say, sent } = bench(...open("a"), copies("HELLO", "a", 100));
  tester.instruct({}, 0);
  say(SCCRP, 0, 1);
  say(0, 1, 2);
  sent();
  for (const at of [0, 4000, 12_000]) say(HELLO, 1, 2, at);
  sent(12_000);
  assert.deepEqual([traced, tester.deadline()], [[], 40_000]);
  sent(40_000);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("it waits for data, and for LCP requests to be answered", () => {
  const { tester, traced } = bench(
    { do: "data_from", session: "a1" },
    lcpAnswered("a1", 7),
  );
  tester.instruct({}, 0);
  const lcp = (code: number) => {
    const step = { word: 0x4002, payload: `ff03c021${code.toString(16).padStart(2, "0")}070004` };
    const rest = { ns: 0, nr: 0, offset: 0, tunnel: "a", session: "a1" };
    tester.receive(
      "wan0",
      dataOf({ do: "data", ...step, ...rest }, TUNNELS.a, SESSIONS.a1),
      0,
      FROM,
    );
  };
  lcp(1);
  assert.deepEqual(traced, []);
  lcp(2);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("an LCP request is answered by a Nak or a Reject as well", () => {
  for (const code of ["03", "04"]) {
    const { tester, traced } = bench(lcpAnswered("a1", 7));
    tester.instruct({}, 0);
    const payload = `ff03c021${code}070008010405dc`;
    const step = { do: "data" as const, tunnel: "a", session: "a1", payload };
    const options = { word: 2, ns: 0, nr: 0, offset: 0 };
    tester.receive("wan0", dataOf({ ...step, ...options }, TUNNELS.a, SESSIONS.a1), 0, FROM);
    assert.deepEqual(traced, ["script_done"]);
  }
});

Deno.test("what comes hidden is recovered with the secret that it shares", () => {
  const secret = "plumb bob", vector = "0102";
  const hidden = { type: 9, value: "0101", hide: { secret, vector, padding: "" } };
  for (const known of [secret, undefined]) {
    const { tester, sent } = benchWith({ secret: known }, ...open("a"));
    tester.instruct({}, 0);
    sent();
    const bits = { m: true, h: false, reserved: 0, vendor: 0 };
    const packet = messageOf({
      ...{ do: "send", type: SCCRP, without: [9], junk: "", header: {}, tunnel: "a" },
      with: [{ type: 36, value: vector, ...bits }, { ...hidden, ...bits }],
    }, {
      ...{ ownTunnelId: 0, ownSessionId: 0, ns: 0, nr: 1, peerTunnelId: TUNNELS.a },
      ...{ peerSessionId: 0, challengeOf: () => new Uint8Array(0), idOf: () => 0 },
    });
    tester.receive("wan0", packet, 0, FROM);
    const [scccn] = sent();
    assert.equal(get16(scccn, 4), known === undefined ? 0 : TUNNEL);
  }
});

Deno.test("data has the fields that its first octets announce", () => {
  const step = { do: "data", tunnel: "a", session: "a1", payload: "aabb" } as const;
  const of = (word: number, more = {}) =>
    dataOf({ ...step, word, ns: 5, nr: 6, offset: 1, ...more }, 1, 2).toHex();
  assert.equal(of(0x0002), "000200010002aabb");
  assert.equal(of(0x4b02), "4b0200110001000200050006000100aabb");
  assert.equal(of(0x0202, { pad: 0 }), "0202000100020001aabb");
});

Deno.test("HELLOs go on as far as the device's window and acknowledgements let them", () => {
  const { tester, sent, say, traced } = bench(...open("a"), {
    ...{ do: "hellos", tunnel: "a", count: 6 },
  });
  tester.instruct({}, 0);
  say(SCCRP, 0, 1);
  say(0, 1, 2);
  sent();
  assert.equal(sent().length, 0);
  say(0, 1, 5);
  assert.equal(sent().length, 2);
  say(0, 1, 8);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("nothing that comes in makes it throw", () => {
  const { tester, sent } = bench(...open("a"), acknowledged("a"), wait(1));
  tester.instruct({}, 0);
  let state = 1;
  const random = () => (state = state * 1_103_515_245 + 12_345 & 0x7fffffff) >> 8;
  for (let i = 0; i < 2000; i++) {
    const packet = Uint8Array.from({ length: random() % 60 }, () => random());
    if (packet.length > 5 && i % 2 === 0) packet.set([0xc8, 2, 0, packet.length, 0x5a, 0x31]);
    tester.receive("wan0", packet, 0, FROM);
  }
  sent();
});

Deno.test("a configuration that makes no sense is refused", () => {
  const environment = { random: () => 0, trace: () => {} };
  assert.throws(() => new L2tpTester({ wan: [] }, environment), TypeError);
  const { tester } = bench(send("SCCRQ", "nobody"));
  assert.throws(() => tester.instruct({}, 0), /nobody/);
});

Deno.test("what is not acknowledged is sent again with the Nr of now, as long as a step waits", () => {
  const { tester, sent, say } = bench(
    ...open("a").slice(0, 3),
    send("HELLO", "a"),
    send("HELLO", "a", { header: { nr: 100 } }),
    acknowledged("a"),
    wait(9000),
  );
  tester.instruct({}, 0);
  assert.deepEqual(sent(0).map(read), [[SCCRQ, 0, 0, 0]]);
  say(SCCRP, 0, 1);
  assert.deepEqual(sent(0).map(read).map(([type]) => type), [MessageType.SCCCN, HELLO, HELLO]);
  say(HELLO, 1, 2);
  sent(10);
  assert.deepEqual(sent(999).map(read), []);
  // What a script sends with a header of its own is sent as often as it says.
  assert.deepEqual(sent(1000).map(read), [[HELLO, TUNNEL, 2, 2]]);
  assert.deepEqual(sent(2999).map(read), []);
  assert.deepEqual(sent(3000).map(read), [[HELLO, TUNNEL, 2, 2]]);
  assert.deepEqual(sent(14_000).map(read), []);
});

Deno.test("a message for what the device has not assigned yet is left out where the script says so", () => {
  const { tester, traced, sent } = bench(
    send("ICRP", "a", { session: "a1", ifAssigned: true }),
    send("SCCCN", "a", { ifAssigned: true }),
    send("ICRP", "a", { session: "a1" }),
  );
  tester.instruct({}, 0);
  assert.deepEqual(sent().map(read), [[ICRP, 0, 0, 0]]);
  assert.deepEqual(traced, ["script_done"]);
});

Deno.test("a call that begins anew may have the identifier of one that has ended", () => {
  const answers = (["a1", "a2"] as const).flatMap((session): StepInput[] => [
    expect("OCRQ", "a"),
    send("OCRP", "a", { session }),
  ]);
  const { tester, sent, say } = bench(...open("a"), ...answers);
  tester.instruct({}, 0);
  sent();
  say(SCCRP, 0, 1);
  say(0, 1, 2);
  sent();
  say(OCRQ, 1, 2);
  const first = sent().find((packet) => read(packet)[0] === OCRP);
  say(OCRQ, 2, 3);
  const second = sent().find((packet) => read(packet)[0] === OCRP);
  assert.deepEqual([first, second].map((packet) => packet && get16(packet, 6)), [SESSION, SESSION]);
});

Deno.test("when it leaves it ends its tunnels, with each number that the device may expect", () => {
  const { tester, sent, say } = bench(...open("a"), send("HELLO", "a"), send("SCCRQ", "b"));
  tester.instruct({}, 0);
  [say(SCCRP, 0, 1), say(0, 1, 2), sent()];
  tester.instruct({ kind: "leave" }, 1);
  const numbers = sent(1).map(read).filter(([type]) => type === MessageType.StopCCN);
  assert.deepEqual(numbers.map(([, , ns]) => ns), [2, 3]);
});
