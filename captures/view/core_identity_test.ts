import assert from "node:assert/strict";
import fc from "fast-check";
import { controlMessages, dataPackets } from "../_testing/core_identity_records.ts";
import { bits } from "../_testing/format_laws.ts";
import { testViewLaws } from "../_testing/view_laws.ts";
import * as data from "../wire/core_identity.ts";
import { type DataPacket, PacketType } from "../wire/core_identity.ts";
import * as control from "../wire/core_identity_control.ts";
import { CoreIdentityControlView } from "./core_identity_control.ts";
import { CoreIdentityDataView } from "./core_identity_data.ts";

const u64 = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });

testViewLaws("core-identity data view", {
  view: CoreIdentityDataView,
  format: data,
  records: dataPackets.map((packet): DataPacket => ({ ...packet, type: PacketType.data })),
  accepts: (bytes) => data.decode(bytes).record?.type === PacketType.data,
  agrees(view, record) {
    if (record.type !== PacketType.data) return;
    const { identity, section, piece, trailer = new Uint8Array(0), ...fields } = record;
    for (const [name, value] of Object.entries(fields)) {
      assert.equal(view[name as keyof typeof fields], value, name);
    }
    assert.equal(view.identityStart >= 0, identity !== undefined);
    assert.equal(view.identity, identity ?? 0n);
    assert.equal(view.identityHigh, Number((identity ?? 0n) >> 32n));
    assert.equal(view.identityLow, Number((identity ?? 0n) & 0xffffffffn));
    assert.equal(view.hasSection, section !== undefined);
    assert.equal(view.sectionType, section?.type ?? -1);
    assert.equal(view.sectionLength, section?.length ?? -1);
    assert.equal(view.sectionReserved, section?.reserved ?? -1);
    assert.deepEqual(view.piece.slice(), piece.slice());
    assert.equal(view.pieceLength, piece.length);
    const whole = record.pieceOffset === 0 && piece.length === record.datagramLength;
    assert.equal(view.isWholeDatagram, whole);
    assert.deepEqual(view.trailer.slice(), trailer.slice());
    assert.equal(view.end, view.limit);
  },
  writable: [
    { field: "version", value: bits(4) },
    { field: "type", value: bits(4) },
    { field: "headerEncrypted", value: fc.boolean() },
    { field: "sealed", value: fc.boolean() },
    { field: "reserved", value: bits(1) },
    { field: "clearLength", value: bits(16) },
    { field: "identity", value: u64, isIn: ({ kind }) => kind !== 0 },
    { field: "aggregateId", value: bits(16) },
    { field: "tunnelId", value: bits(16) },
    { field: "tunnelSequence", value: bits(32) },
    { field: "globalSequence", value: bits(32) },
    { field: "datagramNumber", value: bits(32) },
    { field: "pieceOffset", value: bits(16) },
    { field: "datagramLength", value: bits(16) },
  ],
});

/** All attributes that the view's cursor meets. */
function walked(view: CoreIdentityControlView): control.Attribute[] {
  const found = [];
  for (let more = view.firstAttribute(); more; more = view.nextAttribute()) {
    found.push({ type: view.attribute.type, value: view.attribute.value.slice() });
  }
  return found;
}

const controlView = new CoreIdentityControlView();

testViewLaws("core-identity control view", {
  view: CoreIdentityControlView,
  format: control,
  records: controlMessages.map((m): control.ControlMessage => ({
    ...m,
    type: PacketType.control,
  })),
  walk: walked,
  // Broken attributes leave a message that can be read up to them.
  accepts(bytes) {
    const tail = bytes.length > 1 && (bytes[1] & 4) !== 0 ? data.SEAL_LENGTH : 0;
    const there = bytes.length >= control.CONTROL_LENGTH + tail;
    const accepted = there && (bytes[0] & 15) === PacketType.control;
    const whole = accepted && controlView.at(bytes) && controlView.attributesAddUp;
    assert.equal(whole, control.decode(bytes).record?.type === PacketType.control);
    return accepted;
  },
  agrees(view, record) {
    if (record.type !== PacketType.control) return;
    const { attributes, trailer = new Uint8Array(0), ...fields } = record;
    for (const [name, value] of Object.entries(fields)) {
      assert.equal(view[name as keyof typeof fields], value, name);
    }
    assert.equal(view.authenticated, (record.flags & 4) !== 0);
    assert.equal(view.isAnnouncement, [1, 2, 6].includes(record.message));
    assert.deepEqual(
      walked(view),
      attributes.map(({ type, value }) => ({ type, value: value.slice() })),
    );
    assert.deepEqual(view.trailer.slice(), trailer.slice());
    assert.ok(view.attributesAddUp);
  },
  writable: [
    { field: "version", value: bits(4) },
    { field: "type", value: bits(4) },
    { field: "message", value: bits(16) },
    { field: "aggregateId", value: bits(16) },
    { field: "tunnelId", value: bits(16) },
    { field: "sequence", value: bits(32) },
    { field: "acknowledged", value: bits(32) },
    { field: "coreCount", value: bits(16) },
    { field: "informationVersion", value: bits(16) },
  ],
});

Deno.test("writing K, P or A moves no field, so that a mutator may break them", () => {
  const bytes = new Uint8Array(33);
  bytes[0] = 0x11;
  bytes[1] = 0x50;
  const view = new CoreIdentityDataView();
  assert.ok(view.at(bytes));
  view.kind = 3;
  view.placement = 2;
  view.authenticated = true;
  assert.equal(bytes[1], 0xe4);
  view.identity = 0x0102030405060708n;
  assert.deepEqual([...bytes.subarray(24, 32)], [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(view.pieceLength, 1);
  const message = new Uint8Array(24);
  message[0] = 0x12;
  assert.ok(controlView.at(message));
  controlView.flags = 0xff;
  assert.equal(controlView.attributesEnd, 24);
  assert.equal(message[1], 0xff);
});
