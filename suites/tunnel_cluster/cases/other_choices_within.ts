/** What the declared messages within the cluster leave open, and devices that say them otherwise. */
import { parseAddress } from "../../../captures/wire/address.ts";
import {
  ClusterAttribute,
  ClusterMessage,
  type ClusterRecord,
  decode,
  encode,
  numberAttribute,
  withLength,
} from "../../../captures/wire/tunnel_cluster.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { Section } from "../../kit/suite.ts";
import { ADDRESS, globalAddress, localAddress } from "../topologies.ts";
import { variant } from "./variants.ts";

const { register, registerAck, report, heartbeat, claim, vote } = ClusterMessage;
/** An attribute type that nobody has given a meaning. */
const UNASSIGNED = 200;

/** Says messages of some kinds otherwise; `count` counts them at each device from 1. */
function saying(
  kinds: readonly number[],
  change: (record: ClusterRecord, count: number) => ClusterRecord[],
): TunnelClusterOverrides {
  const counts = new WeakMap<object, number>();
  return {
    wire: {
      egress(t) {
        const { record } = t.port === "cluster" ? decode(t.packet) : { record: undefined };
        if (record === undefined || !kinds.includes(record.message)) return [t];
        const count = (counts.get(this) ?? 0) + 1;
        counts.set(this, count);
        return change(record, count).map((one) => ({ ...t, packet: encode(withLength(one)) }));
      },
    },
  };
}

const twice = (...kinds: number[]) => saying(kinds, (record) => [record, record]);
/** Adds attributes to messages. */
const adding = (
  kinds: readonly number[],
  more: (record: ClusterRecord) => ClusterRecord["attributes"],
) =>
  saying(kinds, (record) => [{ ...record, attributes: [...record.attributes, ...more(record)] }]);
const address = (type: number, text: string) => ({ type, value: parseAddress(text) });

/** Numbers what an endpoint says from another number on. */
const numberedFrom = (first: number) =>
  saying([register, report, claim], (record) => [
    { ...record, sequence: (record.sequence + first) >>> 0 },
  ]);

/** A report in the form of a registration: whoever registers again tells its load too. */
function asRegistration(record: ClusterRecord): ClusterRecord {
  const load = record.attributes.filter(({ type }) => type === ClusterAttribute.load);
  return {
    ...record,
    ...{ message: register, acknowledged: 0 },
    attributes: [
      address(ClusterAttribute.localAddress, localAddress(record.member)),
      ...load,
      numberAttribute(ClusterAttribute.tunnels, 4, 10_000),
    ],
  };
}

/** Changes the datagrams that a device sends to its LAN. */
const readdressing = (change: (datagram: Uint8Array) => void): TunnelClusterOverrides => ({
  wire: {
    lanEgress(datagram) {
      const out = datagram.slice();
      change(out);
      out.set([0, 0], 10);
      put16(out, 10, checksum(out, viewOf(out), 0, 20));
      return [out];
    },
  },
});

/** Identifiers one after the other. */
function inOrder(): TunnelClusterOverrides {
  let last = 100;
  return {
    l2tp: {
      assignsId(_random, isTaken) {
        do last = last % 0xffff + 1; while (isTaken(last));
        return last;
      },
    },
  };
}

const FORMAT = "source 004 L102-L104; D4-09";
const UDP = "RFC 768: a checksum of zero means that there is none";
const UNCHECKED: TunnelClusterOverrides = {
  wire: { egress: (t) => t.port === "cluster" ? [t] : [{ ...t, checksum: false }] },
};

type Row = readonly [name: string, title: string, source: string, TunnelClusterOverrides];

