/**
 * A run as one archive: tar (ustar, POSIX.1) within gzip (RFC 1952), which any tar unpacks. The same run
 * gives the same octets, whatever its folder is called and whoever bundles it.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip, createGzip } from "node:zlib";
import { openNamed, UnreadableInput } from "../../suites/engine/run_files.ts";
import { asUnwritable, UnwritableOutput, whyNot } from "../../suites/engine/system_error.ts";
import { basename, dirname, join, resolve } from "../../suites/kit/paths.ts";
import { AFTER_MANIFEST, sha256 } from "../../suites/report/manifest.ts";
import { changeOf, exists, openRun } from "../commands/run_on_disk.ts";
import { UsageError } from "../commands/usage.ts";
import { BadBundle, mostUnpacked, tarOf, untar } from "./tar_stream.ts";

/** The beginning of a bundle: gzip of no name and no time, from Unix (RFC 1952 §2.3). */
const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** Octets behind the compressed data: CRC-32 and length of what they unpack to. */
const TRAILER = 8;

/** The order of files in a bundle: what tells of the rest first. */
function ordered(members: Iterable<string>): string[] {
  const all = [...members].sort();
  const first = (name: string) => AFTER_MANIFEST.includes(name);
  return [...all.filter(first), ...all.filter((name) => !first(name))];
}

/** Name of the one folder of a bundle: the same for the same run. */
function folderOf(root: string): string {
  return `plumbline-${sha256(root, "manifest.json").slice(0, 12)}`;
}

/**
 * Bundles a run directory.
 * @returns Files in the bundle.
 * @throws {UsageError} When the directory is no whole run as its manifest lists it, or `out` exists.
 */
export async function bundleRun(directory: string, out: string): Promise<number> {
  const refuse = (why: string) => new UsageError(`Cannot bundle ${directory} as ${why}`);
  const disk = await openRun(directory).catch(() => {
    throw refuse("there is no such run directory");
  });
  const { root, manifest, plan, only, unproven } = disk;
  if (plan === undefined || only !== undefined) throw refuse("no plan.json lies in it");
  if (unproven !== undefined || manifest === undefined) throw refuse(unproven ?? "");
  for (const path of Object.keys(manifest.files)) {
    const change = changeOf(disk, path);
    if (change !== undefined) throw refuse(change);
  }
  const target = await placeOf(out, root);
  const members = ordered([...Object.keys(manifest.files), ...present(root)]);
  const part = join(dirname(target), `.${randomUUID()}.part`);
  try {
    const size = await pack(root, members, part);
    if (size.unpacked > mostUnpacked(size.packed)) {
      throw refuse(`verify would refuse what unpacks to ${size.unpacked} octets`);
    }
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof UnreadableInput) throw refuse(error.message);
    if (asUnwritable(error) === undefined) throw error;
    throw new UnwritableOutput(`Cannot write ${out} as ${whyNot(error)}`);
  }
  return members.length;
}

/** The files of a run that its manifest cannot list. */
function present(root: string): string[] {
  return AFTER_MANIFEST.filter((name) => exists(join(root, name)));
}

/** Where a bundle goes. @throws {UsageError} When it cannot go there. */
async function placeOf(out: string, root: string): Promise<string> {
  const refuse = (why: string) => new UsageError(`Cannot write bundle ${out} as ${why}`);
  if (exists(out)) throw refuse("it exists");
  const parent = await Deno.realPath(dirname(resolve(out))).catch(() => {
    throw refuse("there is no such folder");
  });
  if (`${parent}/`.startsWith(`${root}/`)) throw refuse("it would lie in the run");
  return join(parent, basename(out));
}

