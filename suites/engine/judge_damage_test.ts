/** Which verdicts damage of evidence concerns. */
import assert from "node:assert/strict";
import { caseOf, type Check } from "../kit/check.ts";
import { Collector, type FactCollectors } from "../kit/collector.ts";
import type { EvidenceRecord } from "../kit/evidence.ts";
import type { Suite } from "../kit/suite.ts";
import { type Inconclusive, inconclusive, pass } from "../kit/verdict.ts";
import {
  countOnes,
  inDirectory,
  octetReader,
  PLAIN,
  testEvidence,
  testSuite,
} from "../_testing/test_suite.ts";
import { judgeEvidence } from "./judge.ts";

/** A pcap file of one frame without an octet. */
const ONE_FRAME = new Uint8Array(40);
ONE_FRAME.set([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]);
ONE_FRAME.set([0, 0, 1, 0, 1], 16);

/** A case that passes wherever it is asked. */
function passing(name: string, needs: FactCollectors): Check {
  return caseOf("test", {
    ...{ name, title: "A", covers: ["TST-001"], on: [PLAIN], judges: ["sender"], needs },
    ...{ stimulus: () => ({}), judge: () => pass },
  });
}

/** Sees the traces of one node. */
class OneTrace extends Collector<number> {
  #lines = 0;

  override wants = () => false;

  override wantsTrace = (node: string) => node === "box";

  override trace() {
    this.#lines++;
  }

  facts = () => this.#lines;
}

const TRACED = testSuite([
  passing("traced", { lines: { name: "lines", begin: () => new OneTrace() } }),
  passing("seen", { count: countOnes }),
  passing("free", {}),
]);

/** The outcomes of a suite on a capture of two frames, and the damage that was told. */
async function outcomes(suite: Suite, more: Partial<EvidenceRecord>, lines = "") {
  const told: string[] = [];
  const damaged = ({ what }: { what: string }) => told.push(what);
  let found: Record<string, unknown> = {};
  await inDirectory([1, 1], async (directory) => {
    await Deno.writeTextFile(`${directory}/box.jsonl`, lines);
    const evidence = testEvidence(directory, 2, more);
    const judged = await judgeEvidence(suite, evidence, { read: octetReader, damaged });
    found = Object.fromEntries(judged.map(({ check, outcome }) => [check.id, outcome]));
  });
  return { found, told };
}

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
];

for (const [what, more, reason] of DAMAGE) {
  Deno.test(`${what} leave every check inconclusive`, async () => {
    const { found } = await outcomes(testSuite(), more);
    const outcome = found["test/all_ones"] as Inconclusive;
    assert.equal(outcome.verdict, "inconclusive");
    assert.match(outcome.reason, reason);
  });
}

Deno.test("a damaged trace concerns who reads it, and nobody else", async () => {
  const traces = [{ node: "box", file: "box.jsonl" }];
  const { found, told } = await outcomes(
    TRACED,
    { traces },
    '{"t":1,"node":"box","event":"up"}\nnonsense\n{"t":"x"}\n',
  );
  const what = "trace of box has 2 bad lines, the first is 2";
  assert.deepEqual(found, {
    "test/traced": inconclusive(`the evidence was damaged: ${what}`),
    "test/seen": pass,
    "test/free": pass,
  });
  assert.deepEqual(told, [what]);
});

Deno.test("damage that nobody rests on is told, and turns no verdict", async () => {
  const { found, told } = await outcomes(TRACED, {
    traces: [{ node: "other", file: "none.jsonl" }],
  });
  assert.deepEqual(Object.values(found), [pass, pass, pass]);
  assert.match(told.join(), /^trace of other cannot be read: /);
});

Deno.test("a damaged capture concerns who reads it, and nobody else", async () => {
  const { found } = await outcomes(TRACED, { captureCounters: {} });
  const reason = "the evidence is unfinished: capture wan came without its counters";
  assert.deepEqual(found, {
    "test/traced": pass,
    "test/seen": inconclusive(reason),
    "test/free": pass,
  });
});

Deno.test("files that differ from their checksums were changed", async () => {
  const crc32 = "00000000";
  const traces = [{ node: "box", file: "box.jsonl", crc32 }];
  const { found } = await outcomes(TRACED, { traces }, '{"t":1,"node":"box","event":"up"}\n');
  const reason = "the evidence was changed: trace of box is not as it was written";
  assert.deepEqual(found["test/traced"], inconclusive(reason));
  const captureCounters = { wan: { captured: 1, dropped: 0, crc32 } };
  await inDirectory([], async (directory) => {
    await Deno.writeFile(`${directory}/wan.pcapng`, ONE_FRAME);
    const evidence = testEvidence(directory, 1, { captureCounters });
    const [{ outcome }] = await judgeEvidence(testSuite(), evidence);
    const reason = "the evidence was changed: capture wan is not as it was written";
    assert.deepEqual(outcome, inconclusive(reason));
  });
});