const ENDPOINTS: readonly Row[] = [
  ["numbers_across_the_wrap", "Numbers its messages from 2^32 - 8 on", FORMAT, numberedFrom(-8)],
  ["numbers_from_the_middle", "Numbers its messages from 2^31 on", FORMAT, numberedFrom(2 ** 31)],
  [
    "registers_now_and_then",
    "Registers again in the place of every fifth report",
    "source 004 L104; D4-14",
    saying([report], (record, count) => [count % 5 === 0 ? asRegistration(record) : record]),
  ],
  ["registers_twice", "Sends each registration twice", "source 004 L104; D4-14", twice(register)],
  ["votes_twice", "Sends claims and votes twice", "source 004 L161; D4-13", twice(claim, vote)],
  [
    "tells_load_alone",
    "Reports its load and nothing else",
    FORMAT,
    saying([report], (record) => [{
      ...record,
      attributes: record.attributes.filter(({ type }) => type === ClusterAttribute.load),
    }]),
  ],
  [
    "tells_backwards",
    "Sends attributes in the opposite order",
    FORMAT,
    saying([register, report], (record) => [{
      ...record,
      attributes: record.attributes.toReversed(),
    }]),
  ],
  [
    "tells_what_nobody_knows",
    "Adds an attribute of a type without a meaning",
    FORMAT,
    adding([register, report], () => [numberAttribute(UNASSIGNED, 4, 7)]),
  ],
  [
    "tells_more",
    "Registers its global address and the master address too",
    FORMAT,
    adding([register], ({ member }) => [
      address(ClusterAttribute.globalAddress, globalAddress(member)),
      address(ClusterAttribute.masterAddress, ADDRESS.master),
    ]),
  ],
  [
    "load_of_its_own",
    "Reports the load of its processors, of which tunnels without traffic are no part",
    "source 004 L102 leaves open what load is",
    { endpoint: { reportedLoad: (_tunnels, _capacity, background) => background } },
  ],
  [
    "load_by_its_root",
    "Reports a load that grows ever more slowly",
    "source 004 L102 leaves open what load is",
    {
      endpoint: {
        reportedLoad: (tunnels, capacity, background) =>
          Math.round(100 * Math.sqrt(Math.min(10_000, tunnels * 10_000 / capacity + background))),
      },
    },
  ],
  [
    "reports_ten_times",
    "Reports its load ten times in each period",
    FORMAT,
    { endpoint: { reportsAfter: (period) => period / 10 } },
  ],
  ["identifiers_in_order", "Assigns identifiers in order", "RFC 2661 §4.4.3", inOrder()],
  ["no_udp_checksum", "Sends L2TP without UDP checksums", UDP, UNCHECKED],
];

const MASTERS: readonly Row[] = [
  ["answers_twice", "Acknowledges each registration twice", FORMAT, twice(registerAck)],
  ["heard_twice", "Sends each heartbeat twice", "source 004 L161; D4-13", twice(heartbeat)],
  [
    "heard_with_more",
    "Adds an attribute of a type without a meaning to heartbeats",
    FORMAT,
    adding([heartbeat], () => [numberAttribute(UNASSIGNED, 4, 7)]),
  ],
  [
    "several_hops",
    "Lets requests pass several routers of its own",
    "RFC 1812 §5.3.1",
    readdressing((datagram) => datagram[8] -= 3),
  ],
];

const NATS: readonly Row[] = [
  ["no_udp_checksum", "Sends outward without UDP checksums", UDP, UNCHECKED],
  [
    "no_udp_checksum_inward",
    "Sends inward without UDP checksums",
    UDP,
    readdressing((datagram) => datagram.set([0, 0], 26)),
  ],
  [
    "many_hops_to_live",
    "Lets what it sends inward live for 200 hops",
    "RFC 1812 §4.2.2.9",
    readdressing((datagram) => datagram[8] = 200),
  ],
];

const INITIATORS: readonly Row[] = [
  ["identifiers_in_order", "Assigns identifiers in order", "RFC 2661 §4.4.3", inOrder()],
  ["no_udp_checksum", "Sends L2TP without UDP checksums", UDP, UNCHECKED],
];

/** Choices that a device has to declare. */
const DECLARED = [
  variant(
    "nat",
    "no_rows_without_tunnels",
    "Gives a row up with the last of its tunnels, and declares so",
    "source 004 L117; D4-07",
    { nat: { configured: (config) => ({ ...config, closing: 0 }) } },
    { parameters: { closing: 0 } },
  ),
  variant(
    "nat",
    "rows_of_five_seconds",
    "Keeps a row for five seconds without a packet, and declares so",
    "source 004 L117; D4-07",
    { nat: { configured: (config) => ({ ...config, idle: 5000 }) } },
    { parameters: { idle: 5000 } },
  ),
  ...(["accept", "strict"] as const).map((follow) =>
    variant(
      "initiator",
      `declares_${follow}`,
      follow === "accept"
        ? "Takes an SCCRP from elsewhere, goes on with whom it dialled, and declares so"
        : "Takes no SCCRP from elsewhere, and declares so",
      "RFC 2661 §8.1 speaks of another port, and of no other address",
      { l2tp: { configured: (config) => ({ ...config, follow }) } },
      { parameters: { follow } },
    )
  ),
];

/** Legal choices of those that speak within the cluster, and of what passes it. */
export const OTHER_CHOICES_WITHIN: Section<TunnelClusterOverrides> = {
  title: "Legal choices of messages within the cluster, and of datagrams",
  checks: [],
  legalVariants: [
    ...([
      ["endpoint", ENDPOINTS],
      ["master", MASTERS],
      ["nat", NATS],
      ["initiator", INITIATORS],
    ] as const).flatMap(([role, rows]) =>
      rows.map(([name, title, source, rules]) => variant(role, name, title, source, rules))
    ),
    ...DECLARED,
  ],
};
