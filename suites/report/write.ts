import type { z } from "zod";
import type { CaptureReader } from "../engine/capture_source.ts";
import { oneLine } from "../engine/load.ts";
import { Limit, readJsonInside, UnreadableInput, writeTextInside } from "../engine/run_files.ts";
import type { Profile } from "../kit/profile.ts";
import type { Suite } from "../kit/suite.ts";
import { readCaptureFile } from "../engine/read_capture_file.ts";
import { junitXml } from "./junit.ts";
import { buildManifest, manifestSchema, sha256 } from "./manifest.ts";
import { type Report, reportSchema } from "./model.ts";
import { summaryMarkdown } from "./markdown.ts";
import { gatherMaterial } from "./material.ts";
import { reportHtml } from "./page/page.tsx";

/** What rendering needs besides the report. */
export interface Rendering {
  /** Reads captures; the reader of `captures/` by default. */
  read?: CaptureReader;
  /** The suite of this word, whose plots and titles the report shows; undefined for an unknown one. */
  suiteOf(word: string): Promise<Suite | undefined>;
}

/** What is rendered from report.json and the evidence. */
const RENDERED = ["junit.xml", "summary.md", "report.html"];

/** Writes report.json, what is rendered from it and, last, manifest.json into a run directory. */
export async function writeRun(
  directory: string,
  report: Report,
  profiles: readonly Profile[],
  rendering: Rendering,
): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  writeTextInside(directory, "report.json", JSON.stringify(report, null, 1) + "\n");
  await renderRun(directory, report, profiles, { ...rendering, elsewhere: true });
  const manifest = await buildManifest(directory, report.run, profiles);
  writeTextInside(directory, "manifest.json", JSON.stringify(manifest, null, 1) + "\n");
}

/**
 * Renders a run directory again from its report.json, and from what lies in it. In the manifest only the hashes of what was
 * rendered change: those of the evidence must keep saying what it was when it was judged.
 * @throws {UnreadableInput} when report.json or manifest.json is missing or breaks its schema.
 */
export async function renderAgain(directory: string, rendering: Rendering): Promise<Report> {
  const read = (name: string, most: number) => readJsonInside(directory, name, most);
  const report = accept(reportSchema, read("report.json", Limit.report), "report.json");
  const manifest = accept(manifestSchema, read("manifest.json", Limit.manifest), "manifest");
  await renderRun(directory, report, manifest.profiles, { ...rendering, elsewhere: false });
  for (const name of RENDERED) {
    manifest.files[name] = sha256(directory, name);
  }
  writeTextInside(directory, "manifest.json", JSON.stringify(manifest, null, 1) + "\n");
  return report;
}

function accept<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UnreadableInput(`Cannot use ${name} as it breaks the schema: ${oneLine(result.error)}`);
}

async function renderRun(
  directory: string,
  report: Report,
  profiles: readonly unknown[],
  { read = readCaptureFile, suiteOf, elsewhere }: Rendering & { elsewhere: boolean },
): Promise<void> {
  const loaded = await Promise.all(report.suites.map(({ name }) => suiteOf(name)));
  const suites = Object.fromEntries(loaded.flatMap((suite) => suite ? [[suite.name, suite]] : []));
  const material = await gatherMaterial(report, directory, { read, suites, profiles, elsewhere });
  writeTextInside(directory, "junit.xml", junitXml(report));
  writeTextInside(directory, "summary.md", summaryMarkdown(report));
  writeTextInside(directory, "report.html", reportHtml(report, material));
}
