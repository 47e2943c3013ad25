import { several } from "../kit/narration.ts";
import type { Report, ReportCheck } from "./model.ts";

/** A sentence about findings, and the checks that it speaks of. */
export interface FindingsSentence {
  text: string;
  /** Ids of checks that a reader wants to know by name; none for those that the failures name. */
  checks: string[];
}

/**
 * What became of the findings that profiles record, in sentences: what is new first, which is what
 * somebody has to look at. None where no device under test has a profile.
 */
export function findingsSentences({ device, suites }: Report): FindingsSentence[] {
  const failed = suites.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === "fail");
  const fresh = new Set(failed.filter(({ finding }) => finding === "new").map(({ id }) => id));
  const of = (state: NonNullable<typeof device.findings>[number]["state"]) =>
    (device.findings ?? []).filter((finding) => finding.state === state)
      .map(({ check }) => check);
  const [known, gone, open] = [of("known"), of("no_longer_seen"), of("not_judged")];
  const sentences: (FindingsSentence | undefined)[] = [
    sentence(
      fresh.size,
      "failing check is",
      "failing checks are",
      "not among the recorded findings",
      fresh,
    ),
    sentence(known.length, "recorded finding was", "recorded findings were", "seen again", []),
    sentence(gone.length, "recorded finding is", "recorded findings are", "no longer seen", gone),
    sentence(open.length, "recorded finding was", "recorded findings were", "not judged", open),
  ];
  return sentences.filter((one) => one !== undefined);
}

function sentence(
  count: number,
  one: string,
  more: string,
  what: string,
  checks: Iterable<string>,
): FindingsSentence | undefined {
  return count === 0
    ? undefined
    : { text: `${several(count, one, more)} ${what}`, checks: [...new Set(checks)] };
}

/** What a failure is to the profiles, in a word or two; empty where they say nothing. */
export function findingWord({ finding }: Pick<ReportCheck, "finding">): string {
  return finding === undefined ? "" : finding === "known" ? "known finding" : "new finding";
}
