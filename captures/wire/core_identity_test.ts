import assert from "node:assert/strict";
import fc from "fast-check";
import { controlMessages, dataPackets } from "../_testing/core_identity_records.ts";
import { testFormatLaws } from "../_testing/format_laws.ts";
import * as data from "./core_identity.ts";
import * as control from "./core_identity_control.ts";
import { viewOf } from "./octets.ts";

const { pieceStart, SEAL_LENGTH } = data;

testFormatLaws("core-identity data packet", data, dataPackets, {
  least: ({ kind, placement, authenticated }) =>
    pieceStart(kind, placement) + (authenticated ? SEAL_LENGTH : 0),
});
testFormatLaws("core-identity control message", control, controlMessages, {
  least: ({ flags }) => control.CONTROL_LENGTH + (flags & 4 ? SEAL_LENGTH : 0),
});

Deno.test("a control message that is cut within an attribute is named", () => {
  fc.assert(fc.property(controlMessages, (message) => {
    const bytes = control.encode({ ...message, flags: 0 });
    const ends = new Set([control.CONTROL_LENGTH]);
    let at = control.CONTROL_LENGTH;
    for (const { value } of message.attributes) ends.add(at += 4 + value.length);
    for (let length = 0; length < bytes.length; length++) {
      const { record, problem } = control.decode(bytes, 0, length);
      if (ends.has(length)) assert.ok(record !== undefined);
      else {assert.match(
          problem!,
          new RegExp(`^control message cut short: ${length} of \\d+ octets$`),
        );}
    }
  }));
});

Deno.test("the identity stands where the placement says, so that a kernel can steer by it", () => {
  fc.assert(fc.property(dataPackets, (packet) => {
    if (packet.identity === undefined) return;
    const view = viewOf(data.encode(packet));
    assert.equal(view.getBigUint64(data.identityOffset(packet.placement)), packet.identity);
  }));
});