async function pack(
  root: string,
  members: readonly string[],
  path: string,
): Promise<{ packed: number; unpacked: number }> {
  const size = { packed: 0, unpacked: 0 };
  await pipeline(
    counted(tarOf(root, folderOf(root), members), (octets) => size.unpacked += octets),
    createGzip(),
    async function* (compressed: AsyncIterable<Uint8Array>) {
      for await (const chunk of compressed) {
        // What the library says of the system that it runs on is no part of a run.
        for (let at = size.packed; at < HEAD.length; at++) chunk[at - size.packed] = HEAD[at];
        size.packed += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path, { flags: "wx", mode: 0o644 }),
  );
  return size;
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (octets: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

/**
 * Unpacks a bundle into a folder that is there and empty.
 * @throws {BadBundle} When it is none that `bundleRun` has written, by what is wrong with it.
 * @throws {UnreadableInput} When it cannot be read.
 */
export async function unpackBundle(path: string, into: string): Promise<void> {
  const { size, ...ends } = readEnds(path);
  const most = mostUnpacked(size);
  const hash = createHash("sha256");
  let octets = 0, crc = 0;
  const unzipped = async function* (): AsyncGenerator<Uint8Array> {
    const gunzip = createGunzip();
    const file = createReadStream(path);
    file.on("error", (error) => gunzip.destroy(error));
    for await (const chunk of file.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      octets += chunk.length;
      if (octets > most) {
        throw new BadBundle("archive_too_large", `the bundle unpacks to more than ${most} octets`);
      }
      hash.update(chunk);
      crc = crc32(chunk, crc);
      yield new Uint8Array(chunk);
    }
  };
  let unpacked;
  try {
    unpacked = await untar(ReadableStream.from(unzipped()), into);
  } catch (error) {
    throw asBadBundle(error);
  }
  if (crc !== ends.crc || octets % 2 ** 32 !== ends.length) {
    throw new BadBundle("archive_altered", "something follows the archive in the bundle");
  }
  await holdAgainstOwn(into, unpacked, hash.digest("hex"));
}

/** What the first and the last octets of a bundle say. @throws {BadBundle} */
function readEnds(path: string): { size: number; crc: number; length: number } {
  using file = openNamed(path);
  const [head, tail] = [new Uint8Array(HEAD.length), new Uint8Array(TRAILER)];
  const { size } = file;
  if (size < HEAD.length + TRAILER) throw new BadBundle("archive_truncated");
  file.readAt(head, 0);
  file.readAt(tail, size - TRAILER);
  if (head[0] !== HEAD[0] || head[1] !== HEAD[1]) throw new BadBundle("archive_unreadable");
  if (head.some((octet, i) => octet !== HEAD[i])) {
    throw new BadBundle("archive_altered", "the bundle's gzip header is not the one of bundles");
  }
  const view = new DataView(tail.buffer);
  return { size, crc: view.getUint32(0, true), length: view.getUint32(4, true) };
}

/**
 * An error as what is wrong with a bundle. Whatever the libraries complain of is the bundle's fault;
 * what the system complains of has a code, and is not.
 */
function asBadBundle(error: unknown): unknown {
  if (error instanceof BadBundle || !(error instanceof Error)) return error;
  const { code, message } = error as Error & { code?: string };
  if (code === "Z_BUF_ERROR" || code === undefined && /truncated/.test(message)) {
    return new BadBundle("archive_truncated");
  }
  return code === undefined || code.startsWith("Z_")
    ? new BadBundle("archive_unreadable", `the bundle is damaged: ${message.split("\n")[0]}`)
    : error;
}

/** Makes the archive of what was unpacked again: it has to be the same, octet by octet. */
async function holdAgainstOwn(
  root: string,
  { folder, members }: { folder: string; members: readonly string[] },
  digest: string,
): Promise<void> {
  const altered = (what: string) => new BadBundle("archive_altered", what);
  if (ordered(members).join("\n") !== members.join("\n")) {
    throw altered("the bundle's files are not in the order of bundles");
  }
  if (!members.includes("manifest.json") || folder !== folderOf(root)) {
    throw altered("the bundle's folder is not named after the manifest in it");
  }
  const hash = createHash("sha256");
  for await (const chunk of tarOf(root, folder, members)) hash.update(chunk);
  if (hash.digest("hex") !== digest) {
    throw altered("the bundle's tar archive is not as bundles are");
  }
}
