/** What is wrong takes the ordinary way: as it came, counted, in the order of its flow, never joined. */
import assert from "node:assert/strict";
import { checksum } from "../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../captures/wire/octets.ts";
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";
import { BASE, burst, coalesced, NONE, TUNNELLED } from "./_testing/bursts.ts";
import { hexOf, segmentFrame, type Specimen, testNic, tunnelOf } from "./_testing/segments.ts";

/** First octets in the frames below: Ethernet, outer IP, opaque field, inner IP, TCP. */
const OUTER = 14, FIELD = 34;

/** A format whose first octet is its length, and one of fixed length. */
const COUNTED = {
  ...{ protocol: 253, length: { at: 0, mask: 255, unit: 1, more: 0 }, adjusts: [] },
  flowId: { offset: 4, octets: 2 },
};

const counted: Specimen = {
  ...BASE,
  tunnel: {
    format: COUNTED,
    ip: TUNNELLED.tunnel!.ip,
    opaque: Uint8Array.of(12, 0, 0, 0, 7, 7, 0, 0, 0, 0, 0, 0),
  },
};
const slots: Specimen = { ...BASE, tunnel: tunnelOf("udp_slots", 4, TUNNELLED.tunnel!.ip) };

const FORMATS = { counted: COUNTED, key: OPAQUE_FORMATS.gre_key, slots: OPAQUE_FORMATS.udp_slots };

/** Mends the checksum of an IPv4 header, so that nothing but the change is wrong. */
function mended(frame: Uint8Array, at: number): Uint8Array {
  put16(frame, at + 10, 0);
  put16(frame, at + 10, checksum(frame, viewOf(frame), at, at + 20));
  return frame;
}

/** Octets that are changed in a copy of a frame. */
function changed(frame: Uint8Array, ...changes: [number, number][]): Uint8Array {
  const copy = frame.slice();
  for (const [at, value] of changes) copy[at] = value;
  return copy;
}

const [, a] = burst(counted, NONE, NONE).map((one) => segmentFrame(one));
const [, b] = burst(TUNNELLED, NONE, NONE).map((one) => segmentFrame(one));
const [, c] = burst(slots, NONE, NONE).map((one) => segmentFrame(one));
const [, d] = burst(BASE, NONE, NONE).map((one) => segmentFrame(one));
const INNER_A = FIELD + 12, INNER_B = FIELD + 8, INNER_C = FIELD + 20;

/** Each fault in the second of three segments of a flow. */
const FAULTS: [string, Specimen, Uint8Array][] = [
  ["length octet 0", counted, changed(a, [FIELD, 0])],
  ["length octet too small for the flow id", counted, changed(a, [FIELD, 5])],
  ["length octet that leads to other octets", counted, changed(a, [FIELD, 16])],
  ["opaque field past the end", counted, changed(a, [FIELD, 255])],
  ["inner version 5", TUNNELLED, changed(b, [INNER_B, 0x55])],
  ["inner version 6", TUNNELLED, changed(b, [INNER_B, 0x65])],
  ["inner version 0", slots, changed(c, [INNER_C, 0x05])],
  ["outer header length 16", TUNNELLED, changed(b, [OUTER, 0x44])],
  ["inner header length 16", TUNNELLED, changed(b, [INNER_B, 0x44])],
  ["inner header length 60", slots, changed(c, [INNER_C, 0x4f])],
  ["TCP header length 16", BASE, changed(d, [OUTER + 20 + 12, 0x40])],
  ["TCP header length past the end", TUNNELLED, changed(b, [INNER_B + 32, 0xf0])],
  ["outer total too large", BASE, mended(changed(d, [OUTER + 2, 9]), OUTER)],
  [
    "outer total below the header",
    BASE,
    mended(changed(d, [OUTER + 3, 19], [OUTER + 2, 0]), OUTER),
  ],
  ["inner total too large", TUNNELLED, mended(changed(b, [INNER_B + 2, 9]), INNER_B)],
  ["inner total too small", TUNNELLED, mended(changed(b, [INNER_B + 3, 60]), INNER_B)],
  ["outer fragment", TUNNELLED, mended(changed(b, [OUTER + 6, 0x20]), OUTER)],
  ["inner fragment", TUNNELLED, mended(changed(b, [INNER_B + 6, 0x20]), INNER_B)],
  ["later inner fragment", slots, mended(changed(c, [INNER_C + 7, 5]), INNER_C)],
  ["the bit that must be zero", BASE, mended(changed(d, [OUTER + 6, 0xc0]), OUTER)],
  ["outer header checksum", TUNNELLED, changed(b, [OUTER + 10, b[OUTER + 10] ^ 1])],
  ["inner header checksum", TUNNELLED, changed(b, [INNER_B + 10, b[INNER_B + 10] ^ 1])],
  ["TCP checksum", TUNNELLED, changed(b, [INNER_B + 36, b[INNER_B + 36] ^ 1])],
  ["payload", counted, changed(a, [INNER_A + 60, a[INNER_A + 60] ^ 1])],
];

for (const [fault, base, frame] of FAULTS) {
  Deno.test(`${fault}: delivered as it came, behind what is held, and counted`, () => {
    const [before, , after] = burst(base, NONE, NONE, NONE).map((one) => segmentFrame(one));
    assert.notEqual(frame.toHex(), before.toHex());
    const frames = [before, frame, after];
    assert.deepEqual(hexOf(coalesced(frames, { formats: FORMATS })), hexOf(frames));
    const { nic, traced, through } = testNic({ formats: FORMATS });
    assert.deepEqual(hexOf(through("host", frame)), hexOf([frame]), "nor is it segmented");
    nic.receive("wire", frame, 0);
    nic.instruct({ report: true }, 0);
    const { host, wire } = traced[0].fields as Record<string, Record<string, number>>;
    assert.deepEqual(host, wire);
    assert.equal(Object.values(wire).reduce((sum, count) => sum + count, 0), 1);
  });
}

Deno.test("a preset whose length is wrong by some octets joins nothing and loses nothing (OFL-029)", () => {
  const frames = burst(TUNNELLED, NONE, NONE, NONE).map((one) => segmentFrame(one));
  for (const octets of [4, 6, 9, 12, 255]) {
    const key = { ...OPAQUE_FORMATS.gre_key, length: { octets }, flowId: undefined };
    assert.deepEqual(hexOf(coalesced(frames, { formats: { key } })), hexOf(frames), `${octets}`);
  }
});
