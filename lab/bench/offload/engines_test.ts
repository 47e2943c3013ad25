import assert from "node:assert/strict";
import { measureEngines } from "./engines.ts";
import { engineTable, engineTargets } from "./table.ts";
import { MEASURED, SEGMENTS } from "./traffic.ts";

Deno.test("both engines do all of their work, beside a copy of the same frames", () => {
  const report = measureEngines(1, () => {}, 1);
  assert.ok(report.sound);
  assert.equal(report.rows.length, 3 * MEASURED.length);
  for (const { engine, encapsulation, perCrossing, perCrossingOff } of report.rows) {
    const isPlain = encapsulation.startsWith("plain");
    assert.equal(perCrossing, engine === "copy" ? 1 : SEGMENTS, encapsulation);
    assert.equal(perCrossingOff, engine !== "copy" && isPlain ? SEGMENTS : 1, encapsulation);
  }
  assert.match(engineTable(report), /joined to what it was, octet for octet/);
  assert.deepEqual(
    engineTargets(report).map(({ title }) => title.split(",")[0]),
    MEASURED.map((encapsulation) => `coalescing of ${encapsulation}`),
  );
});
