import assert from "node:assert/strict";
import { collectFrames } from "../../captures/_testing/collect.ts";
import { L2TP } from "../../suites/l2tp/suite.ts";
import { answerAbout } from "../commands/answer_run.ts";
import { agree } from "./bench.ts";
import { L2TP_TUNNELS, writeL2tp } from "./l2tp_calls.ts";
import { targetsOf } from "./targets.ts";
import type { Row } from "./bench.ts";
import { sessionsIn, STAGES } from "./stages.ts";
import { fileTable, targetsTable } from "./table.ts";
import { MIX_FLOWS, SMALL_FLOWS, writeMix, writeSmall } from "./traffic.ts";
import { SESSIONS, writeTunnels } from "./tunnels.ts";

async function inFolder(look: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-bench-test-" });
  try {
    await look(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the plain captures hold the flows and sizes they are meant to, checksums right", () =>
  inFolder(async (folder) => {
    const kinds = [
      { write: writeMix, flows: 2 * MIX_FLOWS, sizes: [66, 1514] },
      { write: writeSmall, flows: SMALL_FLOWS, sizes: [64] },
    ];
    for (const { write, flows, sizes } of kinds) {
      const path = `${folder}/${flows}.pcap`;
      const { packets, octets } = write(path, 5e6);
      assert.equal((await Deno.stat(path)).size, octets);
      const found = await STAGES["session accounting"](path);
      assert.deepEqual(found, { packets, details: { flows, lost: 0 } });
      const verified = await STAGES.dissection(path);
      assert.deepEqual(verified.details, { correct: packets, wrong: 0 });
      const { frames } = await collectFrames(path);
      const lengths = new Set(frames.map((frame) => frame.originalLength));
      assert.deepEqual([...lengths].sort((a, b) => a - b), sizes);
    }
  }));

Deno.test("the tunnelled capture is judged for real: all sessions found, some checks passed", () =>
  inFolder(async (folder) => {
    const path = `${folder}/wan.pcap`;
    const { packets } = writeTunnels(path, 16e6);
    assert.equal(await sessionsIn(path), SESSIONS);
    assert.deepEqual((await STAGES.dissection(path)).details, { correct: packets, wrong: 0 });
    const { details } = await STAGES.judgement(path);
    assert.ok(details.pass >= 5, `${details.pass} checks passed`);
    assert.deepEqual([details.fail, details.error], [0, 0]);
  }));

/** A row with a rate of so many packets a second. */
function row(stage: Row["stage"], program: string, rate: number, whole: boolean, ours = true): Row {
  return {
    ...{ file: "mix", stage, program, ours, whole, packets: 1000, seconds: 1000 / rate },
    ...{ packetsPerSecond: rate, octetsPerSecond: rate * 100, peak: 50e6 },
  };
}

Deno.test("a missed target says where the time goes", () => {
  const rows = [
    row("read", "cat", 10_000, true, false),
    row("record walk", "plumbline describe --count", 4000, true),
    row("record walk", "  without its start", 8000, false),
    row("record walk", "capinfos -c", 4000, true, false),
  ];
  const [walk, memory, start] = targetsOf(rows, { "plumbline --help": 0.1 });
  assert.deepEqual([walk.got, walk.met], ["1.00", false]);
  assert.match(walk.why!, /starting the process takes 0\.1\d of 0\.25 s; without it .* 2\.00/);
  assert.deepEqual([memory.got, memory.met], ["50 MB", true]);
  assert.deepEqual([start.got, start.met], ["0.100 s", true]);
  const file = { name: "mix", title: "t", path: "", packets: 1000, octets: 1e5 } as const;
  assert.match(fileTable(file, rows), /capinfos -c .* 1\.00 times/);
  assert.match(targetsTable([walk]), /NOT MET\nWhy not:/);
});

Deno.test("an interrupted bench leaves neither its folder nor a process behind", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("../main.ts", import.meta.url).href, "bench", "--size", "4000"],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (/ in \/\S+\n/.test(said)) break;
  }
  const folder = / in (\/\S+)\n/.exec(said)![1];
  assert.ok((await Deno.stat(folder)).isDirectory);
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("the capture of L2TP is judged for real: every tunnel and call, and no fault", () =>
  inFolder(async (folder) => {
    const path = `${folder}/l2tp.pcap`;
    const { packets, octets } = writeL2tp(path, 24e6);
    assert.equal((await Deno.stat(path)).size, octets);
    assert.deepEqual((await STAGES.dissection(path)).details, { correct: packets, wrong: 0 });
    const found = await answerAbout([path], undefined, [L2TP]);
    const verdicts = found.judged[0].checks.map(({ outcome }) => outcome.verdict);
    assert.ok(verdicts.filter((verdict) => verdict === "pass").length >= 40);
    assert.ok(!verdicts.includes("fail") && !verdicts.includes("error"));
    assert.deepEqual(found.conversations.suites[0].outcomes, [
      { outcome: "came up", tone: "good", count: L2TP_TUNNELS },
    ]);
  }));

Deno.test("runs that differ do not agree, and one alone agrees with nothing", () => {
  assert.ok(agree([5, 4.9, 9]));
  assert.ok(!agree([5, 3]));
  assert.ok(!agree([5]));
});
