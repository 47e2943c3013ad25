import assert from "node:assert/strict";
import fc from "fast-check";
import { icmpEcho, udpDatagram } from "../wire/build.ts";
import { octets } from "../_testing/format_laws.ts";
import * as l2tp from "../wire/l2tp.ts";
import { viewOf } from "../wire/octets.ts";
import { describe } from "./describe.ts";
import { DEFECT, dissectFrom } from "./dissect.ts";

const { L2tpFlag } = l2tp;
const ENDS = { source: "10.0.0.1", destination: "10.0.0.2" };
const fromHex = (text: string) =>
  Uint8Array.from(text.match(/../g)!, (octet) => parseInt(octet, 16));

function layersOf(payload: Uint8Array) {
  const bytes = udpDatagram({ ...ENDS, sourcePort: 1701, destinationPort: 1701, payload });
  return dissectFrom(
    { table: "linkType", keys: [101], start: 0, end: bytes.length },
    bytes,
    viewOf(bytes),
  );
}

function lineOf(payload: Uint8Array): string {
  return describe(layersOf(payload)).replace(/^.*?: UDP, length \d+ /, "");
}

Deno.test("a capture of an SCCRQ is described with its AVPs", () => {
  const sccrq = fromHex(
    "c802008f000000000000000080080000000000018016000000241beb3e3ec0f14d46c8dbd3145758131880080000" +
      "00020100800a0000000300000003800a00000004000000000008000000060690800800000007766d001300000008" +
      "78656c6572616e63652e636f6d800800000009aecd80080000000a000480160000000bbda36a9eaa21966876a0e1" +
      "542013b4b5",
  );
  const line = lineOf(sccrq);
  assert.equal(
    line,
    'L2TP SCCRQ, tunnel 0, session 0, Ns 0, Nr 0, host name "vm", assigned tunnel id 44749, ' +
      "challenge bda36a9eaa21966876a0e1542013b4b5",
  );
  const [layer] = layersOf(sccrq).filter(({ name }) => name === "l2tp");
  assert.equal(layer.fields.find(({ name }) => name === "receive_window_size")?.value, 4);
  assert.equal(layer.problem, undefined);
});

Deno.test("a capture of a ZLB and of a CDN are described", () => {
  assert.equal(
    lineOf(fromHex("c802000caecd9a4700020004")),
    "L2TP ZLB, tunnel 44749, session 39495, Ns 2, Nr 4",
  );
  const cdn = fromHex(
    "c802003c4d61a3af00040002800800000000000e801600000024ef6650b898e4c6ade303ea7e3e1b2a5b800a0000" +
      "00010001000080080000000e9a47",
  );
  assert.match(
    lineOf(cdn),
    /^L2TP CDN, .* result code 1 \(loss of carrier\), assigned session id 39495$/,
  );
});

Deno.test("a data message is dissected through PPP to the datagram within", () => {
  const inner = icmpEcho({ ...ENDS, identifier: 1, sequence: 2 });
  const flags = L2tpFlag.length | L2tpFlag.sequence | L2tpFlag.offset | L2tpFlag.priority;
  const frame = Uint8Array.of(0xff, 3, 0, 0x21, ...inner);
  const record = { flags, version: 2, tunnelId: 7, sessionId: 8, ns: 1, nr: 0 };
  const header = l2tp.withLength({ ...record, offsetPad: new Uint8Array(3) }, frame.length);
  const layers = layersOf(Uint8Array.of(...l2tp.encode(header), ...frame));
  assert.deepEqual(layers.map(({ name }) => name), [
    "raw",
    "ipv4",
    "udp",
    "l2tp",
    "ppp",
    "ipv4",
    "icmp",
  ]);
  assert.ok(layers.every(({ problem }) => problem === undefined));
});

Deno.test("negotiation and authentication within L2TP are described", () => {
  const data = (text: string) => fromHex("000200070008" + text);
  assert.match(
    lineOf(data("ff03c0210101000e010405780506a1b2c3d4")),
    /LCP Configure-Request, id 1, mru 1400, magic_number a1b2c3d4$/,
  );
  assert.match(
    lineOf(data("c02301010009026d65017a")),
    /PAP Authenticate-Request, id 1, peer "me"$/,
  );
  assert.match(lineOf(data("c22301050009020102706c")), /CHAP Challenge, id 5, name "pl"$/);
  assert.match(lineOf(data("802101010 00a03060a090002".replace(" ", ""))), /ip_address 10.9.0.2$/);
  assert.match(
    lineOf(data("80570101000e010a0000000000000001")),
    /IPV6CP Configure-Request, id 1, interface_identifier 0000000000000001$/,
  );
  assert.match(lineOf(data("c0210801000880fd0101")), /Protocol-Reject, id 1 of 0x80fd \(CCP\)$/);
});

Deno.test("other versions and malformed messages are named", () => {
  assert.match(lineOf(fromHex("c801000c0000000000000000")), /L2F \[L2F is not dissected\]$/);
  assert.match(
    lineOf(fromHex("c803000c0000000000000000")),
    /^L2TPv3 ZLB, connection 0, Ns 0, Nr 0$/,
  );
  assert.match(lineOf(fromHex("c80f000c0000000000000000")), /version must be 2: got 15\]$/);
  assert.match(
    lineOf(fromHex("c802000d0000000000000000")),
    /length must be 12 to 12 octets: got 13/,
  );
  assert.match(lineOf(fromHex("c802000b0000000000000000")), /got 11\]$/);
  assert.match(lineOf(fromHex("c80200120000000000000000800500000000")), /at least 6: got 5\]$/);
  assert.match(lineOf(fromHex("880200000000000000008008000000000006")), /must have L and S set/);
});

Deno.test("no octets behind port 1701 lead a dissector astray", () => {
  fc.assert(fc.property(octets(0, 80), fc.boolean(), (payload, control) => {
    if (payload.length > 1) payload.set([control ? 0xc8 : 0x48, 2]);
    for (const { problem } of layersOf(payload)) assert.ok(!problem?.startsWith(DEFECT), problem);
    assert.doesNotMatch(lineOf(payload), /[^\x20-\x7e…]/);
  }));
});
