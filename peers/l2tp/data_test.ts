import assert from "node:assert/strict";
import * as l2tp from "../../captures/wire/l2tp.ts";
import { icmpEcho } from "../../captures/wire/build.ts";
import { Pair, PING, PONG } from "./_testing/pair.ts";
import { type Heard, Probe } from "./_testing/probe.ts";

const { L2tpFlag } = l2tp;
const LCP_ECHO = [0xff, 3, 0xc0, 0x21, 9, 7, 0, 8, 0, 0, 0, 0];

/** A call on which LCP is open, so that an LCP echo is answered. */
function open(config: Record<string, unknown> = {}): Probe {
  const probe = new Probe("lns", config).establish();
  probe.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
  const { sessionId } = probe;
  const heard = probe.send("ICCN", { txConnectSpeed: 1, framingType: 1 }, { sessionId });
  const request = heard.find(({ label }) => label === "data")!;
  const own = [0xff, 3, 0xc0, 0x21, 1, 1, 0, 4];
  const ack = request.packet.slice(request.body);
  ack[4] = 2;
  data(probe, own);
  data(probe, [...ack]);
  return probe;
}

/** Sends a data message with these flags; returns what comes back. */
function data(
  probe: Probe,
  frame: readonly number[],
  flags = 0,
  overrides: Partial<l2tp.L2tp> = {},
): Heard[] {
  const { tunnelId, sessionId } = probe;
  const record = { flags, version: 2, tunnelId, sessionId, ...overrides };
  const whole = (flags & L2tpFlag.length) !== 0 ? l2tp.withLength(record, frame.length) : record;
  return probe.raw(Uint8Array.of(...l2tp.encode({ ...whole, ...overrides }), ...frame));
}

const answers = (heard: Heard[]) => heard.filter(({ packet, body }) => packet[body + 4] === 10);

Deno.test("data with every combination of L, S, O and P is understood", () => {
  let ns = 0;
  for (let bits = 0; bits < 16; bits++) {
    const probe = open();
    const flags = (bits & 1 ? L2tpFlag.length : 0) | (bits & 2 ? L2tpFlag.sequence : 0) |
      (bits & 4 ? L2tpFlag.offset : 0) | (bits & 8 ? L2tpFlag.priority : 0);
    for (const pad of [0, 1, 255]) {
      const overrides = { ns: ns++, nr: 12_345, offsetPad: new Uint8Array(pad) };
      assert.equal(answers(data(probe, LCP_ECHO, flags, overrides)).length, 1, `${bits} ${pad}`);
    }
  }
});

Deno.test("an Offset Size or a Length beyond the end is dropped", () => {
  const probe = open();
  const { tunnelId, sessionId } = probe;
  const ids = [tunnelId >> 8, tunnelId, sessionId >> 8, sessionId];
  assert.deepEqual(probe.raw(Uint8Array.of(2, 2, ...ids, 0, 200, ...LCP_ECHO)), []);
  assert.deepEqual(data(probe, LCP_ECHO, L2tpFlag.length, { length: 500 }), []);
  assert.deepEqual(data(probe, LCP_ECHO, L2tpFlag.length, { length: 7 }), []);
  assert.equal(answers(data(probe, LCP_ECHO)).length, 1);
});

Deno.test("data for no tunnel, for no session, or before ICCN is not delivered", () => {
  const probe = open();
  assert.deepEqual(data(probe, LCP_ECHO, 0, { tunnelId: probe.tunnelId ^ 1 }), []);
  assert.deepEqual(data(probe, LCP_ECHO, 0, { sessionId: probe.sessionId ^ 1 }), []);
  const early = new Probe("lns").establish();
  early.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
  assert.deepEqual(data(early, LCP_ECHO), []);
  assert.equal(early.traced("data_dropped")[0].reason, "state wait_connect");
});

Deno.test("numbered data that was overtaken is dropped, or waited for where so configured", () => {
  const strict = open();
  const numbered = (probe: Probe, ns: number) =>
    answers(data(probe, LCP_ECHO, L2tpFlag.sequence, { ns, nr: 0 })).length;
  assert.deepEqual([10, 12, 11, 13].map((ns) => numbered(strict, ns)), [1, 1, 0, 1]);
  const patient = open({ data: { reorder: 50 } });
  assert.deepEqual([10, 12, 11, 13].map((ns) => numbered(patient, ns)), [1, 0, 2, 1]);
  assert.equal(numbered(patient, 15), 0);
  assert.equal(answers(patient.hear(patient.now + 60)).length, 1);
  const wrapped = open();
  assert.deepEqual([65_534, 65_535, 0, 1].map((ns) => numbered(wrapped, ns)), [1, 1, 1, 1]);
});

