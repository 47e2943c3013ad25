import assert from "node:assert/strict";
import { collectFrames } from "../../captures/_testing/collect.ts";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { annotateCaptures } from "./annotate.ts";
import { reportOf } from "./_testing/report_fixture.ts";

/** A failure on frames of a capture. */
const failure = (capture: string, ...numbers: number[]) => ({
  ...{ id: "t/c", title: "Says \u001b[2J", covers: ["TST-001"], level: "MUST" as const },
  ...{ verdict: "fail" as const, expected: "1", actual: "0", scenario: "", evidence: "" },
  ...{ frames: numbers.map((number) => ({ capture, number })), duration_ms: 1 },
});

Deno.test("each frame that a failure cites says so, in a copy of its capture", async () => {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-annotate-" });
  try {
    for (const name of ["a", "b"]) {
      const { writer, output } = PcapWriter.inMemory({ linkType: 101 });
      for (let i = 0; i < 3; i++) writer.write(7, i, Uint8Array.of(0x45, i));
      writer.close();
      await Deno.writeFile(`${folder}/${name}.pcap`, output.bytes());
    }
    const captures = ["a", "b"].map((name) => ({
      ...{ evidence: "", name, file: `${folder}/${name}.pcap` },
    }));
    const one = reportOf("x", [failure("a", 1, 3)], captures.slice(0, 1));
    const out = `${folder}/found.pcapng`;
    assert.deepEqual(await annotateCaptures(one, out), [out]);
    const { frames, summary } = await collectFrames(await Deno.readFile(out));
    assert.equal(frames.length, 3);
    assert.deepEqual(summary.comments.map(({ frame }) => frame), [1, 3]);
    assert.match(summary.comments[0].text, /^Plumbline TST-001 .*expected 1, found 0$/);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(summary.comments[0].text, /\u001b/);

    const before = await Deno.readFile(`${folder}/a.pcap`);
    await Deno.symlink(`${folder}/a.pcap`, `${folder}/link.pcapng`);
    for (const name of ["a.pcap", "link.pcapng"]) {
      await assert.rejects(annotateCaptures(one, `${folder}/${name}`), /a capture that was judged/);
      assert.deepEqual(await Deno.readFile(`${folder}/a.pcap`), before);
    }

    const two = reportOf("x", [failure("b", 2)], captures);
    assert.deepEqual(await annotateCaptures(two, out), [`${folder}/found-b.pcapng`]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
