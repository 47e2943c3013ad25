/** What is told of tunnels and calls. */
import assert from "node:assert/strict";
import { ipDatagram } from "../../../captures/wire/build.ts";
import {
  Captured,
  control,
  data,
  DEVICE as LAC,
  introduces,
  type Place,
  TESTER as LNS,
} from "../_testing/captured.ts";
import { eventsOf, toldOf } from "../_testing/told.ts";

const text = (value: string) => new TextEncoder().encode(value);
const up = () => new Captured().tunnel(LAC, LNS);
const called = () => up().call(LAC, LNS);
/** A PPP control packet in hexadecimal. */
const ppp = (protocol: string, code: number, id: number, body = "") => {
  const octet = (value: number) => value.toString(16).padStart(2, "0");
  const length = (4 + body.length / 2).toString(16).padStart(4, "0");
  return `ff03${protocol}${octet(code)}${octet(id)}${length}${body}`;
};
const fromClient = (frame: string) => data(22, 222, frame);
const fromLns = (frame: string) => data(11, 111, frame);

/** What became of the one tunnel of a capture. */
function only(captured: Captured) {
  const { conversations } = toldOf(captured);
  assert.equal(conversations.length, 1);
  return conversations[0];
}

Deno.test("requests without any answer are counted, with their intervals, and who was silent", () => {
  const request = control("SCCRQ", {}, introduces(11)), captured = new Captured();
  for (const after of [0, 1, 2, 4, 8]) captured.send(LAC, LNS, request, after);
  const { outcome, tone, summary, events } = only(captured);
  assert.equal(outcome, "no answer");
  assert.equal(tone, "bad");
  assert.match(summary, /the LNS 10\.9\.0\.2 was silent/);
  assert.match(summary, /5 times, again after 1\.0, 2\.0, 4\.0 and 8\.0 s \(backs off/);
  assert.equal(events.length, 1);
  assert.deepEqual(events[0].frames.map(({ number }) => number), [1, 2, 3, 4, 5]);
});

Deno.test("intervals that do not grow are said not to", () => {
  const request = control("SCCRQ", {}, introduces(11)), captured = new Captured();
  for (let i = 0; i < 5; i++) captured.send(LAC, LNS, request, 1);
  assert.match(only(captured).summary, /does not back off/);
});

Deno.test("an ICMP error about a request is told as the reason", () => {
  const request = control("SCCRQ", {}, introduces(11));
  const captured = new Captured().send(LAC, LNS, request).send(LAC, LNS, request, 1);
  const quoted = captured.frames[0].bytes;
  const payload = Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0, ...quoted);
  const bytes = ipDatagram({
    source: LNS.address,
    destination: LAC.address,
    protocol: 1,
    payload,
  });
  const [, last] = captured.frames;
  captured.frames.push({
    ...{ ...last, number: 3, bytes, start: 0, end: bytes.length, originalLength: bytes.length },
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  });
  const { summary, events } = only(captured);
  assert.match(summary, /10\.9\.0\.2 answers by ICMP: port unreachable/);
  assert.equal(events.at(-1)!.what, "ICMP");
});

Deno.test("a refusal is told with the meaning of its codes, and its text is harmless", () => {
  const captured = new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11))).send(
    LNS,
    LAC,
    control("StopCCN", { tunnel: 11, nr: 1 }, {
      assignedTunnelId: 22,
      resultCode: { result: 4, error: 6, message: text("go \u001b[31maway\u202e") },
    }),
  );
  const { outcome, summary } = only(captured);
  assert.equal(outcome, "refused");
  assert.match(summary, /refused by the LNS: result 4: the requester is not authorised/);
  assert.match(
    summary,
    /error 6: vendor-specific error; message “go \\u\{1b\}\[31maway\\u\{202e\}”/,
  );
});

Deno.test("codes with their octets exchanged are recognised", () => {
  const stop = { assignedTunnelId: 11, resultCode: { result: 0x0100 } };
  const captured = up().send(LAC, LNS, control("StopCCN", { tunnel: 22, ns: 2, nr: 1 }, stop));
  const { summary, tone, outcome } = only(captured);
  assert.match(summary, /result 256: no code of RFC 2661; .* it would be 1: cleared on request/);
  assert.equal(tone, "bad");
  assert.equal(outcome, "closed for an error");
});

