import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { seededRandom } from "../../../captures/random.ts";
import type { Impairment } from "../../../suites/kit/topology.ts";
import { DelayLine } from "./delay_line.ts";

const PLAIN = { rate: Infinity, delay: 0, jitter: 0, loss: 0, up: true };

function line(impairment: Impairment, seed = 1) {
  const counts = { forwarded: 0, lost: 0, delayed: 0 };
  const out: number[] = [];
  const late: number[] = [];
  const made = new DelayLine(
    { ...PLAIN, ...impairment },
    seededRandom(seed),
    (f) => out.push(f[0]),
    {
      forwarded: () => counts.forwarded++,
      lost: () => counts.lost++,
      delayed: () => counts.delayed++,
      late: (ms) => late.push(ms),
    },
  );
  return { made, counts, out, late };
}

const frame = (name: number, length = 100) => new Uint8Array(length).fill(name);

Deno.test("a wire without impairment passes frames at once", () => {
  const { made, counts, out } = line({});
  made.enter(frame(1), 5);
  deepStrictEqual(out, [1]);
  deepStrictEqual(counts, { forwarded: 1, lost: 0, delayed: 0 });
});

Deno.test("a delayed frame leaves when it is due and not before", () => {
  const { made, counts, out, late } = line({ delay: 10 });
  made.enter(frame(1), 0);
  made.enter(frame(2), 3);
  strictEqual(made.next, 10);
  made.release(9.9);
  deepStrictEqual(out, []);
  made.release(13);
  deepStrictEqual(out, [1, 2]);
  deepStrictEqual(counts, { forwarded: 2, lost: 0, delayed: 2 });
  deepStrictEqual(late, [3, 0], "the first was due at 10, the second at 13");
  strictEqual(made.next, Infinity);
});

Deno.test("a frame keeps its octets while it waits, whatever becomes of the buffer", () => {
  const { made, out } = line({ delay: 1 });
  const buffer = frame(7);
  made.enter(buffer, 0);
  buffer.fill(0);
  made.release(1);
  deepStrictEqual(out, [7]);
});

Deno.test("a rate serializes frames one after another", () => {
  const { made, out } = line({ rate: 800_000 });
  for (let i = 0; i < 3; i++) made.enter(frame(i, 100), 0);
  for (const [now, count] of [[0.9, 0], [1, 1], [2, 2], [2.9, 2], [3, 3]]) {
    made.release(now);
    strictEqual(out.length, count, `at ${now} ms`);
  }
});

Deno.test("jitter lets frames overtake one another, the same ones for the same seed", () => {
  const run = () => {
    const { made, out } = line({ delay: 1, jitter: 50 }, 3);
    for (let i = 0; i < 40; i++) made.enter(frame(i), i);
    made.release(1000);
    return out;
  };
  const order = run();
  strictEqual(order.length, 40);
  ok(order.some((name, i) => name !== i), "none overtook another");
  deepStrictEqual(run(), order);
});

Deno.test("loss and a cut lose frames and count every one", () => {
  const lossy = line({ loss: 0.5 });
  for (let i = 0; i < 1000; i++) lossy.made.enter(frame(1), i);
  strictEqual(lossy.counts.lost + lossy.counts.forwarded, 1000);
  ok(lossy.counts.lost > 400 && lossy.counts.lost < 600);
  const cut = line({ up: false });
  cut.made.enter(frame(1), 0);
  deepStrictEqual(cut.counts, { forwarded: 0, lost: 1, delayed: 0 });
});
