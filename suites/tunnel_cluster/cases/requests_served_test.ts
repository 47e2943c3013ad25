import assert from "node:assert/strict";
import {
  came,
  capturesOf,
  INITIATOR,
  l2tp,
  local,
  MASTER,
  masterVerdict,
  sent,
  type Shown,
} from "../_testing/captures.ts";
import { control, sccrq } from "../packets.ts";

const TAPS = ["master wan", "master lan"];

Deno.test("copies to two endpoints fail, and a request that came twice may go twice", () => {
  assert.equal(
    masterVerdict("one_endpoint", [came(1.1, 1), sent(1.1, 3, 1), sent(1.1, 2, 1)]),
    "fail",
  );
  const twice = [came(1.1, 1), sent(1.1, 3, 1), came(2.1, 1), sent(2.1, 2, 1)];
  assert.equal(masterVerdict("one_endpoint", twice), "pass");
});

Deno.test("what is no request must not be relayed", () => {
  const hello = control(6, 7);
  const stray: Shown = ["master wan", 1.2, l2tp(INITIATOR, MASTER, hello)];
  const relayed: Shown = ["master lan", 1.2, l2tp(INITIATOR, local(3), hello)];
  const pair = [came(1.1, 1), sent(1.1, 3, 1)];
  for (const name of ["requests_alone", "strays_discarded"]) {
    assert.equal(masterVerdict(name, pair), "inconclusive");
    assert.equal(masterVerdict(name, [...pair, stray]), "pass");
    assert.equal(masterVerdict(name, [...pair, stray, relayed]), "fail");
  }
});

Deno.test("a request for an address other than the declared one is not for the master", () => {
  const other: Shown = ["master wan", 1, l2tp(INITIATOR, "203.0.113.9", sccrq(2))];
  const frames = [other, came(1.1, 1), sent(1.1, 3, 1)];
  assert.equal(masterVerdict("master_address_only", frames), "inconclusive");
  const declared = capturesOf(TAPS, { masterAddress: MASTER });
  assert.equal(masterVerdict("master_address_only", frames, declared), "pass");
  assert.equal(
    masterVerdict("master_address_only", [...frames, sent(1.2, 3, 2)], declared),
    "fail",
  );
});
