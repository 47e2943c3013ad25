import assert from "node:assert/strict";
import { capturesOf, INITIATOR, judge, l2tp, NAT } from "../_testing/captures.ts";
import { control } from "../packets.ts";

const AT_NAT = capturesOf(["nat wan", "nat lan"]);

Deno.test("no acknowledgement leaves the NAT with a local address", () => {
  const zlb = control(0, 7).slice(0, 12);
  zlb[3] = 12;
  const word = (source: string) =>
    judge("nat/acknowledgement", AT_NAT, [
      ["nat lan", 0, l2tp("10.0.11.1", INITIATOR, zlb)],
      ["nat wan", 0, l2tp(source, INITIATOR, zlb)],
    ]).verdict;
  assert.deepEqual([NAT, "10.0.11.1"].map(word), ["pass", "fail"]);
});
