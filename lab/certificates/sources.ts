import { createHash } from "node:crypto";
import { join } from "../../suites/kit/paths.ts";

/** What judges: formats, peers that are compared with, checks, and what draws conclusions from them. */
const FOLDERS = ["captures", "peers", "suites", "lab/commands"];

const ROOT = new URL("../../", import.meta.url).pathname;

let hash: Promise<string> | undefined;

/**
 * SHA-256 over the source files that judge, each by its path and its octets, in the order of their
 * paths; tests are left out. Unlike a commit it tells what a changed checkout, or a copy without
 * history, really is: where it is the same, the same evidence must come to the same verdicts.
 */
export function sourcesHash(): Promise<string> {
  return hash ??= (async () => {
    const paths = (await Promise.all(FOLDERS.map(sourcesUnder))).flat().sort();
    const all = createHash("sha256");
    for (const path of paths) {
      const octets = await Deno.readFile(join(ROOT, path));
      all.update(`${path}\0${octets.length}\0`).update(octets);
    }
    return all.digest("hex");
  })();
}

async function sourcesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...name === "_testing" ? [] : await sourcesUnder(path));
    else if (/(?<!_test)\.tsx?$/.test(name)) found.push(path);
  }
  return found;
}
