import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import { alone, Captured, control, data, introduces } from "../_testing/captured.ts";
import { recogniserOf } from "./recogniser.ts";

const A = { address: "192.0.2.1", port: 5000 }, B = { address: "192.0.2.2", port: 40_000 };
const DNS = Uint8Array.fromHex("80020100000100000000000003777777036d696c0000010001");

/** Which frames are claimed. */
function claimed({ frames }: Captured): boolean[] {
  const evidence = testEvidence("", frames.length, alone("lac"));
  const recognises = recogniserOf(evidence), walk = new HeaderWalker();
  return frames.map((frame) => walk.walk(frame) && recognises(frame, walk, evidence.taps[0]));
}

Deno.test("control messages are known on any port, and data once they were seen there", () => {
  const captured = new Captured().send(A, B, data(1, 1, "ff03c021"))
    .send(A, B, control("SCCRQ", {}, introduces(11)))
    .send(A, B, data(1, 1, "ff03c021"));
  assert.deepEqual(claimed(captured), [false, true, true]);
});

Deno.test("what looks a little like L2TP on another port is left to others", () => {
  const captured = new Captured().send(A, B, DNS)
    .send(A, B, control("HELLO", {}).subarray(0, 19))
    .send(A, B, new Uint8Array(0));
  assert.deepEqual(claimed(captured), [false, false, false]);
});
