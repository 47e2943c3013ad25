/**
 * Mutants: a device of the cluster with one choice replaced. Each names the requirement that it
 * breaks, and as companions those that cannot help breaking with it.
 */
import { CONTROL_FLAGS } from "../../captures/wire/l2tp.ts";
import { MessageType } from "../../captures/wire/l2tp_message.ts";
import { parseIpv4 } from "../../captures/wire/address.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import type { L2tpRules } from "../../peers/l2tp/rules.ts";
import type { Transmission } from "../../peers/machine.ts";
import { withDestination } from "../../peers/tunnel_cluster/readdress.ts";
import {
  type EndpointRules,
  type MasterRules,
  type NatRules,
} from "../../peers/tunnel_cluster/rules.ts";
import { messageTypeOf, type WireRules, with16 } from "../l2tp/wire_rules.ts";
import type { Mutant } from "../mutant.ts";
import type { Role } from "./checks/view.ts";
import type { TunnelClusterId } from "./requirements.ts";
import { ADDRESS, globalAddress } from "./topologies.ts";

type Rules = Partial<L2tpRules & MasterRules & EndpointRules & NatRules & WireRules>;

const { SCCRQ, SCCRP, SCCCN, ICRQ, ICRP } = MessageType;
const NR = 10, TUNNEL_ID = 4;
const isData = ({ packet }: Transmission) => packet.length > 1 && (packet[0] & 0x80) === 0;
const is = (...types: number[]) => ({ packet }: Transmission) =>
  types.includes(messageTypeOf(packet));

function mutant(
  role: Role,
  name: string,
  title: string,
  violates: TunnelClusterId,
  rules: Rules,
  companions: readonly TunnelClusterId[] = [],
): Mutant<TunnelClusterId> {
  return { id: `tunnel_cluster/${role}/${name}`, title, violates, companions, role, rules };
}

/** Changes some of what leaves. */
function leaving(
  test: (t: Transmission) => boolean,
  change: (t: Transmission) => Transmission | undefined,
): Rules {
  return {
    leaves(t) {
      if (t.port === "cluster" || !test(t)) return [t];
      const changed = change(t);
      return changed === undefined ? [] : [changed];
    },
  };
}

const to = (address: string) => (t: Transmission) => ({ ...t, to: { address, port: 1701 } });
const by = (port: string) => (t: Transmission) => ({ ...t, port });
const patched = (at: number, value: number) => (t: Transmission) => ({
  ...t,
  packet: with16(t.packet, at, value),
});

/** Goes on with the address that was dialled, as a client with a fixed peer does. */
const STAYS: Rules = { remoteAfterSccrp: (dialled) => dialled, acceptsSource: () => true };

const INITIATOR = [
  mutant(
    "initiator",
    "asks_endpoint",
    "Asks an endpoint in the place of the master",
    "TCL-001",
    leaving(is(SCCRQ), to(globalAddress(1))),
    ["TCL-073"],
  ),
  mutant("initiator", "id_in_header", "Puts its own Tunnel ID into the header", "TCL-002", {
    headerTunnelId: (peer, own) => peer === 0 ? own : peer,
  }),
  mutant("initiator", "priority", "Sets P in control messages", "TCL-003", {
    controlFlags: () => CONTROL_FLAGS | 0x0100,
  }),
  ...(["TCL-035", "TCL-043", "TCL-069", "TCL-072"] as const).map((id, i) =>
    mutant("initiator", `stays_${i + 1}`, "Goes on with the master address", id, STAYS, [
      "TCL-035",
      "TCL-043",
      "TCL-046",
      "TCL-051",
      "TCL-069",
      "TCL-072",
      "TCL-073",
    ])
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

/** Changes a forwarded datagram. */
const forwarding = (change: (datagram: Uint8Array) => void): Rules => ({
  forwarded(datagram, walker, destination) {
    const out = withDestination(datagram, walker, destination);
    change(out);
    return out;
  },
});

const elsewhere = (address: string): Rules => ({
  forwarded: (datagram, walker) => withDestination(datagram, walker, parseIpv4(address)),
});

/** Another key for each request. */
function forgetful(): () => string {
  let count = 0;
  return () => `${count++}`;
}

const MASTER = [
  mutant("master", "first_come", "Serves the first initiator alone", "TCL-004", {
    serves: (_, known) => known === 0,
  }),
  mutant("master", "to_all", "Sends a request to all endpoints", "TCL-005", {
    recipients: (_, all) => all,
  }, ["TCL-013", "TCL-060", "TCL-053", "TCL-064", "TCL-080"]),
  mutant(
    "master",
    "another_destination",
    "Forwards to an address of nobody",
    "TCL-006",
    elsewhere("10.0.99.1"),
    ["TCL-053", "TCL-060", "TCL-064", "TCL-066", "TCL-080"],
  ),
  mutant(
    "master",
    "own_source",
    "Puts its own address in the place of the source",
    "TCL-007",
    forwarding((d) => d.set(parseIpv4(ADDRESS.masterLocal), 12)),
    ["TCL-004", "TCL-009", "TCL-012"],
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
    ["TCL-004", "TCL-005", "TCL-006", "TCL-064", "TCL-066", "TCL-072", "TCL-080"],
  ),
  mutant("master", "forwards_anything", "Forwards whatever comes", "TCL-012", {
    forwards: () => true,
  }),
  mutant("master", "forgets_requests", "Takes every request for a new one", "TCL-013", {
    stickyKey: forgetful(),
  }, ["TCL-005"]),
  mutant("master", "any_address", "Takes any address for the master's", "TCL-014", {
    isForMaster: () => true,
  }, ["TCL-009"]),
  mutant("master", "highest_load", "Prefers the highest load", "TCL-060", {
    prefers: (load, other) => load > other,
  }, ["TCL-053"]),
  mutant("master", "dead_endpoints", "Takes every endpoint to be in service", "TCL-064", {
    inService: () => true,
  }, ["TCL-080"]),
  mutant("master", "keeps_the_dead", "Keeps an endpoint in service that is silent", "TCL-080", {
    inService: () => true,
  }, ["TCL-064"]),
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
      "TCL-053",
      "TCL-060",
      "TCL-064",
      "TCL-072",
      "TCL-080",
    ],
  ),
  mutant("master", "no_service", "Forwards nothing", "TCL-072", { forwards: () => false }, [
    "TCL-064",
  ]),
];

