import assert from "node:assert/strict";
import {
  capturesOf,
  INITIATOR,
  judge,
  l2tp,
  NAT,
  sccrp,
  type Shown,
} from "../_testing/captures.ts";

const AT_NAT = capturesOf(["nat wan", "nat lan"]);
const DATA = Uint8Array.of(0, 2, 0, 7, 0, 5, 0xff, 3, 0xc0, 0x21);

Deno.test("all of a tunnel leaves the NAT from one address and port", () => {
  const left = (
    payload: Uint8Array,
    sourcePort = 1701,
  ): Shown => ["nat wan", 0, l2tp(NAT, INITIATOR, payload, { sourcePort })];
  const word = (frames: readonly Shown[]) => judge("nat/static_address", AT_NAT, frames).verdict;
  assert.equal(word([left(sccrp(7, 8)), left(DATA)]), "pass");
  assert.equal(word([left(sccrp(7, 8)), left(DATA), left(DATA, 20_001)]), "fail");
  assert.equal(word([left(DATA), left(DATA, 20_001)]), "inconclusive");
});
