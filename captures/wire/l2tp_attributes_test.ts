import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, octets } from "../_testing/format_laws.ts";
import * as avp from "./l2tp_avp.ts";
import {
  type AttributeName,
  attributeName,
  ATTRIBUTES,
  avp as makeAvp,
  readValue,
} from "./l2tp_attributes.ts";
import { hide, unhide } from "./l2tp_hiding.ts";
import * as message from "./l2tp_message.ts";
import { chapMd5 } from "./ppp_chap_md5.ts";

const NAMES = Object.keys(ATTRIBUTES) as AttributeName[];
const ascii = (text: string) => new TextEncoder().encode(text);
const fromHex = (text: string) =>
  Uint8Array.from(text.match(/../g)!, (octet) => parseInt(octet, 16));

Deno.test("every attribute's value is read and written exactly, whatever its octets", () => {
  for (const name of NAMES) {
    const { format, title } = ATTRIBUTES[name];
    fc.assert(
      fc.property(octets(0, 40), (value) => {
        const { record, problem } = readValue(name, value);
        const fits = value.length >= format.minimum && value.length <= format.maximum;
        assert.equal(record !== undefined, fits);
        if (record === undefined) assert.ok(problem!.startsWith(title), problem);
        else assert.deepEqual(makeAvp(name, record as never).value, value);
      }),
      { numRuns: 40 },
    );
  }
});

Deno.test("the 39 attributes of RFC 2661 have its numbers, and 20 is not among them", () => {
  const types = NAMES.map((name) => ATTRIBUTES[name].type).sort((a, b) => a - b);
  assert.deepEqual(types, [...Array(40).keys()].filter((type) => type !== 20));
  assert.equal(attributeName(20), undefined);
  assert.equal(attributeName(36), "randomVector");
  const optional = NAMES.filter((name) => !ATTRIBUTES[name].mandatory).map((n) =>
    ATTRIBUTES[n].type
  );
  assert.deepEqual(optional, [5, 6, 8, 25, 26, 27, 28, 29, 30, 31, 32, 33, 37, 38]);
  const clear = NAMES.filter((name) => !ATTRIBUTES[name].mayHide).map((n) => ATTRIBUTES[n].type);
  assert.deepEqual(clear, [0, 1, 2, 5, 7, 10, 12, 36, 39]);
});

Deno.test("values of wrong size are refused with the sizes", () => {
  assert.match(readValue("assignedTunnelId", octetsOf(1)).problem!, /1 of 2 octets$/);
  assert.match(readValue("rxConnectSpeed", octetsOf(2)).problem!, /2 of 4 octets$/);
  assert.match(readValue("protocolVersion", octetsOf(3)).problem!, /must be 2 octets: got 3$/);
  assert.match(readValue("hostName", octetsOf(0)).problem!, /0 of 1 octets$/);
  assert.equal(readValue("sequencingRequired", octetsOf(0)).record, true);
});

const octetsOf = (length: number) => new Uint8Array(length);

Deno.test("a hidden value is the value again for whoever has secret and vector", () => {
  const any = octets(0, 64);
  fc.assert(fc.property(bits(16), any, any, any, any, (type, value, secret, vector, padding) => {
    const hidden = hide(type, value, secret, vector, padding);
    assert.equal(hidden.length, 2 + value.length + padding.length);
    assert.deepEqual(unhide(type, hidden, secret, vector).record, value);
  }));
});

Deno.test("a hidden value that makes no sense is named and never read beyond its end", () => {
  fc.assert(fc.property(bits(16), octets(0, 64), octets(1, 9), (type, hidden, secret) => {
    const { record, problem } = unhide(type, hidden, secret, octetsOf(16));
    if (record === undefined) assert.match(problem!, /cut short: \d+ of \d+ octets$/);
    else assert.ok(record.length + 2 <= hidden.length);
  }));
});

/** SCCRQ, SCCRP and SCCCN of an xl2tpd that talks to another, both with the secret `plumbline`. */
const CAPTURE = [
  "c802008f000000000000000080080000000000018016000000241beb3e3ec0f14d46c8dbd314575813188008000000" +
  "020100800a0000000300000003800a00000004000000000008000000060690800800000007766d0013000000087865" +
  "6c6572616e63652e636f6d800800000009aecd80080000000a000480160000000bbda36a9eaa21966876a0e1542013" +
  "b4b5",
  "c80200a5aecd0000000000018008000000000002801600000024334acf3ab7400ef778eb495c1c6e2f348008000000" +
  "020100800a0000000300000003800a00000004000000000008000000060690800800000007766d0013000000087865" +
  "6c6572616e63652e636f6d8008000000094d6180080000000a000480160000000d7a93bf6613833bea2a4e5f276e7c" +
  "889980160000000b0bdae0cfd4e62cd3061d8cad97f0842c",
  "c80200404d610000000100018008000000000003801600000024f253b598d9f880e70e17321f92cd59e88016000000" +
  "0d96a66d9bf5cba87ac15ac9813aebdf7c",
].map(fromHex);

