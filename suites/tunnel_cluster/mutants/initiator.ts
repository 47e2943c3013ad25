/** Mutants of the initiator. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { CONTROL_FLAGS } from "../../../captures/wire/l2tp.ts";
import { ADDRESS, globalAddress } from "../topologies.ts";
import {
  type ClusterMutant,
  ICRQ,
  is,
  isData,
  leaving,
  mutant,
  NR,
  patched,
  SCCCN,
  SCCRQ,
  to,
} from "./make.ts";

/** Goes on with the address that was dialled, as a client with a fixed peer does. */
const STAYS: TunnelClusterOverrides = {
  l2tp: { remoteAfterSccrp: (dialled) => dialled, acceptsSource: () => true },
};

/** What such a client cannot keep. */
const FOLLOWS = [
  ...["TCL-035", "TCL-042", "TCL-043", "TCL-044", "TCL-046", "TCL-051"] as const,
  ...["TCL-069", "TCL-072", "TCL-073", "TCL-086"] as const,
];

/** The mutants. */
export const INITIATOR_MUTANTS: readonly ClusterMutant[] = [
  mutant(
    "initiator",
    "asks_endpoint",
    "Asks an endpoint in the place of the master",
    "TCL-001",
    leaving(is(SCCRQ), to(globalAddress(1))),
    ["TCL-015", "TCL-073"],
  ),
  mutant("initiator", "id_in_header", "Puts its own Tunnel ID into the header", "TCL-002", {
    l2tp: { headerTunnelId: (peer, own) => peer === 0 ? own : peer },
  }),
  mutant("initiator", "priority", "Sets P in control messages", "TCL-003", {
    l2tp: { controlFlags: () => CONTROL_FLAGS | 0x0100 },
  }),
  ...(["TCL-035", "TCL-043", "TCL-069", "TCL-072"] as const).map((id, i) =>
    mutant("initiator", `stays_${i + 1}`, "Goes on with the master address", id, STAYS, FOLLOWS)
  ),
  mutant(
    "initiator",
    "acknowledges_nothing",
    "Sends its SCCCN with Nr 0",
    "TCL-036",
    leaving(is(SCCCN), patched(NR, 0)),
  ),
  mutant(
    "initiator",
    "first_of_table",
    "Asks whoever is first in its table",
    "TCL-015",
    leaving(is(SCCRQ), to("203.0.113.9")),
    ["TCL-001"],
  ),
  ...(["TCL-042", "TCL-044"] as const).map((id, i) =>
    mutant(
      "initiator",
      `row_of_dialled_${i + 1}`,
      "Has the dialled address in its row",
      id,
      STAYS,
      [
        ...FOLLOWS,
        ...["TCL-042", "TCL-044"] as const,
      ],
    )
  ),
  mutant(
    "initiator",
    "call_to_master",
    "Sends its ICRQ to the master",
    "TCL-046",
    leaving(is(ICRQ), to(ADDRESS.master)),
    ["TCL-051"],
  ),
  mutant(
    "initiator",
    "data_to_another_port",
    "Sends data to another port",
    "TCL-051",
    leaving(isData, (t) => ({ ...t, to: { ...t.to!, port: t.to!.port + 1 } })),
  ),
  mutant(
    "initiator",
    "data_to_master",
    "Sends data to the master",
    "TCL-073",
    leaving(isData, to(ADDRESS.master)),
    ["TCL-051"],
  ),
];
