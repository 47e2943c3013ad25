import assert from "node:assert/strict";
import {
  capturesOf,
  collect,
  INITIATOR,
  l2tp,
  local,
  message,
  registrations,
  type Shown,
} from "../_testing/captures.ts";
import { sccrq } from "../packets.ts";
import { clusterOf } from "./cluster.ts";
import { packetFacts } from "./cluster_packets.ts";
import { loadsAt, sawRegistrations } from "./load_reports.ts";

const TAPS = ["master wan", "master lan"];
const request = (
  time: number,
  member: number,
  id: number,
): Shown => ["master lan", time, l2tp(INITIATOR, local(member), sccrq(id))];

/** What was known when the last of the forwarded requests in frames left. */
function known(frames: readonly Shown[], parameters: Record<string, string | number> = {}) {
  const evidence = capturesOf(TAPS, parameters);
  const { facts } = collect(packetFacts, frames, evidence);
  const cluster = clusterOf({ packets: facts }, evidence);
  return { cluster, loads: loadsAt(cluster, cluster.forwarded().at(-1)!) };
}

Deno.test("the last report counts, with what was forwarded since", () => {
  const { loads } = known([
    ...registrations(7000, 5000, 1000),
    ["master lan", 1.2, message("report", 3, 0, { load: 2000 })],
    request(1.3, 3, 1),
    request(1.4, 3, 2),
  ]);
  assert.deepEqual(
    loads.map(({ member, low, high, serves }) => [member, low, high, serves]),
    [[1, 7000, 7000, true], [2, 5000, 5000, true], [3, 2000, 2001, true]],
  );
});

Deno.test("a report that came a moment before the choice may not have been known", () => {
  const { loads } = known([
    ...registrations(7000, 5000, 1000),
    ["master lan", 1.38, message("report", 1, 0, { load: 0 })],
    request(1.4, 3, 1),
  ]);
  assert.deepEqual([loads[0].low, loads[0].high], [0, 7000]);
});

Deno.test("who has left, rests, drains, was inactivated or is silent does not serve", () => {
  const cases: Shown[] = [
    ["master lan", 1.1, message("leave", 1, 0)],
    ["master lan", 1.1, message("report", 1, 0, { load: 1, flags: 1 })],
    ["master lan", 1.1, message("report", 1, 0, { load: 1, flags: 2 })],
    ["master lan", 1.1, message("deactivate", 0, 1)],
  ];
  for (const stepsBack of cases) {
    const { loads } = known([...registrations(1, 2, 3), stepsBack, request(1.4, 3, 1)]);
    assert.deepEqual(loads.map(({ serves }) => serves), [false, true, true]);
  }
  const late = [...registrations(1, 2, 3), request(3, 3, 1)];
  assert.ok(known(late).loads.every(({ serves }) => !serves));
  assert.ok(known(late, { silence: 5000 }).loads.every(({ serves }) => serves));
});

Deno.test("an endpoint that was not seen to register may be one of several", () => {
  const report: Shown = ["master lan", 1, message("report", 1, 0, { load: 1 })];
  assert.equal(sawRegistrations(known([report, request(1.4, 1, 1)]).cluster), false);
  assert.equal(sawRegistrations(known([...registrations(1, 2), request(1.4, 1, 1)]).cluster), true);
});

Deno.test("captures alone tell members' addresses and the master address", () => {
  const { cluster } = known([
    ["master wan", 1.4, l2tp(INITIATOR, "203.0.113.1", sccrq(1))],
    ...registrations(1, 2, 3),
    request(1.4, 3, 1),
  ]);
  assert.equal(cluster.masterAddress, "203.0.113.1");
  assert.deepEqual([...cluster.localAddresses.values()], [1, 2, 3].map(local));
  assert.equal(cluster.memberAt(local(3)), 3);
});
