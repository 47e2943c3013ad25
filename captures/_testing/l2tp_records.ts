/** L2TP records with any bits, for property tests. */
import fc from "fast-check";
import { type L2tp, L2tpFlag } from "../wire/l2tp.ts";
import type { Avp } from "../wire/l2tp_avp.ts";
import { bits, octets } from "./format_laws.ts";

/** Headers: bits in twelve of sixteen places, with the fields that they announce. */
export const headers: fc.Arbitrary<L2tp> = fc.tuple(bits(12), bits(4)).chain(([upper, version]) => {
  const flags = upper << 4;
  const has = (bit: number) => (flags & bit) !== 0;
  return fc.record({
    flags: fc.constant(flags),
    version: fc.constant(version),
    ...(has(L2tpFlag.length) ? { length: fc.oneof(bits(16), bits(6)) } : {}),
    tunnelId: bits(16),
    sessionId: bits(16),
    ...(has(L2tpFlag.sequence) ? { ns: bits(16), nr: bits(16) } : {}),
    ...(has(L2tpFlag.offset) ? { offsetPad: octets(0, 9) } : {}),
  }) as fc.Arbitrary<L2tp>;
});

/** AVPs, with a Length of less than six among them. */
export const avps: fc.Arbitrary<Avp> = fc.integer({ min: 0, max: 60 }).chain((length) =>
  fc.record({
    mandatory: fc.boolean(),
    hidden: fc.boolean(),
    reserved: bits(4),
    length: fc.constant(length),
    vendor: fc.oneof(fc.constant(0), bits(16)),
    type: fc.oneof(bits(4), bits(16)),
    value: octets(Math.max(0, length - 6)),
  })
);
