import assert from "node:assert/strict";
import { z } from "zod";
import type { Outcome } from "../kit/verdict.ts";
import { applyWaivers, judgeRequirements } from "../engine/tally.ts";
import { octetReader, testSuite } from "../_testing/test_suite.ts";
import { buildReport, type RunResult } from "./build.ts";
import { escapeXml, junitXml } from "./junit.ts";
import { manifestSchema, sha256 } from "./manifest.ts";
import { type Report, reportSchema } from "./model.ts";
import { packetAnchor } from "./anchor.ts";
import { summaryMarkdown } from "./markdown.ts";
import type { Material } from "./material.ts";
import { reportHtml } from "./page/page.tsx";
import type { Packet } from "./packet/packet.ts";
import { headline } from "./words.ts";
import { writeAgain, writeRun } from "./write.ts";

const HOSTILE = `</style></script><script>alert("1")</script><img src=x onerror=alert(1)>'"&\u0000`;

const FAIL: Outcome = {
  verdict: "fail",
  expected: "core 3",
  actual: HOSTILE,
  frames: [{ capture: "wan", number: 2 }],
};

/** A report of the test suite whose one check had this outcome, on a device of this name. */
function report(outcome: Outcome, name = "box"): Report {
  const suite = testSuite();
  const judged = [{
    check: suite.checks[0],
    outcome,
    scenario: "test/plain",
    roles: ["sender"],
    durationMs: 1.25,
    evidence: "evidence/test/plain",
  }];
  const scope = { roles: ["sender"], classes: [] };
  const requirements = judgeRequirements(suite, judged, [scope], false);
  const exceptions = [{ requirement: "TST-003", reason: name, expires: "2099-01-01" }];
  const result: RunResult = {
    run: {
      id: "run-1",
      started: "2026-01-02T03:04:05Z",
      seed: 7,
      world: "memory",
      kernel: "Linux 6",
      commit: "",
      command: "plumbline certify",
      selection: false,
      duration_ms: 12,
    },
    device: { name, vendor: name, version: "", roles: ["sender"], classes: [] },
    profiles: [],
    suites: [{ suite, checks: judged }],
    requirements,
    waivers: applyWaivers(exceptions, requirements, "2026-01-02"),
    captures: [{
      evidence: "evidence/test/plain",
      name: "wan",
      file: "evidence/test/plain/wan.pcapng",
    }],
  };
  return buildReport(result);
}

/** A packet whose every text is hostile. */
const PACKET: Packet = {
  capture: "wan",
  number: 2,
  time: HOSTILE,
  length: 60,
  line: HOSTILE,
  brief: HOSTILE,
  layers: [{
    name: HOSTILE,
    summary: HOSTILE,
    problem: HOSTILE,
    fields: [{ name: HOSTILE, value: HOSTILE, meaning: HOSTILE, start: 0, end: 1 }],
    start: 0,
    end: 1,
  }],
  octets: new Uint8Array(60),
};

const EVIDENCE = "evidence/test/plain";

/** What the page shows of one scenario with one packet. */
function material(packet: Packet = PACKET): Material {
  const anchor = packetAnchor(EVIDENCE, "wan", 2);
  const scenario = {
    ...{ evidence: EVIDENCE, title: HOSTILE, checks: [], problems: [HOSTILE] },
    figures: [{
      ...{ id: "x", title: HOSTILE },
      drawing: {
        plot: { kind: "bars" as const, unit: HOSTILE, bars: [{ label: HOSTILE, value: 1 }] },
        note: HOSTILE,
      },
    }],
    logs: [{ node: HOSTILE, file: HOSTILE, size: 1, lines: [HOSTILE], cut: true }],
    files: [{ name: HOSTILE, node: HOSTILE, file: HOSTILE, size: 1, frames: 1 }],
  };
  const embedded = { packet, evidence: EVIDENCE, file: HOSTILE, named: true };
  return { scenarios: [scenario], packets: new Map([[anchor, embedded]]) };
}

const NOTHING: Material = { scenarios: [], packets: new Map() };

Deno.test("a report keeps its own schema and says what failed", () => {
  const made = report(FAIL);
  assert.deepEqual(reportSchema.parse(JSON.parse(JSON.stringify(made))), made);
  assert.equal(made.conclusion, "not_conformant");
  assert.equal(made.exit_code, 1);
  assert.deepEqual(made.suites[0].checks[0].frames, [{ capture: "wan", number: 2 }]);
  assert.equal(report({ verdict: "pass" }).exit_code, 0);
  assert.equal(report({ verdict: "inconclusive", reason: "?" }).exit_code, 3);
});

Deno.test("report.json keeps the schema as it is published", async () => {
  const published = JSON.parse(
    await Deno.readTextFile(new URL("report.schema.json", import.meta.url)),
  );
  const schema = z.fromJSONSchema(published);
  const made = JSON.parse(JSON.stringify(report(FAIL)));
  assert.deepEqual(schema.parse(made), made);
  assert.equal(schema.safeParse({ ...made, conclusion: "fine" }).success, false);
  assert.equal(schema.safeParse({ ...made, more: 1 }).success, false);
});

Deno.test("what a device says never becomes markup in the page", () => {
  const html = reportHtml(report(FAIL, HOSTILE), material());
  assert.equal(html.match(/<script/g)?.length, 1);
  assert.equal(html.match(/<\/style/g)?.length, 1);
  assert.ok(!html.includes("<img"));
  assert.ok(!html.includes("\u0000"));
  const attributes = html.match(/="[^"]*"/g)!.join("");
  assert.ok(!attributes.includes("onerror=alert(1)>'\""));
});

