/** Second faults of rules with several dimensions: another field, message, moment or device. */
import { parseIpv4 } from "../../../captures/wire/address.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import { get16, put16, viewOf } from "../../../captures/wire/octets.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { withDestination } from "../../../peers/tunnel_cluster/readdress.ts";
import type { Section } from "../../kit/suite.ts";
import {
  by,
  CHOICES,
  ICRP,
  is,
  leaving,
  NR,
  patched,
  SCCCN,
  SCCRP,
  SCCRQ,
} from "../packet_changes.ts";
import { ADDRESS, localAddress } from "../topologies.ts";
import { exchangesSessions } from "./client_data_changes.ts";
import { FOLLOWS } from "./connection_connected.ts";
import { kit, type TunnelClusterId, type TunnelClusterRole } from "../vocabulary.ts";

/** Offset of Ns in a control message, and of the octets of a datagram behind its headers. */
const NS = 8, PAYLOAD = 28;

/** Changes datagrams that leave for a LAN; `count` counts them at each device from 1. */
function toLan(
  change: (datagram: Uint8Array, count: number) => Uint8Array[],
): TunnelClusterOverrides {
  const counts = new WeakMap<object, number>();
  return {
    wire: {
      lanEgress(datagram) {
        const count = (counts.get(this) ?? 0) + 1;
        counts.set(this, count);
        return change(datagram, count);
      },
    },
  };
}

/** A copy of a datagram with some of it changed, its header checksum right and no UDP checksum. */
function changed(datagram: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const out = datagram.slice();
  change(out);
  out.set([0, 0], 26);
  out.set([0, 0], 10);
  put16(out, 10, checksum(out, viewOf(out), 0, 20));
  return out;
}

const isOf = (type: number) => (datagram: Uint8Array) =>
  messageTypeOf(datagram.subarray(PAYLOAD)) === type;

/** Sends to the address it would, at another port. */
const atPort = (port: number) => (t: Transmission): Transmission => ({
  ...t,
  to: { ...t.to!, port },
});

type Row = readonly [
  name: string,
  title: string,
  violates: TunnelClusterId,
  rules: TunnelClusterOverrides,
  alsoViolates?: readonly TunnelClusterId[],
];

const INITIATORS: readonly Row[] = [
  [
    "exchanges_clients",
    "Sends the data of its first two clients in one another's sessions",
    "TCL-045",
    exchangesSessions(),
    ["TCL-047", "TCL-048", "TCL-051", "TCL-052"],
  ],
  [
    "asks_another_port",
    "Asks the master at port 1702",
    "TCL-001",
    leaving(is(SCCRQ), atPort(1702)),
  ],
  [
    "assigns_nothing",
    "Assigns Tunnel ID 0",
    "TCL-002",
    { l2tp: { assignsId: () => 0 } },
  ],
  ["later_number", "Begins with Ns 1", "TCL-003", leaving(is(SCCRQ), patched(NS, 1)), [
    "TCL-002",
    "TCL-082",
  ]],
  [
    "follows_the_port_alone",
    "Goes on with the port of the SCCRP at the address that it dialled",
    "TCL-043",
    {
      l2tp: {
        remoteAfterSccrp: ({ address }, { port }) => ({ address, port }),
        acceptsSource: () => true,
      },
    },
    FOLLOWS,
  ],
  [
    "first_number_again",
    "Sends its SCCCN with Ns 0",
    "TCL-036",
    leaving(is(SCCCN), patched(NS, 0)),
    ["TCL-082"],
  ],
  [
    "doubles_to_clients",
    "Delivers every second datagram twice",
    "TCL-047",
    toLan((d, count) => count % 2 === 0 ? [d, d] : [d]),
  ],
];

const MASTERS: readonly Row[] = [
  [
    "to_a_neighbour",
    "Forwards to an address beside that of the third endpoint",
    "TCL-006",
    { master: { forwarded: (d, w) => withDestination(d, w, parseIpv4("10.0.13.7")) } },
    ["TCL-066", ...CHOICES],
  ],
  [
    "another_source_port",
    "Sends requests on from another port",
    "TCL-007",
    toLan((d) => [changed(d, (copy) => put16(copy, 20, 1702))]),
    ["TCL-004", "TCL-005", "TCL-008", "TCL-009", "TCL-012", ...CHOICES],
  ],
  [
    "computes_what_was_left_out",
    "Gives every request a UDP checksum, be there one or not",
    "TCL-009",
    toLan((d) => {
      if (get16(d, 26) !== 0) return [d];
      const out = d.slice();
      put16(out, 26, 0xabcd);
      return [out];
    }),
  ],
  [
    "lowest_of_two",
    "Compares the first two endpoints alone",
    "TCL-060",
    {
      master: {
        takesTunnels: ({ member, draining, inactive, deactivated }) =>
          member !== 3 && !draining && !inactive && !deactivated,
      },
    },
    CHOICES,
  ],
];

