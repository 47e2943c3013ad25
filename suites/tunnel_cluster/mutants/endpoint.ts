/** Mutants of the endpoint. */
import { udpDatagram } from "../../../captures/wire/build.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { ADDRESS } from "../topologies.ts";
import {
  by,
  type ClusterMutant,
  ICRP,
  is,
  isData,
  leaving,
  mutant,
  NR,
  patched,
  SCCCN,
  SCCRP,
  to,
  TUNNEL_ID,
} from "./make.ts";

/** What an endpoint cannot keep that does not use its own link. */
const OWN_LINK = ["TCL-051", "TCL-071", "TCL-072", "TCL-073", "TCL-078"] as const;

/** Sends a message as if it came from the master. */
const fromMaster = (t: Transmission): Transmission => ({
  port: "lan",
  packet: udpDatagram({
    ...{ source: ADDRESS.master, sourcePort: 1701, destination: t.to!.address },
    ...{ destinationPort: t.to!.port, payload: t.packet },
  }),
});

/** The mutants. */
export const ENDPOINT_MUTANTS: readonly ClusterMutant[] = [
  mutant(
    "endpoint",
    "replies_to_master",
    "Replies to the master",
    "TCL-017",
    leaving(is(SCCRP), to(ADDRESS.masterLocal)),
    ["TCL-021", "TCL-018", "TCL-020"],
  ),
  mutant(
    "endpoint",
    "no_tunnel_id",
    "Replies with Tunnel ID 0 in the header",
    "TCL-018",
    leaving(is(SCCRP), patched(TUNNEL_ID, 0)),
    ["TCL-067"],
  ),
  mutant("endpoint", "one_tunnel_id", "Assigns the same Tunnel ID to all", "TCL-019", {
    l2tp: { assignsId: () => 0x1111 },
  }),
  mutant(
    "endpoint",
    "masters_address",
    "Replies with the master address",
    "TCL-020",
    leaving(is(SCCRP), fromMaster),
    ["TCL-021", "TCL-051", "TCL-067", "TCL-068"],
  ),
  mutant(
    "endpoint",
    "around_nat",
    "Sends its reply to the master",
    "TCL-021",
    leaving(is(SCCRP), to(ADDRESS.masterLocal)),
    ["TCL-017", "TCL-018", "TCL-020"],
  ),
  mutant(
    "endpoint",
    "acknowledges_nothing",
    "Sends its SCCRP with Nr 0",
    "TCL-022",
    leaving(is(SCCRP), patched(NR, 0)),
    ["TCL-076"],
  ),
  mutant("endpoint", "never_established", "Does not take the SCCCN", "TCL-038", {
    wire: { ingress: (packet) => messageTypeOf(packet) === SCCCN ? undefined : packet },
  }, ["TCL-039", "TCL-046", "TCL-071", "TCL-083"]),
  ...(["TCL-039", "TCL-071"] as const).map((id, i) =>
    mutant(
      "endpoint",
      `silent_${i + 1}`,
      "Sends no acknowledgement of its own",
      id,
      leaving(is(0), () => undefined),
      ["TCL-039", "TCL-051", "TCL-070", "TCL-071"],
    )
  ),
  mutant(
    "endpoint",
    "call_to_master",
    "Sends its ICRP to the master",
    "TCL-046",
    leaving(is(ICRP), to(ADDRESS.masterLocal)),
    ["TCL-051", "TCL-073", "TCL-072"],
  ),
  mutant(
    "endpoint",
    "data_by_another_port",
    "Sends data from another port",
    "TCL-051",
    leaving(isData, by("cluster")),
    ["TCL-072", "TCL-073"],
  ),
  mutant("endpoint", "no_reports", "Reports no load", "TCL-054", {
    endpoint: { reports: () => false },
  }, [
    "TCL-082",
  ]),
  mutant("endpoint", "local_reply", "Replies from its local address", "TCL-067", {
    endpoint: { answersBy: () => "local" },
  }, [...OWN_LINK, "TCL-068"]),
  mutant("endpoint", "inner_reply", "Replies by the cluster's network", "TCL-068", {
    endpoint: { answersBy: () => "local" },
  }, [...OWN_LINK, "TCL-067"]),
  ...(["TCL-072", "TCL-073"] as const).map((id, i) =>
    mutant(
      "endpoint",
      `inner_data_${i + 1}`,
      "Sends data by the cluster's network",
      id,
      leaving(isData, by("local")),
      ["TCL-051", "TCL-072", "TCL-073"],
    )
  ),
];
