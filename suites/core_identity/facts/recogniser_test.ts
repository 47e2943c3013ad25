import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import { type Captured, carried, control, data } from "../_testing/tunnel_captures.ts";
import { recogniser } from "./recogniser.ts";

const TAP = { name: "wan", node: "sender", side: "wan" as const, file: "" };
const walker = new HeaderWalker();

function frameOf({ frame: bytes }: Captured) {
  return {
    ...{ number: 1, bytes, view: viewOf(bytes), start: 0, end: bytes.length, linkType: 1 },
    ...{ originalLength: bytes.length, seconds: 0, nanoseconds: 0, interfaceId: 0 },
  };
}

function alone(parameters: Record<string, number> = {}) {
  const profile = testProfile({ parameters });
  const nodes = { device: { role: "sender", config: {}, profile } };
  const claims = recogniser(testEvidence("", 0, { world: "captures", nodes }));
  return (captured: Captured) => {
    const frame = frameOf(captured);
    walker.walk(frame);
    return claims(frame, walker, TAP);
  };
}

Deno.test("content decides: what else comes to the port is nobody's", () => {
  const claims = alone();
  assert.ok(claims(data(4000, 2n, 0, { at: 0 })));
  assert.ok(claims(control("hello", {}, { at: 0 })));
  const dns = new Uint8Array(40).fill(0x31);
  const almost = new Uint8Array(40).fill(0xff);
  almost[0] = 0x11;
  for (const payload of [dns, almost, dns.subarray(0, 1), dns.subarray(0, 0)]) {
    assert.ok(!claims(carried(payload, { at: 0 })));
  }
});

Deno.test("another port is learned from a control message, or from the profile", () => {
  const claims = alone(), there = { at: 0, port: 4500 };
  assert.ok(!claims(data(4000, 2n, 0, there)));
  assert.ok(claims(control("hello", {}, there)));
  assert.ok(claims(data(4000, 2n, 0, there)));
  assert.ok(alone({ udp_port: 4500 })(data(4000, 2n, 0, there)));
});

Deno.test("what a lab's device sends on its port is its own, however wrong", () => {
  const claims = recogniser(testEvidence("", 0));
  const wrong = frameOf(data(4000, 2n, 0, { at: 0 }, { datagramLength: 1 }));
  walker.walk(wrong);
  assert.ok(claims(wrong, walker, TAP));
  assert.ok(!claims(wrong, walker, { ...TAP, side: "lan" }), "nobody knows which end is which");
});
