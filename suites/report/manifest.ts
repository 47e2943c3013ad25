import { createHash } from "node:crypto";
import { z } from "zod";
import { openInside } from "../engine/run_files.ts";
import { join } from "../kit/paths.ts";
import type { Profile } from "../kit/profile.ts";
import type { Report } from "./model.ts";
import { VERSION } from "../engine/version.ts";

/** Schema of `manifest.json`: what the run directory consists of, and what made it. */
export const manifestSchema = z.object({
  schema: z.literal(1),
  plumbline: z.string(),
  deno: z.string(),
  kernel: z.string(),
  commit: z.string(),
  seed: z.int(),
  /** Profiles of the devices under test, as they were used. */
  profiles: z.array(z.record(z.string(), z.unknown())),
  /** SHA-256 in hexadecimal by path, relative to the run directory. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** Contents of `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Files of a run directory that are written after its manifest: that itself, and what signs it. */
export const AFTER_MANIFEST: readonly string[] = [
  "manifest.json",
  "certificate.json",
  "certificate.sig",
  "certificate.html",
];

/** Hashes every file of a run directory but those that are written afterwards. */
export async function buildManifest(
  directory: string,
  run: Pick<Report["run"], "kernel" | "commit" | "seed">,
  profiles: readonly Profile[],
): Promise<Manifest> {
  const files: Record<string, string> = {};
  for (const path of (await filesUnder(directory)).sort()) {
    if (!AFTER_MANIFEST.includes(path)) files[path] = sha256(directory, path);
  }
  return {
    schema: 1,
    plumbline: VERSION,
    deno: Deno.version.deno,
    kernel: run.kernel,
    commit: run.commit,
    seed: run.seed,
    profiles: profiles.map((profile) => ({ ...profile })),
    files,
  };
}

/** Octets that are hashed at a time. */
const CHUNK = 1 << 17;

/**
 * SHA-256 of a file of any size, in hexadecimal.
 * @throws {UnreadableInput} When it is no regular file within the directory, or lies behind a link.
 */
export function sha256(directory: string, path: string): string {
  const hash = createHash("sha256");
  using file = openInside(directory, path);
  // A plain loop: the machinery of streams costs as much as the hash.
  const chunk = new Uint8Array(CHUNK);
  for (;;) {
    const octets = file.read(chunk);
    if (octets === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, octets));
  }
}

async function filesUnder(directory: string, prefix = ""): Promise<string[]> {
  const out: string[] = [];
  for await (const entry of Deno.readDir(join(directory, prefix))) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory) out.push(...await filesUnder(directory, path));
    else if (entry.isFile) out.push(path);
  }
  return out;
}
