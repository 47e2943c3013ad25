/** What is told of captures as the field brings them: one-sided, reused identifiers, PPP that fails. */
import assert from "node:assert/strict";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import {
  Captured,
  control,
  data,
  DEVICE as LAC,
  introduces,
  LAC as CLIENT,
  LNS as SERVER,
  TESTER as LNS,
  verdict,
} from "../_testing/captured.ts";
import { eventsOf, toldOf } from "../_testing/told.ts";
import { alone } from "../_testing/captured.ts";

const up = () => new Captured().tunnel(LAC, LNS);
const called = () => up().call(LAC, LNS);
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
/** A PPP control packet in hexadecimal, with address and control octets. */
const ppp = (protocol: number, code: number, id: number, body = "") =>
  `ff03${hex(protocol, 4)}${hex(code, 2)}${hex(id, 2)}${hex(4 + body.length / 2, 4)}${body}`;
const { lcp, chap, ipcp } = PppProtocol, CCP = 0x80fd;
const fromClient = (frame: string) => data(22, 222, frame);
const fromLns = (frame: string) => data(11, 111, frame);
const DATAGRAM = "ff0300214500001c000000004001";

/** A capture in which client and LNS speak in turn: `c` or `l`, and the frame. */
function speak(...turns: readonly [who: "c" | "l", frame: string, after?: number][]): Captured {
  const captured = called();
  for (const [who, frame, after] of turns) {
    if (who === "c") captured.send(LAC, LNS, fromClient(frame), after);
    else captured.send(LNS, LAC, fromLns(frame), after);
  }
  return captured;
}

const opens = (protocol: number, options = ""): ["c" | "l", string][] => [
  ["l", ppp(protocol, 1, 1, options)],
  ["c", ppp(protocol, 2, 1, options)],
  ["c", ppp(protocol, 1, 1)],
  ["l", ppp(protocol, 2, 1)],
];

function callOf(captured: Captured) {
  const { conversations: [tunnel], outcomes } = toldOf(captured);
  return { ...tunnel.parts[0], tunnel, outcomes };
}

Deno.test("the same identifiers once more are another tunnel, with a call of its own", () => {
  const first = called().send(LAC, LNS, fromClient(ppp(lcp, 1, 1)))
    .send(LAC, LNS, fromClient(DATAGRAM));
  const stop = control("StopCCN", { tunnel: 22, ns: 4, nr: 2 }, {
    ...{ assignedTunnelId: 11, resultCode: { result: 1 } },
  });
  first.send(LAC, LNS, stop).send(LNS, LAC, control(undefined, { tunnel: 11, ns: 2, nr: 5 }));
  first.send(LAC, LNS, control("SCCRQ", {}, introduces(11)), 40);
  const again = first.send(LNS, LAC, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)))
    .send(LAC, LNS, control("SCCCN", { tunnel: 22, ns: 1, nr: 1 })).call(LAC, LNS)
    .send(LAC, LNS, fromClient(ppp(lcp, 1, 1))).send(LAC, LNS, fromClient(DATAGRAM), 3)
    .send(LAC, LNS, fromClient(DATAGRAM));
  const { conversations } = toldOf(again);
  assert.deepEqual(conversations.map(({ outcome }) => outcome), ["closed", "came up"]);
  for (const [i, packets] of [1, 2].entries()) {
    const [call] = conversations[i].parts;
    assert.match(eventsOf(call).join("\n"), new RegExp(`datagrams: ${packets} IPv4`));
    assert.ok(call.events.every(({ time }) => time >= call.began));
  }
});

Deno.test("data behind the end of a tunnel whose identifiers are another's by then is no fault", async () => {
  const captured = new Captured().tunnel(CLIENT, SERVER).call(CLIENT, SERVER);
  const stop = control("StopCCN", { tunnel: 22, ns: 4, nr: 2 }, {
    ...{ assignedTunnelId: 11, resultCode: { result: 1 } },
  });
  captured.send(CLIENT, SERVER, stop)
    .send(SERVER, CLIENT, control(undefined, { tunnel: 11, ns: 2, nr: 5 }))
    .send(CLIENT, SERVER, control("SCCRQ", {}, introduces(11)), 40)
    .send(SERVER, CLIENT, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)))
    .send(CLIENT, SERVER, control("SCCCN", { tunnel: 22, ns: 1, nr: 1 }))
    .call(CLIENT, SERVER).send(CLIENT, SERVER, fromClient(DATAGRAM), 5);
  assert.equal(await verdict(captured, alone("lac"), "l2tp/lac/data/within_calls"), "pass");
});

