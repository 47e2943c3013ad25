import assert from "node:assert/strict";
import { allSuites } from "../registry.ts";
import { judgeRequirements } from "../engine/tally.ts";
import type { JudgedCheck } from "../engine/judge.ts";
import { referenceScope } from "../engine/scope.ts";
import { profileSchema } from "../kit/profile.ts";
import { seedOf } from "../../lab/seeds.ts";
import { EPOCH } from "../../lab/worlds/memory/world.ts";
import { loadEvidence } from "../engine/load.ts";
import {
  deviceOf,
  forEachEvidence,
  formatJudgement,
  isElsewhere,
  judge,
} from "./_testing/memory_runs.ts";

/** The seed that everybody uses, and one more. */
const SEEDS = [1, 6];

/** Suites whose conversations differ from run to run: a replayer of an earlier one keeps nothing there. */
const REPLAYED = ["core_identity", "l2tp", "tunnel_cluster"];

/** Packets of which crashers die, where the suite's packets show a device that began anew. */
const CRASHES: Readonly<Record<string, readonly number[]>> = {
  l2tp: [3, 7, 9, 20],
  core_identity: [3],
};
/**
 * Roles whose death every scenario shows, however short, because in the end it asks all devices whether
 * they live; and the instruction to ask.
 */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  core_identity: ["receiver", "sender"],
  tunnel_cluster: ["endpoint"],
};
/** Packets of which they die there. */
const DEATHS: Readonly<Record<string, readonly number[]>> = {
  core_identity: [20, 60, 300],
  tunnel_cluster: [10, 20, 60],
};
const ASKS = ["ask", "hello_in_all"];
/** Where a device ends all that it could forget before it is asked whether it remembers. */
const FORGETS_RIGHTLY = "l2tp/lns/control/shutting_down";

for (const [suite, seed] of (await allSuites()).flatMap((s) => SEEDS.map((n) => [s, n] as const))) {
  const keep = `the reference peers keep every requirement that binds them, at seed ${seed}`;
  Deno.test(`${suite.name}: ${keep}`, async () => {
    const all: JudgedCheck[] = [];
    await forEachEvidence(suite, [], async (directory, name) => {
      const judged = await judge(suite, directory);
      assert.ok(judged.length > 0, `no check judged ${name}`);
      // An invariant may have nothing to judge where nobody owes it its subject.
      for (const one of judged) {
        if (!isElsewhere(one)) {
          assert.equal(one.outcome.verdict, "pass", formatJudgement(name, one));
        }
      }
      all.push(...judged);
    }, { seed });
    const requirements = judgeRequirements(suite, all, [referenceScope(suite)], false);
    const open = requirements.filter(({ required, verdict }) => required && verdict !== "pass");
    assert.deepEqual(open.map(({ requirement }) => requirement.id), []);
  });
}

/** Milliseconds at which a device first traced an event in any evidence of a directory. */
async function tracedAt(directory: string, event: string): Promise<number | undefined> {
  for await (const { name } of Deno.readDir(directory)) {
    if (!name.endsWith(".jsonl")) continue;
    const lines = (await Deno.readTextFile(`${directory}/${name}`)).split("\n");
    const found = lines.find((line) => line.includes(`"event":"${event}"`));
    if (found !== undefined) return JSON.parse(found).t / 1e6 - EPOCH * 1000;
  }
  return undefined;
}

/**
 * Whether a device of a directory's evidence died before the scenario asked whether it lives, and the
 * scenario itself let nobody die.
 */
async function diedBeforeAsked(directory: string): Promise<boolean> {
  const died = await tracedAt(directory, "crashed");
  const { stimuli } = await loadEvidence(directory);
  const told = (kind: string) =>
    stimuli.find(({ instruction }) =>
      (instruction as { kind?: string } | undefined)?.kind === kind
    );
  const asked = ASKS.map(told).find((stimulus) => stimulus !== undefined);
  const isDisturbed = told("fail") !== undefined ||
    stimuli.some(({ kind }) => kind === "link" || kind === "kill");
  return !isDisturbed && died !== undefined && asked !== undefined && died < asked.at;
}

