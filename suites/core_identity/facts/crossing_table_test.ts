import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { Bound } from "../../kit/bounds.ts";
import { withoutDscp, withTtl, withWrongChecksum } from "../cases/datagram_changes.ts";
import { type CrossingEntry, CrossingTable } from "./crossing_table.ts";
import { DatagramDigest } from "./datagram_digest.ts";

function datagram(sequence: number, { ecn = 0, family = 4 } = {}): Uint8Array {
  const payload = new Uint8Array(9);
  new DataView(payload.buffer).setUint32(4, sequence);
  const [source, destination] = family === 4 ? ["10.1.1.2", "10.2.1.2"] : ["fd00::1", "fd00::2"];
  const ports = { sourcePort: 4000, destinationPort: 5000 };
  return udpDatagram({ source, destination, payload, ecn, dscp: 46, ...ports });
}

function digestOf(octets: Uint8Array): DatagramDigest {
  const digest = new DatagramDigest(), walk = new HeaderWalker(), view = viewOf(octets);
  assert.ok(walk.walkIp(octets, view, 0, octets.length));
  digest.of(octets, view, walk);
  return digest;
}

const sameDigest = (a: Uint8Array, b: Uint8Array) => {
  const [one, other] = [digestOf(a), digestOf(b)];
  return one.high === other.high && one.low === other.low;
};

function entriesOf(table: CrossingTable): CrossingEntry[] {
  const entries: CrossingEntry[] = [];
  table.each((entry) => entries.push({ ...entry }));
  return entries;
}

Deno.test("a digest is of every octet but the hop count and the header checksum", () => {
  const one = datagram(1);
  assert.ok(sameDigest(one, withTtl(one, 9)));
  assert.ok(sameDigest(one, withWrongChecksum(one)));
  assert.ok(!sameDigest(one, withoutDscp(one)));
  for (const family of [4, 6]) {
    const whole = datagram(1, { family });
    const hops = family === 4 ? [8, 10, 11] : [7];
    for (let i = 1; i < whole.length; i++) {
      const changed = whole.slice();
      changed[i] ^= 0x40;
      // An octet of a length makes the walk end elsewhere.
      if (i === 0 || !new HeaderWalker().walkIp(changed, viewOf(changed), 0, changed.length)) {
        continue;
      }
      assert.equal(sameDigest(whole, changed), hops.includes(i), `octet ${i} of IPv${family}`);
    }
  }
});

Deno.test("a mark of congestion changes no digest, as to begin with ECN, or to end it, does", () => {
  assert.ok(sameDigest(datagram(1, { ecn: 2 }), datagram(1, { ecn: 3 })));
  assert.ok(!sameDigest(datagram(1, { ecn: 2 }), datagram(1)));
});

Deno.test("a header checksum and a TTL are told beside the digest", () => {
  const { intact, ttl } = digestOf(withTtl(datagram(1), 7));
  assert.deepEqual([intact, ttl], [true, 7]);
  assert.equal(digestOf(withWrongChecksum(datagram(1))).intact, false);
});

Deno.test("either side may be read first", () => {
  const table = new CrossingTable(new Bound("datagrams", 10));
  const first = digestOf(datagram(1)), other = digestOf(datagram(2));
  table.leaves(digestOf(withTtl(datagram(1), 62)), 7, 3);
  table.enters(first, true, 5, 4095, 1.5);
  table.enters(other, false, 6, 2, 2.5);
  const [one, two] = entriesOf(table);
  assert.deepEqual([one.required, one.allowed, one.left], [1, 0, 1]);
  assert.deepEqual([one.inFrame, one.inPlace, one.outFrame, one.outPlace], [5, 4095, 7, 3]);
  assert.deepEqual([one.inLeast, one.inGreatest, one.outLeast, one.outGreatest], [64, 64, 62, 62]);
  assert.deepEqual([two.required, two.allowed, two.left, two.firstTime], [0, 1, 0, 2.5]);
});

Deno.test("very many datagrams keep an entry each", () => {
  const table = new CrossingTable(new Bound("datagrams", 5000));
  const all = Array.from({ length: 3000 }, (_, i) => digestOf(datagram(i)));
  for (const one of all) table.enters(one, true, 1, 0, 0);
  for (const one of all) table.leaves(one, 1, 0);
  const entries = entriesOf(table);
  assert.equal(entries.length, 3000);
  assert.ok(entries.every(({ required, left }) => required === 1 && left === 1));
});

Deno.test("datagrams are bounded, and those beyond are confessed", () => {
  const bound = new Bound("datagrams", 2);
  const table = new CrossingTable(bound);
  for (let i = 0; i < 3; i++) table.enters(digestOf(datagram(i)), true, 1, 0, 0);
  assert.equal(entriesOf(table).length, 2);
  assert.equal(bound.excess(), "1 datagrams beyond the 2 that are kept");
});