/** Sends a message as if it came from the master. */
const fromMaster = (t: Transmission): Transmission => ({
  port: "lan",
  packet: udpDatagram({
    ...{ source: ADDRESS.master, sourcePort: 1701, destination: t.to!.address },
    ...{ destinationPort: t.to!.port, payload: t.packet },
  }),
});

const ENDPOINT = [
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
    assignsId: () => 0x1111,
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
  ),
  mutant("endpoint", "never_established", "Does not take the SCCCN", "TCL-038", {
    enters: (packet) => messageTypeOf(packet) === SCCCN ? undefined : packet,
  }, ["TCL-039", "TCL-071", "TCL-046"]),
  ...(["TCL-039", "TCL-071"] as const).map((id, i) =>
    mutant(
      "endpoint",
      `silent_${i + 1}`,
      "Sends no acknowledgement of its own",
      id,
      leaving(is(0), () => undefined),
      ["TCL-039", "TCL-071"],
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
  mutant("endpoint", "no_reports", "Reports no load", "TCL-054", { reports: () => false }),
  mutant("endpoint", "local_reply", "Replies from its local address", "TCL-067", {
    answersBy: () => "local",
  }, ["TCL-068", "TCL-051", "TCL-071", "TCL-072", "TCL-073"]),
  mutant("endpoint", "inner_reply", "Replies by the cluster's network", "TCL-068", {
    answersBy: () => "local",
  }, ["TCL-067", "TCL-051", "TCL-071", "TCL-072", "TCL-073"]),
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

const NAT = [
  mutant(
    "nat",
    "row_by_request",
    "Makes no row for an SCCRP",
    "TCL-024",
    { makesRow: () => false },
    ["TCL-027", "TCL-028", "TCL-040"],
  ),
  mutant("nat", "far_port_1701", "Takes the far port for another", "TCL-025", {
    farPort: () => 1702,
  }, ["TCL-031", "TCL-037", "TCL-049"]),
  mutant("nat", "local_port_of_its_own", "Takes the local port for another", "TCL-026", {
    localPort: () => 1702,
  }),
  mutant(
    "nat",
    "another_address",
    "Sends replies from another address",
    "TCL-027",
    leaving(is(SCCRP), by("spare")),
    ["TCL-030", "TCL-031", "TCL-037"],
  ),
  mutant("nat", "changes_octets", "Changes the last octet of what it translates", "TCL-028", {
    translated(payload) {
      const out = payload.slice();
      out[out.length - 1] ^= 1;
      return out;
    },
  }, ["TCL-031", "TCL-037", "TCL-049"]),
  mutant("nat", "serves", "Hands requests to its own address to an endpoint", "TCL-029", {
    rowFor: (m, all, payload) => m[0] ?? (messageTypeOf(payload) === SCCRQ ? all[0] : undefined),
  }),
  mutant("nat", "one_port", "Uses one port for all", "TCL-030", { sharesPort: () => true }, [
    "TCL-031",
    "TCL-037",
    "TCL-049",
  ]),
  ...(["TCL-031", "TCL-037"] as const).map((id, i) =>
    mutant("nat", `first_row_${i + 1}`, "Hands everything to the first row", id, {
      rowFor: (m, all) => m.length > 0 ? all[0] : undefined,
    }, ["TCL-031", "TCL-037", "TCL-049"])
  ),
  mutant("nat", "takes_strangers", "Hands packets of strangers to the first row", "TCL-033", {
    rowFor: (m, all) => m[0] ?? all[0],
  }, ["TCL-029"]),
  mutant(
    "nat",
    "acknowledges_from_elsewhere",
    "Sends acknowledgements from another address",
    "TCL-040",
    leaving(is(0), by("spare")),
    ["TCL-051"],
  ),
  mutant("nat", "data_in_turn", "Hands data to the first row", "TCL-049", {
    rowFor: (m, all, payload) => m.length > 0 && (payload[0] & 0x80) === 0 ? all[0] : m[0],
  }),
  mutant(
    "nat",
    "data_from_elsewhere",
    "Sends data from another address",
    "TCL-051",
    leaving(isData, by("spare")),
  ),
];

/** The mutants, by the device that they are of. */
export const TUNNEL_CLUSTER_MUTANTS: readonly Mutant<TunnelClusterId>[] = [
  ...INITIATOR,
  ...MASTER,
  ...ENDPOINT,
  ...NAT,
];
