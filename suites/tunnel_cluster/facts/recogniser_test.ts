import assert from "node:assert/strict";
import type { Frame } from "../../../captures/frame.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { fragment, udpDatagram } from "../../../captures/wire/build.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { capturesOf, INITIATOR, l2tp, MASTER, message } from "../_testing/captures.ts";
import { sccrq } from "../packets.ts";
import { FIGURE_2 } from "../topologies.ts";
import { recogniserOf } from "./recogniser.ts";

function recognised(bytes: Uint8Array, evidence = capturesOf(["master wan"])): boolean {
  const walker = new HeaderWalker();
  const frame: Frame = {
    ...{ number: 1, bytes, view: viewOf(bytes), start: 0, end: bytes.length },
    ...{ originalLength: bytes.length, seconds: 0, nanoseconds: 0 },
    ...{ linkType: LINK_TYPE.RAW, interfaceId: 0 },
  };
  walker.walk(frame);
  return recogniserOf(evidence)(frame, walker, evidence.taps[0]);
}

const OTHER = udpDatagram({
  ...{ source: INITIATOR, destination: MASTER, sourcePort: 5000, destinationPort: 53 },
  payload: new Uint8Array(40),
});

Deno.test("L2TP, messages of the cluster and fragments concern the suite, nothing else does", () => {
  const [, later] = fragment(l2tp(INITIATOR, MASTER, sccrq(1, "a".repeat(900))), 576);
  const moved = l2tp(INITIATOR, MASTER, sccrq(1), { sourcePort: 5000, destinationPort: 5001 });
  for (const packet of [l2tp(INITIATOR, MASTER, sccrq(1)), moved, message("report", 1, 0), later]) {
    assert.equal(recognised(packet), true);
  }
  assert.equal(recognised(OTHER), false);
  assert.equal(recognised(new Uint8Array(0)), false);
});

Deno.test("in a lab everything may be a client's datagram", () => {
  assert.equal(recognised(OTHER, { ...capturesOf(["master wan"]), topology: FIGURE_2 }), true);
});
