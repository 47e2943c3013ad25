/** Devices for tests of the commands: reference peers with one rule replaced. */
import { referenceProfile } from "../../devices/reference.ts";
import { TUNNEL_CLUSTER } from "../../../suites/tunnel_cluster/suite.ts";
import type { Report } from "../../../suites/report/model.ts";

/** A mutant that only the scenarios about addresses of requests find. */
export const NAT_MUTANT = "tunnel_cluster/nat/not_the_shared_address";

/** Writes the profile of a NAT of ours into a file; with a variant it is that one. */
export async function writeNat(path: string, changes: Record<string, unknown> = {}): Promise<void> {
  const profile = { ...referenceProfile(TUNNEL_CLUSTER, "nat"), name: "a NAT", ...changes };
  await Deno.writeTextFile(path, JSON.stringify(profile));
}

/** What `attach` of a profile says of a variant. */
export const variant = (id: string) => ({ attach: { kind: "reference", variant: id } });

/** Every verdict of a report by check and evidence, sorted. */
export function verdictsOf({ suites, requirements }: Report): string[] {
  return [
    ...suites.flatMap(({ checks }) => checks)
      .map(({ id, evidence, verdict }) => `${id} ${evidence} ${verdict}`),
    ...requirements.map(({ id, verdict }) => `${id} ${verdict}`),
  ].sort();
}

/** The report of a run directory. */
export async function reportOf(run: string): Promise<Report> {
  return JSON.parse(await Deno.readTextFile(`${run}/report.json`));
}
