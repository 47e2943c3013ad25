import assert from "node:assert/strict";
import {
  isOpaqueFormat,
  OPAQUE_FORMATS,
  type OpaqueFormat,
  opaqueFormatProblem,
  opaqueLength,
  opaqueValue,
} from "./opaque.ts";

const BASE: OpaqueFormat = { protocol: 47, length: { octets: 16 }, adjusts: [] };
const VALUED: OpaqueFormat = { ...BASE, formatId: { offset: 2, octets: 2, values: [0x1234] } };
const COUNTED = { at: 0, mask: 0xff, unit: 1, more: 0 };

/** A field of 16 zeros in which some octets stand at an offset. */
function field(offset: number, ...octets: number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(octets, offset);
  return bytes;
}

const is = (format: OpaqueFormat, bytes: Uint8Array, protocol = format.protocol) =>
  isOpaqueFormat(format, protocol, bytes, 0, bytes.length);

Deno.test("a format is told by protocol and value together, at its offset, in network byte order", () => {
  assert.equal(is(VALUED, field(2, 0x12, 0x34)), true);
  assert.equal(is(VALUED, field(2, 0x12, 0x34), 17), false, "OFL-012");
  assert.equal(is(VALUED, field(2, 0x12, 0x35)), false, "OFL-011");
  assert.equal(is(VALUED, field(4, 0x12, 0x34)), false, "OFL-013");
  assert.equal(is(VALUED, field(2, 0x34, 0x12)), false, "OFL-021");
  for (const protocol of [0, 17, 253, 255]) {
    assert.equal(is({ ...VALUED, protocol }, field(2, 0x12, 0x34)), true, "OFL-015");
  }
  const noise = field(2, 0x12, 0x34).map((octet, i) => i === 2 || i === 3 ? octet : 0xa5);
  assert.equal(is(VALUED, noise), true, "OFL-017");
});

Deno.test("a value is of one to four octets, and compared with all of them and no more", () => {
  const values = [0x9f, 0x9fae, 0x9faebd, 0x9faebdcc];
  for (const [i, value] of values.entries()) {
    const format = { ...BASE, formatId: { offset: 5, octets: i + 1, values: [7, value] } };
    const bytes = field(5, 0x9f, 0xae, 0xbd, 0xcc);
    assert.equal(opaqueValue(bytes, 5, i + 1), value);
    assert.equal(is(format, bytes), true);
    bytes[5 + i + 1]++;
    assert.equal(is(format, bytes), true, "what follows does not count");
    bytes[5 + i]++;
    assert.equal(is(format, bytes), false);
  }
});

Deno.test("a value beyond the octets that there are is none", () => {
  for (let length = 0; length < 4; length++) {
    assert.equal(is(VALUED, field(2, 0x12, 0x34).subarray(0, length)), false);
  }
});

Deno.test("a length octet counts all of the field, and one that cannot be is told", () => {
  const format: OpaqueFormat = {
    ...{ ...VALUED, length: COUNTED, flowId: { offset: 6, octets: 2 } },
  };
  const lengthOf = (octet: number, there = 300) => {
    const bytes = new Uint8Array(there);
    bytes[0] = octet;
    return opaqueLength(format, bytes, 0, there);
  };
  for (const octet of [8, 20, 60, 255]) assert.equal(lengthOf(octet), octet, "OFL-026");
  for (const octet of [0, 1, 3, 4, 7]) assert.equal(lengthOf(octet), -1, "OFL-027");
  assert.equal(lengthOf(20, 19), -1);
  assert.equal(lengthOf(20, 20), 20);
  assert.equal(opaqueLength(format, new Uint8Array(0), 0, 0), -1);
  const bare: OpaqueFormat = { ...BASE, length: COUNTED };
  assert.equal(opaqueLength(bare, Uint8Array.of(0, 0), 0, 2), -1, "it counts itself");
  assert.equal(opaqueLength(bare, Uint8Array.of(1, 0), 0, 2), 1);
});

Deno.test("a fixed length is that of the format, from the end of the outer header on", () => {
  for (const octets of [0, 16, 20, 24]) {
    const format = { ...BASE, length: { octets } };
    assert.equal(opaqueLength(format, new Uint8Array(60), 28, 60), octets);
    assert.equal(opaqueLength(format, new Uint8Array(60), 28, 28 + octets), octets);
    if (octets > 0) assert.equal(opaqueLength(format, new Uint8Array(60), 28, 27 + octets), -1);
  }
});

Deno.test("formats that no field can be of are told before any is looked for", () => {
  for (const format of Object.values<OpaqueFormat>(OPAQUE_FORMATS)) {
    assert.equal(opaqueFormatProblem(format), undefined);
  }
  const wrong: [Partial<OpaqueFormat>, RegExp][] = [
    [{ protocol: 256 }, /protocol must be 0 to 255: got 256/],
    [{ protocol: -1 }, /protocol/],
    [{ length: { octets: -4 } }, /length/],
    [{ length: { octets: 1.5 } }, /length/],
    [{ length: { ...COUNTED, mask: 0 } }, /length/],
    [{ length: { ...COUNTED, at: -1 } }, /length/],
    [{ length: { ...COUNTED, at: 9, mask: 7 } }, /7 octets cannot hold .* first 10/],
    [{ formatId: { offset: 2, octets: 5, values: [1] } }, /format id must be 1 to 4 octets/],
    [{ formatId: { offset: -2, octets: 2, values: [1] } }, /format id must be/],
    [{ formatId: { offset: 2, octets: 1, values: [256] } }, /1 octets, too few .* 256/],
    [{ formatId: { offset: 2, octets: 1, values: [] } }, /must have a value/],
    [{ formatId: { offset: 15, octets: 2, values: [1] } }, /16 octets cannot hold .* first 17/],
    [{ flowId: { offset: 14, octets: 4 } }, /16 octets cannot hold .* first 18/],
    [{ flowId: { offset: 14, octets: 0 } }, /flow id/],
    [{ etherType: 15 }, /first 17/],
    [{ etherType: -18 }, /first 18/],
    [{ length: { octets: 6 }, adjusts: ["udp_checksum"] }, /6 octets cannot hold .* first 8/],
  ];
  for (const [change, problem] of wrong) {
    assert.match(opaqueFormatProblem({ ...BASE, ...change }) ?? "none", problem);
  }
});
