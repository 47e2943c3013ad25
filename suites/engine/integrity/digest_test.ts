import assert from "node:assert/strict";
import { Checksum, isAltered, sealOf } from "./digest.ts";

Deno.test("a checksum is the CRC-32 of all octets, however they come", () => {
  const octets = new TextEncoder().encode("123456789"), checksum = new Checksum();
  checksum.update(octets.subarray(0, 4));
  checksum.update(octets.subarray(4));
  // The check value of CRC-32 as catalogues give it.
  assert.equal(checksum.text, "cbf43926");
  assert.equal(new Checksum().text, "00000000");
});

Deno.test("a seal holds what a record says, however it is laid out", () => {
  const record = { seed: 1, taps: [{ name: "wan" }] };
  const sealed = { ...record, seal: sealOf(record) };
  assert.ok(!isAltered(sealed));
  assert.ok(!isAltered(JSON.parse(JSON.stringify(sealed, null, 4))));
  assert.ok(isAltered({ ...sealed, seed: 2 }));
  assert.ok(isAltered({ ...sealed, more: 1 }));
  assert.ok(!isAltered(record), "older records have none");
  assert.ok(!isAltered(null));
});
