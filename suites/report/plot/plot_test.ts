import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { h } from "preact";
import type { Plot } from "../../kit/figure.ts";
import { duration, moment, quantity, roundTicks } from "./axis.ts";
import { PlotView } from "./plot_view.tsx";
import { drawRates, TimeHistogram } from "./rate.ts";

Deno.test("a histogram over time loses nothing when its time runs out", () => {
  const histogram = new TimeHistogram();
  for (let i = 0; i < 10_000; i++) histogram.add(3 + i * i / 1000);
  assert.equal(histogram.counts.reduce((a, b) => a + b), 10_000);
  assert.ok(histogram.width * histogram.counts.length >= 9999 ** 2 / 1000);
  histogram.add(0);
  assert.equal(histogram.total, 10_001, "what comes too early counts with the first");
});

Deno.test("a rate is drawn only where there are packets enough to have one", () => {
  const tap = { name: "wan", node: "a", side: "wan" as const, file: "wan" };
  const few = new TimeHistogram();
  few.add(1);
  assert.equal(drawRates([{ tap, histogram: few }]), undefined);
  const histogram = new TimeHistogram();
  for (let i = 0; i < 1000; i++) histogram.add(5 + i / 100);
  const plot = drawRates([{ tap, histogram }])!.plot;
  assert.ok(plot.kind === "lines");
  const sum = plot.series[0].points.reduce((all, [, rate]) => all + rate * histogram.width, 0);
  assert.equal(Math.round(sum), 1000);
});

Deno.test("times and quantities are written as people write them", () => {
  assert.deepEqual([7e-5, 0.00231, 1.5, 0].map((s) => duration(s)), [
    "70 µs",
    "2.31 ms",
    "1.5 s",
    "0 µs",
  ]);
  assert.deepEqual([7e-5, 0.826123, 12.000345].map(moment), ["70 µs", "826.123 ms", "12.000345 s"]);
  assert.deepEqual([12, 1234, 12_345, 4_560_000].map(quantity), [
    "12",
    "1,234",
    "12.3 k",
    "4.56 M",
  ]);
  assert.deepEqual(roundTicks(9, 5), [0, 2, 4, 6, 8]);
  assert.deepEqual(roundTicks(NaN, 5), [0]);
  assert.deepEqual(roundTicks(0, 5), [0]);
});

Deno.test("plots are bounded and hold no number that is none, whatever a suite hands over", () => {
  const label = "<b>", far = Infinity;
  const plots: Plot[] = [
    { kind: "bars", unit: "x", bars: Array.from({ length: 500 }, () => ({ label, value: 0 })) },
    { kind: "bars", unit: "x", bars: [] },
    { kind: "lines", unit: "x", series: [{ label, points: [[0, far], [NaN, 1]] }] },
    { kind: "lines", unit: "x", series: [] },
    {
      kind: "lanes",
      unit: "x",
      lanes: Array.from({ length: 500 }, () => ({
        label,
        spans: Array.from({ length: 50 }, (_, i) => ({ from: i, to: i, value: `${i}` })),
      })),
    },
    { kind: "lanes", unit: "x", lanes: [{ label, spans: [] }] },
  ];
  for (const plot of plots) {
    const html = renderToString(h(PlotView, { title: "<i>", drawing: { plot } }));
    assert.doesNotMatch(html, /NaN|Infinity|<b>|<i>/);
    assert.ok(html.length < 500_000);
  }
});
