import assert from "node:assert/strict";
import {
  BY_LOAD,
  came,
  capturesOf,
  judge,
  masterVerdict,
  message,
  registrations,
  sent,
  type Shown,
} from "../_testing/captures.ts";

const TAPS = ["master wan", "master lan"];

Deno.test("a request for the endpoint with the least load passes, and one for another fails", () => {
  const loads = registrations(7000, 5000, 1000);
  assert.equal(masterVerdict("lowest_load", [...loads, came(1.1, 1), sent(1.1, 3, 1)]), "pass");
  const wrong = judge("master/least_loaded", BY_LOAD, [...loads, came(1.1, 1), sent(1.1, 1, 1)]);
  assert.deepEqual(wrong, {
    verdict: "fail",
    expected: "endpoint 2 of load 5000",
    actual: "endpoint 1 of load 7000",
    frames: [4, 2, 1].map((number) => ({ capture: "master lan", number })),
  });
});

Deno.test("equal loads, an undeclared policy and a capture that begins later show nothing", () => {
  const equal = [...registrations(0, 0, 0), came(1.1, 1), sent(1.1, 1, 1)];
  for (const name of ["lowest_load", "least_loaded"]) {
    assert.equal(masterVerdict(name, equal), "inconclusive");
    assert.deepEqual(judge(`master/${name}`, capturesOf(TAPS), equal), {
      verdict: "inconclusive",
      reason: "the profile's parameters declare no policy",
    });
  }
  const report: Shown = ["master lan", 1, message("report", 1, 0, { load: 7000 })];
  const later = [report, ...registrations(0, 5000, 1000).slice(1), sent(1.1, 1, 1)];
  assert.deepEqual(judge("master/least_loaded", BY_LOAD, later), {
    verdict: "inconclusive",
    reason: "the captures begin after an endpoint had registered",
  });
});

Deno.test("a request that is sent again follows no load", () => {
  const frames: Shown[] = [
    ...registrations(7000, 5000, 1000),
    ...[came(1.1, 1), sent(1.1, 3, 1)],
    ["master lan", 1.2, message("report", 3, 0, { load: 9000 })],
    ...[came(2.1, 1), sent(2.1, 3, 1)],
  ];
  assert.equal(masterVerdict("least_loaded", frames), "pass");
});