const ENDPOINTS: readonly Row[] = [
  [
    "replies_to_a_neighbour",
    "Sends its SCCRP for the second initiator to the next endpoint",
    "TCL-021",
    leaving(
      (t) => is(SCCRP)(t) && t.to?.address === ADDRESS.initiator2,
      (t) => ({ ...t, to: { ...t.to!, address: localAddress(2) } }),
    ),
    ["TCL-017", "TCL-018", "TCL-020", "TCL-082", "TCL-089", "TCL-095"],
  ],
  [
    "refuses_what_is_hidden",
    "Refuses a request that hides a value",
    "TCL-083",
    { l2tp: { mayBeHidden: () => false } },
  ],
  [
    "replies_to_1701",
    "Replies to port 1701, whatever port the request came from",
    "TCL-017",
    { l2tp: { replyTo: ({ address }) => ({ address, port: 1701 }) } },
    ["TCL-082", "TCL-089"],
  ],
  [
    "id_of_its_own_in_header",
    "Replies with the Tunnel ID that it assigns in the header",
    "TCL-018",
    { l2tp: { headerTunnelId: (_, own) => own } },
    ["TCL-067", "TCL-083", "TCL-095"],
  ],
  ["second_number", "Sends its SCCRP with Ns 1", "TCL-022", leaving(is(SCCRP), patched(NS, 1)), [
    "TCL-019",
  ]],
  [
    "loses_every_third",
    "Loses a third of the clients' datagrams",
    "TCL-050",
    toLan((d, count) => count % 3 === 0 ? [] : [d]),
    ["TCL-095"],
  ],
  [
    "sixty_times",
    "Gives an initiator up after sixty retransmissions",
    "TCL-084",
    { l2tp: { givesUp: (retries) => retries >= 60 } },
  ],
];

const NATS: readonly Row[] = [
  [
    "keeps_1701_apart_alone",
    "Gives all rows behind the first the same port",
    "TCL-030",
    {
      nat: {
        sharesPort: (row, far) =>
          row.natPort !== 1701 || row.farAddress !== far.farAddress || row.farPort !== far.farPort,
      },
    },
    ["TCL-031", "TCL-037", "TCL-049", "TCL-051", "TCL-088"],
  ],
  [
    "three_rows",
    "Has room for three rows",
    "TCL-024",
    { nat: { configured: (config) => ({ ...config, mappings: 3 }) } },
    ["TCL-025", "TCL-026"],
  ],
  ["far_port_is_1701", "Takes every far port for 1701", "TCL-025", {
    nat: { farPort: () => 1701 },
  }, ["TCL-031", "TCL-037", "TCL-088"]],
  ["local_port_is_1701", "Takes every local port for 1701", "TCL-026", {
    nat: { localPort: () => 1701 },
  }],
  [
    "spare_for_the_second",
    "Sends SCCRPs to the second initiator from the spare address",
    "TCL-027",
    leaving((t) => is(SCCRP)(t) && t.to?.address === ADDRESS.initiator2, by("spare")),
    ["TCL-030", "TCL-051", "TCL-031", "TCL-037", "TCL-082", "TCL-088"],
  ],
  [
    "changes_calls",
    "Changes the Session ID of ICRP",
    "TCL-028",
    leaving(is(ICRP), (t) => ({ ...t, packet: with16(t.packet, 6, 1) })),
    ["TCL-088"],
  ],
  [
    "to_the_next_endpoint",
    "Sends an SCCCN to the next endpoint in the place of its own",
    "TCL-031",
    toLan((d) => [
      isOf(SCCCN)(d) ? changed(d, (copy) => copy[18] = 11 + (copy[18] - 10) % 3) : d,
    ]),
    ["TCL-032", "TCL-088"],
  ],
  [
    "changes_numbers_inward",
    "Changes Nr of the SCCCN",
    "TCL-037",
    toLan((d) => [isOf(SCCCN)(d) ? changed(d, (copy) => put16(copy, PAYLOAD + NR, 0)) : d]),
    ["TCL-032", "TCL-088"],
  ],
  [
    "third_row_to_first",
    "Hands data of the third row to the first",
    "TCL-049",
    {
      nat: {
        mappingFor: (matching, all, payload) =>
          matching.length > 0 && (payload[0] & 0x80) === 0 && all().indexOf(matching[0]) === 2
            ? all()[0]
            : matching[0],
      },
    },
  ],
];

const rowsOf = (role: TunnelClusterRole, rows: readonly Row[]) =>
  rows.map(([name, title, violates, rules, alsoViolates = []]) =>
    kit.mutant({ name, title, role, violates, alsoViolates, rules })
  );

/** The section. */
export const FAULTS_OF_ANOTHER_KIND: Section<TunnelClusterOverrides> = {
  title: "Second faults of rules with several dimensions",
  checks: [],
  mutants: [
    ...rowsOf("initiator", INITIATORS),
    ...rowsOf("master", MASTERS),
    ...rowsOf("endpoint", ENDPOINTS),
    ...rowsOf("nat", NATS),
  ],
};
