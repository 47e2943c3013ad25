import assert from "node:assert/strict";
import fc from "fast-check";
import { addSums, checksum, mendChecksum, subtractSums, sumOctets } from "./checksum.ts";
import { get16, put16, viewOf } from "./octets.ts";

/** The sum as RFC 1071 defines it, word by word. */
function plainSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  return sum;
}

Deno.test("the unrolled sum equals the plain one for every length and alignment", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), (bytes, before) => {
      const padded = new Uint8Array(before + bytes.length + 4).fill(0xa5);
      padded.set(bytes, before);
      const sum = sumOctets(padded, viewOf(padded), before, before + bytes.length);
      assert.equal(sum % 0xffff, plainSum(bytes) % 0xffff);
    }),
    { numRuns: 500 },
  );
});

Deno.test("a sum over a jumbogram of all ones does not overflow", () => {
  const bytes = new Uint8Array(300_001).fill(0xff);
  assert.equal(sumOctets(bytes, viewOf(bytes), 0, bytes.length), plainSum(bytes));
});

Deno.test("the example of RFC 1071 section 3 sums to 0xddf2", () => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  assert.equal(sumOctets(bytes, viewOf(bytes), 0, 8), 0xddf2);
  assert.equal(checksum(bytes, viewOf(bytes), 0, 8), 0x220d);
});

Deno.test("a sum that was added can be taken out again", () => {
  const word = fc.integer({ min: 1, max: 0xffff });
  fc.assert(fc.property(word, word, (a, b) => {
    assert.equal(subtractSums(addSums(a, b), b) % 0xffff, a % 0xffff);
  }));
});

Deno.test("a mended checksum is the one that is computed anew", () => {
  fc.assert(fc.property(
    fc.uint8Array({ minLength: 20, maxLength: 20 }),
    fc.nat(0xffff),
    fc.constantFrom(2, 4, 6, 8, 12, 14, 16, 18),
    (bytes, value, at) => {
      // The first word is never zero, so that no sum has two forms.
      bytes[0] = 0x45;
      put16(bytes, 10, 0);
      put16(bytes, 10, checksum(bytes, viewOf(bytes), 0, 20));
      const before = get16(bytes, at);
      put16(bytes, at, value);
      mendChecksum(bytes, 10, before, value);
      assert.equal(checksum(bytes, viewOf(bytes), 0, 20), 0);
    },
  ));
});
