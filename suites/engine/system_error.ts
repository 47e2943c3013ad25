/** What the system refuses, in a reader's words. */

/** A result that cannot be written, mostly for want of room: the user's to mend as well. */
export class UnwritableOutput extends Error {
  override name = "UnwritableOutput";
}

/**
 * The error as one that says that nothing can be written any more, where it is that: programs write in
 * many places, and a disk that is full shows in any of them.
 */
export function asUnwritable(error: unknown): UnwritableOutput | undefined {
  if (error instanceof UnwritableOutput) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string" || !FULL.includes(code)) return undefined;
  return new UnwritableOutput(`Cannot write any more as ${whyNot(error)}`);
}

/** Codes of systems that take nothing more. */
const FULL = ["ENOSPC", "EDQUOT", "EROFS", "EFBIG"];

/** A system error in a few words, without the runtime's additions. */
export function whyNot(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  const known = typeof code === "string" && Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  if (known !== undefined) return known;
  return cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "it is a link",
  EISDIR: "it is a directory",
  ENAMETOOLONG: "its name is too long",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the quota of the disk is used up",
  EROFS: "the file system is read-only",
  EFBIG: "the file would be too large",
};
