import assert from "node:assert/strict";
import { capturesOf, INITIATOR, judge, l2tp, sccrp, type Shown } from "../_testing/captures.ts";

const AT_ENDPOINT = capturesOf(["endpoint1 lan"]);

Deno.test("an SCCRP acknowledges the request and has all AVPs", () => {
  const shows = (
    payload: Uint8Array,
  ): Shown[] => [["endpoint1 lan", 0, l2tp("10.0.11.1", INITIATOR, payload)]];
  const unacknowledged = sccrp(7, 8);
  unacknowledged[11] = 0;
  const word = (payload: Uint8Array) =>
    judge("endpoint/reply_numbers", AT_ENDPOINT, shows(payload)).verdict;
  assert.deepEqual([sccrp(7, 8), unacknowledged].map(word), ["pass", "fail"]);
});
