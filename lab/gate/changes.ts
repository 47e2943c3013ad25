/** What was touched, as git tells it. */
import { outputOf } from "./run.ts";

/** A file that was touched. */
export interface Change {
  /** From the root of the repository. */
  path: string;
  /** Whether it is gone. */
  deleted: boolean;
  /** Numbers of the lines that are new or stand where others were, from 1; absent for a new file. */
  lines?: readonly number[];
}

/**
 * Files that differ from a commit, committed since or not, and files that git does not know yet.
 * @param since A commit; HEAD when only uncommitted work counts.
 * @throws When git knows no such commit.
 */
export async function changesSince(since: string): Promise<Change[]> {
  const [diff, untracked] = await Promise.all([
    outputOf("git", ["diff", "--no-color", "--no-ext-diff", "--no-renames", "-U0", since, "--"]),
    outputOf("git", ["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  const added = untracked.split("\0").filter((path) => path !== "");
  return [...parseDiff(diff), ...added.map((path) => ({ path, deleted: false }))];
}

/** Reads the output of `git diff -U0 --no-renames`. */
export function parseDiff(diff: string): Change[] {
  const changes: Change[] = [];
  for (const part of diff.split(/^diff --git /m).slice(1)) {
    const path = /^a\/(.*) b\/\1$/m.exec(part.split("\n")[0])?.[1];
    if (path === undefined) throw new Error(`Cannot read a diff: ${part.split("\n")[0]}`);
    const deleted = /^deleted file mode/m.test(part);
    const isNew = /^new file mode/m.test(part);
    changes.push({ path, deleted, ...isNew ? {} : { lines: linesOf(part) } });
  }
  return changes;
}

function linesOf(part: string): number[] {
  return [...part.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].flatMap(([, first, count = "1"]) =>
    Array.from({ length: Math.max(1, Number(count)) }, (_, i) => Number(first) + i)
  );
}
