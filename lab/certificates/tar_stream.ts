/** Tar archives as streams: how a bundle is written, and how anybody's is unpacked without trust. */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { createTarDecoder, createTarPacker, type TarHeader } from "modern-tar";
import { isInside, openInside, UnreadableInput } from "../../suites/engine/run_files.ts";
import { dirname, join } from "../../suites/kit/paths.ts";
import { finding, type FindingName } from "../../suites/report/certificate/findings.ts";

/** What a bundle may hold at most: several times what the largest run of ours has left. */
export const LIMITS = {
  /** Files. */
  members: 200_000,
  /** Octets of one file. */
  member: 4 * 2 ** 30,
  /** Octets of all. */
  total: 16 * 2 ** 30,
  /** Octets that one of the archive may stand for, beyond the first `free`. */
  ratio: 500,
  free: 64 * 2 ** 20,
} as const;

/** Octets that are read at a time. */
const CHUNK = 1 << 17;

/** A bundle is not what one must be: verification names what is wrong. */
export class BadBundle extends Error {
  override name = "BadBundle";

  constructor(readonly kind: FindingName, what?: string) {
    super(finding(kind, what).what);
  }
}

/** Octets that an archive of this many octets may unpack to. */
export function mostUnpacked(packed: number): number {
  return Math.min(LIMITS.total, Math.max(LIMITS.free, packed * LIMITS.ratio));
}

/**
 * The octets of a tar archive of files. Nothing in it tells when and by whom it was made.
 * @param folder The one that the files lie in within the archive.
 * @param members Relative to the root.
 * @throws {UnreadableInput} When a file cannot be read, or changes meanwhile.
 */
export async function* tarOf(
  root: string,
  folder: string,
  members: readonly string[],
): AsyncGenerator<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const filled = (async () => {
    for (const member of members) {
      using file = openInside(root, member);
      const body = controller.add({
        ...{ name: `${folder}/${member}`, size: file.size, type: "file", mode: 0o644 },
        ...{ mtime: new Date(0), uid: 0, gid: 0 },
      }).getWriter();
      let left = file.size;
      while (left > 0) {
        const chunk = new Uint8Array(Math.min(CHUNK, left));
        const got = file.read(chunk);
        if (got === 0) throw new UnreadableInput(`Cannot read ${member} as it was cut meanwhile`);
        await body.write(chunk.subarray(0, got));
        left -= got;
      }
      await body.close();
    }
    controller.finalize();
  })();
  filled.catch((error) => controller.error(error));
  for await (const chunk of readable) yield chunk;
  await filled;
}

/**
 * Writes the files of a tar archive into a new folder. Whatever the archive says, nothing is written
 * but regular files below that folder.
 * @returns The one folder of the archive, and its files in order, relative to that.
 * @throws {BadBundle} When the archive holds anything but files of one folder, or is damaged.
 */
export async function untar(
  tar: ReadableStream<Uint8Array>,
  into: string,
): Promise<{ folder: string; members: string[] }> {
  const seen = new Set<string>();
  const members: string[] = [];
  let folder: string | undefined;
  for await (const { header, body } of tar.pipeThrough(createTarDecoder({ strict: true }))) {
    const name = acceptable(header);
    const at = name.indexOf("/");
    folder ??= name.slice(0, at);
    if (at < 1 || name.slice(0, at) !== folder) {
      throw new BadBundle("archive_path", `${shown(name)} lies outside of the bundle's one folder`);
    }
    const member = name.slice(at + 1);
    // Where case does not count, two such names are one file.
    const key = member.toLowerCase();
    if (seen.has(key)) {
      throw new BadBundle("archive_duplicate", `two members of the bundle are named ${member}`);
    }
    seen.add(key);
    members.push(member);
    if (seen.size > LIMITS.members) throw new BadBundle("archive_too_large");
    await write(join(into, member), member, body);
  }
  return { folder: folder ?? "", members };
}

/** The name of a member that may be written. @throws {BadBundle} */
function acceptable({ name, type, size }: TarHeader): string {
  if (type === "link" || type === "symlink") {
    throw new BadBundle("archive_link", `${shown(name)} is a link`);
  }
  if (type !== "file" || name.endsWith("/")) {
    throw new BadBundle("archive_member", `${shown(name)} is no regular file`);
  }
  if (!isInside(name) || name.includes("\\") || name.length > 1024) {
    throw new BadBundle("archive_path", `${shown(name)} would lie outside of the bundle`);
  }
  if (size > LIMITS.member) {
    throw new BadBundle("archive_too_large", `${shown(name)} says that it has ${size} octets`);
  }
  return name;
}

async function write(path: string, member: string, body: ReadableStream<Uint8Array>) {
  let file: number;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    // A file that is to be a folder as well.
    if (code !== "EEXIST" && code !== "ENOTDIR" && code !== "ENAMETOOLONG") throw error;
    throw new BadBundle("archive_path", `${shown(member)} cannot lie beside what lies there`);
  }
  try {
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
    }
  } finally {
    closeSync(file);
  }
}

/** A name that may be of any length. */
function shown(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name;
}
