/** Mutants of TCL-082. */
import { type ClusterMutant, mutant } from "./make.ts";

/** A cluster message of any version as one of version 1; L2TP as it is. */
function anyVersion(packet: Uint8Array): Uint8Array {
  if (packet[0] >> 4 !== 2) return packet;
  const out = packet.slice();
  out[0] = 0x10 | out[0] & 15;
  return out;
}

/** The mutants. */
export const BAD_INPUT_MUTANTS: readonly ClusterMutant[] = [
  mutant("master", "parts_fragments", "Knows no fragments but the first", "TCL-082", {
    master: { fragmentKey: (source) => `${source} ${Math.random()}` },
  }),
  mutant("master", "forwards_unreadable", "Forwards what it cannot read", "TCL-082", {
    master: { forwards: (type, tunnelId) => type === -1 || type === 1 && tunnelId === 0 },
  }, ["TCL-011", "TCL-012"]),
  mutant("master", "any_report", "Reads messages of any version", "TCL-082", {
    wire: { ingress: anyVersion },
  }),
  mutant("endpoint", "any_order", "Reads messages of any version", "TCL-082", {
    wire: { ingress: anyVersion },
  }),
  mutant("master", "overwhelmed", "Serves fifty initiators", "TCL-082", {
    master: { serves: (_, known) => known < 50 },
  }),
  mutant("endpoint", "answers_versions", "Answers any version", "TCL-082", {
    l2tp: { acceptsVersion: () => true },
  }),
  mutant("endpoint", "overlooks_avps", "Overlooks unknown AVPs", "TCL-082", {
    l2tp: { endsOnUnknownAvp: () => false },
  }),
  mutant("endpoint", "boundless", "Has room for any number of half-open tunnels", "TCL-082", {
    l2tp: { mayOpenHalf: () => true },
  }),
  mutant("nat", "translates_anything", "Makes a row for whatever leaves", "TCL-082", {
    nat: { createsMapping: () => true },
  }),
  mutant("initiator", "overlooks_avps", "Overlooks unknown AVPs", "TCL-082", {
    l2tp: { endsOnUnknownAvp: () => false },
  }),
  mutant("initiator", "answers_versions", "Takes a reply of any version", "TCL-082", {
    l2tp: { acceptsVersion: () => true },
  }),
];
