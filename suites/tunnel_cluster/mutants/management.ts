/** Mutants of group H: masters that manage endpoints wrongly. */
import type { Member } from "../../../peers/tunnel_cluster/registry.ts";
import { type ClusterMutant, mutant } from "./make.ts";

/** Never again uses an endpoint that was inactive once. */
function resentful(): (member: Member) => boolean {
  const once = new WeakSet<Member>();
  return (member) => {
    if (member.inactive) once.add(member);
    return !once.has(member) && !member.draining && !member.deactivated;
  };
}

/** The mutants. */
export const MANAGEMENT_MUTANTS: readonly ClusterMutant[] = [
  mutant("master", "keeps_who_left", "Goes on with an endpoint that has left", "TCL-061", {
    master: { inService: ({ reportedAt }, now, silence) => now - reportedAt <= silence },
  }),
  mutant("master", "uses_the_inactive", "Uses endpoints that are inactive", "TCL-062", {
    master: { takesTunnels: ({ draining, deactivated }) => !draining && !deactivated },
  }, ["TCL-063"]),
  mutant("master", "resentful", "Uses no endpoint again that was inactive", "TCL-062", {
    master: { takesTunnels: resentful() },
  }, ["TCL-063"]),
  mutant("master", "uses_the_spare", "Uses endpoints that it has inactivated", "TCL-063", {
    master: { takesTunnels: ({ draining }) => !draining },
  }, ["TCL-062"]),
  mutant("master", "another_key", "Takes each request for one of another origin", "TCL-065", {
    master: { deterministicKey: ({ source, tunnelId }) => `${source} ${tunnelId}` },
  }),
];
