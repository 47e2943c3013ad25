import assert from "node:assert/strict";
import { type DeliverySettings, ReliableDelivery } from "./reliable_delivery.ts";
import { RELIABLE_DELIVERY_RULES, type ReliableDeliveryRules } from "./rules/reliable_delivery.ts";
import { Timers } from "../net/timers.ts";

const SETTINGS: DeliverySettings = {
  first: 1000,
  cap: 8000,
  retries: 5,
  window: 4,
  outOfOrder: "queue",
};

/** A transport and a log of what it does: `name ns/nr`. */
function transport(settings = SETTINGS, rules: Partial<ReliableDeliveryRules> = {}) {
  const timers = new Timers();
  const log: string[] = [];
  const got: number[] = [];
  let lost = -1;
  const delivery = new ReliableDelivery(settings, { ...RELIABLE_DELIVERY_RULES, ...rules }, {
    timers,
    transmit: ({ name }, ns, nr) => log.push(`${name} ${ns}/${nr}`),
    acknowledge: (ns, nr) => log.push(`ZLB ${ns}/${nr}`),
    lost: (now) => lost = now,
    flushed: () => {},
  });
  const send = (name: string, now = 0) => {
    delivery.send({ name, sessionId: 0, body: new Uint8Array() });
    delivery.pump(now);
  };
  const receive = (ns: number, nr: number, now = 0, zlb = false) => {
    const arrival = delivery.receive(ns, nr, zlb, now, () => got.push(ns));
    delivery.pump(now);
    return arrival;
  };
  return { delivery, timers, log, got, send, receive, lost: () => lost };
}

Deno.test("a message is repeated after 1, 2, 4, 8, 8 seconds, then the peer is given up", () => {
  const { timers, log, send, lost } = transport();
  send("SCCRQ");
  const times: number[] = [];
  while (timers.next() !== Infinity) {
    const now = timers.next();
    const before = log.length;
    timers.run(now);
    if (log.length > before) times.push(now);
  }
  assert.deepEqual(times, [1000, 3000, 7000, 15_000, 23_000]);
  assert.equal(lost(), 31_000);
  assert.ok(log.every((line) => line === "SCCRQ 0/0"));
});

Deno.test("a peer that acknowledges nothing is given up before its queue outgrows all that there is to say", () => {
  const { delivery, log, send, lost } = transport();
  for (let i = 0; i < 2 * 65_536; i++) send("CDN");
  assert.equal(lost(), -1);
  send("CDN", 7);
  assert.equal(lost(), 7);
  assert.ok(delivery.idle);
  assert.equal(log.length, 1);
});

Deno.test("a repetition keeps its Ns and carries the Nr of now", () => {
  const { timers, log, send, receive } = transport();
  send("ICRP");
  receive(0, 0);
  timers.run(1000);
  assert.deepEqual(log, ["ICRP 0/0", "ZLB 1/1", "ICRP 0/1"]);
});

Deno.test("slow start opens the window by one for each acknowledgement, up to the peer's", () => {
  const { delivery, log, send, receive } = transport();
  delivery.setWindow(3);
  for (let i = 0; i < 8; i++) send(`M${i}`);
  assert.equal(log.length, 1);
  receive(0, 1, 0, true);
  assert.equal(log.length, 3);
  receive(0, 3, 0, true);
  assert.equal(log.length, 6);
  assert.equal(delivery.outstanding, 3);
});

Deno.test("after a loss one message is outstanding, and what followed it is sent again", () => {
  const { delivery, log, timers, send, receive } = transport();
  for (let i = 0; i < 4; i++) {
    send(`warm${i}`);
    receive(0, i + 1, 0, true);
  }
  for (let i = 0; i < 4; i++) send(`M${i}`);
  assert.equal(delivery.outstanding, 4);
  log.length = 0;
  timers.run(1000);
  assert.deepEqual(log, ["M0 4/0"]);
  assert.equal(delivery.outstanding, 1);
  assert.equal(delivery.ssthresh, 2);
  receive(0, 5, 1000, true);
  assert.deepEqual(log, ["M0 4/0", "M1 5/0", "M2 6/0"]);
  // The peer had kept the rest.
  receive(0, 8, 1000, true);
  assert.ok(delivery.idle);
});

Deno.test("a duplicate is acknowledged and not handed up again", () => {
  const { log, got, receive } = transport();
  assert.equal(receive(0, 0), "deliver");
  assert.equal(receive(0, 0), "duplicate");
  assert.deepEqual(got, [0]);
  assert.deepEqual(log, ["ZLB 0/1", "ZLB 0/1"]);
});

Deno.test("messages out of order are handed up in order, or dropped where so configured", () => {
  const queued = transport();
  assert.equal(queued.receive(2, 0), "early");
  assert.equal(queued.receive(1, 0), "early");
  assert.deepEqual(queued.log, []);
  queued.receive(0, 0);
  assert.deepEqual(queued.got, [0, 1, 2]);
  assert.deepEqual(queued.log, ["ZLB 0/3"]);

  const dropped = transport({ ...SETTINGS, outOfOrder: "drop" });
  dropped.receive(1, 0);
  dropped.receive(0, 0);
  assert.deepEqual(dropped.got, [0]);
});

Deno.test("what lies beyond the receive window is not held", () => {
  const { delivery, got, receive } = transport();
  receive(5, 0);
  receive(4, 0);
  for (let ns = 0; ns < 4; ns++) receive(ns, 0);
  assert.deepEqual(got, [0, 1, 2, 3]);
  assert.equal(delivery.nr, 4);
});

Deno.test("a ZLB moves no number and is never answered", () => {
  const { delivery, log, receive } = transport();
  receive(7, 0, 0, true);
  receive(0xffff, 0, 0, true);
  assert.equal(delivery.nr, 0);
  assert.deepEqual(log, []);
});

Deno.test("an Nr beyond anything sent, or before, changes nothing", () => {
  const { delivery, timers, send, receive } = transport();
  send("M0");
  receive(0, 100, 0, true);
  receive(0, 0xfff0, 0, true);
  assert.equal(delivery.outstanding, 1);
  assert.equal(timers.next(), 1000);
  receive(0, 1, 0, true);
  assert.ok(delivery.idle);
});

Deno.test("an acknowledgement rides on a message that is sent anyway", () => {
  const { delivery, log, receive } = transport();
  delivery.receive(
    0,
    0,
    false,
    0,
    () => delivery.send({ name: "SCCRP", sessionId: 0, body: new Uint8Array() }),
  );
  delivery.pump(0);
  assert.deepEqual(log, ["SCCRP 0/1"]);
  receive(1, 1);
  assert.deepEqual(log, ["SCCRP 0/1", "ZLB 1/2"]);
});

Deno.test("70,000 messages pass the wrap of Ns, and a late duplicate of 65535 is known as such", () => {
  const { delivery, log, got, send, receive } = transport();
  for (let i = 0; i < 70_000; i++) {
    send("HELLO");
    receive(0, (i + 1) & 0xffff, 0, true);
    receive(i & 0xffff, (i + 1) & 0xffff);
    log.length = 0;
    if (i === 65_536) assert.equal(receive(65_535, 1), "duplicate");
  }
  assert.equal(got.length, 70_000);
  assert.equal(delivery.ns, 70_000 & 0xffff);
});
