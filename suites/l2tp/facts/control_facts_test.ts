import assert from "node:assert/strict";
import { avp } from "../../../captures/wire/l2tp_attributes.ts";
import { hide } from "../../../captures/wire/l2tp_hiding.ts";
import {
  alone,
  bench,
  Captured,
  collect,
  control,
  data,
  DEVICE,
  introduces,
  type Place,
  TESTER,
} from "../_testing/captured.ts";
import { controlFacts } from "./control_collector.ts";
import type { ControlFacts } from "./control_facts.ts";
import { Attribute, number16 } from "./message.ts";

const LAC: Place = { address: "192.0.2.1", port: 5000 };
const LNS: Place = { address: "198.51.100.2", port: 1701 };

const factsOf = (captured: Captured) => collect(controlFacts, captured, alone("lac")).facts;

/** Role, address and number of messages of each end, initiators first. */
function ends({ connections }: ControlFacts) {
  return connections.flatMap((connection) =>
    connection.ends.map(({ role, party, messages }) => `${role} ${party} ${messages.length}`)
  );
}

Deno.test("a connection and its ends are learned from the messages, by whichever ports", () => {
  const high = { ...LNS, port: 40_000 };
  const captured = new Captured()
    .send(LAC, LNS, control("SCCRQ", {}, introduces(11)))
    .send(high, LAC, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)))
    .send(LAC, high, control("SCCCN", { tunnel: 22, ns: 1, nr: 1 }))
    .call(LAC, high)
    .send(high, LAC, data(11, 111, "ff03c021"));
  const facts = factsOf(captured);
  assert.deepEqual(ends(facts), ["lac 192.0.2.1 4", "lns 198.51.100.2 3"]);
  const [{ initiator, responder }] = facts.connections;
  assert.deepEqual([initiator.tunnelId, responder.tunnelId], [11, 22]);
  assert.equal(initiator.sessions.get(111)?.peerId, 222);
  assert.equal(responder.sessions.get(222)?.peerId, 111);
  assert.deepEqual(facts.flows.map(({ from, packets }) => [from, packets]), [[LNS.address, 1]]);
});

Deno.test("several connections of the same addresses stand side by side", () => {
  const captured = new Captured().tunnel(LAC, LNS)
    .send(LAC, LNS, control("SCCRQ", {}, introduces(12)))
    .send(LNS, LAC, control("SCCRP", { tunnel: 12, nr: 1 }, introduces(23)))
    // Sent again, but for Nr.
    .send(LAC, LNS, control("SCCRQ", { nr: 1 }, introduces(12)))
    .send(LAC, LNS, control("HELLO", { tunnel: 22, ns: 2, nr: 1 }));
  assert.deepEqual(ends(factsOf(captured)), [
    ...["lac 192.0.2.1 3", "lns 198.51.100.2 2"],
    ...["lac 192.0.2.1 2", "lns 198.51.100.2 1"],
  ]);
});

Deno.test("messages of calls say who is LAC, whoever asked for the tunnel", () => {
  const outgoing = { assignedSessionId: 5, callSerialNumber: 1, calledNumber: new Uint8Array(1) };
  const captured = new Captured().tunnel(LAC, LNS)
    .send(LAC, LNS, control("OCRQ", { tunnel: 22, ns: 2, nr: 1 }, outgoing));
  assert.deepEqual(ends(factsOf(captured)), ["lns 192.0.2.1 3", "lac 198.51.100.2 2"]);
});

Deno.test("without calls who asks is the LAC, and nobody where both ask", () => {
  const captured = new Captured().tunnel(LAC, LNS);
  assert.deepEqual(ends(factsOf(captured)), ["lac 192.0.2.1 2", "lns 198.51.100.2 2"]);
  captured.send(LNS, LAC, control("SCCRQ", {}, introduces(33)));
  assert.equal(ends(factsOf(captured))[0], "undefined 192.0.2.1 2");
});

