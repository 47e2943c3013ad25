import assert from "node:assert/strict";
import { BoundedLog } from "../kit/bounds.ts";
import { caseOf, type Check, invariantOf } from "../kit/check.ts";
import { Collector, type FactCollectors } from "../kit/collector.ts";
import type { EvidenceRecord } from "../kit/evidence.ts";
import { judgeEvidence, type JudgeOptions } from "./judge.ts";
import type { Suite } from "../kit/suite.ts";
import type { Topology } from "../kit/topology.ts";
import {
  countOnes,
  inDirectory,
  octetReader,
  PLAIN,
  testEvidence,
  testProfile,
  testSuite,
} from "../_testing/test_suite.ts";
import { fail, inconclusive, pass, type Verdict } from "../kit/verdict.ts";

const FRAME = { capture: "wan", number: 1 };
const common = { title: "A", covers: ["TST-001"], on: [PLAIN], judges: ["sender"] } as const;

/** A case that judges as told wherever it is asked. */
function judging(name: string, judge: () => Verdict, needs: FactCollectors = {}): Check {
  return caseOf("test", { ...common, name, needs, stimulus: () => ({}), judge });
}

class Broken extends Collector<number> {
  override frame() {
    throw new Error("oops");
  }

  facts = () => 0;
}

/** Keeps one frame. */
class Forgetful extends Collector<number> {
  readonly #kept = new BoundedLog<number>(this.bound("frames", 1));

  override frame() {
    this.#kept.push(1);
  }

  facts = () => this.#kept.items.length;
}

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

Deno.test("captures without a scenario are judged by what stands alone, and by that only", async () => {
  const nodes = boxOf(["X1"]);
  assert.deepEqual(await verdicts([1], { scenario: undefined, nodes }), {
    "test/all_ones": "pass",
  });
});

Deno.test("a role that the scenario gives a fault on purpose is not judged", async () => {
  const suite = testSuite();
  const topology: Topology = {
    ...{ name: "lone", title: "One box", nodes: { box: { kind: "device" } }, links: [] },
    taps: [{ name: "wan", node: "box", interface: "wan0", side: "wan" }],
  };
  const faulty = (stimulusFault?: string) => {
    const nodes = { box: { role: "sender", config: {}, stimulusFault } };
    return { ...suite, scenarios: [{ ...PLAIN, topology, nodes }] } as unknown as Suite;
  };
  assert.deepEqual(await verdicts([0], { topology }, faulty("sends_zeros")), {});
  assert.notDeepEqual(await verdicts([0], { topology }, faulty()), {});
});

Deno.test("every check judges evidence of any scenario when it is asked to", async () => {
  const options = { everyCheck: true };
  const found = await verdicts([1], { scenario: "test/other" }, testSuite(), options);
  assert.deepEqual(Object.keys(found), ["test/all_ones", "test/class_only"]);
});

Deno.test("an invariant judges all evidence, and owes a subject only where it is provoked", async () => {
  const suite = testSuite([
    invariantOf<"TST-001", string, { count: typeof countOnes }, { ones: number }>("test", {
      ...common,
      name: "some_ones",
      needs: { count: countOnes },
      subject: ({ count }) => count.ones > 0 ? count : inconclusive("no frame begins with 1"),
      judge: (_, { ones }) => ones < 3 ? pass : fail("two", `${ones}`, [FRAME]),
    }),
  ]);
  const other = { scenario: "test/other" };
  assert.deepEqual(await verdicts([1, 1], other, suite), { "test/some_ones": "pass" });
  assert.deepEqual(await verdicts([1, 1, 1], other, suite), { "test/some_ones": "fail" });
  assert.deepEqual(await verdicts([0], other, suite), {
    "test/some_ones": "not_applicable: no frame begins with 1",
  });
  for (const scenario of [PLAIN.id, undefined]) {
    assert.deepEqual(await verdicts([0], { scenario }, suite), {
      "test/some_ones": "inconclusive: no frame begins with 1",
    });
  }
});

Deno.test("a failure without a frame that shows it is our error", async () => {
  const suite = testSuite([judging("bare", () => fail("something", "nothing", []))]);
  assert.deepEqual(await verdicts([1], {}, suite), {
    "test/bare":
      "error: check test/bare fails without a frame that shows it: something, got nothing",
  });
});

Deno.test("facts that had to leave something out allow no verdict of what rests on them", async () => {
  const suite = testSuite([
    judging("cut", () => pass, { forgetful: { name: "forgetful", begin: () => new Forgetful() } }),
    judging("whole", () => pass),
  ]);
  assert.deepEqual(await verdicts([1, 1], {}, suite), {
    "test/cut": "inconclusive: the captures hold 1 frames beyond the 1 that are kept",
    "test/whole": "pass",
  });
});

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
  assert.match(
    damaged["test/all_ones"],
    /^inconclusive: the evidence was damaged: capture wan is damaged: offset 40: cut/,
  );
  const cut = await verdicts([1], {}, testSuite(), {
    read: (path, sink) => octetReader(path, (frame) => sink({ ...frame, originalLength: 100 })),
  });
  assert.match(
    cut["test/all_ones"],
    /^inconclusive: the evidence was damaged: frame 1 of capture wan was cut short/,
  );
});

Deno.test("a check or a collector that throws is our error, and the others go on", async () => {
  const suite = testSuite([
    judging("a", () => pass, { broken: { name: "broken", begin: () => new Broken() } }),
    judging("b", () => {
      throw new Error("bad judge");
    }),
    judging("c", () => pass),
  ]);
  assert.deepEqual(await verdicts([1, 1], {}, suite), {
    "test/a": "error: collector broken broke down: oops",
    "test/b": "error: check test/b broke down: bad judge",
    "test/c": "pass",
  });
});

Deno.test("two checks that name the same collector share one walk", async () => {
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

Deno.test("a scenario that stopped leaves open what it owed, and not every invariant", async () => {
  const invariant = (name: string, on: typeof PLAIN) =>
    invariantOf("test", {
      ...common,
      name,
      on: [on],
      needs: {},
      subject: () => ({}),
      judge: () => pass,
    });
  const elsewhere = { ...PLAIN, id: "test/elsewhere" };
  const suite = {
    ...testSuite(),
    checks: [
      invariant("here", PLAIN),
      invariant("elsewhere", elsewhere),
      judging("case", () => pass),
    ],
  };
  const found = await verdicts([1], { problem: "it cannot dial" }, suite);
  const why = "the scenario was not carried out: it cannot dial";
  assert.deepEqual(found, {
    "test/here": `inconclusive: ${why}`,
    "test/elsewhere": `not_applicable: ${why}`,
    "test/case": `inconclusive: ${why}`,
  });
});