/** The value of an attribute in a captured message. */
function valueIn<K extends AttributeName>(bytes: Uint8Array, name: K) {
  const { record } = message.decode(bytes);
  const found = record!.avps.find((a) => a.vendor === 0 && a.type === ATTRIBUTES[name].type);
  return readValue(name, found!.value).record!;
}

Deno.test("a capture of an xl2tpd's control connection is read and written octet by octet", () => {
  const [sccrq, sccrp] = CAPTURE;
  for (const bytes of CAPTURE) {
    const { record } = message.decode(bytes);
    assert.deepEqual(message.encode(record!), bytes);
    assert.deepEqual(message.withLength(record!), record);
    for (const one of record!.avps) assert.deepEqual(avp.withLength(one), one);
  }
  assert.equal(valueIn(sccrq, "messageType"), message.MessageType.SCCRQ);
  assert.deepEqual(valueIn(sccrq, "protocolVersion"), { version: 1, revision: 0 });
  assert.deepEqual(valueIn(sccrq, "hostName"), ascii("vm"));
  assert.equal(valueIn(sccrq, "assignedTunnelId"), 0xaecd);
  assert.equal(message.decode(sccrp).record!.header.tunnelId, 0xaecd);
  assert.equal(valueIn(sccrp, "receiveWindowSize"), 4);
  assert.deepEqual(valueIn(sccrp, "vendorName"), ascii("xelerance.com"));
});

Deno.test("the responses in that capture are those that RFC 2661 demands: identifiers 2 and 3", () => {
  const [sccrq, sccrp, scccn] = CAPTURE;
  const secret = ascii("plumbline");
  const reply = chapMd5(2, secret, valueIn(sccrq, "challenge"));
  assert.deepEqual(reply, valueIn(sccrp, "challengeResponse"));
  const connected = chapMd5(3, secret, valueIn(sccrp, "challenge"));
  assert.deepEqual(connected, valueIn(scccn, "challengeResponse"));
});

Deno.test("hidden values are those that an xl2tpd read: its log says the serial number", () => {
  // An ICRQ that went to an xl2tpd with the secret `plumbline`; padding makes several blocks.
  const icrq = fromHex(
    "c80200aa203e000000020001800800000000000a8016000000241e84af517a8aacaada94db0a91aff1d6c01a0000" +
      "000ef4312e4d9b794fab4f3d89194a19efbafde93925c0240000000f51409f67b25bf202f396579d8d2f6fe9d5" +
      "e05ca6c21ff98ee54ad07720c5c0160000001220c161333061d3ed3e49d1f19de86e05c02c0000001603b5cf40" +
      "f5855caa106c463c09c3fc6b03edf9ca12acf24636d4850d38480cdfedaedbbbb082",
  );
  const { avps } = message.decode(icrq).record!;
  const find = (name: AttributeName) => avps.find(({ type }) => type === ATTRIBUTES[name].type)!;
  const clear = (name: AttributeName) => {
    const { value, hidden, type } = find(name);
    assert.ok(hidden);
    return unhide(type, value, ascii("plumbline"), find("randomVector").value).record!;
  };
  assert.equal(
    readValue("callSerialNumber", clear("callSerialNumber")).record,
    0x100000000 - 614334464,
  );
  assert.deepEqual(clear("callingNumber"), ascii("0123456789"));
});

Deno.test("a capture of a malformed message is read as far as it goes", () => {
  // Flags with reserved bits and without S, a Length of 514, and an ACCM of two octets.
  const bytes = fromHex("f0020202023008080808000000230530");
  const { record } = message.decode(bytes);
  assert.equal(record!.header.flags, 0xf000);
  assert.equal(record!.header.length, 0x0202);
  const [accm] = record!.avps;
  assert.equal(attributeName(accm.type), "accm");
  assert.equal(accm.reserved, 2);
  assert.match(readValue("accm", accm.value).problem!, /2 of 10 octets$/);
});
