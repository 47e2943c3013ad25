import type { Evidence } from "../kit/evidence.ts";
import { evidenceFromCaptures, loadEvidence, UnreadableInput } from "../engine/load.ts";
import { evidenceOfUndeclared } from "../engine/undeclared_captures.ts";
import { dirname, isAbsolute, join, resolve } from "../kit/paths.ts";
import { type Profile, profileSchema } from "../kit/profile.ts";
import type { Report } from "./model.ts";

/** The captures that a report lists under one evidence directory. */
export interface EvidenceGroup {
  /** As the report names it; empty for captures that came alone. */
  evidence: string;
  captures: Report["captures"];
}

/** The evidence directories of a report with their captures, each capture once. */
export function evidenceGroups(report: Report): EvidenceGroup[] {
  const groups = new Map<string, EvidenceGroup>();
  for (const capture of report.captures) {
    const { evidence, name } = capture;
    let group = groups.get(evidence);
    if (group === undefined) groups.set(evidence, group = { evidence, captures: [] });
    if (!group.captures.some((other) => other.name === name)) group.captures.push(capture);
  }
  return [...groups.values()];
}

/** Where a capture lies, for a program whose working directory is not the run directory. */
export function pathOf(directory: string, file: string): string {
  return isAbsolute(file) ? file : join(directory, file);
}

/**
 * The evidence that a group of captures belongs to: its record where there is one, or else as much as
 * the profile says. A record that is gone or broken is reported as a problem, and no more than that.
 */
export async function evidenceOf(
  report: Report,
  group: EvidenceGroup,
  directory: string,
  profiles: readonly unknown[],
): Promise<{ record: Evidence; problem?: string }> {
  const { captures, evidence } = group;
  const lone = () => loneEvidence(report, group, directory, profiles);
  if (report.run.world === "captures") return { record: lone() };
  const file = captures[0].file;
  const beside = dirname(pathOf(directory, file));
  // A report that was written elsewhere names the captures of the run by their full paths.
  const folder = isAbsolute(file) ? beside : join(directory, evidence);
  try {
    return { record: await loadEvidence(folder) };
  } catch (cause) {
    if (!(cause instanceof UnreadableInput)) throw cause;
    return { record: lone(), problem: cause.message };
  }
}

function loneEvidence(
  report: Report,
  { captures }: EvidenceGroup,
  directory: string,
  profiles: readonly unknown[],
): Evidence {
  const suite = report.suites[0]?.name ?? "";
  const files = captures.map(({ file }) => resolve(pathOf(directory, file)));
  const profile = profileSchema.safeParse(profiles[0]).data ?? someProfile(report);
  let record: Evidence;
  try {
    record = report.conversations?.undeclared
      ? evidenceOfUndeclared(suite, files)
      : evidenceFromCaptures(suite, profile, files);
  } catch {
    // A profile that does not fit these captures must not cost the reader the picture.
    record = evidenceFromCaptures(suite, someProfile(report), files);
  }
  const taps = record.taps.map((tap, i) => ({ ...tap, name: captures[i].name }));
  return { ...record, taps };
}

function someProfile({ device }: Report): Profile {
  const roles = device.roles.length > 0 ? device.roles : ["device"];
  return profileSchema.parse({
    name: device.name || "device",
    roles,
    attach: { kind: "captures" },
  });
}