Deno.test("a capture that begins later shows one way at a time, and no beginning", () => {
  const whole = new Captured().tunnel(LAC, LNS).call(LAC, LNS);
  const facts = factsOf(whole.map((frame, i) => i < 4 ? [] : [frame]));
  assert.deepEqual(ends(facts).filter((end) => !end.endsWith(" 0")), [
    "lac 192.0.2.1 2",
    "lns 198.51.100.2 2",
  ]);
  assert.ok(facts.connections.every(({ ends }) => ends.every(({ begun }) => !begun)));
});

Deno.test("a frame that is mirrored at two ports counts once, a retransmission does not", () => {
  const whole = new Captured().tunnel(LAC, LNS);
  const facts = factsOf(whole.map((frame) => [frame, frame]));
  assert.deepEqual([facts.messages.length, facts.mirrored], [4, 4]);
  const again = new Captured()
    .send(LAC, LNS, control("SCCRQ", {}, introduces(11)))
    .send(LAC, LNS, control("SCCRQ", {}, introduces(11)), 1);
  assert.deepEqual([factsOf(again).messages.length, factsOf(again).mirrored], [2, 0]);
});

Deno.test("what somebody sends back as it came is no tunnel of theirs", () => {
  const request = control("SCCRQ", {}, introduces(11));
  const reply = control("SCCRP", { tunnel: 11, nr: 1 }, introduces(11));
  const captured = new Captured().send(TESTER, DEVICE, request).send(DEVICE, TESTER, request)
    .send(TESTER, DEVICE, reply).send(DEVICE, TESTER, reply);
  const { facts } = collect(controlFacts, captured, bench("lns"));
  assert.deepEqual(facts.conduct("lns"), {
    verdict: "inconclusive",
    reason: "no control connection of the LNS was asked for and granted",
  });
});

Deno.test("nobody is taken for a role that nobody plays", () => {
  const asked = new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11)));
  assert.deepEqual(factsOf(asked).conduct("lns"), {
    verdict: "inconclusive",
    reason: "no LNS was seen in the captures",
  });
  assert.ok("messages" in factsOf(asked).conduct("lac"));
});

Deno.test("at the bench who is who is told by addresses, and an unknown one is the other's", () => {
  const elsewhere = { address: "10.9.0.77", port: 1701 };
  const captured = new Captured().tunnel(DEVICE, TESTER).call(DEVICE, TESTER)
    .send(elsewhere, TESTER, data(22, 222, "ff03c021"));
  const { facts } = collect(controlFacts, captured, bench("lac"));
  const conduct = facts.conduct("lac");
  assert.ok("messages" in conduct);
  assert.equal(conduct.messages.length, 4);
  assert.deepEqual(conduct.flows.map(({ from, source }) => [from, source]), [
    ["device", "10.9.0.77"],
  ]);
});

Deno.test("hidden values are recovered with the secret of the evidence, by the nearest vector", () => {
  const vector = Uint8Array.of(1, 2), nearest = Uint8Array.of(3, 4, 5);
  const value = hide(9, Uint8Array.of(0, 77), new TextEncoder().encode("s"), nearest);
  const hidden = { ...avp("assignedTunnelId", 0), hidden: true, value, length: 6 + value.length };
  const request = control("SCCRQ", {}, {}, [
    avp("randomVector", vector),
    avp("randomVector", nearest),
    hidden,
  ]);
  const captured = new Captured().send(DEVICE, TESTER, request);
  const read = (config: object) =>
    number16(
      collect(controlFacts, captured, bench("lac", config)).facts.messages[0],
      Attribute.assignedTunnel,
    );
  assert.equal(read({ secret: "s" }), 77);
  assert.equal(read({}), -1);
});

Deno.test("AVPs are read up to one that cannot be", () => {
  const bad = { ...avp("vendorName", Uint8Array.of(97)), length: 900 };
  const captured = new Captured().send(DEVICE, TESTER, control("HELLO", {}, {}, [bad]));
  const [message] = collect(controlFacts, captured, bench("lac")).facts.messages;
  assert.equal(message.type, 6);
  assert.equal(message.avps.length, 1);
  assert.equal(message.problem, "no AVP can be read 8 octets behind the header");
});

