/** Figures of tunnels and calls. */
import assert from "node:assert/strict";
import {
  Captured,
  control,
  DEVICE as LAC,
  introduces,
  TESTER as LNS,
} from "../_testing/captured.ts";
import { toldOf } from "../_testing/told.ts";

/** The series of a figure, by label. */
function seriesOf(figures: ReturnType<typeof toldOf>["figures"], title: string) {
  const plot = figures?.find((figure) => figure.title === title)?.plot;
  assert.ok(plot?.kind === "lines", `there is a figure ${title}`);
  return Object.fromEntries(plot.series.map(({ label, points }) => [label, points]));
}

Deno.test("numbers by time rise in steps, over the wrap, and are few however long the capture", () => {
  const captured = new Captured();
  for (let i = 0; i < 400; i++) {
    captured.send(LAC, LNS, control("HELLO", { tunnel: 22, ns: 65_500 + i & 0xffff, nr: 7 }), 60)
      .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 7, nr: 65_501 + i & 0xffff }));
  }
  const { conversations: [{ figures }] } = toldOf(captured);
  const series = seriesOf(figures, "Ns and Nr by time");
  const [ns] = Object.entries(series).filter(([label]) => label.endsWith(" Ns")).map(([, p]) => p);
  assert.ok(ns.length < 300);
  assert.deepEqual(ns[0], [0, 0]);
  assert.equal(ns.at(-1)![1], 399);
  assert.ok(ns.every(([at, value], i) => i === 0 || at >= ns[i - 1][0] && value >= ns[i - 1][1]));
});

Deno.test("tunnels and calls that are up are counted by time", () => {
  const stop = control("StopCCN", { tunnel: 22, ns: 4, nr: 2 }, {
    ...{ assignedTunnelId: 11, resultCode: { result: 1 } },
  });
  const other = { ...LAC, address: "10.9.0.7" };
  const captured = new Captured().tunnel(LAC, LNS).call(LAC, LNS)
    .send(other, LNS, control("SCCRQ", {}, introduces(33)), 10)
    .send(LNS, other, control("SCCRP", { tunnel: 33, nr: 1 }, introduces(44)))
    .send(other, LNS, control("SCCCN", { tunnel: 44, ns: 1, nr: 1 }))
    .send(LNS, other, control(undefined, { tunnel: 33, ns: 1, nr: 2 }))
    .send(LAC, LNS, stop, 10).send(LNS, LAC, control(undefined, { tunnel: 11, ns: 2, nr: 5 }), 5);
  const { figures } = toldOf(captured);
  const series = seriesOf(figures, "Tunnels and calls by time");
  const values = (label: string) => [...new Set(series[label].map(([, value]) => value))];
  assert.deepEqual(values("tunnels up"), [1, 2]);
  assert.equal(series["tunnels up"].at(-1)![1], 1);
  assert.deepEqual(values("calls up"), [0, 1]);
  assert.equal(series["calls up"].at(-1)![1], 0);
});

Deno.test("where there is next to nothing to see, nothing is drawn", () => {
  const { conversations: [{ figures }], ...told } = toldOf(
    new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11))),
  );
  assert.equal(figures, undefined);
  assert.equal(told.figures, undefined);
});