/** Whether each data message of a side has S, in order, since a point of the log. */
function sequenced(pair: Pair, address: string, since: number): boolean[] {
  return pair.log.slice(since).filter((p) => p.label === "data" && p.from.address === address)
    .map(({ packet }) => (packet[0] & 0x08) !== 0);
}

Deno.test("a LAC numbers its data as the LNS does, and resumes where it left off", () => {
  const pair = new Pair().run();
  const exchange = () => {
    const since = pair.log.length;
    pair.lns.machine.receive("lan", PONG, pair.now);
    pair.run(pair.now + 10);
    pair.lac.machine.receive("lan", PING, pair.now);
    pair.run(pair.now + 10);
    return sequenced(pair, pair.lac.address, since);
  };
  assert.deepEqual(exchange(), [false]);
  pair.lns.machine.instruct({ kind: "sequencing", on: true }, pair.now);
  assert.deepEqual(exchange(), [true]);
  assert.deepEqual(exchange(), [true]);
  pair.lns.machine.instruct({ kind: "sequencing", on: false }, pair.now);
  assert.deepEqual(exchange(), [false]);
  pair.lns.machine.instruct({ kind: "sequencing", on: true }, pair.now);
  exchange();
  const last = pair.log.findLast((p) => p.label === "data" && p.from.address === "10.3.0.1")!;
  assert.equal(l2tp.decode(last.packet).record!.ns, 2);
});

Deno.test("with Sequencing Required every data message of both sides is numbered", () => {
  const pair = new Pair({ calls: [{ name: "a", sequencingRequired: true }] }).run();
  pair.lns.machine.instruct({ kind: "sequencing", on: false }, pair.now);
  pair.lns.machine.receive("lan", PONG, pair.now);
  pair.lac.machine.receive("lan", PING, pair.now);
  pair.run();
  for (const { address } of [pair.lac, pair.lns]) {
    const all = sequenced(pair, address, 0);
    assert.ok(all.length > 3 && all.every(Boolean));
  }
  assert.equal(pair.lns.lan.length, 1);
});

Deno.test("data goes out with the header options that are configured", () => {
  const config = { data: { length: false, offset: 6, priority: "all", sequence: true } };
  const pair = new Pair(config, config).run();
  for (const { label, packet } of pair.log) {
    if (label !== "data") continue;
    const { record } = l2tp.decode(packet);
    const { offset, priority, sequence } = L2tpFlag;
    assert.equal(record!.flags, offset | priority | sequence);
    assert.equal(record!.offsetPad!.length, 6);
  }
  assert.equal(pair.traced(pair.lac, "established").length, 1);
});

Deno.test("LCP echoes are preferred, other data is not", () => {
  const pair = new Pair({ ppp: { echo: 500 } }).run();
  const flags = (p: { packet: Uint8Array }) => l2tp.decode(p.packet).record!.flags;
  const data = pair.log.filter(({ label }) => label === "data");
  assert.ok(data.some((p) => (flags(p) & L2tpFlag.priority) !== 0));
  assert.ok(data.some((p) => (flags(p) & L2tpFlag.priority) === 0));
});

Deno.test("two clients with equal session numbers on two tunnels never get each other's data", () => {
  const calls = [0, 1, 2].map((tunnel) => ({
    name: `c${tunnel}`,
    tunnel,
    clients: [`10.1.${tunnel}.2/32`],
    ppp: { address: `10.1.${tunnel}.2` },
  }));
  const pair = new Pair({ calls }, {}, { lac: { assignsId: counting() }, lns: {} }).run();
  assert.equal(pair.lns.machine.tunnels.byId.size, 3);
  for (const { clients } of calls) {
    const client = clients[0].split("/")[0];
    const there = icmpEcho({ source: client, destination: "10.2.0.9", identifier: 1, sequence: 1 });
    const back = icmpEcho({ source: "10.2.0.9", destination: client, identifier: 1, sequence: 1 });
    pair.lac.machine.receive("lan", there, pair.now);
    pair.lns.machine.receive("lan", back, pair.now);
    pair.run(pair.now + 10);
    assert.deepEqual(pair.lns.lan.at(-1), there);
    assert.deepEqual(pair.lac.lan.at(-1), back);
  }
});

/** Identifiers from 1 on in every table, so that sessions of different tunnels share theirs. */
function counting() {
  return (_random: () => number, taken: (id: number) => boolean) => {
    let id = 1;
    while (taken(id)) id++;
    return id;
  };
}
