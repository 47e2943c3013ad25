import assert from "node:assert/strict";
import fc from "fast-check";
import { clusterMessages } from "../_testing/cluster_records.ts";
import { bits } from "../_testing/format_laws.ts";
import { testViewLaws } from "../_testing/view_laws.ts";
import * as cluster from "../wire/tunnel_cluster.ts";
import { ClusterView } from "./tunnel_cluster.ts";

const { attributeOf, ClusterAttribute, ClusterFlag, isWellFormed, numberOf } = cluster;

/** All attributes that the view's cursor meets. */
function walked(view: ClusterView): cluster.ClusterAttributeRecord[] {
  const found = [];
  for (let more = view.firstAttribute(); more; more = view.nextAttribute()) {
    assert.equal(view.attribute.length, view.attribute.valueLength);
    found.push({ type: view.attribute.type, value: view.attribute.value.slice() });
  }
  return found;
}

testViewLaws("cluster view", {
  view: ClusterView,
  format: cluster,
  records: clusterMessages,
  walk: walked,
  agrees(view, record) {
    const { version, flags, message, length, member, term, sequence, acknowledged } = record;
    assert.deepEqual([view.version, view.flags, view.message, view.length], [
      ...[version, flags, message, length],
    ]);
    assert.deepEqual([view.member, view.term, view.sequence, view.acknowledged], [
      ...[member, term, sequence, acknowledged],
    ]);
    assert.equal(view.draining, (flags & ClusterFlag.draining) !== 0);
    assert.equal(view.inactive, (flags & ClusterFlag.inactive) !== 0);
    assert.equal(view.end - view.start, Math.max(cluster.LENGTH, length));
    assert.deepEqual(
      walked(view),
      record.attributes.map((a) => ({ ...a, value: a.value.slice() })),
    );
    assert.equal(view.end - view.attribute.start, record.rest.length, "it stops before the rest");
    assert.equal(view.attributesAddUp, record.rest.length === 0);
    assert.equal(view.isWellFormed, isWellFormed(record));
    assert.equal(view.load, numberOf(record, ClusterAttribute.load, 2) ?? -1);
    for (let type = 0; type < 8; type++) {
      assert.equal(view.value16Of(type), numberOf(record, type, 2) ?? -1);
      assert.equal(view.value32Of(type), numberOf(record, type, 4) ?? -1);
      assert.deepEqual(view.octetsOf(type, 4)?.slice(), attributeOf(record, type, 4)?.slice());
      const first = record.attributes.find((a) => a.type === type);
      assert.equal(view.findAttribute(type), first !== undefined);
      if (first !== undefined) assert.deepEqual(view.attribute.value.slice(), first.value.slice());
    }
  },
  writable: [
    { field: "version", value: bits(4) },
    { field: "flags", value: bits(4) },
    { field: "message", value: bits(8) },
    { field: "length", value: bits(16) },
    { field: "member", value: bits(16) },
    { field: "term", value: bits(16) },
    { field: "sequence", value: bits(32) },
    { field: "acknowledged", value: bits(32) },
  ],
});

Deno.test("a number in an attribute is read at its offset, and written where it has room", () => {
  const bytes = new Uint8Array(28);
  bytes.set([0x11, 3, 0, 28], 0);
  bytes.set([0, 3, 0, 2, 3, 232], 16);
  bytes.set([0, 9, 0, 1, 7], 22);
  const view = new ClusterView();
  assert.ok(view.at(bytes, 0, 28));
  assert.ok(view.findAttribute(3));
  const { attribute } = view;
  assert.deepEqual([0, 1, 2, -1].map((at) => attribute.octetAt(at)), [3, 232, -1, -1]);
  assert.deepEqual([0, 1].map((at) => attribute.get16At(at)), [1000, -1]);
  assert.equal(attribute.get32At(0), -1);
  attribute.value16 = 1001;
  assert.deepEqual([...bytes.subarray(20, 22)], [3, 233]);
  assert.equal(view.load, 1001);
  assert.ok(view.nextAttribute());
  assert.throws(() => attribute.value16 = 1, /must have 2 octets: got 1$/);
  attribute.type = 0x1234;
  attribute.length = 0x5678;
  assert.deepEqual([...bytes.subarray(22, 27)], [0x12, 0x34, 0x56, 0x78, 7]);
  assert.equal(view.attributesAddUp, false);
});

Deno.test("a message of any Length is accepted as far as its octets are there", () => {
  const view = new ClusterView();
  fc.assert(fc.property(clusterMessages, bits(16), (record, length) => {
    const bytes = cluster.encode({ ...record, length });
    assert.equal(view.at(bytes), length <= bytes.length);
  }));
});
