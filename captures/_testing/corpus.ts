/**
 * Captures made by others, for tests: they lie beside the repository where somebody has put them, and
 * are not part of it.
 */

const FOLDER = new URL("../../../shared/captures/", import.meta.url);

/** Paths of the captures, sorted; none when the folder does not exist. */
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
  try {
    walk(FOLDER);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
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

/** A small generator of random numbers, the same for the same seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
