import { basename, dirname, join, relative, resolve } from "../../suites/kit/paths.ts";
import { manifestSchema, sha256 } from "../../suites/report/manifest.ts";

/**
 * The evidence directories within a run directory, or the directory itself as `""` when it is one.
 * Links are not followed: evidence is what lies there.
 */
export async function findEvidence(root: string): Promise<string[]> {
  if (await exists(join(root, "scenario.json"))) return [""];
  const found: string[] = [];
  const walk = async (path: string, depth: number) => {
    if (await exists(join(root, path, "scenario.json"))) found.push(path);
    if (depth === 0) return;
    const inner: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
      if (isDirectory) inner.push(name);
    }
    for (const name of inner.sort()) await walk(`${path}/${name}`, depth - 1);
  };
  if (await exists(join(root, "evidence"))) await walk("evidence", 6);
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
    manifest = manifestSchema.parse(
      JSON.parse(await Deno.readTextFile(join(top, "manifest.json"))),
    );
  } catch {
    return undefined;
  }
  const prefix = relative(top, resolve(root));
  for (const [path, hash] of Object.entries(manifest.files)) {
    const ours = path.startsWith("evidence/") && (prefix === "" || path.startsWith(`${prefix}/`));
    if (!ours || path.split("/").includes("..")) continue;
    let found: string | undefined;
    try {
      found = sha256(join(top, path));
    } catch {
      return `${basename(path)} is missing, which the manifest lists`;
    }
    if (found !== hash) return `${path} is not what the manifest says it was`;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false;
  }
}
