/**
 * Judges captures by every check of every suite, as the evidence of a scenario of each: what a
 * forged `scenario.json` can bring about, and more. Arguments: frames, then captures.
 */
import type { Evidence } from "../../../suites/kit/evidence.ts";
import { judgeTogether } from "../../../suites/engine/judge.ts";
import { referenceScope } from "../../../suites/engine/scope.ts";
import { allSuites } from "../../../suites/registry.ts";
import { newRecord } from "../../worlds/evidence_writer.ts";
import { referenceProfile } from "../../devices/reference.ts";

const [frames, ...paths] = Deno.args;
for (const suite of await allSuites()) {
  for (
    const scenario of suite.scenarios.filter((_, i) => i === 0 || i === suite.scenarios.length - 1)
  ) {
    const run = { suite, scenario, seed: 1, profiles: {}, directory: "" };
    const record = newRecord(run, "memory");
    for (const [node, { role, config }] of Object.entries(scenario.nodes)) {
      record.nodes[node] = { role, config, profile: referenceProfile(suite, role) };
    }
    const captured = { captured: Number(frames), dropped: 0 };
    const evidence: Evidence = { ...record, directory: paths[0].replace(/\/[^/]*$/, "") };
    evidence.taps = record.taps.map((tap) => ({ ...tap, file: paths[0].replace(/^.*\//, "") }));
    evidence.captureCounters = Object.fromEntries(
      evidence.taps.map(({ name }) => [name, captured]),
    );
    const scope = {
      ...referenceScope(suite),
      roles: [...new Set(Object.values(record.nodes).map(({ role }) => role))],
    };
    const started = performance.now();
    const [judged] = await judgeTogether([{ suite, evidence }], {
      everyCheck: true,
      scopes: [scope],
    });
    const verdicts = Object.groupBy(judged, ({ outcome }) => outcome.verdict);
    const counts = Object.entries(verdicts).map(([word, all]) => `${all!.length} ${word}`);
    console.log(
      `${scenario.id} ${Math.round(performance.now() - started)} ms: ${counts.join(", ")}`,
    );
    for (const { check, outcome } of verdicts.error ?? []) {
      console.log(check.id, JSON.stringify(outcome).slice(0, 200));
    }
  }
}
