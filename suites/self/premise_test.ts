import assert from "node:assert/strict";
import type { Frame } from "../../captures/frame.ts";
import type { CaptureReader } from "../engine/capture_source.ts";
import { judgeEvidence } from "../engine/judge.ts";
import { loadEvidence } from "../engine/load.ts";
import { allSuites } from "../registry.ts";
import { forEachEvidence, formatJudgement } from "./_testing/memory_runs.ts";

const BYTES = new Uint8Array(60);
/** A frame that concerns nobody, at the beginning of 2020. */
const NOISE: Frame = {
  ...{ number: 1, bytes: BYTES, view: new DataView(BYTES.buffer), start: 0, end: 60 },
  ...{ originalLength: 60, seconds: 1_577_836_800, nanoseconds: 0, linkType: 1, interfaceId: 0 },
};
const readNoise: CaptureReader = (_, sink) => {
  sink(NOISE);
  return Promise.resolve({ frames: 1 });
};

for (const suite of await allSuites()) {
  Deno.test(`${suite.name}: where nothing was provoked no check gives a verdict`, async () => {
    await forEachEvidence(suite, [], async (directory, name) => {
      const evidence = await loadEvidence(directory);
      const taps = evidence.taps.map((tap) => [tap.name, { captured: 1, dropped: 0 }]);
      const silent = { ...evidence, traces: [], captureCounters: Object.fromEntries(taps) };
      for (const judged of await judgeEvidence(suite, silent, { read: readNoise })) {
        const { verdict } = judged.outcome;
        const open = verdict === "inconclusive" || verdict === "not_applicable";
        assert.ok(open, formatJudgement(name, judged));
      }
    });
  });
}
