import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, octets } from "../_testing/format_laws.ts";
import { avps, headers } from "../_testing/l2tp_records.ts";
import { shown, testViewLaws } from "../_testing/view_laws.ts";
import { CONTROL_FLAGS, type L2tp, L2tpFlag, lengthOf } from "../wire/l2tp.ts";
import * as l2tp from "../wire/l2tp.ts";
import type { Avp } from "../wire/l2tp_avp.ts";
import * as avp from "../wire/l2tp_avp.ts";
import * as message from "../wire/l2tp_message.ts";
import { L2tpView } from "./l2tp.ts";
import { AvpView } from "./l2tp_avp.ts";

/** What a cursor stands on, as a record. */
function recordOf({ mandatory, hidden, reserved, length, vendor, type, value }: AvpView): Avp {
  return { mandatory, hidden, reserved, length, vendor, type, value: value.slice() };
}

/** All AVPs that the view's cursor meets. */
function walked(view: L2tpView): Avp[] {
  const found: Avp[] = [];
  for (let more = view.firstAvp(); more; more = view.nextAvp()) found.push(recordOf(view.avp));
  return found;
}

const has = (bit: number) => ({ flags }: L2tp) => (flags & bit) !== 0;

testViewLaws("L2TP view", {
  view: L2tpView,
  format: l2tp,
  records: headers,
  walk: walked,
  agrees(view, record) {
    const { flags, version, length = -1, tunnelId, sessionId, ns = -1, nr = -1 } = record;
    assert.equal(view.word, flags | version);
    assert.equal(view.flags, flags);
    assert.equal(view.version, version);
    assert.equal(view.length, length);
    assert.deepEqual([view.tunnelId, view.sessionId, view.ns, view.nr], [
      ...[tunnelId, sessionId, ns, nr],
    ]);
    assert.equal(view.offsetSize, record.offsetPad?.length ?? -1);
    const header = lengthOf(flags) + (record.offsetPad?.length ?? 0);
    assert.equal(view.headerEnd - view.start, header);
    const there = view.limit - view.start;
    const declared = length < 0 ? there : Math.max(header, Math.min(there, length));
    assert.equal(view.end - view.start, declared);
    assert.equal(view.isWhole, length < 0 || length >= header && length <= there);
    assert.equal(view.isControl, has(L2tpFlag.type)(record));
    assert.equal(view.hasPriority, has(L2tpFlag.priority)(record));
  },
  writable: [
    { field: "version", value: bits(4) },
    { field: "length", value: bits(16), isIn: has(L2tpFlag.length) },
    { field: "tunnelId", value: bits(16) },
    { field: "sessionId", value: bits(16) },
    { field: "ns", value: bits(16), isIn: has(L2tpFlag.sequence) },
    { field: "nr", value: bits(16), isIn: has(L2tpFlag.sequence) },
  ],
});

testViewLaws("AVP view", {
  view: AvpView,
  format: avp,
  records: avps.filter(({ length }) => length >= 6),
  // The record of an impossible length holds no value, and nothing behind it can be read.
  accepts: (bytes) => (avp.decode(bytes).record?.length ?? 0) >= 6,
  agrees(view, record) {
    if (record.length < 6) return;
    assert.deepEqual(recordOf(view), record);
    const { length } = record.value, there = new DataView(view.value.slice().buffer);
    assert.equal(view.valueLength, length);
    assert.equal(view.value16, length === 2 ? there.getUint16(0) : -1);
    assert.equal(view.value32, length === 4 ? there.getUint32(0) : -1);
  },
  writable: [
    { field: "mandatory", value: fc.boolean() },
    { field: "hidden", value: fc.boolean() },
    { field: "reserved", value: bits(4) },
    { field: "length", value: bits(10) },
    { field: "vendor", value: bits(16) },
    { field: "type", value: bits(16) },
  ],
});

const view = new L2tpView();
const controls = headers.map((header) => ({ ...header, flags: header.flags | L2tpFlag.type }));
const messages = fc.record({ header: controls, avps: fc.array(avps, { maxLength: 6 }) });

Deno.test("the AVPs of a control message are those that are read as copies, up to where reading stops", () => {
  fc.assert(fc.property(messages, octets(0, 4), (record, rest) => {
    const bytes = Uint8Array.of(...message.encode(record), ...rest);
    assert.ok(view.at(bytes));
    const read = avp.readAvps(bytes, view.headerEnd, view.end);
    assert.deepEqual(walked(view), read.avps);
    assert.equal(view.avpsAddUp, read.problem === undefined);
    if (read.problem !== undefined) assert.equal(view.avp.start, read.end);
  }));
});

Deno.test("an AVP is found by vendor and type, and its value in clear is the first one's", () => {
  fc.assert(fc.property(messages, bits(4), fc.nat(1), (record, type, vendor) => {
    assert.ok(view.at(message.encode(record)));
    const same = walked(view).filter((a) => a.type === type && a.vendor === vendor);
    assert.equal(view.findAvp(type, vendor), same.length > 0);
    if (same.length > 0) assert.deepEqual(recordOf(view.avp), same[0]);
    const clear = same.find(({ hidden }) => !hidden)?.value;
    assert.deepEqual(view.octetsOf(type, vendor)?.slice(), clear);
    const number = (length: number) =>
      clear?.length === length ? clear.reduce((sum, octet) => sum * 256 + octet, 0) : -1;
    assert.equal(view.value16Of(type, vendor), number(2));
    assert.equal(view.value32Of(type, vendor), number(4));
  }));
});

