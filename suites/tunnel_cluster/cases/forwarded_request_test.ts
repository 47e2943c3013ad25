import assert from "node:assert/strict";
import {
  BY_LOAD,
  came,
  judge,
  l2tp,
  local,
  masterVerdict,
  registrations,
  sent,
  type Shown,
} from "../_testing/captures.ts";
import { sccrq } from "../packets.ts";

Deno.test("a forwarded request is held against the one that came, where that was seen", () => {
  const pair = [came(1.1, 1), sent(1.1, 3, 1)];
  for (const name of ["source_kept", "octets_kept", "checksums", "one_endpoint"]) {
    assert.equal(masterVerdict(name, pair), "pass", name);
    assert.equal(masterVerdict(name, [sent(1.1, 3, 1)]), "inconclusive", name);
  }
  const proxied: Shown = ["master lan", 1.1, l2tp(local(0), local(3), sccrq(1), { ttl: 63 })];
  assert.equal(masterVerdict("source_kept", [came(1.1, 1), proxied]), "fail");
  assert.equal(masterVerdict("octets_kept", [came(1.1, 1), sent(1.1, 3, 1, { ttl: 64 })]), "fail");
});

Deno.test("an address that no message names is nobody's to captures alone", () => {
  const pair = [came(1.1, 1), sent(1.1, 3, 1)];
  assert.equal(masterVerdict("destination_nat", [...registrations(1, 2, 3), ...pair]), "pass");
  assert.match(
    JSON.stringify(judge("master/destination_nat", BY_LOAD, pair)),
    /no message tells whether 10\.0\.13\.1 is an endpoint's address/,
  );
});
