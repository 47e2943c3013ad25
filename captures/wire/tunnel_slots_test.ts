import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, testFormatLaws } from "../_testing/format_laws.ts";
import { golden } from "../_testing/golden.ts";
import * as slots from "./tunnel_slots.ts";

testFormatLaws(
  "tunnel slots",
  slots,
  fc.record({
    ...{ networkId: bits(32), sourceSlot: bits(16), targetSlot: bits(16), reserved: bits(32) },
  }, { noNullPrototype: true }),
);

Deno.test("the header of slots has its golden octets", () => {
  const octets = golden(`
    89abcdef  # Network ID
    0102      # Source Slot
    0304      # Target Slot
    00000000  # Reserved`);
  const record = { networkId: 0x89abcdef, sourceSlot: 0x0102, targetSlot: 0x0304, reserved: 0 };
  assert.deepEqual(slots.decode(octets).record, record);
  assert.deepEqual(slots.encode(record), octets);
});
