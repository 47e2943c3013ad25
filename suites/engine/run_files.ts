/**
 * The one way into files that others may have made: run directories, evidence, profiles. What lies in
 * a run directory is opened only when it is a regular file that no link stands before, and only up to
 * a limit; what is written there replaces names, and never what a name leads to.
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "../kit/paths.ts";
import { parseJson } from "./parse_json.ts";
import { UnwritableOutput, whyNot } from "./system_error.ts";

/** Evidence, a profile or a report that cannot be read: the user's to mend, not a defect of ours. */
export class UnreadableInput extends Error {
  override name = "UnreadableInput";
}

/** Octets that are read of a file at most: several times what the largest run of ours has left. */
export const Limit = {
  scenario: 8 << 20,
  report: 32 << 20,
  manifest: 16 << 20,
  profile: 4 << 20,
} as const;

/** Without a wait for the other end of a FIFO, which is refused in any case. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A regular file that is open for reading. */
export class RegularFile {
  /** @param size Octets when it was opened. */
  constructor(readonly size: number, readonly descriptor: number) {}

  /** Reads on into the array; gives the number of octets, 0 at the end. */
  read(into: Uint8Array): number {
    return readSync(this.descriptor, into, 0, into.length, null);
  }

  /** Reads from a place in the file; gives the number of octets. */
  readAt(into: Uint8Array, position: number): number {
    return readSync(this.descriptor, into, 0, into.length, position);
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}

/** Whether a path stays, by its text, inside the directory that it is relative to. */
export function isInside(path: string): boolean {
  return !path.includes("\0") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * The place of a regular file within a directory.
 * @param root May be a link itself: the user named it.
 * @param path Relative to the root.
 * @throws {UnreadableInput} When it leads outside, or over a link, or is no regular file.
 */
export function locateInside(root: string, path: string): string {
  const place = walk(root, path);
  const { stats } = place;
  if (!stats.isFile()) throw notRegular(place.path, stats);
  return place.path;
}

/**
 * The place of a directory within a directory; an empty path is the root itself.
 * @throws {UnreadableInput} When it leads outside, or over a link, or is no directory.
 */
export function directoryInside(root: string, path: string): string {
  if (path === "") return root;
  const place = walk(root, path);
  if (place.stats.isDirectory()) return place.path;
  throw new UnreadableInput(`Cannot read ${place.path} as it must be a directory`);
}

/**
 * Opens a regular file within a directory.
 * @throws {UnreadableInput} As `locateInside`, and when it may not be opened.
 */
export function openInside(root: string, path: string): RegularFile {
  return open(locateInside(root, path), READ);
}

/**
 * The text of a file within a directory, as UTF-8.
 * @param most Octets at most.
 * @throws {UnreadableInput} As `openInside`, and when the file is larger.
 */
export function readTextInside(root: string, path: string, most: number): string {
  using file = openInside(root, path);
  return textOf(file, join(root, path), most);
}

/**
 * The octets of a file within a directory.
 * @throws {UnreadableInput} As `readTextInside`.
 */
export function readInside(root: string, path: string, most: number): Uint8Array {
  using file = openInside(root, path);
  return octetsOf(file, join(root, path), most);
}

/**
 * The value of a JSON file within a directory.
 * @throws {UnreadableInput} As `readTextInside`, and when it is no JSON, or nested too deep.
 */
export function readJsonInside(root: string, path: string, most: number): unknown {
  return jsonOf(readTextInside(root, path, most), join(root, path));
}

/**
 * The text of a regular file that the user named; links are followed.
 * @throws {UnreadableInput} When it is no regular file, cannot be opened or holds more than `most`.
 */
export function readNamedText(path: string | URL, most: number): string {
  using file = openNamed(path);
  return textOf(file, String(path), most);
}

/**
 * Opens a regular file that the user named; links are followed.
 * @throws {UnreadableInput} When it is no regular file, or cannot be opened.
 */
export function openNamed(path: string | URL): RegularFile {
  const stats = attempt(String(path), () => statSync(path));
  if (!stats.isFile()) throw notRegular(String(path), stats);
  return open(path, READ & ~constants.O_NOFOLLOW);
}

/** The value of JSON text. @throws {UnreadableInput} When it is none, or nested too deep. */
export function jsonOf(text: string, path: string): unknown {
  const result = parseJson(text);
  if ("value" in result) return result.value;
  throw new UnreadableInput(`Cannot read ${path} as ${result.problem}`);
}

/**
 * Writes a file of a directory under its final name only when it is whole, so that a killed run
 * leaves no half file. A link of that name is replaced, and what it leads to stays as it is.
 * @param name Of a file in the directory itself.
 * @throws {UnwritableOutput} When the name is taken by a directory, or nothing can be written there.
 */
export function writeTextInside(directory: string, name: string, text: string): void {
  writeInside(directory, name, new TextEncoder().encode(text));
}

/** Writes octets as `writeTextInside` writes text. */
export function writeInside(directory: string, name: string, octets: Uint8Array): void {
  const path = join(directory, name);
  const part = join(dirname(path), `.${randomUUID()}.part`);
  try {
    // Fails where something of that name exists, be it a link that leads nowhere.
    const file = openSync(part, "wx", 0o666);
    try {
      for (let at = 0; at < octets.length;) at += writeSync(file, octets, at);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (cause) {
    rmSync(part, { force: true });
    throw new UnwritableOutput(`Cannot write ${path} as ${whyNot(cause)}`, { cause });
  }
}

/** Goes down a path name by name; no one may be a link, or what follows would lie elsewhere. */
function walk(root: string, path: string): { path: string; stats: Stats } {
  const full = join(root, path);
  if (!isInside(path)) {
    throw new UnreadableInput(`Cannot read ${path} as it lies outside its directory`);
  }
  let at = root;
  let stats: Stats | undefined;
  for (const part of path.split("/")) {
    at = join(at, part);
    stats = attempt(full, () => lstatSync(at));
    if (stats.isSymbolicLink()) {
      throw new UnreadableInput(`Cannot read ${full} as ${at === full ? "it" : at} is a link`);
    }
  }
  return { path: full, stats: stats! };
}

function open(path: string | URL, flags: number): RegularFile {
  const descriptor = attempt(String(path), () => openSync(path, flags));
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return new RegularFile(stats.size, descriptor);
  closeSync(descriptor);
  throw notRegular(String(path), stats);
}

function attempt<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw new UnreadableInput(`Cannot read ${path} as ${whyNot(cause)}`);
  }
}

function textOf(file: RegularFile, path: string, most: number): string {
  return octetsOf(file, path, most).toString("utf8");
}

function octetsOf(file: RegularFile, path: string, most: number): Buffer {
  const tooLarge = (got: string) =>
    new UnreadableInput(`Cannot read ${path} as it must hold at most ${most} octets: got ${got}`);
  if (file.size > most) throw tooLarge(String(file.size));
  // The size is not to be trusted: files of /proc have none, and others grow.
  const chunks: Uint8Array[] = [];
  for (let octets = 0;;) {
    const chunk = new Uint8Array(1 << 16);
    const got = file.read(chunk);
    if (got === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, got));
    octets += got;
    if (octets > most) throw tooLarge("more");
  }
}

function notRegular(path: string, stats: Stats): UnreadableInput {
  const kinds: [string, boolean][] = [
    ["a directory", stats.isDirectory()],
    ["a FIFO", stats.isFIFO()],
    ["a socket", stats.isSocket()],
    ["a device", stats.isCharacterDevice() || stats.isBlockDevice()],
  ];
  const got = kinds.find(([, is]) => is)?.[0] ?? "something else";
  return new UnreadableInput(`Cannot read ${path} as it must be a regular file: got ${got}`);
}
