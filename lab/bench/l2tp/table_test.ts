import assert from "node:assert/strict";
import type { Opening } from "./comparison.ts";
import { comparisonTable, comparisonTargets, openingRows } from "./table.ts";
import { compareTunnels, tunnelsOfXl2tpd } from "./traces.ts";

/** A round in which all went well. */
function opening(endpoint: string, perSecond: number, wrong: Partial<Opening> = {}): Opening {
  return {
    ...{ endpoint, round: 1, asked: 1000, tunnels: 1000, milliseconds: 1e6 / perSecond, perSecond },
    ...{ failed: 0, lost: 0, doubled: 0, sentAgain: 0, endpointCost: 50, initiatorCost: 40 },
    ...wrong,
  };
}

Deno.test("a tunnel that one end has alone, or twice, is lost or doubled", () => {
  assert.deepEqual(compareTunnels(["1/5", "2/6"], ["2/6", "1/5"]), { lost: 0, doubled: 0 });
  assert.deepEqual(compareTunnels(["1/5", "2/6"], ["1/5"]), { lost: 1, doubled: 0 });
  assert.deepEqual(compareTunnels(["1/5"], ["1/5", "1/5"]), { lost: 0, doubled: 1 });
  assert.deepEqual(compareTunnels(["1/5"], ["1/5", "1/9"]), { lost: 0, doubled: 1 });
});

Deno.test("xl2tpd's log tells its tunnels by both identifiers", () => {
  const log = "xl2tpd[9]: Listening on IP address 10.4.0.1, port 1701\n" +
    "xl2tpd[9]: Connection established to 10.4.0.2, 1701.  Local: 7, Remote: 3 (ref=0/0).  LNS\n";
  assert.deepEqual(tunnelsOfXl2tpd(log), ["3/7"]);
});

Deno.test("rounds are summed up by their middle, and what went wrong in any of them counts", () => {
  const openings = [
    opening("plumbline", 9000),
    opening("plumbline", 4000, { lost: 1 }),
    opening("plumbline", 6000),
    opening("xl2tpd", 3000),
  ];
  const [ours] = openingRows(openings);
  assert.deepEqual([ours.slowest, ours.median, ours.fastest, ours.lost], [4000, 6000, 9000, 1]);
  const [rate, times, wrong] = comparisonTargets({ openings });
  assert.deepEqual([rate.met, times.met, times.got, wrong.met], [true, false, "2.00", false]);
  assert.match(times.why!, /25,000 a second at most/);
  assert.match(comparisonTable({ openings }, 64), /plumbline\s+4,000\s+6,000\s+9,000/);
});