Deno.test("a look at one attribute does not disturb whoever goes through all", () => {
  const bytes = Uint8Array.from([
    ...[0xc8, 2, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[0x80, 8, 0, 0, 0, 0, 0, 1],
    ...[0x80, 8, 0, 0, 0, 9, 0x12, 0x34],
    ...[0x80, 8, 0, 0, 0, 14, 0x56, 0x78],
  ]);
  assert.ok(view.at(bytes));
  const types: number[] = [];
  for (let more = view.firstAvp(); more; more = view.nextAvp()) {
    assert.equal(view.messageType, 1);
    assert.equal(view.assignedTunnelId, 0x1234);
    assert.equal(view.assignedSessionId, 0x5678);
    assert.ok(view.avpsAddUp);
    types.push(view.avp.type);
  }
  assert.deepEqual(types, [0, 9, 14]);
});

Deno.test("what a message is, its first AVP says alone", () => {
  const typeOf = (first: number[], header = [0xc8, 2, 0, 12 + first.length]) => {
    assert.ok(view.at(Uint8Array.from([...header, 0, 1, 0, 0, 0, 0, 0, 0, ...first])));
    return view.messageType;
  };
  assert.equal(typeOf([]), 0, "a ZLB");
  assert.equal(typeOf([0x80, 8, 0, 0, 0, 0, 0, 6]), 6);
  assert.equal(typeOf([0x00, 8, 0, 0, 0, 0, 1, 0]), 256, "whatever M and the number");
  assert.equal(typeOf([0xc0, 8, 0, 0, 0, 0, 0, 6]), -1, "hidden");
  assert.equal(typeOf([0x80, 8, 0, 9, 0, 0, 0, 6]), -1, "of a vendor");
  assert.equal(typeOf([0x80, 8, 0, 0, 0, 2, 0, 6]), -1, "another attribute");
  assert.equal(typeOf([0x80, 9, 0, 0, 0, 0, 0, 6, 0]), -1, "three octets");
  assert.equal(typeOf([0x80, 9, 0, 0, 0, 0, 0, 6]), -1, "cut short");
  assert.equal(typeOf([0x80, 8, 0, 0, 0, 0, 0, 6], [0xc8, 2, 0, 11]), -1, "no room for the header");
  assert.equal(typeOf([0x80, 8, 0, 0, 0, 0, 0, 6], [0xc8, 2, 0, 99]), 6, "a first fragment");
  assert.equal(view.isWhole, false);
  assert.ok(
    view.at(Uint8Array.from([0x48, 2, 0, 20, 0, 1, 0, 1, 0, 0, 0, 0, 128, 8, 0, 0, 0, 0, 0, 6])),
  );
  assert.equal(view.messageType, -1, "data");
  assert.equal(view.firstAvp(), false, "data has no AVPs");
  assert.equal(view.assignedTunnelId, -1);
});

Deno.test("a header is one of a control message by its flags and version, reserved bits aside", () => {
  const isOne = (word: number) => {
    const bytes = new Uint8Array(20);
    new DataView(bytes.buffer).setUint16(0, word);
    assert.ok(view.at(bytes));
    return view.isControlHeader;
  };
  for (let bit = 0; bit < 16; bit++) {
    const flipped = (CONTROL_FLAGS | 2) ^ 1 << bit;
    const matters = [15, 14, 11, 9, 3, 2, 1, 0].includes(bit);
    assert.equal(isOne(flipped), !matters, flipped.toString(16));
  }
});

Deno.test("writing flags moves no field, so that a mutator may break them", () => {
  const bytes = Uint8Array.from([0xc8, 2, 0, 12, 0, 1, 0, 2, 0, 3, 0, 4]);
  assert.ok(view.at(bytes));
  view.flags = 0xb7f0;
  assert.equal(view.word, 0xb7f2);
  view.ns = 0x1111;
  view.word = 0xffff;
  view.nr = 0x2222;
  assert.deepEqual([...bytes], [255, 255, 0, 12, 0, 1, 0, 2, 0x11, 0x11, 0x22, 0x22]);
});

Deno.test("an AVP's value is written in place where it has room", () => {
  const bytes = Uint8Array.from([0x80, 8, 0, 0, 0, 9, 1, 2]);
  const one = new AvpView();
  assert.ok(one.at(bytes));
  one.value16 = 0xabcd;
  assert.deepEqual([...bytes.subarray(6)], [0xab, 0xcd]);
  assert.ok(one.at(Uint8Array.from([0x80, 7, 0, 0, 0, 9, 1])));
  assert.throws(() => one.value16 = 1, /must have two octets: got 1$/);
});

Deno.test("a view shows nothing of the packet before", () => {
  assert.ok(view.at(Uint8Array.from([0xca, 2, 0, 16, 0, 1, 0, 2, 0, 3, 0, 4, 0, 2, 9, 9])));
  const short = Uint8Array.from([0, 2, 0, 7, 0, 8]);
  assert.ok(view.at(short));
  const fresh = new L2tpView();
  assert.ok(fresh.at(short));
  assert.deepEqual(shown(view), shown(fresh));
  assert.deepEqual([view.length, view.ns, view.nr, view.offsetSize], [-1, -1, -1, -1]);
});
