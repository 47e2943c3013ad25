/** What no device should send, and what every device has to bear. */
import { fragment } from "../../../captures/wire/build.ts";
import { clusterMessage } from "../../../peers/tunnel_cluster/messages.ts";
import {
  ClusterAttribute,
  ClusterMessage,
  numberAttribute,
} from "../../../captures/wire/tunnel_cluster.ts";
import { L2TP_PORT } from "../../../captures/wire/udp_port.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { acknowledged, avp, expect, send, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { connect, dial, type Driver, loads, scenario, TIMES, until } from "../node_setup.ts";
import { BAD, bad, datagram, sccrq, UNKNOWN_AVP } from "../packets.ts";
import { ADDRESS, localAddress } from "../topologies.ts";

const CLUSTER = { sourcePort: 49_700, destinationPort: 49_700 };

/** Sends every bad message to an address, each from a port of its own. */
async function badMessages(driver: Driver, from: "stranger" | "insider", destination: string) {
  const way = { source: ADDRESS[from], destination };
  await driver.datagrams(from, [
    ...bad().map((payload, i) => datagram(payload, { ...way, sourcePort: BAD.first + i })),
    datagram(sccrq(0x6301, "stranger", [UNKNOWN_AVP]), { ...way, sourcePort: BAD.unknownAvp }),
  ]);
}

/** A message that is larger than a small MTU, in fragments. */
function fragments(
  destination: string,
  source: string,
  sourcePort: number = BAD.fragments,
  message = sccrq(0x6401, "a".repeat(900)),
): Uint8Array[] {
  const way = { source, sourcePort, destination, identification: 0x77 };
  return fragment(datagram(message, way), 576);
}

/** Reports and orders that are malformed, of another version, or beyond what there is. */
function badClusterMessages(): Uint8Array[] {
  const load = (value: number) => [numberAttribute(ClusterAttribute.load, 2, value)];
  const report = (attributes: ReturnType<typeof load>) =>
    clusterMessage({
      ...{ message: ClusterMessage.report, member: 1, term: 1, sequence: 0x7000_0000, attributes },
    });
  const orders = [ClusterMessage.deactivate, ClusterMessage.heartbeat, ClusterMessage.register]
    .map((message) => clusterMessage({ message, member: 0, term: 9, attributes: load(0) }));
  const ofVersion = (octets: Uint8Array) => {
    const out = octets.slice();
    out[0] = 0x20 | out[0] & 15;
    return out;
  };
  const cut = (octets: Uint8Array) => octets.subarray(0, octets.length - 1);
  return [
    ...[ofVersion(report(load(0))), cut(report(load(0))), report(load(20_000)), report([])],
    ...orders.flatMap((order) => [ofVersion(order), cut(order)]),
    ...[new Uint8Array(0), Uint8Array.of(0x10), new Uint8Array(1200).fill(0xff)],
  ];
}

/** Malformed messages, other versions and fragments to master, NAT and an endpoint. */
export const badInput: Scenario = scenario({
  ...{ variant: "NAT", name: "bad_input" },
  title: "Malformed messages, other versions and fragments to master, NAT and an endpoint",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await badMessages(driver, "stranger", ADDRESS.master);
    await badMessages(driver, "stranger", ADDRESS.nat);
    await badMessages(driver, "insider", localAddress(3));
    await badMessages(driver, "insider", ADDRESS.stranger);
    await driver.datagrams("stranger", fragments(ADDRESS.master, ADDRESS.stranger));
    await connect(driver, "initiator2");
  },
});

/** Data for a session of nobody, which who gets it discards. */
const LONG_DATA = new Uint8Array(900).fill(0x61);
LONG_DATA.set([0, 2, 0xff, 0xf1, 0xff, 0xf1]);

/** Data in fragments comes to the NAT from either end of a tunnel, in the place of that end. */
export const natFragments: Scenario = scenario({
  ...{ variant: "NAT", name: "fragments" },
  title: "Data in fragments comes to the NAT from either end of a tunnel",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    const data = (destination: string, source: string) =>
      fragments(destination, source, L2TP_PORT, LONG_DATA);
    await driver.datagrams("insider", data(ADDRESS.initiator, localAddress(3)));
    await driver.datagrams("stranger", data(ADDRESS.nat, ADDRESS.initiator));
  },
});

/** Malformed messages of the cluster, and some of another version, to master and endpoint. */
export const badReports: Scenario = scenario({
  ...{ variant: "NAT", name: "bad_reports" },
  title: "Malformed messages of the cluster, and some of another version, to master and endpoint",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    const messages = badClusterMessages();
    for (const destination of [ADDRESS.masterLocal, localAddress(3)]) {
      const way = { source: ADDRESS.insider, destination, ...CLUSTER };
      await driver.datagrams("insider", messages.map((payload) => datagram(payload, way)));
    }
    await driver.advance(2 * TIMES.period);
    await connect(driver, "initiator2");
  },
});

/** Replies of another version, and with an AVP that is unknown, before a good one. */
export const badReplies: Scenario = scenario({
  ...{ variant: "global", name: "bad_replies", tunnels: 2 },
  title: "Replies of another version, and with an AVP that is unknown, before a good one",
  more: { initiator: { peers: [{ name: "cluster", address: ADDRESS.initiator2 }] } },
  scripts: {
    initiator2: {
      to: ADDRESS.initiator,
      steps: [
        expect("SCCRQ", "a", 5000),
        send("SCCRP", "a", { counts: false, header: { word: 0xc803 } }),
        wait(100),
        send("SCCRP", "a", { counts: false, header: { length: 4000 } }),
        wait(100),
        send("SCCRP", "a"),
        expect("SCCCN", "a"),
        { do: "mark", event: "first_up" },
        expect("SCCRQ", "b", 5000),
        send("SCCRP", "b", { with: [avp(1000, "00")] }),
        expect("StopCCN", "b"),
        // Whether the initiator lives: it knows its first tunnel.
        send("HELLO", "a"),
        acknowledged("a"),
      ],
    },
  },
  async run(driver) {
    await driver.instruct("initiator2", { kind: "begin" });
    await dial(driver);
    await until(driver, "initiator2", "first_up");
    await dial(driver, "initiator", 1);
    await until(driver, "initiator2", "script_done");
  },
});

/** Three hundred requests at once, more than the endpoints have room for, and one afterwards. */
export const flood: Scenario = scenario({
  ...{ variant: "NAT", name: "flood", heavy: true },
  title:
    "Three hundred requests at once, more than the endpoints have room for, and one afterwards",
  more: {
    lns: { halfOpenLimit: 20, retransmission: { first: 200, cap: 400, retries: 2 } },
    master: { remembered: 64 },
  },
  async run(driver) {
    await connect(driver);
    await driver.datagrams(
      "stranger",
      Array.from(
        { length: 300 },
        (_, i) => datagram(sccrq(10_000 + i), { sourcePort: 10_000 + i }),
      ),
    );
    await driver.advance(1500);
    await connect(driver, "initiator2");
  },
});

/** The scenarios. */
export const BAD_INPUT_SCENARIOS: readonly Scenario[] = [
  badInput,
  natFragments,
  badReports,
  badReplies,
  flood,
];
