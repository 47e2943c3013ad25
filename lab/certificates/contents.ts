/** The files of a run directory, held against its manifest and its certificate. */
import { lstatSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { UnreadableInput } from "../../suites/engine/run_files.ts";
import { whyNot } from "../../suites/engine/system_error.ts";
import { join } from "../../suites/kit/paths.ts";
import type { Certificate } from "../../suites/report/certificate/model.ts";
import { AFTER_MANIFEST, type Manifest, sha256 } from "../../suites/report/manifest.ts";
import type { Plan } from "../../suites/engine/plan.ts";
import {
  type Finding,
  finding,
  type FindingName,
} from "../../suites/report/certificate/findings.ts";

import { LIMITS } from "./tar_stream.ts";

/** Files and directories of a run at most. */
const MOST_ENTRIES = 200_000;
/** Directories within directories at most. */
const DEEPEST = 32;

/** What lies in a directory, by paths relative to it. */
export interface Contents {
  files: ReadonlySet<string>;
  /** What is neither a regular file nor a directory. */
  odd: ReadonlySet<string>;
}

/**
 * Lists what lies in a directory; links are not followed.
 * @throws {UnreadableInput} When a directory cannot be opened, or there is too much.
 */
export async function contentsOf(root: string): Promise<Contents> {
  const files = new Set<string>();
  const odd = new Set<string>();
  let entries = 0;
  const walk = async (prefix: string, depth: number) => {
    const directory = join(root, prefix);
    let found;
    try {
      found = await readdir(directory, { withFileTypes: true });
    } catch (error) {
      throw new UnreadableInput(`Cannot read ${directory} as ${whyNot(error)}`);
    }
    for (const entry of found) {
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      if (++entries > MOST_ENTRIES || depth > DEEPEST) {
        throw new UnreadableInput(
          `Cannot verify ${root} as it must hold at most ${MOST_ENTRIES} files, ${DEEPEST} deep: ` +
            "got more",
        );
      }
      if (entry.isDirectory()) await walk(path, depth + 1);
      else if (entry.isFile()) files.add(path);
      else odd.add(path);
    }
  };
  await walk("", 0);
  return { files, odd };
}

/** A run directory with what it says of itself. */
export interface Documents {
  root: string;
  plan: Plan;
  manifest: Manifest;
  certificate?: Certificate;
}

/**
 * Holds every file of a run directory against its manifest, and what was signed against the
 * certificate.
 * @throws {UnreadableInput} When a file may not be read.
 */
export async function contentsFindings(documents: Documents): Promise<Finding[]> {
  const { root, plan, manifest, certificate } = documents;
  const { files, odd } = await contentsOf(root);
  const hashes = new Hashes(root);
  const [listed, there] = [Object.keys(manifest.files), [...files, ...odd]].map(foldersOf);
  const lost = new Set(
    plan.scenarios.map(({ evidence }) => evidence)
      .filter((evidence) => listed.has(evidence) && !there.has(evidence)),
  );
  const findings: Finding[] = [...lost].map((evidence) =>
    finding("scenario_missing", `the evidence of ${evidence} is missing`)
  );
  for (const path of odd) {
    findings.push(finding("file_not_regular", `${path} is no regular file`));
  }
  for (const [path, hash] of Object.entries(manifest.files)) {
    if (odd.has(path) || foldersAbove(path).some((folder) => lost.has(folder))) continue;
    if (!files.has(path)) findings.push(finding("file_missing", `${path} is missing`));
    else if (hashes.of(path) !== hash) {
      const what = hashes.tooLarge.has(path)
        ? `${path} is larger than what a run leaves`
        : `${path} is not what the manifest says it was`;
      findings.push(finding("file_changed", what));
    }
  }
  for (const path of files) {
    if (!Object.hasOwn(manifest.files, path) && !AFTER_MANIFEST.includes(path)) {
      findings.push(finding("file_added", `the manifest does not list ${path}`));
    }
  }
  for (const path of ["plan.json", "report.json"]) {
    if (!Object.hasOwn(manifest.files, path)) {
      findings.push(finding("file_missing", `the manifest does not list ${path}`));
    }
  }
  findings.push(...manifestFindings(plan, manifest));
  if (certificate !== undefined) {
    findings.push(...await signedFindings(root, hashes, certificate, plan));
  }
  return findings;
}

/** Holds what a manifest says of its run against the plan. */
function manifestFindings(plan: Plan, manifest: Manifest): Finding[] {
  const profiles = plan.devices.map(({ profile }) => profile);
  const says: [FindingName, string, unknown, unknown][] = [
    ["seed_other", "seed", manifest.seed, plan.seed],
    ["claim_false", "commit", manifest.commit, plan.commit],
    ["claim_false", "kernel", manifest.kernel, plan.kernel],
    ["profile_other", "profile", manifest.profiles, profiles],
  ];
  return says.filter(([, , theirs, wanted]) => !isDeepStrictEqual(theirs, wanted))
    .map(([name, field]) => finding(name, `manifest.json has another ${field} than plan.json`));
}

/** Names of the findings about files that a certificate holds the hashes of. */
const SIGNED: Record<keyof Certificate["files"], FindingName> = {
  "plan.json": "plan_changed",
  "manifest.json": "manifest_changed",
  "report.json": "report_changed",
  "certificate.html": "page_changed",
};

async function signedFindings(
  root: string,
  hashes: Hashes,
  { files, run }: Certificate,
  plan: Plan,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [path, name] of Object.entries(SIGNED)) {
    const isFile = await lstat(join(root, path)).then((stats) => stats.isFile(), () => false);
    if (!isFile) findings.push(finding("file_missing", `${path} is missing`));
    else if (hashes.of(path) !== files[path as keyof typeof files]) {
      findings.push(finding(name, `${path} is not what was signed`));
    }
  }
  const names = findings.map(({ name }) => name);
  const isOther = names.includes("plan_changed") && names.includes("manifest_changed");
  if (!isOther || plan.started === run.started) return findings;
  const what = `the certificate is of a run of ${run.started}, and this one is of ${plan.started}`;
  return [finding("other_run", what)];
}

/** The hashes of files, none of which is read that is larger than any run: a hole costs nothing to make. */
class Hashes {
  readonly #root: string;
  readonly #known = new Map<string, string>();
  #room: number = LIMITS.total;
  /** Those that were not read. */
  readonly tooLarge = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** SHA-256 of a file in hexadecimal; undefined where it is too large. */
  of(path: string): string | undefined {
    if (this.tooLarge.has(path)) return undefined;
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const { size } = lstatSync(join(this.#root, path));
    if (size > Math.min(LIMITS.member, this.#room)) {
      this.tooLarge.add(path);
      return undefined;
    }
    this.#room -= size;
    const hash = sha256(this.#root, path);
    this.#known.set(path, hash);
    return hash;
  }
}

/** The folders that a file lies in, by paths like its own. */
function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}

function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap(foldersAbove));
}