Deno.test("a tunnel that comes up and is closed on request went well", () => {
  const stop = { assignedTunnelId: 11, resultCode: { result: 1 } };
  const told = toldOf(
    called().send(LAC, LNS, control("StopCCN", { tunnel: 22, ns: 4, nr: 2 }, stop))
      .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 2, nr: 5 })),
  );
  const [{ summary, tone, parts, between }] = told.conversations;
  assert.match(summary, /came up after 20 ms with 1 call; the LAC closed it after 80 ms/);
  assert.equal(tone, "good");
  assert.equal(parts.length, 1);
  assert.match(parts[0].summary, /call came up, ended with its tunnel/);
  assert.match(
    between,
    /LAC 10\.9\.0\.1:1701 \(“somebody”, Tunnel ID 11\) and LNS 10\.9\.0\.2:1701/,
  );
  assert.deepEqual(told.roles.sort(), ["lac", "lns"]);
  assert.deepEqual(told.classes.sort(), ["lac", "lns"]);
});

Deno.test("answers from another port belong to the tunnel, and so does its data", () => {
  const from: Place = { ...LAC, port: 5000 }, answers: Place = { ...LNS, port: 40_000 };
  const captured = new Captured().send(from, LNS, control("SCCRQ", {}, introduces(11)))
    .send(answers, from, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)))
    .send(from, answers, control("SCCCN", { tunnel: 22, ns: 1, nr: 1 }))
    .send(answers, from, control(undefined, { tunnel: 11, ns: 1, nr: 2 }))
    .send(from, answers, data(22, 3, "ff0300214500001c000000004001"));
  const { outcome, between, parts } = only(captured);
  assert.equal(outcome, "came up");
  assert.match(between, /10\.9\.0\.1:5000.*10\.9\.0\.2:40000/);
  assert.match(parts[0].summary, /carries datagrams/);
});

Deno.test("who falls silent in a tunnel that was up is named, with how often he was asked", () => {
  const hello = control("HELLO", { tunnel: 22, ns: 4, nr: 2 }), captured = called();
  for (const after of [60, 1, 2, 4, 8]) captured.send(LAC, LNS, hello, after);
  const { outcome, summary, events } = only(captured);
  assert.equal(outcome, "lost contact");
  assert.match(summary, /then the LNS fell silent: a HELLO of the LAC got no acknowledgement/);
  const said = eventsOf({ events } as never).filter((line) => line.startsWith("HELLO"));
  assert.deepEqual(said.length, 1);
  assert.match(said[0], /sent 5 times.*never acknowledged/);
});

Deno.test("HELLOs that were acknowledged are told once, however many there are", () => {
  const captured = up();
  for (let i = 0; i < 20; i++) {
    captured.send(LAC, LNS, control("HELLO", { tunnel: 22, ns: 2 + i, nr: 1 }), 60)
      .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 1, nr: 3 + i }));
  }
  const lines = eventsOf(only(captured)).filter((line) => line.startsWith("HELLO"));
  assert.deepEqual(lines, ["HELLO: 20 of them in 19 min 0 s, each acknowledged"]);
});

Deno.test("a call that is cleared tells why, and who did it", () => {
  const cause = { cause: 17, message: 0, advisory: text("busy") };
  const captured = up().send(
    LAC,
    LNS,
    control("ICRQ", { tunnel: 22, ns: 2, nr: 1 }, { assignedSessionId: 111, callSerialNumber: 7 }),
  ).send(
    LNS,
    LAC,
    control("CDN", { tunnel: 11, session: 111, ns: 1, nr: 3 }, {
      resultCode: { result: 2, error: 4, message: text("full") },
      assignedSessionId: 222,
      q931CauseCode: cause,
    }),
  );
  const { parts: [call], tone, summary } = only(captured);
  assert.equal(call.outcome, "refused");
  assert.match(call.summary, /refused by the LNS: result 2: general error; error 4: insufficient/);
  assert.match(call.summary, /message “full”; Q\.931 cause 17: user busy “busy”/);
  assert.equal(tone, "bad");
  assert.match(summary, /the call went wrong/);
});

