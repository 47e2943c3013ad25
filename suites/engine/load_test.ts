import assert from "node:assert/strict";
import { UNPLACED } from "../kit/evidence.ts";
import { evidenceFromCaptures } from "./declared_captures.ts";
import { loadEvidence, parseRecord, UnreadableInput } from "./load.ts";
import { inDirectory, testEvidence, testProfile } from "../_testing/test_suite.ts";

Deno.test("evidence is read back as it was written", async () => {
  await inDirectory([1], async (directory) => {
    const { directory: _, ...record } = testEvidence(directory, 1);
    await Deno.writeTextFile(`${directory}/scenario.json`, JSON.stringify(record));
    const evidence = await loadEvidence(directory);
    assert.equal(evidence.directory, directory);
    assert.deepEqual(evidence.taps, record.taps);
    assert.deepEqual(evidence.nodes, record.nodes);
  });
});

const BAD: [string, string][] = [
  ["text that is no JSON", "{"],
  ["an empty text", ""],
  ["another kind of JSON", "[]"],
  ["a path that leaves the directory", record({ file: "../x.pcapng" })],
  ["an absolute path", record({ file: "/etc/passwd" })],
  ["a side that is none", record({ side: "moon" })],
  ["a name that every object answers to", record({ name: "toString" })],
  ["a node that every object answers to", record({ node: "__proto__" })],
  ["one file for several taps", recordOf((tap) => [tap, { ...tap, name: "other" }])],
  ["JSON that nests without end", "[".repeat(500_000)],
];

function record(tap: Record<string, unknown>): string {
  const { directory: _, ...rest } = testEvidence("", 1);
  return JSON.stringify({ ...rest, taps: [{ ...rest.taps[0], ...tap }] });
}

/** A record whose taps are made from a good one. */
function recordOf(taps: (tap: object) => object[]): string {
  const { directory: _, ...rest } = testEvidence("", 1);
  return JSON.stringify({ ...rest, taps: taps(rest.taps[0]) });
}

for (const [what, text] of BAD) {
  Deno.test(`${what} is refused as a scenario.json, on one line`, () => {
    assert.throws(
      () => parseRecord(text, "x/scenario.json"),
      (error) => error instanceof UnreadableInput && !error.message.includes("\n"),
    );
  });
}

Deno.test("a directory without scenario.json is unreadable input", async () => {
  await assert.rejects(loadEvidence("/nonexistent"), UnreadableInput);
});

Deno.test("captures are placed by the patterns of the profile", () => {
  const profile = testProfile({
    attach: {
      kind: "captures",
      taps: { "wan-*.pcap": { node: "a", side: "wan" }, "x.pcapng": { node: "b", side: "lan" } },
    },
  });
  const { taps } = evidenceFromCaptures("test", profile, ["/tmp/wan-1.pcap", "/tmp/x.pcapng"]);
  assert.deepEqual(taps.map(({ name, node, side }) => [name, node, side]), [
    ["wan-1", "a", "wan"],
    ["x", "b", "lan"],
  ]);
  const { taps: [other], nodes } = evidenceFromCaptures("test", profile, ["/tmp/y.pcap"]);
  assert.equal(other.node, UNPLACED);
  assert.deepEqual(Object.values(nodes).map(({ profile }) => profile.name), [profile.name]);
});

Deno.test("two captures of one name are refused, as a verdict could not cite them apart", () => {
  const both = ["/tmp/a/x.pcap", "/tmp/b/x.pcapng"];
  assert.throws(() => evidenceFromCaptures("test", testProfile(), both), /two are named x/);
});
