import type { z } from "zod";
import type { CaptureReader } from "../engine/capture_source.ts";
import { join } from "../kit/paths.ts";
import { oneLine, UnreadableInput } from "../engine/load.ts";
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
  await writeText(directory, "report.json", JSON.stringify(report, null, 1) + "\n");
  await renderRun(directory, report, profiles, rendering);
  const manifest = await buildManifest(directory, report.run, profiles);
  await writeText(directory, "manifest.json", JSON.stringify(manifest, null, 1) + "\n");
}

/**
 * Renders a run directory again from its report.json. In the manifest only the hashes of what was
 * rendered change: those of the evidence must keep saying what it was when it was judged.
 * @throws {UnreadableInput} when report.json or manifest.json is missing or breaks its schema.
 */
export async function renderAgain(directory: string, rendering: Rendering): Promise<Report> {
  const report = accept(reportSchema, await readJson(directory, "report.json"), "report.json");
  const manifest = accept(manifestSchema, await readJson(directory, "manifest.json"), "manifest");
  await renderRun(directory, report, manifest.profiles, rendering);
  for (const name of RENDERED) {
    manifest.files[name] = sha256(join(directory, name));
  }
  await writeText(directory, "manifest.json", JSON.stringify(manifest, null, 1) + "\n");
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
  { read = readCaptureFile, suiteOf }: Rendering,
): Promise<void> {
  const loaded = await Promise.all(report.suites.map(({ name }) => suiteOf(name)));
  const suites = Object.fromEntries(loaded.flatMap((suite) => suite ? [[suite.name, suite]] : []));
  const material = await gatherMaterial(report, directory, { read, suites, profiles });
  await writeText(directory, "junit.xml", junitXml(report));
  await writeText(directory, "summary.md", summaryMarkdown(report));
  await writeText(directory, "report.html", reportHtml(report, material));
}

async function readJson(directory: string, name: string): Promise<unknown> {
  const path = join(directory, name);
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "it must be JSON" : "it cannot be opened";
    throw new UnreadableInput(`Cannot read ${path} as ${why}`);
  }
}

/** Writes beside and renames, so that a killed run leaves no half file under the final name. */
async function writeText(directory: string, name: string, text: string): Promise<void> {
  const path = join(directory, name);
  await Deno.writeTextFile(`${path}.part`, text.toWellFormed());
  await Deno.rename(`${path}.part`, path);
}