Deno.test("of one direction it is said that it is one, and nobody is called silent", () => {
  const mine = called().send(LAC, LNS, fromClient(ppp(lcp, 1, 1)), 60);
  const half = mine.map((frame) =>
    formatAddress(frame.bytes, 12, 16) === LAC.address ? [frame] : []
  );
  const { conversations: [tunnel], ...rest } = toldOf(half);
  assert.equal(rest.outcomes.length, 1);
  assert.equal(tunnel.outcome, "one direction");
  assert.match(tunnel.summary, /nothing that the LNS sent was captured/);
  assert.doesNotMatch(JSON.stringify(tunnel), /silent|never acknowledged|answers none/);
  assert.deepEqual(tunnel.parts.map(({ outcome }) => outcome), ["came up"]);
});

Deno.test("of two requests that cross one gives way", () => {
  const captured = new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11)))
    .send(LNS, LAC, control("SCCRQ", {}, introduces(33)), 0.001)
    .send(LNS, LAC, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)))
    .send(LAC, LNS, control("SCCCN", { tunnel: 22, ns: 1, nr: 1 }))
    .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 1, nr: 2 }), 20);
  const { outcomes } = toldOf(captured);
  assert.deepEqual(outcomes.map(({ outcome, tone }) => [outcome, tone]), [
    ["came up", "good"],
    ["gave way", "note"],
  ]);
});

Deno.test("a grant that is never confirmed is told with what repeats", () => {
  const captured = new Captured();
  for (const after of [0, 1, 2, 4]) {
    captured.send(LAC, LNS, control("SCCRQ", {}, introduces(11)), after)
      .send(LNS, LAC, control("SCCRP", { tunnel: 11, nr: 1 }, introduces(22)));
  }
  const { conversations: [{ outcome, tone, summary }] } = toldOf(captured);
  assert.deepEqual([outcome, tone], ["not confirmed", "bad"]);
  assert.match(summary, /the LNS granted it 4 times, and the LAC asked again each time/);
});

Deno.test("who gave up a silent peer is told after who was silent", () => {
  const hello = control("HELLO", { tunnel: 22, ns: 4, nr: 2 }), captured = called();
  for (const after of [60, 1, 2, 4, 8]) captured.send(LAC, LNS, hello, after);
  captured.send(
    LAC,
    LNS,
    control("StopCCN", { tunnel: 22, ns: 5, nr: 2 }, {
      ...{ assignedTunnelId: 11, resultCode: { result: 2, error: 6 } },
    }),
    8,
  );
  const { conversations: [{ outcome, summary }] } = toldOf(captured);
  assert.equal(outcome, "lost contact");
  assert.match(
    summary,
    /the LNS fell silent: a HELLO of the LAC got no acknowledgement in 15\.0 s/,
  );
  assert.match(summary, /and the LAC gave up after .*: result 2/);
});

Deno.test("a request that was acknowledged and never answered is told as that", () => {
  const asks = { assignedSessionId: 111, callSerialNumber: 1 };
  const captured = up().send(LAC, LNS, control("ICRQ", { tunnel: 22, ns: 2, nr: 1 }, asks))
    .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 1, nr: 3 }))
    .send(LAC, LNS, control("HELLO", { tunnel: 22, ns: 3, nr: 1 }), 60);
  const { summary, outcomes } = callOf(captured);
  assert.match(summary, /the LNS acknowledged the request, and neither took nor refused it/);
  assert.equal(outcomes[0].tone, "bad");
});

Deno.test("a call whose Session ID is hidden is one call", () => {
  const hidden = { mandatory: true, hidden: true, reserved: 0, vendor: 0, type: 14, length: 14 };
  const avp = { ...hidden, value: Uint8Array.fromHex("0102030405060708") };
  const captured = up()
    .send(LAC, LNS, control("ICRQ", { tunnel: 22, ns: 2, nr: 1 }, {}, [avp]))
    .send(
      LNS,
      LAC,
      control("ICRP", { tunnel: 11, session: 111, ns: 1, nr: 3 }, { assignedSessionId: 222 }),
    )
    .send(
      LAC,
      LNS,
      control("ICCN", { tunnel: 22, session: 222, ns: 3, nr: 2 }, {
        ...{ txConnectSpeed: 1000, framingType: 1 },
      }),
    )
    .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 2, nr: 4 }));
  const { tunnel, between } = callOf(captured);
  assert.equal(tunnel.parts.length, 1);
  assert.equal(between, "LAC Session ID 111, LNS Session ID 222");
});

