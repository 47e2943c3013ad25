/**
 * Captures made by others, for tests: they lie beside the repository where somebody has put them, and
 * are not part of it.
 */
import { seededRandom } from "../random.ts";

const FOLDERS = ["captures", "cases"].map((name) =>
  new URL(`../../../shared/${name}/`, import.meta.url)
);

/** Paths of the captures, sorted; none when the folders do not exist. */
export function corpus(): string[] {
  const paths: string[] = [];
  const walk = (folder: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory) walk(new URL(`${name}/`, folder));
      else if (/\.(pcap|pcapng|cap)$/.test(name)) {
        paths.push(decodeURIComponent(new URL(encodeURIComponent(name), folder).pathname));
      }
    }
  };
  for (const folder of FOLDERS) {
    try {
      walk(folder);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return paths.sort();
}

/** Whether a program can be run. */
export async function installed(program: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

/** Whole numbers from 0 to one less than `below`, the same for the same seed. */
export function seeded(seed: number): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
}
