import assert from "node:assert/strict";
import fc from "fast-check";
import { octets, testFormatLaws } from "../_testing/format_laws.ts";
import { avps, headers } from "../_testing/l2tp_records.ts";
import * as l2tp from "./l2tp.ts";
import * as avp from "./l2tp_avp.ts";
import * as message from "./l2tp_message.ts";

testFormatLaws("l2tp header", l2tp, headers);
testFormatLaws("l2tp avp", avp, avps);

const messages = fc.record({ header: headers, avps: fc.array(avps, { maxLength: 5 }) });

Deno.test("l2tp message: encoding and decoding are inverses, for any bits", () => {
  fc.assert(fc.property(messages, (record) => {
    const bytes = message.encode(record);
    const back = message.decode(bytes);
    const avps = record.avps.map((one) => ({ ...one }));
    assert.deepEqual(back.record, { header: { ...record.header }, avps });
    assert.equal(back.end, bytes.length);
  }));
  fc.assert(fc.property(octets(0, 80), (bytes) => {
    const { record, problem } = message.decode(bytes);
    if (record === undefined) assert.match(problem!, /cut short: \d+ of \d+ octets$/);
    else assert.deepEqual(message.encode(record), bytes);
  }));
});

Deno.test("l2tp message: a truncation within a header or an AVP is named", () => {
  fc.assert(fc.property(messages, (record) => {
    const bytes = message.encode(record);
    const ends = new Set([bytes.length]);
    let at = l2tp.encode(record.header).length;
    for (const { value } of record.avps) {
      ends.add(at);
      at += 6 + value.length;
    }
    for (let length = 0; length < bytes.length; length++) {
      const { record: cut, problem } = message.decode(bytes, 0, length);
      if (ends.has(length)) assert.ok(cut !== undefined);
      else assert.match(problem!, new RegExp(`cut short: ${length} of \\d+ octets$`));
    }
  }));
});

Deno.test("reading AVPs ends for any octets, and says where and with which M it stopped", () => {
  fc.assert(fc.property(octets(0, 80), (bytes) => {
    const { avps, end, problem, mandatory } = avp.readAvps(bytes);
    assert.ok(end <= bytes.length && avps.length * 6 <= end);
    assert.equal(problem === undefined, end === bytes.length);
    if (problem !== undefined) assert.equal(mandatory, (bytes[end] & 0x80) !== 0);
  }));
  const zero = Uint8Array.from([0x80, 0, 0, 0, 0, 7]);
  assert.match(avp.readAvps(zero).problem!, /at least 6: got 0$/);
  const five = Uint8Array.from([0, 5, 0, 0, 0, 7]);
  assert.match(avp.readAvps(five).problem!, /at least 6: got 5$/);
});

Deno.test("the header of every control message begins with c802", () => {
  const header: l2tp.L2tp = {
    flags: l2tp.CONTROL_FLAGS,
    version: l2tp.VERSION,
    tunnelId: 0x1234,
    sessionId: 0,
    ns: 1,
    nr: 2,
  };
  const zlb = message.encode(message.withLength({ header, avps: [] }));
  assert.deepEqual(zlb, Uint8Array.from([0xc8, 2, 0, 12, 0x12, 0x34, 0, 0, 0, 1, 0, 2]));
});