for (const suite of await allSuites()) {
  const word = suite.name;

  for (const conduct of ["mute", "mirror", "flooder"]) {
    Deno.test(`${word}: a ${conduct} device passes no check`, async () => {
      const device = deviceOf(suite, { kind: "null", conduct });
      const passed: string[] = [];
      const met = new Set<string>();
      await forEachEvidence(suite, [device], async (directory, name) => {
        for (const one of await judge(suite, directory)) {
          met.add(one.check.id);
          const { verdict } = one.outcome;
          const isOpen = verdict === "fail" || verdict === "inconclusive";
          if (!isOpen && !isElsewhere(one)) passed.push(formatJudgement(name, one));
        }
      }, { seed: seedOf(conduct) });
      assert.deepEqual(passed, []);
      assert.deepEqual(suite.checks.map(({ id }) => id).filter((id) => !met.has(id)), []);
    });
  }

  if (REPLAYED.includes(word)) {
    Deno.test(`${word}: a replayer of an earlier conversation keeps no requirement`, async () => {
      const device = deviceOf(suite, { kind: "null", conduct: "replayer" });
      const all: JudgedCheck[] = [];
      await forEachEvidence(suite, [device], async (directory) => {
        all.push(...await judge(suite, directory));
      });
      const kept = judgeRequirements(suite, all, [referenceScope(suite)], false)
        .filter(({ required, verdict }) => required && verdict === "pass");
      assert.ok(all.length > 0);
      assert.deepEqual(kept.map(({ requirement }) => requirement.id), []);
    });
  }

  Deno.test(`${word}: a device that listens late is failed for nothing that it did not hear`, async () => {
    const device = deviceOf(suite, { kind: "null", conduct: "late_starter" });
    let late = 0;
    await forEachEvidence(
      suite,
      [{ ...device, trace: { kind: "jsonl" } }],
      async (directory, name) => {
        if (await tracedAt(directory, "listening") !== undefined) late++;
        for (const one of await judge(suite, directory)) {
          const { verdict } = one.outcome;
          assert.ok(verdict !== "fail" && verdict !== "error", formatJudgement(name, one));
        }
      },
    );
    assert.ok(late > 0);
  });

  for (const role of ASKED[word] ?? []) {
    for (const after of DEATHS[word]) {
      Deno.test(`${word}: ${role} dies of packet ${after}, once all is set up, and keeps nothing`, async () => {
        const attach = { kind: "null", conduct: "crasher", after };
        const device = profileSchema.parse({
          ...deviceOf(suite, attach),
          roles: [role],
          trace: { kind: "jsonl" },
        });
        const kept: string[] = [];
        let died = 0;
        await forEachEvidence(suite, [device], async (directory, name) => {
          if (!await diedBeforeAsked(directory)) return;
          died++;
          for (const one of await judge(suite, directory)) {
            if (one.outcome.verdict === "pass") kept.push(formatJudgement(name, one));
          }
        });
        assert.ok(died > 0);
        assert.deepEqual(kept, []);
      });
    }
  }

  for (const after of CRASHES[word] ?? []) {
    Deno.test(`${word}: a device that dies of packet ${after} and is restarted is not passed`, async () => {
      const device = deviceOf(suite, { kind: "null", conduct: "crasher", after });
      const hidden: string[] = [];
      let crashed = 0;
      await forEachEvidence(
        suite,
        [{ ...device, trace: { kind: "jsonl" } }],
        async (directory, name) => {
          if (await tracedAt(directory, "crashed") === undefined) return;
          crashed++;
          const judged = (await judge(suite, directory)).filter((one) => !isElsewhere(one));
          const isHidden = judged.every(({ outcome }) => outcome.verdict === "pass");
          if (isHidden && !name.includes(FORGETS_RIGHTLY)) hidden.push(name);
        },
      );
      assert.ok(crashed > 0);
      assert.deepEqual(hidden, []);
    });
  }
}
