/** Holds what a run found against the findings that the profiles of its devices record. */
import { dirname } from "../kit/paths.ts";
import type { Profile } from "../kit/profile.ts";
import type { Report, ReportCheck } from "./model.ts";

/** A recorded failure of a device. */
export type Finding = NonNullable<Profile["findings"]>[number];

/** What of a profile says which failures of its device are recorded. */
export type FindingDevice = Pick<Profile, "name" | "roles" | "findings">;

/** One recorded finding, and what the run says of it. */
export type ReportFinding = NonNullable<Report["device"]["findings"]>[number];

/** What identifies a judgement, and who answers for it. */
type Judgement = Pick<ReportCheck, "id" | "roles" | "verdict" | "evidence">;

/**
 * The finding that a failure was recorded as, of a device that plays one of the roles judged.
 * @returns undefined where no profile records it.
 */
export function recordedFinding(
  devices: readonly FindingDevice[],
  { id, roles }: Pick<ReportCheck, "id" | "roles">,
): Finding | undefined {
  return devices.filter((device) => answersFor(device, roles))
    .flatMap(({ findings = [] }) => findings).find(({ check }) => check === id);
}

/**
 * What became of the recorded findings of a run's suites: one for each check that a profile names, in
 * the order of the profiles.
 * @param selection Whether only some checks were chosen: then the others are not spoken of.
 */
export function reportFindings(
  devices: readonly FindingDevice[],
  suites: readonly { name: string; checks: readonly Judgement[] }[],
  selection = false,
): ReportFinding[] {
  const byCheck = Map.groupBy(suites.flatMap(({ checks }) => checks), ({ id }) => id);
  return devices.flatMap((device) => {
    const { name, findings = [] } = device;
    const byId = Map.groupBy(findings, ({ check }) => check);
    return [...byId].filter(([check]) => suites.some((suite) => check.startsWith(`${suite.name}/`)))
      .filter(([check]) => !selection || byCheck.has(check))
      .map(([check, [finding]]) => {
        const judged = (byCheck.get(check) ?? []).filter(({ roles }) => answersFor(device, roles));
        return {
          ...{ device: name, check, recorded: finding.seen, state: stateOf(finding, judged) },
          ...(finding.note === undefined ? {} : { note: finding.note }),
        };
      });
  });
}

/** A device answers for what it plays; captures without a lab may not tell who played. */
function answersFor({ roles }: FindingDevice, judged: ReportCheck["roles"]): boolean {
  return judged === undefined || judged.some((role) => roles.includes(role));
}

/**
 * A failure anywhere is the finding again. It is no longer seen where the check passes on the evidence
 * that showed it; where that was not judged, on all evidence that was.
 */
function stateOf({ frames }: Finding, judged: readonly Judgement[]): ReportFinding["state"] {
  if (judged.some(({ verdict }) => verdict === "fail")) return "known";
  const cited = new Set(frames.map(({ capture }) => dirname(capture)));
  const there = judged.filter(({ evidence }) => cited.has(evidence));
  const deciding = there.length > 0 ? there : judged;
  const passed = deciding.length > 0 && deciding.every(({ verdict }) => verdict === "pass");
  return passed ? "no_longer_seen" : "not_judged";
}