Deno.test("a failed call makes its tunnel one that went wrong, among however many", () => {
  const { outcomes } = callOf(speak(
    ...opens(lcp, "0305c22305"),
    ["l", ppp(chap, 1, 1, "04aaaaaaaa6c")],
    ["c", ppp(chap, 2, 1, "04bbbbbbbb626f62")],
    ["l", ppp(chap, 4, 1, "6e6f")],
  ));
  assert.deepEqual(outcomes.map(({ outcome, tone }) => [outcome, tone]), [
    ["came up, a call went wrong", "bad"],
  ]);
});

/** PPP that fails, each with what an expert would call the reason. */
const FAILURES: Record<string, [Captured, RegExp]> = {
  "an option on which the ends do not agree": [
    speak(
      ...[1, 2, 3, 4].flatMap((id): ["c" | "l", string][] => [
        ["l", ppp(lcp, 1, id, "0305c22305")],
        ["c", ppp(lcp, 3, id, "0304c023")],
      ]),
      ["l", ppp(lcp, 5, 9, "6e6f")],
    ),
    /the client does not accept the LCP options CHAP with MD5 of the LNS and wants PAP \(4 times\); the LNS terminated it: “no”/,
  ],
  "a link that is looped back": [
    speak(...[1, 2, 3].flatMap((id): ["c" | "l", string][] => [
      ["l", ppp(lcp, 1, id, "05060000abcd")],
      ["c", ppp(lcp, 1, id, "05060000abcd")],
    ])),
    /the link is looped back/,
  ],
  "encryption that one end rejects": [
    speak(
      ...opens(lcp),
      ...[1, 2, 3].flatMap((id): ["c" | "l", string][] => [
        ["l", ppp(CCP, 1, id, "120601000040")],
        ["c", ppp(CCP, 4, id, "120601000040")],
      ]),
      ["l", ppp(lcp, 5, 9)],
    ),
    /the client rejects the CCP options MPPE 128 bit stateless \(3 times\); the LNS terminated it/,
  ],
  "Echo-Requests that nobody answers": [
    speak(
      ...opens(lcp),
      ...opens(ipcp),
      ["l", ppp(lcp, 9, 1, "00000001"), 10],
      ["c", ppp(lcp, 10, 1, "00000002")],
      ...[2, 3, 4].map((id): ["l", string, number] => ["l", ppp(lcp, 9, id, "00000001"), 10]),
      ["l", ppp(lcp, 5, 9, "676f6e65")],
    ),
    /came up \(IPCP opened\); then the client answered none of 3 Echo-Requests, and the LNS terminated it: “gone”/,
  ],
};

for (const [name, [captured, reason]] of Object.entries(FAILURES)) {
  Deno.test(`why PPP failed is told: ${name}`, () => {
    const { summary, tone } = callOf(captured);
    assert.match(summary, reason);
    assert.equal(tone, "bad");
  });
}

Deno.test("why a link is ended is shown as octets where it is no text", () => {
  const { summary } = callOf(
    speak(...opens(lcp), ...opens(ipcp), ["c", ppp(lcp, 5, 9, "728c466f003ccd7400000000")]),
  );
  assert.match(summary, /the client terminated it: 728c466f003ccd7400000000 in hexadecimal/);
});

Deno.test("a port that is another one after a silence may be a NAT's doing, and at once is not", async () => {
  const moved = (after: number, back: boolean) => {
    const captured = new Captured().tunnel(CLIENT, SERVER).call(CLIENT, SERVER)
      .send(
        { ...CLIENT, port: 6000 },
        SERVER,
        control("HELLO", { tunnel: 22, ns: 4, nr: 2 }),
        after,
      );
    return back ? captured.send(CLIENT, SERVER, fromClient(DATAGRAM)) : captured;
  };
  const judged = (captured: Captured) =>
    verdict(captured, alone("lac"), "l2tp/lac/transport/one_address");
  assert.match(
    await judged(moved(60, false)),
    /^inconclusive: .*5000 before a silence of 60 s: a NAT/,
  );
  assert.match(await judged(moved(0.1, false)), /^fail/);
  assert.match(await judged(moved(60, true)), /^fail/);
});

Deno.test("octets that look like data of L2TP by chance are no session", () => {
  const { conversations, notes } = toldOf(new Captured().send(LAC, LNS, data(1, 2, "cbcbcbcbcb")));
  assert.equal(conversations.length, 0);
  assert.match(notes.join(), /1 flow that looks like data of L2TP .* probably no L2TP at all/);
});
