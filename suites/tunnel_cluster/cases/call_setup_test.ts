import assert from "node:assert/strict";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { avp } from "../../../captures/wire/l2tp_attributes.ts";
import { capturesOf, INITIATOR, judge, l2tp, sccrp, type Shown } from "../_testing/captures.ts";
import { control, sccrq } from "../packets.ts";

/** What is said of an endpoint that was so late, in milliseconds, by captures that go on for so long. */
function word(late: number, seconds: number): string {
  const evidence = {
    ...capturesOf(["endpoint1 lan"]),
    lateness: { machine: 0, wires: 0, recorder: 0, nodes: { endpoint1: late } },
  };
  const asked = control(MessageType.ICRQ, 8, [avp("assignedSessionId", 5)]);
  const frames: Shown[] = [
    ["endpoint1 lan", 1, l2tp("10.0.11.1", INITIATOR, sccrp(7, 8))],
    ["endpoint1 lan", 1.1, l2tp(INITIATOR, "10.0.11.1", asked)],
    ["endpoint1 lan", 1.1 + seconds, l2tp(INITIATOR, "10.0.11.1", sccrq(9))],
  ];
  return judge("endpoint/answers_call", evidence, frames).verdict;
}

Deno.test("a call must be answered once its endpoint has had time for it, however late it was", () => {
  assert.equal(word(5, 1.5), "fail");
  assert.equal(word(600, 1.5), "inconclusive");
  assert.equal(word(600, 1.7), "fail");
});
