import assert from "node:assert/strict";
import { icmpEcho, udpDatagram } from "../../../captures/wire/build.ts";
import { avp } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { collect, INITIATOR, l2tp, NAT, type Shown } from "../_testing/captures.ts";
import { control } from "../packets.ts";
import { clientDataFacts, DATA_PORT, isOpen } from "./client_data.ts";

const PING = icmpEcho({
  source: "172.16.11.2",
  destination: "172.31.0.2",
  identifier: 1,
  sequence: 1,
});
const data = (tunnelId: number, sessionId: number, ...ppp: number[]) =>
  Uint8Array.of(0, 2, 0, tunnelId, 0, sessionId, 0xff, 3, ...ppp);
const toInitiator = (payload: Uint8Array): Shown => ["ext", 0, l2tp(NAT, INITIATOR, payload)];
const fromInitiator = (payload: Uint8Array): Shown => ["ext", 0, l2tp(INITIATOR, NAT, payload)];

/** An ICRP of Session ID 9 for the initiator's session 5. */
function icrp(): Uint8Array {
  const octets = control(MessageType.ICRP, 7, [avp("assignedSessionId", 9)]);
  octets[7] = 5;
  return octets;
}

const TUNNEL: Shown[] = [
  toInitiator(control(MessageType.SCCRP, 7, [avp("assignedTunnelId", 8)])),
  toInitiator(icrp()),
];

Deno.test("a session is known by the initiator's identifiers on both ways", () => {
  const { datagrams, sessions } = collect(clientDataFacts, [
    ...TUNNEL,
    toInitiator(data(7, 5, 0, 0x21, ...PING)),
    fromInitiator(data(8, 9, 0, 0x21, ...PING)),
    fromInitiator(data(8, 10, 0, 0x21, ...PING)),
    ["lan", 0, PING],
  ]).facts;
  const key = `${INITIATOR}:1701/7/5`;
  assert.deepEqual(sessions.map((session) => [session.key, session.other]), [[key, `${NAT}:1701`]]);
  assert.deepEqual(
    datagrams.map(({ tap, carrier }) => [tap, carrier?.toInitiator, carrier?.session]),
    [["ext", true, key], ["ext", false, key], ["ext", false, undefined], [
      "lan",
      undefined,
      undefined,
    ]],
  );
  assert.equal(new Set(datagrams.map(({ print }) => print)).size, 1);
});

Deno.test("a session is open once both sides have acknowledged IPCP", () => {
  const ack = [0x80, 0x21, 2, 1, 0, 4];
  const one = [...TUNNEL, toInitiator(data(7, 5, ...ack))];
  const both = [...one, fromInitiator(data(8, 9, ...ack))];
  assert.deepEqual(
    [one, both].map((frames) => isOpen(collect(clientDataFacts, frames).facts.sessions[0])),
    [false, true],
  );
});

Deno.test("datagrams that nobody judges are not kept, and those beyond the bound are confessed", () => {
  const packet = (port: number) =>
    udpDatagram({
      ...{ source: "172.16.11.2", destination: "172.31.0.2", sourcePort: port },
      ...{ destinationPort: port, payload: new Uint8Array(16) },
    });
  assert.equal(collect(clientDataFacts, [["lan", 0, packet(53)]]).facts.datagrams.length, 0);
  const judged = packet(DATA_PORT);
  const many = Array.from({ length: 16_385 }, (): Shown => ["lan", 0, judged]);
  const { facts, excess } = collect(clientDataFacts, many);
  assert.equal(facts.datagrams.length, 16_384);
  assert.equal(excess, "1 clients' datagrams at a tap beyond the 16384 that are kept");
});
