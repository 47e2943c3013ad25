import type { Evidence } from "../kit/evidence.ts";
import { evidenceFromCaptures } from "../engine/declared_captures.ts";
import { loadEvidence } from "../engine/load.ts";
import { evidenceOfUndeclared } from "../engine/undeclared_captures.ts";
import { directoryInside, isInside, locateInside, UnreadableInput } from "../engine/run_files.ts";
import { basename, dirname, isAbsolute, resolve } from "../kit/paths.ts";
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
  const groups = new Map<string, Map<string, Report["captures"][number]>>();
  for (const capture of report.captures) {
    const { evidence, name } = capture;
    let captures = groups.get(evidence);
    if (captures === undefined) groups.set(evidence, captures = new Map());
    if (!captures.has(name)) captures.set(name, capture);
  }
  return [...groups].map(([evidence, captures]) => ({
    evidence,
    captures: [...captures.values()],
  }));
}

/** Where what a report names is looked for. */
export interface Whereabouts {
  /** Run directory. */
  directory: string;
  /** Profiles of the devices under test, for captures that came alone. */
  profiles: readonly unknown[];
  /**
   * Whether captures may lie elsewhere: those that the user has just named do. A report that is read
   * back may be anybody's, and opens nothing but what lies in its own directory.
   */
  elsewhere: boolean;
}

/**
 * Where a capture lies, for a program whose working directory is not the run directory.
 * @throws {UnreadableInput} When it is no regular file that may be opened.
 */
export function pathOf({ directory, elsewhere }: Whereabouts, file: string): string {
  if (isInside(file)) return resolve(locateInside(directory, file));
  if (elsewhere) return file;
  throw new UnreadableInput(
    `Cannot read capture ${basename(file)} as it must lie in the run directory`,
  );
}

/** What the page may call a capture: of one that it does not open, the bare name. */
export function shownPath({ elsewhere }: Whereabouts, file: string): string {
  return elsewhere || isInside(file) ? file : basename(file);
}

/**
 * The evidence that a group of captures belongs to: its record where there is one, or else as much as
 * the profile says. A record that is gone or broken is reported as a problem, and no more than that.
 */
export async function evidenceOf(
  report: Report,
  group: EvidenceGroup,
  whereabouts: Whereabouts,
): Promise<{ record: Evidence; problems: string[] }> {
  const { captures, evidence } = group;
  if (report.run.world === "captures") return loneEvidence(report, group, whereabouts);
  try {
    // A report that was written elsewhere names the captures of the run by their full paths.
    const apart = isAbsolute(captures[0].file) && whereabouts.elsewhere;
    const folder = apart
      ? dirname(captures[0].file)
      : directoryInside(whereabouts.directory, evidence);
    return { record: await loadEvidence(folder), problems: [] };
  } catch (cause) {
    if (!(cause instanceof UnreadableInput)) throw cause;
    const { record, problems } = loneEvidence(report, group, whereabouts);
    return { record, problems: [cause.message, ...problems] };
  }
}

function loneEvidence(
  report: Report,
  group: EvidenceGroup,
  whereabouts: Whereabouts,
): { record: Evidence; problems: string[] } {
  const suite = report.suites[0]?.name ?? "";
  const captures: Report["captures"] = [], problems: string[] = [];
  for (const capture of group.captures) {
    try {
      captures.push({ ...capture, file: pathOf(whereabouts, capture.file) });
    } catch (cause) {
      problems.push(cause instanceof Error ? cause.message : String(cause));
    }
  }
  const files = captures.map(({ file }) => file);
  const profile = profileSchema.safeParse(whereabouts.profiles[0]).data ?? someProfile(report);
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
  return { record: { ...record, taps }, problems };
}

function someProfile({ device }: Report): Profile {
  const roles = device.roles.length > 0 ? device.roles : ["device"];
  return profileSchema.parse({
    name: device.name || "device",
    roles,
    attach: { kind: "captures" },
  });
}
