import assert from "node:assert/strict";
import type { Frame } from "../../../captures/frame.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { testEvidence, testProfile } from "../../_testing/test_suite.ts";
import type { Tap } from "../../kit/evidence.ts";
import type { Topology } from "../../kit/topology.ts";
import { type Captured, control } from "../_testing/tunnel_captures.ts";
import { restartControl, restartFacts } from "./restarts.ts";

const TAP: Tap = { name: "wan0", node: "sender", side: "wan", file: "wan0.pcapng" };
const TOPOLOGY: Topology = {
  ...{ name: "wire", title: "A sender on a wire", nodes: { sender: { kind: "device" } } },
  links: [{
    name: "wan",
    ends: [
      { node: "sender", interface: "wan0", addresses: ["198.51.100.1/24"] },
      { node: "receiver", interface: "wan0", addresses: ["203.0.113.1/24"] },
    ],
  }],
  taps: [{ name: "wan0", node: "sender", interface: "wan0", side: "wan" }],
};
const LAB = testEvidence("", 0, {
  topology: TOPOLOGY,
  nodes: { sender: { role: "sender", config: {}, profile: testProfile() } },
  taps: [TAP],
});

/** A HELLO of the sender with a Control Sequence Number. */
const numbered = (sequence: number, acknowledged = 0): Captured =>
  control("hello", { sequence, acknowledged }, { at: 0 });

/** Why nothing that the sender did may count as kept. */
function objection(...captured: Captured[]): string | undefined {
  const state = restartFacts.begin(LAB), walker = new HeaderWalker();
  captured.forEach(({ frame: bytes }, i) => {
    const frame: Frame = {
      ...{ number: i + 1, bytes, view: viewOf(bytes), start: 0, end: bytes.length },
      ...{ originalLength: bytes.length, seconds: i, nanoseconds: 0 },
      ...{ linkType: LINK_TYPE.ETHERNET, interfaceId: 0 },
    };
    walker.walk(frame);
    state.frame?.(frame, walker, TAP);
  });
  return restartControl.objection(state.facts(), LAB, "sender")?.reason;
}

Deno.test("numbers that rise, and messages that are sent twice in succession, are of one device", () => {
  assert.equal(objection(numbered(1), numbered(2), numbered(4)), undefined);
  assert.equal(objection(numbered(1), numbered(1), numbered(2), numbered(2)), undefined);
});

Deno.test("a number that was used for another message, or for an earlier one, begins anew", () => {
  const why = (frame: number) =>
    `the Control Sequence Number of the sender falls in frame ${frame} of wan0, as if it had been restarted`;
  assert.equal(objection(numbered(1), numbered(1, 7)), why(2));
  assert.equal(objection(numbered(1), numbered(2), numbered(1, 7)), why(3));
  assert.equal(objection(numbered(1), numbered(2), numbered(1), numbered(2)), why(3));
});

/** A KEEPALIVE of the receiver, and the sender's answer to it. */
const ask = (sequence: number): Captured =>
  control("keepalive", { sequence }, { at: 0, from: "receiver" });
const answer = (acknowledged: number): Captured =>
  control("keepaliveAck", { sequence: 10 + acknowledged, acknowledged }, { at: 0 });

Deno.test("a device that answers no keepalive any more may have died", () => {
  assert.equal(objection(ask(1), answer(1), ask(2), answer(2)), undefined);
  // The evidence may have ended before the last answer.
  assert.equal(objection(ask(1), answer(1), ask(2)), undefined);
  assert.equal(
    objection(ask(1), answer(1), ask(2), ask(3)),
    "the sender answers no KEEPALIVE from frame 3 of wan0 on, as if it had died or been restarted",
  );
});
