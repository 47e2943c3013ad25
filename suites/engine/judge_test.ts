import assert from "node:assert/strict";
import { check } from "../kit/check.ts";
import type { EvidenceRecord, FactCollector } from "../kit/evidence.ts";
import { judgeEvidence, type JudgeOptions } from "./judge.ts";
import type { Suite } from "../kit/suite.ts";
import {
  countOnes,
  inDirectory,
  octetReader,
  testEvidence,
  testProfile,
  testSuite,
} from "../_testing/test_suite.ts";
import { pass } from "../kit/verdict.ts";

/** Judges a capture of these octets; returns verdict and reason by check. */
async function verdicts(
  octets: readonly number[],
  more: Partial<EvidenceRecord> = {},
  suite: Suite = testSuite(),
  options: JudgeOptions = {},
): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  await inDirectory(octets, async (directory) => {
    const evidence = testEvidence(directory, octets.length, more);
    for (
      const { check, outcome } of await judgeEvidence(suite, evidence, {
        read: octetReader,
        ...options,
      })
    ) {
      const detail = "reason" in outcome ? `: ${outcome.reason}` : "";
      out[check.id] = outcome.verdict + detail;
    }
  });
  return out;
}

Deno.test("a check passes on good evidence and an undeclared class is not applicable", async () => {
  assert.deepEqual(await verdicts([1, 1]), {
    "test/all_ones": "pass",
    "test/class_only": "not_applicable: the profile declares no X1",
  });
});

Deno.test("a declared class is judged", async () => {
  const profile = testProfile({ classes: ["X1"] });
  const nodes = { box: { role: "sender", config: {}, profile } };
  assert.equal((await verdicts([1], { nodes }))["test/class_only"], "pass");
});

Deno.test("a broken rule fails", async () => {
  assert.equal((await verdicts([1, 0]))["test/all_ones"], "fail");
});

Deno.test("a check judges only its roles, its scenarios and its prefix", async () => {
  const nodes = { box: { role: "receiver", config: {}, profile: testProfile() } };
  assert.deepEqual(await verdicts([1], { nodes }), {});
  assert.deepEqual(await verdicts([1], { scenario: "test/other" }), {});
  const one = await verdicts([1], {}, testSuite(), { prefix: "test/class" });
  assert.deepEqual(Object.keys(one), ["test/class_only"]);
});

Deno.test("evidence without a scenario is judged by every check", async () => {
  const found = await verdicts([1], { scenario: undefined });
  assert.deepEqual(Object.keys(found), ["test/all_ones", "test/class_only"]);
});

const DAMAGE: [string, Partial<EvidenceRecord>, RegExp][] = [
  [
    "frames that the kernel dropped",
    { captureCounters: { wan: { captured: 2, dropped: 1 } } },
    /dropped 1/,
  ],
  [
    "frames that are missing",
    { captureCounters: { wan: { captured: 3, dropped: 0 } } },
    /2 frames of 3/,
  ],
  ["missing counters", { captureCounters: {} }, /without its counters/],
  ["no captures", { taps: [] }, /no capture/],
  ["a scenario that stopped", { problem: "the tunnel did not come up" }, /did not come up/],
  [
    "a missing capture",
    { taps: [{ name: "wan", node: "box", side: "wan", file: "none.pcapng" }] },
    /no such file/,
  ],
  [
    "a capture outside the directory",
    { taps: [{ name: "wan", node: "box", side: "wan", file: "../../etc/hostname" }] },
    /cannot be opened|outside/,
  ],
  ["a missing trace", { traces: [{ node: "box", file: "box.jsonl" }] }, /trace of box/],
];

for (const [what, more, reason] of DAMAGE) {
  Deno.test(`${what} leave every check inconclusive`, async () => {
    const found = (await verdicts([1, 1], more))["test/all_ones"];
    assert.match(found, /^inconclusive: /);
    assert.match(found, reason);
  });
}

Deno.test("a link that leads out of the evidence directory is not followed", async () => {
  await inDirectory([1], async (directory) => {
    await inDirectory([1], async (other) => {
      await Deno.symlink(`${other}/wan.pcapng`, `${directory}/link.pcapng`);
      const taps = [{ name: "wan", node: "box", side: "wan" as const, file: "link.pcapng" }];
      const evidence = testEvidence(directory, 1, { taps });
      const [{ outcome }] = await judgeEvidence(testSuite(), evidence, { read: octetReader });
      assert.equal(outcome.verdict, "inconclusive");
    });
  });
});

Deno.test("a capture that the reader finds damaged or cut allows no verdict", async () => {
  const damaged = await verdicts([1], {}, testSuite(), {
    read: async (path, sink) => ({ ...await octetReader(path, sink), problem: "offset 40: cut" }),
  });
  assert.match(damaged["test/all_ones"], /^inconclusive: capture wan is damaged: offset 40: cut/);
  const cut = await verdicts([1], {}, testSuite(), {
    read: (path, sink) => octetReader(path, (frame) => sink({ ...frame, originalLength: 100 })),
  });
  assert.match(cut["test/all_ones"], /^inconclusive: frame 1 of capture wan was cut short/);
});

Deno.test("a check or a pass that throws is our error, and the others go on", async () => {
  const broken: FactCollector<number> = {
    name: "broken",
    begin: () => ({
      frame() {
        throw new Error("oops");
      },
      end: () => 0,
    }),
  };
  const base = { covers: ["TST-001"], on: ["test/plain"], judges: ["sender"] } as const;
  const suite = testSuite([
    check({ ...base, id: "test/a", title: "A", needs: { broken }, judge: () => pass }),
    check({
      ...base,
      id: "test/b",
      title: "B",
      needs: {},
      judge() {
        throw new Error("bad judge");
      },
    }),
    check({
      ...base,
      id: "test/c",
      title: "C",
      needs: { countOnes },
      judge: ({ countOnes }) =>
        countOnes.frames === 2 ? pass : { verdict: "inconclusive", reason: "" },
    }),
  ]);
  assert.deepEqual(await verdicts([1, 1], {}, suite), {
    "test/a": "error: pass broken broke down: oops",
    "test/b": "error: check test/b broke down: bad judge",
    "test/c": "pass",
  });
});

Deno.test("bad trace lines are counted and make the evidence inconclusive", async () => {
  await inDirectory([1], async (directory) => {
    const lines = '{"t":1,"node":"box","event":"up"}\nnonsense\n{"t":"x"}\n';
    await Deno.writeTextFile(`${directory}/box.jsonl`, lines);
    const evidence = testEvidence(directory, 1, { traces: [{ node: "box", file: "box.jsonl" }] });
    const [{ outcome }] = await judgeEvidence(testSuite(), evidence, { read: octetReader });
    assert.deepEqual(outcome, {
      verdict: "inconclusive",
      reason: "trace of box has 2 bad lines, the first is 2",
    });
  });
});

Deno.test("two checks that name the same pass share one walk", async () => {
  let walks = 0;
  await verdicts([1], { nodes: boxOf(["X1"]) }, testSuite(), {
    read: (path, sink) => {
      walks++;
      return octetReader(path, sink);
    },
  });
  assert.equal(walks, 1);
});

function boxOf(classes: string[]): EvidenceRecord["nodes"] {
  return { box: { role: "sender", config: {}, profile: testProfile({ classes }) } };
}
