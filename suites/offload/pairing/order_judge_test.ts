import assert from "node:assert/strict";
import { brokenRules, following, frameOf, judgePair, segment, unit } from "./_testing/packets.ts";

const a = segment(), b = following(a), joined = unit([a, b]);
const TIMER = { implementation: "linux", timer: 2 } as const;

Deno.test("segments of one unit that came further apart than the timer allows were held too long, by one clock", () => {
  const came = (apart: number) => [
    { at: 1, bytes: frameOf(a) },
    { at: 1 + apart, bytes: frameOf(b) },
  ];
  // The clock of what left is another's.
  const left = [{ at: 9000, bytes: frameOf(joined) }];
  const late = judgePair(TIMER, came(0.01), left);
  assert.deepEqual(brokenRules(late), ["unit_timer"]);
  const [{ frames, actual }] = late.rules.get("unit_timer")!.findings;
  assert.deepEqual(frames.map(({ number }) => number), [1, 1, 2]);
  assert.match(actual, /10\.0 ms later/);
  const soon = judgePair(TIMER, came(0.003), left);
  assert.deepEqual(brokenRules(soon), []);
  // That none was held for longer is not shown by it.
  assert.equal(soon.rules.get("unit_timer")?.stimuli ?? 0, 0);
  assert.deepEqual(brokenRules(judgePair({ implementation: "linux" }, came(0.01), left)), []);
});
