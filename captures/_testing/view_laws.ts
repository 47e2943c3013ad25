/** What every view promises, as tests that each view's own test file asks for. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { PacketView } from "../view/packet_view.ts";
import type { WireFormat } from "./format_laws.ts";

/** A field that a view can write, and that its format's record has under the same name. */
export interface Writable<T> {
  field: keyof T & string;
  value: fc.Arbitrary<unknown>;
  /** Whether a record has the field; a view must refuse to write one that is not there. */
  isIn?: (record: T) => boolean;
}

/** What is known of a view and its format. */
export interface ViewLaws<V extends PacketView, T> {
  view: new () => V;
  format: WireFormat<T>;
  records: fc.Arbitrary<T>;
  /** Whether a format that decodes these octets leaves anything that the view alone accepts. */
  accepts?: (bytes: Uint8Array) => boolean;
  /** Holds what the view shows against the record that the octets decode to. */
  agrees: (view: V, record: T) => void;
  /** Goes through everything that the view shows only when asked, such as its AVPs; gives it. */
  walk?: (view: V) => unknown;
  writable: readonly Writable<T>[];
}

/** Everything that the getters of a view show. */
export function shown(view: PacketView): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  let proto = Object.getPrototypeOf(view);
  for (; proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (get === undefined || name in all) continue;
      const value = get.call(view);
      // A data view shows all octets, not those of the packet.
      if (value instanceof DataView) continue;
      all[name] = value instanceof Uint8Array ? value.slice() : value;
    }
  }
  return all;
}

/** Octets in the middle of others of one value. */
function among(octets: Uint8Array, filler: number): Uint8Array {
  const bytes = new Uint8Array(octets.length + 20).fill(filler);
  bytes.set(octets, 10);
  return bytes;
}

/** Tests that a view agrees with its format on any octets, reads none beyond the end, and writes as it does. */
export function testViewLaws<V extends PacketView, T>(name: string, laws: ViewLaws<V, T>): void {
  const { format, records, agrees } = laws;
  const view = new laws.view();
  const accepts = laws.accepts ?? ((bytes) => format.decode(bytes).record !== undefined);
  const everything = () => [shown(view), laws.walk?.(view)];

  /** Reads octets among zeros and among ones; what is shown must not depend on them. */
  const holds = (octets: Uint8Array) => {
    const [zeros, ones] = [0, 0xff].map((filler) => {
      const bytes = among(octets, filler);
      if (!view.at(bytes, 10, 10 + octets.length)) return undefined;
      assert.ok(view.start === 10 && view.end >= 10 && view.end <= view.limit);
      assert.equal(view.limit, 10 + octets.length);
      return everything();
    });
    assert.deepEqual(zeros, ones);
    assert.equal(zeros !== undefined, accepts(octets));
    const { record } = format.decode(octets);
    if (record !== undefined) agrees(view, record);
    return record !== undefined;
  };

  Deno.test(`${name}: shows every packet as its format decodes it, among any other octets`, () => {
    fc.assert(fc.property(records, (record) => assert.ok(holds(format.encode(record)))));
  });
  Deno.test(`${name}: accepts a truncation only where its format does, and reads nothing behind it`, () => {
    fc.assert(
      fc.property(records, (record) => {
        const octets = format.encode(record);
        for (let length = 0; length < octets.length; length++) holds(octets.subarray(0, length));
      }),
      { numRuns: 30 },
    );
  });
  Deno.test(`${name}: reads any octets without a fault`, () => {
    const noise = fc.uint8Array({ maxLength: 80 });
    fc.assert(fc.property(noise, (octets) => void holds(octets)), { numRuns: 300 });
    fc.assert(fc.property(records, noise, fc.nat(), (record, other, place) => {
      const octets = format.encode(record);
      octets.set(other.subarray(0, octets.length), 0);
      octets[place % octets.length] ^= 0xff;
      holds(octets);
    }));
    for (const [start, end] of [[-1, 4], [9, 4], [5, 5], [0, 99], [99, 120]]) {
      view.at(new Uint8Array(8), start, end);
      assert.ok(view.limit <= 8, "no end beyond the octets is believed");
      assert.equal(view.at(new Uint8Array(0), start, end), false);
    }
  });
  for (const { field, value, isIn = () => true } of laws.writable) {
    Deno.test(`${name}: writes ${field} in place as its format does, into a copy where asked`, () => {
      fc.assert(fc.property(records, value, (record, other) => {
        const octets = format.encode(record), before = octets.slice();
        assert.ok(view.at(octets));
        const copy = view.copy();
        const write = () => Object.assign(view, { [field]: other });
        if (!isIn(record)) return assert.throws(write, RangeError);
        write();
        assert.deepEqual(copy, format.encode({ ...record, [field]: other }));
        assert.deepEqual(octets, before, "the original stays");
      }));
    });
  }
}
