/** Second faults of the ways that messages take, and of what is remembered of them. */
import type { Member } from "../../../peers/tunnel_cluster/registry.ts";
import type { Endpoint, Transmission } from "../../../peers/machine.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { Section } from "../../kit/suite.ts";
import {
  by,
  carriesData,
  CHOICES,
  is,
  leaving,
  patched,
  SCCCN,
  SCCRP,
  to,
  TUNNEL_ID,
} from "../packet_changes.ts";
import { ADDRESS, globalAddress } from "../topologies.ts";
import { kit, type TunnelClusterId, type TunnelClusterRole } from "../vocabulary.ts";
import { fromMaster } from "./connection_reply.ts";
import { FOLLOWS } from "./connection_connected.ts";
import { elsewhere } from "./forwarded_request.ts";

type Row = readonly [
  name: string,
  title: string,
  role: TunnelClusterRole,
  violates: TunnelClusterId,
  rules: TunnelClusterOverrides,
  alsoViolates?: readonly TunnelClusterId[],
];

/** Whether a message goes to the second initiator. */
const toSecond = ({ to }: Transmission) => to?.address === ADDRESS.initiator2;

/** Sends a changed copy of some of what leaves besides. */
const besides = (
  test: (t: Transmission) => boolean,
  change: (t: Transmission) => Transmission,
): TunnelClusterOverrides => ({
  wire: { egress: (t) => t.port !== "cluster" && test(t) ? [t, change(t)] : [t] },
});

/** Goes on with the far end of the first SCCRP that it ever got. */
function firstFarEnd() {
  let first: Endpoint | undefined;
  return (_dialled: Endpoint, from: Endpoint): Endpoint => first ??= from;
}

/** Takes no endpoint for one in service that was silent once, until time begins anew. */
function neverForgives() {
  const silent = new Set<number>();
  let last = 0;
  return ({ member, registered, reportedAt }: Member, now: number, silence: number): boolean => {
    if (now < last) silent.clear();
    last = now;
    if (now - reportedAt > silence) silent.add(member);
    return registered && !silent.has(member);
  };
}

/** Takes none for in service once one was silent, until time begins anew. */
function allForOne() {
  let last = 0, failed = false;
  return (member: Member, now: number, silence: number): boolean => {
    if (now < last) failed = false;
    last = now;
    failed ||= now - member.reportedAt > silence;
    return member.registered && !failed;
  };
}

/** Takes a request that came more than twice for a new one. */
function countingCopies() {
  const copies = new Map<string, number>();
  return ({ address, port }: Endpoint, id: number): string => {
    const key = `${address} ${port} ${id}`, count = copies.get(key) ?? 0;
    copies.set(key, count + 1);
    return count >= 2 ? `${key} ${count}` : key;
  };
}

/** Loses every third of some of what leaves. */
function losesThird(test: (t: Transmission) => boolean): TunnelClusterOverrides {
  const counts = new WeakMap<object, number>();
  return {
    wire: {
      egress(t) {
        if (t.port === "cluster" || !test(t)) return [t];
        const count = (counts.get(this) ?? 0) + 1;
        counts.set(this, count);
        return count % 3 === 0 ? [] : [t];
      },
    },
  };
}

/** Takes no SCCCN any more once one had another Tunnel ID. */
function offendedByWrongId(): TunnelClusterOverrides {
  const offended = new WeakSet<object>();
  return {
    wire: {
      ingress(packet) {
        if (messageTypeOf(packet) !== SCCCN) return packet;
        // The Tunnel ID that scenarios take for one of nobody.
        if (packet[TUNNEL_ID] === 0xff && packet[TUNNEL_ID + 1] === 0xfe) offended.add(this);
        return offended.has(this) ? undefined : packet;
      },
    },
  };
}

/** Octets beyond which a message carries a client's datagram. */
const CLIENTS_DATA = 60;

