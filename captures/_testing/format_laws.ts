/** What every wire format promises, as tests that each format's own test file asks for. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Decoded } from "../wire/decoded.ts";

/** A wire format as its file exports it. */
export interface WireFormat<T> {
  decode(bytes: Uint8Array, start?: number, end?: number): Decoded<T>;
  encode(record: T): Uint8Array;
}

/** Unsigned integers of so many bits. */
export function bits(count: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 2 ** count - 1 });
}

/** Octet strings of exactly so many octets, or of any number in a range. */
export function octets(minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}

/** Text of addresses, made from their octets. */
export function addresses(length: number, format: (bytes: Uint8Array) => string) {
  return octets(length).map((bytes) => format(bytes));
}

/** What a format whose records take all octets up to the end that `decode` is given says of itself. */
export interface Filling<T> {
  /** Octets of a record that no truncation may leave out without being named. */
  least: (record: T) => number;
}

/**
 * Tests that `encode` and `decode` are exact inverses, and that every truncation is named.
 * @param name What the truncations' problems begin with is left to the format; this names the tests.
 * @param fills For a format whose last field has no length of its own: what is cut off that field
 * leaves a shorter record, which must stand for just the octets that are left.
 */
export function testFormatLaws<T>(
  name: string,
  format: WireFormat<T>,
  records: fc.Arbitrary<T>,
  fills?: Filling<T>,
): void {
  Deno.test(`${name}: decoding what was encoded gives the record back`, () => {
    fc.assert(fc.property(records, fc.nat(5), (record, before) => {
      const encoded = format.encode(record), stop = before + encoded.length;
      const bytes = new Uint8Array(stop + 3);
      bytes.set(encoded, before);
      const { record: back, end } = fills === undefined
        ? format.decode(bytes, before)
        : format.decode(bytes, before, stop);
      assert.deepEqual(back, { ...record });
      assert.equal(end, stop);
    }));
  });
  Deno.test(`${name}: encoding what was decoded gives the octets back, legal or not`, () => {
    fc.assert(fc.property(octets(0, 80), (bytes) => {
      const { record, end, problem } = format.decode(bytes);
      if (record === undefined) assert.match(problem!, /cut short: \d+ of \d+ octets$/);
      else assert.deepEqual(format.encode(record), bytes.slice(0, end));
    }));
  });
  Deno.test(`${name}: every truncation is named and nothing is read behind the end`, () => {
    fc.assert(
      fc.property(records, (record) => {
        const encoded = format.encode(record);
        const least = fills?.least(record) ?? encoded.length;
        for (let length = 0; length < encoded.length; length++) {
          const { record: cut, end, problem } = format.decode(encoded, 0, length);
          assert.ok(end <= length);
          if (length >= least && cut !== undefined) {
            assert.deepEqual(format.encode(cut), encoded.slice(0, length));
            continue;
          }
          assert.equal(cut, undefined);
          assert.match(problem!, new RegExp(`cut short: ${length} of \\d+ octets$`));
        }
      }),
      { numRuns: 20 },
    );
  });
}