Deno.test("the page shows the verdict, the failure and its packet", () => {
  const html = reportHtml(report(FAIL), material({ ...PACKET, line: "a telling line" }));
  for (const text of ["Not conformant", "core 3", "frame 2 of wan", "a telling line", "TST-001"]) {
    assert.ok(html.includes(text), text);
  }
  assert.ok(html.includes("frame.number in {2}"));
  assert.match(reportHtml(report(FAIL), NOTHING), /cannot be read any more/);
});

Deno.test("the page needs nothing from anywhere else", () => {
  const html = reportHtml(report(FAIL), NOTHING);
  assert.doesNotMatch(html.replaceAll("img src=x", ""), /<link|src=|url\((?!#)|https?:/);
});

Deno.test("the summary is Markdown in which a device's text is nothing but text", () => {
  const text = summaryMarkdown(report(FAIL, `${HOSTILE} [x](javascript:1) | **b** \n# h`));
  assert.match(text, /^# ✗ Not conformant: /);
  assert.ok(!text.includes("\u0000"));
  assert.match(text, /\*\*TST-001\*\*/);
  assert.doesNotMatch(text, /<|[^\\]\[x|[^\\]\*\*b|^# h/m);
});

Deno.test("JUnit is red exactly when the exit code is not 0", () => {
  const outcomes: Outcome[] = [
    ...[FAIL, { verdict: "pass" }, { verdict: "inconclusive", reason: "?" }] as const,
    ...[{ verdict: "error", reason: "!" }, { verdict: "not_applicable", reason: "-" }] as const,
  ];
  const changes: ((made: Report) => Report)[] = [
    (made) => made,
    (made) => ({ ...made, suites: [] }),
    (made) => ({ ...made, conclusion: "inconclusive", exit_code: 3, contradiction: "it says so" }),
  ];
  for (const outcome of outcomes) {
    for (const change of changes) {
      const made = change(report(outcome));
      const isRed = /<(failure|error)[ >]/.test(junitXml(made));
      assert.equal(isRed, made.exit_code !== 0, `${outcome.verdict}: ${junitXml(made)}`);
    }
  }
});

Deno.test("a SHOULD that fails and what an exception excuses are told, and turn nothing", () => {
  const made = report({ verdict: "pass" });
  const failed = report(FAIL).suites[0].checks[0];
  const check = { ...failed, covers: ["TST-003"], level: "SHOULD" as const };
  const text = junitXml({ ...made, suites: [{ name: "test", checks: [check] }] });
  assert.match(text, /failures="0" errors="0"/);
  assert.match(text, /<system-out>.*core 3/);
});

Deno.test("the headline names what the conclusion is about, and what exceptions excuse", () => {
  const made = report({ verdict: "pass" });
  const scoped = { ...made, run: { ...made.run, scope: ["l2tp", "offload"] } };
  assert.equal(headline(scoped).title, "Conformant in l2tp and offload");
  const selected = { ...made, run: { ...made.run, selection: true } };
  assert.equal(headline(selected).title, "No failure in this selection");
  const waived: Report = {
    ...made,
    device: {
      ...made.device,
      exceptions: [{
        ...{ requirement: "TST-001", reason: "known", expires: "2026-05-01" },
        state: "in_force",
      }],
    },
  };
  assert.match(headline(waived).sentence, /1 under an exception, which is most of what test asks/);
});

Deno.test("JUnit counts failures as failures and the inconclusive as errors", () => {
  assert.match(junitXml(report(FAIL)), /<testsuite name="test" tests="1" failures="1" errors="0"/);
  const inconclusive = junitXml(report({ verdict: "inconclusive", reason: "a <b>" }));
  assert.match(inconclusive, /failures="0" errors="1"/);
  assert.match(inconclusive, /<error type="inconclusive" message="a &#60;b&#62;"/);
});

Deno.test("XML escapes what is markup and replaces what XML cannot hold", () => {
  assert.equal(escapeXml(`<a b="c">&'`), "&#60;a b=&#34;c&#34;&#62;&#38;&#39;");
  assert.equal(escapeXml("\u0000\ud800\n"), "\ufffd\ufffd&#10;");
});

Deno.test("a run directory holds its files with their hashes, and is written again", async () => {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-" });
  try {
    const key = "evidence/test/plain/wan.pcapng";
    const capture = `${directory}/${key}`;
    await Deno.mkdir(`${directory}/evidence/test/plain`, { recursive: true });
    await Deno.writeFile(capture, new Uint8Array([1, 0]));
    const rendering = { read: octetReader, suiteOf: () => Promise.resolve(testSuite()) };
    await writeRun(directory, report(FAIL), [], rendering);
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
    assert.deepEqual(names, [
      "evidence",
      "junit.xml",
      "manifest.json",
      "report.html",
      "report.json",
      "summary.md",
    ]);
    const manifest = manifestSchema.parse(
      JSON.parse(await Deno.readTextFile(`${directory}/manifest.json`)),
    );
    assert.equal(manifest.files[key], sha256(directory, key));
    assert.equal(manifest.files["report.html"], sha256(directory, "report.html"));
    const html = await Deno.readTextFile(`${directory}/report.html`);
    assert.match(html, /Frame 2 of wan/);

    await Deno.remove(`${directory}/report.html`);
    await writeAgain(directory, report(FAIL), [], manifest, rendering);
    assert.equal(await Deno.readTextFile(`${directory}/report.html`), html);
    await Deno.writeFile(capture, new Uint8Array([1, 0, 0]));
    await writeAgain(directory, report(FAIL), [], manifest, rendering);
    const again = manifestSchema.parse(
      JSON.parse(await Deno.readTextFile(`${directory}/manifest.json`)),
    );
    assert.equal(again.files[key], manifest.files[key], "evidence keeps the hash it was judged by");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
