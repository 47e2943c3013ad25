import assert from "node:assert/strict";
import {
  came,
  capturesOf,
  judge,
  l2tp,
  local,
  registrations,
  sent,
  type Shown,
} from "../_testing/captures.ts";
import { sccrq } from "../packets.ts";

const TAPS = ["master wan", "master lan"];
const BY_LOAD = capturesOf(TAPS, { policy: "lowest_load" });
const word = (name: string, frames: readonly Shown[], evidence = BY_LOAD) =>
  judge(`master/${name}`, evidence, frames).verdict;

Deno.test("a forwarded request is held against the one that came, where that was seen", () => {
  const pair = [came(1.1, 1), sent(1.1, 3, 1)];
  for (const name of ["source_kept", "octets_kept", "checksums", "one_endpoint"]) {
    assert.equal(word(name, pair), "pass", name);
    assert.equal(word(name, [sent(1.1, 3, 1)]), "inconclusive", name);
  }
  const proxied: Shown = ["master lan", 1.1, l2tp(local(0), local(3), sccrq(1), { ttl: 63 })];
  assert.equal(word("source_kept", [came(1.1, 1), proxied]), "fail");
  assert.equal(word("octets_kept", [came(1.1, 1), sent(1.1, 3, 1, { ttl: 64 })]), "fail");
});

Deno.test("an address that no message names is nobody's to captures alone", () => {
  const pair = [came(1.1, 1), sent(1.1, 3, 1)];
  assert.equal(word("destination_nat", [...registrations(1, 2, 3), ...pair]), "pass");
  assert.match(
    JSON.stringify(judge("master/destination_nat", BY_LOAD, pair)),
    /no message tells whether 10\.0\.13\.1 is an endpoint's address/,
  );
});
