/** Mutants of group G: masters that share load in another way. */
import type { Member } from "../../../peers/tunnel_cluster/registry.ts";
import { type ClusterMutant, mutant } from "./make.ts";

/** The load of a member as it was at the first choice, for ever. */
function firstLoad(): (member: Member) => number {
  const first = new WeakMap<Member, number>();
  return (member) => {
    if (!first.has(member)) first.set(member, member.load);
    return first.get(member)!;
  };
}

/** The mutants. */
export const LOAD_SHARING_MUTANTS: readonly ClusterMutant[] = [
  mutant("master", "first_of_all", "Prefers the endpoint with the lowest number", "TCL-053", {
    master: { prefers: () => false },
  }, ["TCL-055", "TCL-060", "TCL-061", "TCL-062", "TCL-063"]),
  mutant("master", "first_report", "Goes by the first report for ever", "TCL-055", {
    master: { loadOf: firstLoad() },
  }, ["TCL-061", "TCL-062", "TCL-063"]),
  mutant("master", "any_age", "Goes by reports of any age", "TCL-056", {
    master: { inService: ({ registered }) => registered },
  }, ["TCL-061", "TCL-064", "TCL-080"]),
  mutant("master", "last_of_equals", "Takes the last of equal loads", "TCL-057", {
    master: { prefers: (load, other) => load <= other },
  }),
  mutant("master", "twice_in_turn", "Gives each endpoint two requests in turn", "TCL-058", {
    master: { nextInTurn: (turn, count) => (turn >> 1) % count },
  }),
  mutant("master", "never_drains", "Has buckets that never drain", "TCL-059", {
    master: { leaked: (level) => level },
  }),
  mutant("master", "drains_at_once", "Has buckets that drain at once", "TCL-059", {
    master: { leaked: () => 0 },
  }),
];