Deno.test("PPP is told: what LCP agreed on, who was let in, the addresses", () => {
  const mru = "01040578", chap = "0305c22305";
  const name = hexOf(text("alice"));
  const captured = called()
    .send(LNS, LAC, fromLns(ppp("c021", 1, 1, mru + chap)))
    .send(LAC, LNS, fromClient(ppp("c021", 2, 1, mru + chap)))
    .send(LAC, LNS, fromClient(ppp("c021", 1, 9, mru)))
    .send(LNS, LAC, fromLns(ppp("c021", 2, 9, mru)))
    .send(LNS, LAC, fromLns(ppp("c223", 1, 1, `10${"00".repeat(16)}`)))
    .send(LAC, LNS, fromClient(ppp("c223", 2, 1, `10${"11".repeat(16)}${name}`)))
    .send(LNS, LAC, fromLns(ppp("c223", 3, 1)))
    .send(LAC, LNS, fromClient(ppp("8021", 1, 1, "03060a000002")))
    .send(LNS, LAC, fromLns(ppp("8021", 2, 1, "03060a000002")))
    .send(LNS, LAC, fromLns(ppp("8021", 1, 1, "03060a000001")))
    .send(LAC, LNS, fromClient(ppp("8021", 2, 1, "03060a000001")))
    .send(LAC, LNS, fromClient("ff03002145000014"));
  const { parts: [call], tone } = only(captured);
  assert.equal(tone, "good");
  assert.match(call.summary, /PPP came up \(IPCP opened\)/);
  const lines = eventsOf(call).join("\n");
  assert.match(
    lines,
    /LCP: opened after 30 ms: the client with MRU 1400; the LNS with MRU 1400, CHAP/,
  );
  assert.match(lines, /CHAP with MD5: user “alice” is let in by the LNS/);
  assert.match(lines, /IPCP: opened after 30 ms: the client with address 10\.0\.0\.2/);
  assert.match(lines, /datagrams: 1 IPv4 \(4 octets\) from the client; none the other way/);
});

Deno.test("a refused password and an LCP without an answer are why PPP did not come up", () => {
  const refused = called()
    .send(LAC, LNS, fromClient(ppp("c023", 1, 1, "03626f620131")))
    .send(LNS, LAC, fromLns(ppp("c023", 3, 1, `03${hexOf(text("no!"))}`)));
  assert.match(
    only(refused).parts[0].summary,
    /PPP failed: PAP user “bob” is refused by the LNS: “no!”/,
  );
  const silent = called();
  for (let i = 1; i < 6; i++) silent.send(LAC, LNS, fromClient(ppp("c021", 1, i, "01040578")), 3);
  const { parts: [call] } = only(silent);
  assert.match(call.summary, /the LNS answers none of 5 LCP Configure-Requests of the client/);
  assert.equal(call.tone, "bad");
});

Deno.test("a capture that begins later tells what it shows, and that it began later", () => {
  const whole = called().send(LAC, LNS, fromClient("ff03002145000014"));
  const late = whole.map((frame, i) => i < 4 ? [] : [frame]);
  const { outcome, notes, parts } = only(late);
  assert.equal(outcome, "begun before");
  assert.match(notes.join(), /its beginning is not in the capture/);
  assert.equal(parts.length, 1);
  const data = whole.map((frame, i) => i < 8 ? [] : [frame]);
  assert.match(only(data).summary, /data without any control message/);
});

Deno.test("DNS on the port of L2TP is said to be that", () => {
  const query = Uint8Array.fromHex("000201000001000000000000076578616d706c65036f72670000010001");
  const { conversations, notes } = toldOf(new Captured().send(LAC, LNS, query));
  assert.equal(conversations.length, 0);
  assert.match(notes.join(), /1 packet on UDP port 1701 is DNS, the first in frame 1/);
});

Deno.test("frames that a mirror shows twice are one message, and the advice is given", () => {
  const twice = called().map((frame) => [frame, frame]);
  const { conversations: [tunnel], notes } = toldOf(twice);
  assert.match(notes.join(), /mirror port/);
  assert.doesNotMatch(JSON.stringify(tunnel.events), /sent twice/);
});

Deno.test("of many tunnels those that went wrong are told, and all are counted", () => {
  const captured = new Captured();
  for (let i = 0; i < 300; i++) {
    const lac = { ...LAC, address: `10.9.${1 + (i >> 7)}.${1 + (i & 127)}` };
    // An LNS has an identifier of its own for each of them.
    captured.send(lac, LNS, control("SCCRQ", {}, introduces(1)))
      .send(LNS, lac, control("SCCRP", { tunnel: 1, nr: 1 }, introduces(100 + i)))
      .send(lac, LNS, control("SCCCN", { tunnel: 100 + i, ns: 1, nr: 1 }))
      .send(LNS, lac, control(undefined, { tunnel: 1, ns: 1, nr: 2 }));
    if (i === 299) {
      const request = control("SCCRQ", {}, introduces(99));
      captured.send({ ...LAC, address: "10.8.0.1" }, LNS, request).send(
        { ...LAC, address: "10.8.0.1" },
        LNS,
        request,
        5,
      );
    }
  }
  const { conversations, outcomes } = toldOf(captured);
  assert.equal(conversations[0].outcome, "no answer");
  assert.ok(conversations.length <= 200);
  assert.deepEqual(outcomes.map(({ outcome, count }) => [outcome, count]), [
    ["came up", 300],
    ["no answer", 1],
  ]);
});

/** Octets in hexadecimal. */
function hexOf(octets: Uint8Array): string {
  return octets.toHex();
}