const ROWS: readonly Row[] = [
  [
    "serves_its_network",
    "Takes any address of its network for the master's",
    "master",
    "TCL-014",
    { master: { isForMaster: (d, own) => d.startsWith(own.replace(/\d+$/, "")) } },
    ["TCL-009"],
  ],
  [
    "masters_address_to_second",
    "Replies to the second initiator with the master address",
    "endpoint",
    "TCL-020",
    leaving((t) => is(SCCRP)(t) && toSecond(t), fromMaster),
    ["TCL-021", "TCL-051", "TCL-067", "TCL-068", "TCL-082"],
  ],
  [
    "own_port_or_none",
    "Has no port for a second tunnel to the port of one initiator",
    "nat",
    "TCL-088",
    { nat: { natPort: (free, local) => free.includes(local) ? local : undefined } },
    ["TCL-024", "TCL-025", "TCL-026"],
  ],
  [
    "connects_at_another_port",
    "Sends its SCCCN to another port than the reply came from",
    "initiator",
    "TCL-035",
    leaving(is(SCCCN), (t) => ({ ...t, to: { ...t.to!, port: 1702 } })),
    [...FOLLOWS, "TCL-036", "TCL-082"],
  ],
  [
    "connects_with_another",
    "Sends its SCCCN to the first endpoint, whichever replied",
    "initiator",
    "TCL-069",
    leaving(is(SCCCN), to(globalAddress(1))),
    [...FOLLOWS, "TCL-036", "TCL-082"],
  ],
  [
    "deaf_to_second",
    "Takes no SCCCN of the second initiator",
    "endpoint",
    "TCL-038",
    {
      wire: {
        ingress: (packet, from) =>
          from?.address === ADDRESS.initiator2 && messageTypeOf(packet) === SCCCN
            ? undefined
            : packet,
      },
    },
    ["TCL-039", "TCL-046", "TCL-082"],
  ],
  [
    "acknowledges_second_from_elsewhere",
    "Lets acknowledgements for the second initiator leave from the spare address",
    "nat",
    "TCL-040",
    leaving((t) => is(0)(t) && toSecond(t), by("spare")),
    ["TCL-051", "TCL-088"],
  ],
  ...(["TCL-042", "TCL-044"] as const).map((id, i): Row => [
    `first_far_end_${i + 1}`,
    "Has the far end of its first tunnel in all rows",
    "initiator",
    id,
    { l2tp: { remoteAfterSccrp: firstFarEnd(), acceptsSource: () => true } },
    [...FOLLOWS, "TCL-082"],
  ]),
  [
    "loses_every_third",
    "Loses a third of its clients' datagrams",
    "initiator",
    "TCL-048",
    losesThird((t) => carriesData(t) && t.packet.length > CLIENTS_DATA),
    ["TCL-047", "TCL-050"],
  ],
  [
    "never_forgives",
    "Never serves by an endpoint again that was silent",
    "master",
    "TCL-064",
    { master: { inService: neverForgives() } },
    CHOICES,
  ],
  [
    "all_for_one",
    "Serves nobody any more once one endpoint is silent",
    "master",
    "TCL-080",
    { master: { inService: allForOne() } },
    ["TCL-004", ...CHOICES],
  ],
  [
    "to_a_host_within",
    "Forwards to a host on the cluster's network that is no endpoint",
    "master",
    "TCL-066",
    elsewhere(ADDRESS.insider),
    ["TCL-004", "TCL-006", "TCL-072", ...CHOICES],
  ],
  [
    "header_without_id",
    "Replies with Tunnel ID 0 in the header",
    "endpoint",
    "TCL-067",
    leaving(is(SCCRP), patched(TUNNEL_ID, 0)),
    ["TCL-018", "TCL-095"],
  ],
  [
    "replies_within_too",
    "Sends a copy of its reply by the cluster's network",
    "endpoint",
    "TCL-068",
    besides((t) => is(SCCRP)(t) && t.port === "global", by("local")),
    ["TCL-067", "TCL-046", "TCL-073"],
  ],
  [
    "offended_by_wrong_id",
    "Takes no SCCCN any more once one had a wrong Tunnel ID",
    "endpoint",
    "TCL-070",
    offendedByWrongId(),
  ],
  [
    "third_copy_is_new",
    "Takes a request that comes the third time for a new one",
    "endpoint",
    "TCL-087",
    { l2tp: { sccrqKey: countingCopies() } },
    ["TCL-093"],
  ],
];

/** The section. */
export const FAULTS_OF_PATHS: Section<TunnelClusterOverrides> = {
  title: "Second faults of ways and rows",
  checks: [],
  mutants: ROWS.map(([name, title, role, violates, rules, alsoViolates = []]) =>
    kit.mutant({ name, title, role, violates, alsoViolates, rules })
  ),
};