/** What the collector confesses of a capture with so many packets. */
function excessOf(count: number, packet: (i: number) => Uint8Array): string | undefined {
  const captured = new Captured().tunnel(LAC, LNS);
  for (let i = 0; i < count; i++) captured.send(LAC, LNS, packet(i), 0.002);
  return collect(controlFacts, captured, alone("lac")).excess;
}

Deno.test("more data flows than are kept are confessed", () => {
  const flow = (i: number) => data(22, i, "ff03c021");
  assert.equal(excessOf(32_768, flow), undefined);
  assert.equal(excessOf(32_770, flow), "2 data flows beyond the 32768 that are kept");
});

Deno.test("more control connections than are kept are confessed", () => {
  const request = (i: number) => control("SCCRQ", {}, introduces(1 + i));
  // That of the tunnel assigns 11 as well.
  assert.equal(
    excessOf(16_386, request),
    "2 control connections at a tap beyond the 16384 that are kept",
  );
});

Deno.test("more octets of control messages than are kept are confessed", () => {
  const long = Array.from({ length: 50 }, () => avp("vendorName", new Uint8Array(1000)));
  const hello = (i: number) => control("HELLO", { tunnel: 22, ns: 2 + i }, {}, long);
  const message = 8 + 50 * 1006;
  const room = Math.floor(16_777_216 / message);
  assert.match(
    excessOf(room + 1, hello) ?? "",
    /^\d+ octets of control messages beyond the 16777216 that are kept$/,
  );
});

Deno.test("more AVPs than are kept are confessed, however short they are", () => {
  const many = Array.from({ length: 5000 }, () => avp("vendorName", new Uint8Array(0)));
  const hello = (i: number) => control("HELLO", { tunnel: 22, ns: 2 + i }, {}, many);
  const room = Math.floor(393_216 / 5001);
  assert.equal(excessOf(room - 1, hello), undefined);
  assert.match(excessOf(room + 2, hello) ?? "", /^[12] AVPs beyond the 393216 that are kept$/);
});

Deno.test("connections that share one Tunnel ID are bounded, as each message looks at them all", () => {
  const captured = new Captured();
  for (let i = 0; i < 514; i++) {
    captured.send(
      { address: `10.7.${i >> 8}.${i & 255}`, port: 1701 },
      LNS,
      control("HELLO", { tunnel: 9 }),
      0.002,
    );
  }
  assert.match(
    collect(controlFacts, captured, alone("lac")).excess ?? "",
    /^2 control connections under one Tunnel ID beyond the 512 that are kept$/,
  );
});

Deno.test("flows are told apart by everything, whatever their digests", () => {
  const captured = new Captured();
  for (let port = 0; port < 3000; port++) {
    captured.send({ ...LAC, port: 2000 + port }, LNS, data(7, 9, "ff03c021"), 0.001);
  }
  for (let port = 0; port < 3000; port++) {
    captured.send({ ...LAC, port: 2000 + port }, LNS, data(7, 9, "ff03c021"), 0.001);
  }
  const { facts } = collect(controlFacts, captured, alone("lac"));
  assert.equal(facts.flows.length, 3000);
  assert.ok(facts.flows.every(({ packets }) => packets === 2));
});

Deno.test("more senders and more fragments than are kept are confessed", () => {
  const captured = new Captured();
  for (let i = 0; i < 4097; i++) {
    const from = { address: `10.${i >> 8}.${i & 255}.1`, port: 1701 };
    captured.send(from, LNS, control("HELLO", { word: 0xc803 }), 0.002);
  }
  const { excess } = collect(controlFacts, captured, alone("lac"));
  assert.equal(excess, "1 senders beyond the 4096 that are kept");
  const cut = new Captured();
  for (let i = 0; i < 4097; i++) cut.send(LAC, LNS, control("HELLO", {}), 0.002);
  // More fragments follow.
  for (const { bytes } of cut.frames) bytes[6] |= 0x20;
  const fragments = collect(controlFacts, cut, bench("lac"));
  assert.equal(fragments.excess, "1 first fragments beyond the 4096 that are kept");
});
