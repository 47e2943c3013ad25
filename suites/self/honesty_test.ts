import assert from "node:assert/strict";
import { allSuites } from "../registry.ts";
import { judgeRequirements } from "../engine/tally.ts";
import type { JudgedCheck } from "../engine/judge.ts";
import { referenceScope } from "../engine/scope.ts";
import type { StimulusRecord } from "../kit/evidence.ts";
import { profileSchema } from "../kit/profile.ts";
import type { Suite } from "../kit/suite.ts";
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
 * Roles of devices of which each scenario asks in the end whether they live. Whoever dies before passes
 * no check, but for those of which others fail, as what they need not remember goes on.
 */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  core_identity: ["receiver", "sender"],
  tunnel_cluster: ["endpoint", "initiator", "master", "nat"],
};
/** Checks of what was done alone: they pass whatever was left undone. */
const OF_DEEDS = ["own_tunnel_id", "request_of_rfc_2661"].map((name) =>
  `tunnel_cluster/initiator/${name}`
);
/** When they die: at these parts of the frames that the taps of such a node show, in and out. */
const PARTS = [0.06, 0.12, 0.2, 0.35];
/** Milliseconds of a scenario in which members may still register: who forgets them hears of them again. */
const SETTING_UP = 20;
const CRASHER = { kind: "null", conduct: "crasher" } as const;
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

/** What a device of a role traces once it has something to forget, where that is not at once. */
const REMEMBERS: Readonly<Record<string, string>> = {
  ...{ nat: "row", initiator: "control_connection_up" },
  ...{ sender: "tunnel_up", receiver: "tunnel_up" },
};

/** Whether a device died once all was set up, and before the scenario asked who lives. */
async function diedInTheMiddle(directory: string, role: string): Promise<boolean> {
  const died = await tracedAt(directory, "crashed"), remembers = REMEMBERS[role];
  const { stimuli } = await loadEvidence(directory);
  const since = remembers === undefined
    ? stimuli[0].at + SETTING_UP
    : await tracedAt(directory, remembers) ?? Infinity;
  const kindOf = ({ instruction }: StimulusRecord) =>
    (instruction as { kind?: string } | undefined)?.kind;
  const asked = stimuli.find((stimulus) => ASKS.includes(kindOf(stimulus) ?? ""));
  // A device that the scenario itself lets die for a while is asked nothing.
  const isKilled = stimuli.some((stimulus) =>
    stimulus.kind === "kill" || kindOf(stimulus) === "fail"
  );
  return !isKilled && died !== undefined && asked !== undefined &&
    died > since && died < asked.at;
}

/** Frames that the taps of the busiest node of a role show, by evidence. */
async function framesAt(suite: Suite, role: string): Promise<ReadonlyMap<string, number>> {
  const frames = new Map<string, number>();
  await forEachEvidence(suite, [], async (directory, evidence) => {
    const { nodes, taps, captureCounters } = await loadEvidence(directory);
    const counts = Object.keys(nodes).filter((node) => nodes[node].role === role).map((node) =>
      taps.filter((tap) => tap.node === node)
        .reduce((sum, { name }) => sum + captureCounters[name].captured, 0)
    );
    if (counts.length > 0) frames.set(evidence, Math.max(...counts));
  });
  return frames;
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
    Deno.test(`${word}: ${role} that dies in the middle of any scenario is not passed`, async () => {
      const device = profileSchema.parse({
        ...deviceOf(suite, CRASHER),
        roles: [role],
        trace: { kind: "jsonl" },
      });
      const frames = await framesAt(suite, role), kept: string[] = [];
      const played = new Set<string>(), died = new Set<string>();
      for (const part of PARTS) {
        await forEachEvidence(suite, [device], async (directory, name) => {
          played.add(name);
          if (!await diedInTheMiddle(directory, role)) return;
          died.add(name);
          const judged = await judge(suite, directory);
          if (judged.some(({ outcome }) => outcome.verdict === "fail")) return;
          const passed = judged.filter(({ check, outcome }) =>
            outcome.verdict === "pass" && !OF_DEEDS.includes(check.id)
          );
          kept.push(...passed.map((one) => `${part}: ${formatJudgement(name, one)}`));
        }, {
          instead(one, evidence) {
            const after = Math.round(part * (frames.get(evidence) ?? 0));
            return after < 1 ? undefined : { ...one, attach: { ...CRASHER, after } };
          },
        });
      }
      assert.ok(died.size > played.size / 2, `${died.size} of ${played.size}`);
      assert.deepEqual(kept, []);
    });
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
