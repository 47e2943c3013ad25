import assert from "node:assert/strict";
import type { Damage } from "../engine/integrity/damage.ts";
import { judgeEvidence } from "../engine/judge.ts";
import { loadEvidence } from "../engine/load.ts";
import { allSuites } from "../registry.ts";
import { forEachEvidence } from "./_testing/memory_runs.ts";
import {
  assertSpoilt,
  busyTaps,
  damaged,
  SCENARIOS,
  withEvidence,
} from "./_testing/damage_runs.ts";
import { changeFrames, FRAME_CHANGES, swapTaps, unbind } from "./_testing/damages.ts";

for (const suite of await allSuites()) {
  const { name: word } = suite, light = suite.scenarios.filter(({ heavy }) => !heavy);
  Deno.test(`${word}: what conformant peers leave is not damaged, bound or not`, async () => {
    await forEachEvidence({ ...suite, scenarios: light }, [], async (directory, name) => {
      for (const bound of [true, false]) {
        if (!bound) await unbind(directory);
        const found: Damage[] = [];
        const damaged = (damage: Damage) => found.push(damage);
        await judgeEvidence(suite, await loadEvidence(directory), { damaged });
        assert.deepEqual(found, [], `${name}, ${bound ? "bound" : "unbound"}`);
      }
    });
  });
}

/** What shows in captures that nothing binds: by what the taps of a lab show of one another. */
const UNBOUND: Readonly<Record<keyof typeof SCENARIOS, (tap: string, what: string) => boolean>> = {
  core_identity: (tap, what) =>
    tap.startsWith("wan") || what.endsWith("removed") ||
    // What the host at a link sends is known; what comes to it is the device's to answer for.
    tap === "lan-s" && (what.startsWith("payload") || what === "every frame twice"),
  tunnel_cluster: (tap) => tap.startsWith("ext") || tap.startsWith("lan"),
  // Its wire has one tap: only what contradicts itself, the trace or the other tap's time shows.
  l2tp: (_, what) => what === "frames in another order" || what === "an hour later",
};

for (
  const [word, shows] of Object.entries(UNBOUND) as [keyof typeof SCENARIOS, typeof UNBOUND.l2tp][]
) {
  Deno.test(`${word}: captures that nothing binds are held against one another`, async () => {
    await withEvidence(word, async (whole) => {
      assertSpoilt(whole, await damaged(whole, unbind), {}, "unbound");
      for (const tap of await busyTaps(whole)) {
        for (const [what, edit] of Object.entries(FRAME_CHANGES)) {
          if (!shows(tap, what)) continue;
          const after = await damaged(whole, async (copy) => {
            await unbind(copy);
            await changeFrames(copy, tap, edit);
          });
          assertSpoilt(whole, after, { taps: [tap] }, `${what}, at ${tap}, unbound`, false);
        }
      }
      const [a, b] = await busyTaps(whole);
      if (b === undefined) return;
      const after = await damaged(whole, async (copy) => {
        await unbind(copy);
        await swapTaps(copy, a, b);
      });
      assertSpoilt(whole, after, { taps: [a, b] }, "two exchanged, unbound", false);
    });
  });
}
