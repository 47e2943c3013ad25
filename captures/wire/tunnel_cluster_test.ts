import assert from "node:assert/strict";
import { clusterMessages } from "../_testing/cluster_records.ts";
import { testFormatLaws } from "../_testing/format_laws.ts";
import {
  attributeOf,
  ClusterAttribute,
  ClusterMessage,
  decode,
  encode,
  isWellFormed,
  numberAttribute,
  numberOf,
  withLength,
} from "./tunnel_cluster.ts";

testFormatLaws("cluster message", { decode, encode }, clusterMessages);

Deno.test("a report stands on the wire as its diagram shows", () => {
  const report = withLength({
    version: 1,
    flags: 1,
    message: ClusterMessage.report,
    length: 0,
    member: 3,
    term: 2,
    sequence: 7,
    acknowledged: 5,
    attributes: [numberAttribute(ClusterAttribute.load, 2, 1000)],
    rest: new Uint8Array(0),
  });
  assert.deepEqual(
    [...encode(report)],
    [0x11, 3, 0, 22, 0, 3, 0, 2, 0, 0, 0, 7, 0, 0, 0, 5, 0, 3, 0, 2, 3, 232],
  );
  assert.ok(isWellFormed(report));
  assert.equal(numberOf(report, ClusterAttribute.load, 2), 1000);
  assert.equal(numberOf(report, ClusterAttribute.load, 4), undefined);
  assert.equal(attributeOf(report, ClusterAttribute.localAddress, 4, 16), undefined);
});

Deno.test("an attribute that reaches past the message is left as octets, and makes it malformed", () => {
  const bytes = encode(withLength({
    version: 1,
    flags: 0,
    message: ClusterMessage.register,
    length: 0,
    member: 1,
    term: 0,
    sequence: 1,
    acknowledged: 0,
    attributes: [numberAttribute(ClusterAttribute.tunnels, 4, 1)],
    rest: new Uint8Array(0),
  }));
  bytes[19] = 5;
  const { record } = decode(bytes);
  assert.ok(record !== undefined);
  assert.equal(record.attributes.length, 0);
  assert.equal(record.rest.length, 8);
  assert.equal(isWellFormed(record), false);
});
