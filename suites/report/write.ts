import type { CaptureReader } from "../engine/capture_source.ts";
import { writeTextInside } from "../engine/run_files.ts";
import type { Profile } from "../kit/profile.ts";
import type { Suite } from "../kit/suite.ts";
import { readCaptureFile } from "../engine/read_capture_file.ts";
import { junitXml } from "./junit.ts";
import { buildManifest, type Manifest, sha256 } from "./manifest.ts";
import type { Report } from "./model.ts";
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

/** What is made from the evidence of a run. */
const RENDERED = ["report.json", "junit.xml", "summary.md", "report.html"];

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
 * Writes the report of a run that was judged again into its directory. In the manifest only the
 * hashes of what is made from the evidence change: those of the evidence must keep saying what it was
 * when it was recorded.
 * @param manifest The one of the run; none is made where it is missing, as it would prove nothing.
 */
export async function writeAgain(
  directory: string,
  report: Report,
  profiles: readonly Profile[],
  manifest: Manifest | undefined,
  rendering: Rendering,
): Promise<void> {
  writeTextInside(directory, "report.json", JSON.stringify(report, null, 1) + "\n");
  await renderRun(directory, report, profiles, { ...rendering, elsewhere: false });
  if (manifest === undefined) return;
  const made = RENDERED.map((name) => [name, sha256(directory, name)]);
  const files = { ...manifest.files, ...Object.fromEntries(made) };
  const text = JSON.stringify({ ...manifest, files }, null, 1);
  writeTextInside(directory, "manifest.json", text + "\n");
}

async function renderRun(
  directory: string,
  report: Report,
  profiles: readonly unknown[],
  rendering: Rendering & { elsewhere: boolean },
): Promise<void> {
  const page = await renderPage(directory, report, profiles, rendering);
  writeTextInside(directory, "junit.xml", junitXml(report));
  writeTextInside(directory, "summary.md", summaryMarkdown(report));
  writeTextInside(directory, "report.html", page);
}

/**
 * Makes the text of report.html. The same evidence and the same report give the same text.
 * @param directory The run directory.
 */
export async function renderPage(
  directory: string,
  report: Report,
  profiles: readonly unknown[],
  { read = readCaptureFile, suiteOf, elsewhere }: Rendering & { elsewhere: boolean },
): Promise<string> {
  const loaded = await Promise.all(report.suites.map(({ name }) => suiteOf(name)));
  const suites = Object.fromEntries(loaded.flatMap((suite) => suite ? [[suite.name, suite]] : []));
  const material = await gatherMaterial(report, directory, { read, suites, profiles, elsewhere });
  return reportHtml(report, material);
}
