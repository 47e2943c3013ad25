import { Limit, readJsonInside, UnreadableInput } from "../../suites/engine/run_files.ts";
import { basename, dirname, join, relative, resolve } from "../../suites/kit/paths.ts";
import { manifestSchema, sha256 } from "../../suites/report/manifest.ts";

/** Files and directories that are looked at in search of evidence. */
const MOST_ENTRIES = 100_000;

/**
 * The evidence directories within a run directory, or the directory itself as `""` when it is one.
 * Links are not followed: evidence is what lies there.
 */
export async function findEvidence(root: string): Promise<string[]> {
  if (await exists(join(root, "scenario.json"))) return [""];
  const found: string[] = [];
  let entries = 0;
  const walk = async (path: string, depth: number) => {
    if (await exists(join(root, path, "scenario.json"))) found.push(path);
    if (depth === 0) return;
    const inner: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
      if (++entries > MOST_ENTRIES) {
        throw new UnreadableInput(
          `Cannot search ${root} as it must hold at most ${MOST_ENTRIES} files: got more`,
        );
      }
      if (isDirectory) inner.push(name);
    }
    for (const name of inner.sort()) await walk(`${path}/${name}`, depth - 1);
  };
  if (await exists(join(root, "evidence"), "directory")) await walk("evidence", 6);
  return found;
}

/**
 * Says how evidence differs from the manifest of the run directory that it lies in; undefined when
 * it agrees, or when there is no manifest to hold it against.
 */
export async function tampered(root: string): Promise<string | undefined> {
  let top = resolve(root);
  for (let depth = 0; depth < 8 && !(await exists(join(top, "manifest.json"))); depth++) {
    top = dirname(top);
  }
  let manifest;
  try {
    manifest = manifestSchema.parse(readJsonInside(top, "manifest.json", Limit.manifest));
  } catch {
    return undefined;
  }
  const prefix = relative(top, resolve(root));
  for (const [path, hash] of Object.entries(manifest.files)) {
    const ours = path.startsWith("evidence/") && (prefix === "" || path.startsWith(`${prefix}/`));
    if (!ours) continue;
    let found: string | undefined;
    try {
      found = sha256(top, path);
    } catch {
      return `${basename(path)} is missing or no file any more, which the manifest lists`;
    }
    if (found !== hash) return `${path} is not what the manifest says it was`;
  }
  return undefined;
}

async function exists(path: string, as?: "directory"): Promise<boolean> {
  try {
    const { isDirectory } = await Deno.lstat(path);
    return as === undefined || isDirectory;
  } catch {
    return false;
  }
}
