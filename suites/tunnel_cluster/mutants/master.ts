/** Mutants of the master. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { parseIpv4 } from "../../../captures/wire/address.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import { withDestination } from "../../../peers/tunnel_cluster/readdress.ts";
import { ADDRESS, globalAddress } from "../topologies.ts";
import { CHOICES, type ClusterMutant, mutant } from "./make.ts";

/** What a master breaks that keeps on counting with endpoints that are gone. */
const OF_THE_DEAD = ["TCL-056", "TCL-061", "TCL-064", "TCL-080"] as const;

/** Changes a forwarded datagram. */
const forwarding = (change: (datagram: Uint8Array) => void): TunnelClusterOverrides => ({
  master: {
    forwarded(datagram, walker, destination) {
      const out = withDestination(datagram, walker, destination);
      change(out);
      return out;
    },
  },
});

/** Forwards to this address in the place of the endpoint's. */
export const elsewhere = (address: string): TunnelClusterOverrides => ({
  master: {
    forwarded: (datagram, walker) => withDestination(datagram, walker, parseIpv4(address)),
  },
});

/** Another key for each request. */
function forgetful(): () => string {
  let count = 0;
  return () => `${count++}`;
}

/** The mutants. */
export const MASTER_MUTANTS: readonly ClusterMutant[] = [
  mutant("master", "first_come", "Serves the first initiator alone", "TCL-004", {
    master: { serves: (_, known) => known === 0 },
  }, ["TCL-082", ...CHOICES]),
  mutant("master", "to_all", "Sends a request to all endpoints", "TCL-005", {
    master: { recipients: (_, all) => all },
  }, ["TCL-013", ...CHOICES]),
  mutant(
    "master",
    "another_destination",
    "Forwards to an address of nobody",
    "TCL-006",
    elsewhere("10.0.99.1"),
    ["TCL-066", ...CHOICES],
  ),
  mutant(
    "master",
    "own_source",
    "Puts its own address in the place of the source",
    "TCL-007",
    forwarding((d) => d.set(parseIpv4(ADDRESS.masterLocal), 12)),
    ["TCL-004", "TCL-009", "TCL-011", "TCL-012", ...CHOICES],
  ),
  mutant(
    "master",
    "changes_octets",
    "Changes the last octet of a request",
    "TCL-008",
    forwarding((d) => d[d.length - 1] ^= 1),
    ["TCL-009"],
  ),
  mutant(
    "master",
    "fresh_ttl",
    "Gives a request the TTL of a new datagram",
    "TCL-008",
    forwarding((d) => {
      d[8] = 64;
      d.set([0, 0], 10);
      put16(d, 10, checksum(d, viewOf(d), 0, 20));
    }),
  ),
  mutant(
    "master",
    "stale_checksum",
    "Leaves the UDP checksum as it was",
    "TCL-009",
    forwarding((d) => {
      if ((d[26] | d[27]) !== 0) d[27] ^= 0x55;
    }),
  ),
  mutant(
    "master",
    "outside",
    "Sends requests out where they came from",
    "TCL-010",
    elsewhere(ADDRESS.stranger),
    ["TCL-004", "TCL-005", "TCL-006", "TCL-066", "TCL-072", ...CHOICES],
  ),
  mutant("master", "forwards_anything", "Forwards whatever comes", "TCL-012", {
    master: { forwards: () => true },
  }, ["TCL-011", "TCL-082"]),
  mutant("master", "forgets_requests", "Takes every request for a new one", "TCL-013", {
    master: { stickyKey: forgetful() },
  }, ["TCL-005"]),
  mutant("master", "any_address", "Takes any address for the master's", "TCL-014", {
    master: { isForMaster: () => true },
  }, ["TCL-009"]),
  mutant("master", "highest_load", "Prefers the highest load", "TCL-060", {
    master: { prefers: (load, other) => load > other },
  }, ["TCL-053", "TCL-055", "TCL-061", "TCL-062", "TCL-063"]),
  mutant("master", "dead_endpoints", "Takes every endpoint to be in service", "TCL-064", {
    master: { inService: () => true },
  }, OF_THE_DEAD),
  mutant("master", "keeps_the_dead", "Keeps an endpoint in service that is silent", "TCL-080", {
    master: { inService: () => true },
  }, OF_THE_DEAD),
  mutant(
    "master",
    "to_global",
    "Forwards to the global address",
    "TCL-066",
    elsewhere(globalAddress(3)),
    [
      "TCL-004",
      "TCL-005",
      "TCL-006",
      "TCL-010",
      "TCL-072",
      ...CHOICES,
    ],
  ),
  mutant("master", "no_service", "Forwards nothing", "TCL-072", {
    master: { forwards: () => false },
  }, [
    "TCL-064",
  ]),
];
