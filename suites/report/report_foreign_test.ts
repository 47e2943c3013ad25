/** A run directory may be anybody's: rendering it again reads and writes nothing outside of it. */
import assert from "node:assert/strict";
import { octetReader, testEvidence, testSuite } from "../_testing/test_suite.ts";
import { buildManifest } from "./manifest.ts";
import { type Report, reportSchema } from "./model.ts";
import { writeAgain } from "./write.ts";

const RENDERING = { suiteOf: () => Promise.resolve(testSuite()) };
const EVIDENCE = "evidence/test/plain";

/** What a report says of one failed check whose packet is in a capture at `file`. */
function reportOn(file: string, world: Report["run"]["world"], evidence: string): Report {
  return reportSchema.parse({
    ...{ schema: 1, plumbline: "0", conclusion: "not_conformant", exit_code: 1, requirements: [] },
    run: {
      ...{ id: "x", started: "2026-01-02T03:04:05Z", seed: 1, world, kernel: "", commit: "" },
      ...{ command: "", selection: false, duration_ms: 1 },
    },
    device: {
      ...{ name: "box", vendor: "", version: "", roles: ["sender"], classes: [], exceptions: [] },
    },
    suites: [{
      name: "test",
      checks: [{
        ...{ id: "test/all_ones", title: "t", covers: ["TST-001"], level: "MUST" },
        ...{ verdict: "fail", expected: "1", actual: "0", evidence, scenario: "" },
        ...{ frames: [{ capture: "wan", number: 1 }], duration_ms: 1 },
      }],
    }],
    totals: { pass: 0, fail: 1, inconclusive: 0, not_applicable: 0, error: 0 },
    captures: [{ evidence, name: "wan", file }],
  });
}

/** Renders a run directory again that `spoil` has prepared; gives the page, and which files were read. */
async function rendered(
  report: (top: string) => Report,
  spoil: (run: string, top: string) => Promise<void> = async () => {},
): Promise<{ html: string; read: string[]; top: string }> {
  const top = await Deno.realPath(await Deno.makeTempDir({ prefix: "plumbline-foreign-" }));
  const run = `${top}/run`, read: string[] = [];
  try {
    await Deno.mkdir(`${run}/${EVIDENCE}`, { recursive: true });
    for (const place of [`${run}/${EVIDENCE}`, top]) {
      await Deno.writeFile(`${place}/secret.pcapng`, new Uint8Array([7, 7]));
    }
    const { directory: _, ...record } = testEvidence("", 2);
    await Deno.writeTextFile(`${run}/${EVIDENCE}/scenario.json`, JSON.stringify(record));
    const made = report(top);
    await Deno.writeTextFile(`${run}/report.json`, JSON.stringify(made));
    const manifest = await buildManifest(run, made.run, []);
    await Deno.writeTextFile(`${run}/manifest.json`, JSON.stringify(manifest));
    await spoil(run, top);
    await writeAgain(run, made, [], manifest, {
      ...RENDERING,
      read: (path, sink) => {
        read.push(path);
        return octetReader(path, sink);
      },
    });
    return { html: await Deno.readTextFile(`${run}/report.html`), read, top };
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

const OUTSIDE: [string, (top: string) => Report][] = [
  ["an absolute path", (top) => reportOn(`${top}/secret.pcapng`, "captures", "")],
  ["a path that climbs", () => reportOn("../secret.pcapng", "captures", "")],
  [
    "an absolute path within evidence",
    (top) => reportOn(`${top}/secret.pcapng`, "memory", EVIDENCE),
  ],
  ["an evidence directory that climbs", () => reportOn("../secret.pcapng", "memory", "../run/..")],
];

for (const [what, report] of OUTSIDE) {
  Deno.test(`${what} in report.json is not opened, linked or shown`, async () => {
    const { html, read, top } = await rendered(report);
    assert.deepEqual(read.filter((path) => path.includes("secret")), []);
    assert.ok(!html.includes(top), html.match(`.{90}${top}.{60}`)?.[0]);
    assert.doesNotMatch(html, /href="[^"#]*(secret|\.\.)/);
    assert.match(html, /cannot be read any more/);
  });
}

Deno.test("a capture behind a link, of the file or of its directory, is not opened", async () => {
  for (const linked of ["file", "directory"]) {
    const report = () => reportOn(`${EVIDENCE}/wan.pcapng`, "captures", "");
    const { html, read } = await rendered(report, async (run, top) => {
      if (linked === "file") {
        await Deno.symlink(`${top}/secret.pcapng`, `${run}/${EVIDENCE}/wan.pcapng`);
        return;
      }
      await Deno.remove(`${run}/evidence`, { recursive: true });
      await Deno.mkdir(`${top}/test/plain`, { recursive: true });
      await Deno.rename(`${top}/secret.pcapng`, `${top}/test/plain/wan.pcapng`);
      await Deno.symlink(top, `${run}/evidence`);
    });
    assert.deepEqual(read, []);
    assert.match(html, /is a link/);
  }
});

Deno.test("what stands at the place of a file that is written is replaced, not followed", async () => {
  const names = ["report.html", "summary.md", "junit.xml"];
  const report = () => reportOn(`${EVIDENCE}/secret.pcapng`, "captures", "");
  await rendered(report, async (run, top) => {
    await Deno.writeTextFile(`${top}/precious`, "precious");
    for (const name of [...names, "manifest.json"].flatMap((name) => [name, `${name}.part`])) {
      if (name === "manifest.json") continue;
      await Deno.symlink(`${top}/precious`, `${run}/${name}`);
    }
    const made = report();
    await writeAgain(run, made, [], undefined, { ...RENDERING, read: octetReader });
    assert.equal(await Deno.readTextFile(`${top}/precious`), "precious");
    for (const name of names) assert.ok((await Deno.lstat(`${run}/${name}`)).isFile, name);
  });
});
