/** What verification finds, each by a name of its own. */

/** How grave a finding is: it refuses, leaves something open, or is only told. */
export type Weight = "refused" | "open" | "note";

/** Every finding by its name: what it means, and its weight unless it is told otherwise. */
export const FINDINGS = {
  archive_unreadable: ["refused", "the bundle is no gzip-compressed tar archive, or a damaged one"],
  archive_truncated: ["refused", "the bundle ends before its end"],
  archive_path: ["refused", "a member of the bundle would lie outside of it, or has an odd name"],
  archive_link: ["refused", "a member of the bundle is a link"],
  archive_member: ["refused", "a member of the bundle is no regular file"],
  archive_duplicate: ["refused", "two members of the bundle have one name"],
  archive_too_large: ["refused", "the bundle, or a member of it, is larger than any run"],
  archive_altered: ["refused", "the bundle is not as the command bundle writes it"],
  unsigned: ["open", "nobody has signed the run"],
  certificate_missing: ["refused", "there is a signature, and nothing that it signs"],
  certificate_malformed: ["refused", "certificate.json is none"],
  certificate_changed: ["refused", "the signature is not one of these octets of certificate.json"],
  signature_missing: ["refused", "the certificate has no signature"],
  signature_malformed: ["refused", "the signature is none"],
  key_malformed: ["refused", "the key in the certificate is none, or not the one that it names"],
  key_unknown: ["refused", "the certificate is signed with another key than the trusted one"],
  key_unnamed: ["open", "nobody said which key to trust"],
  other_run: ["refused", "the certificate is one of another run"],
  plan_missing: ["refused", "the run has no plan that can be used"],
  plan_changed: ["refused", "plan.json is not what was signed"],
  manifest_missing: ["refused", "the run has no manifest that can be used"],
  manifest_changed: ["refused", "manifest.json is not what was signed"],
  report_changed: ["refused", "report.json is not what was signed"],
  page_changed: ["refused", "a page does not show what it should"],
  file_changed: ["refused", "a file is not what the manifest says"],
  file_missing: ["refused", "a file that the manifest lists is missing"],
  file_added: ["refused", "a file lies there that the manifest does not list"],
  file_not_regular: ["refused", "something lies there that is no regular file, such as a link"],
  scenario_missing: ["refused", "the evidence of a scenario is missing"],
  shard_missing: ["refused", "the run is a shard, or lacks one"],
  shard_other: ["refused", "the run names a shard twice, or one that there cannot be"],
  selection: ["refused", "the run is about a part of a suite, and certifies nothing"],
  plan_incomplete: ["refused", "the plan leaves out scenarios that its devices owe"],
  plan_other: ["refused", "the plan names a scenario that its devices do not owe"],
  profile_other: ["refused", "a profile, or a device in the evidence, is another one"],
  seed_other: ["refused", "evidence, or the certificate, is of another seed than the plan"],
  evidence_other: ["refused", "evidence is of another scenario, suite or world than the plan"],
  suite_version: ["refused", "a suite is of another version than the certificate says"],
  report_forged: ["refused", "report.json says what the evidence does not"],
  claim_false: ["refused", "the certificate says what the run does not"],
  exception_expired: ["refused", "an exception that the verdict rests on is over"],
  certificate_expired: ["refused", "the certificate is no longer valid"],
  not_yet_valid: ["refused", "the certificate was issued in the future"],
  other_version: ["open", "another version of Plumbline judged the run"],
} as const satisfies Record<string, readonly [Weight, string]>;

/** Name of a finding. */
export type FindingName = keyof typeof FINDINGS;

/** One thing that verification found. */
export interface Finding {
  name: FindingName;
  weight: Weight;
  /** A sentence without its full stop. */
  what: string;
}

/** A finding of a name. @param what What it is, when the name's meaning does not say it all. */
export function finding(
  name: FindingName,
  what: string = FINDINGS[name][1],
  weight: Weight = FINDINGS[name][0],
): Finding {
  return { name, weight, what };
}

/** Findings of one name that are told one by one; more are counted. */
const MOST = 20;

/** Findings without those beyond the first of their name, which are counted. */
export function shortened(findings: readonly Finding[]): Finding[] {
  return [...Map.groupBy(findings, ({ name }) => name)].flatMap(([name, all]) =>
    all.length <= MOST
      ? all
      : [...all.slice(0, MOST), finding(name, `and ${all.length - MOST} more`, all[0].weight)]
  );
}
