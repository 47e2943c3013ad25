/** The master dies, is cut off, or comes back (L161). */
import { CLUSTER_PORT, ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import { clusterMessage } from "../../../peers/tunnel_cluster/messages.ts";
import { ADDRESS, localAddress } from "../topologies.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { connect, dial, type Driver, loads, QUICK, scenario, tell, until } from "../node_setup.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { control, datagram, sccrq, unchecked, ZLB } from "../packets.ts";

/** Milliseconds in which an endpoint registers with a new master, and reports. */
const KNOWN = 3 * QUICK.period;
/** Milliseconds between LCP echoes, so that there is always data in a tunnel. */
const ECHO = 300;
const TALKATIVE = { ppp: { echo: ECHO } };

/** Three tunnels, one with each endpoint: whoever takes over has one of its own. */
async function threeTunnels(driver: Driver) {
  await loads(driver, 70, 50, 10);
  await connect(driver, "initiator");
  await loads(driver, 70, 10, 50);
  await connect(driver, "initiator2");
  await loads(driver, 10, 50, 70);
  await dial(driver, "initiator", 1);
  await driver.advance(2 * ECHO);
}

/** Source ports of the requests, and of what is none, that come to a new master. */
const TO_SUCCESSOR = 8600;

/** Requests, one of them several times, and what is none, to whoever has the master address. */
async function toSuccessor(driver: Driver) {
  const from = (i: number) => ({ sourcePort: TO_SUCCESSOR + i });
  await driver.datagrams("stranger", [
    ...[0, 1, 0, 2].map((i) => datagram(sccrq(TO_SUCCESSOR + i), from(i))),
    unchecked(datagram(sccrq(TO_SUCCESSOR + 3), from(3))),
    datagram(ZLB, from(4)),
    datagram(control(MessageType.HELLO, 0), from(5)),
    datagram(control(MessageType.SCCCN, 7), from(6)),
  ]);
}

/** The same request by the way that follows the master address, and by the one that does not. */
async function both(driver: Driver, id: number) {
  const request = datagram(sccrq(id), { sourcePort: id });
  await driver.datagrams("stranger", [request]);
  await driver.datagrams("laggard", [request]);
}

/** The master dies while three tunnels stand, and requests come to its address. */
export const masterDies: Scenario = scenario({
  ...{ variant: "global", name: "master_dies", takeOver: true, quick: true, tunnels: 3 },
  title: "The master dies while three tunnels stand, and requests come to its address",
  more: { initiator: TALKATIVE },
  async run(driver) {
    await threeTunnels(driver);
    await driver.kill("master");
    await until(driver, "endpoint1", "took_over");
    await driver.advance(KNOWN);
    await loads(driver, 60, 40, 10);
    await dial(driver, "initiator", 2);
    // While another has the least load: what it hands to itself is on no wire.
    await toSuccessor(driver);
    await loads(driver, 10, 40, 60);
    await dial(driver, "initiator2", 1);
    // Once another has the least load, the first of them comes again.
    await driver.datagrams("stranger", [
      datagram(sccrq(TO_SUCCESSOR), { sourcePort: TO_SUCCESSOR }),
    ]);
    for (const node of ["initiator", "initiator2"] as const) {
      await driver.instruct(node, { kind: "hello" });
    }
    await tell(driver, "initiator", { kind: "hello", tunnel: 1 });
    await driver.advance(2 * ECHO);
  },
});

/** Milliseconds within which one of several that claim at the same moment has been elected. */
const ELECTED = 3000;

/** The master of endpoints that have the same priority dies, and a request comes to its address. */
export const equalPriorities: Scenario = scenario({
  ...{ variant: "global", name: "equal_priorities", takeOver: true, quick: true },
  title: "The master of endpoints that have the same priority dies, and a request comes",
  more: { endpoint: { priority: 0 }, initiator: TALKATIVE },
  async run(driver) {
    await connect(driver);
    await driver.kill("master");
    await driver.advance(ELECTED);
    await connect(driver, "initiator2");
  },
});

/** The master is cut off from the cluster, is replaced, and is joined to it again. */
export const partition: Scenario = scenario({
  ...{ variant: "global", name: "partition", takeOver: true, quick: true },
  title: "The master is cut off from the cluster, is replaced, and is joined to it again",
  more: { initiator: TALKATIVE },
  async run(driver) {
    await connect(driver);
    await both(driver, 8100);
    await driver.link("lan_m", { up: false });
    await both(driver, 8200);
    await until(driver, "endpoint1", "took_over");
    await driver.advance(KNOWN);
    await both(driver, 8300);
    await driver.link("lan_m", { up: true });
    await both(driver, 8400);
    await until(driver, "master", "yielded");
    await both(driver, 8500);
    await connect(driver, "initiator2");
  },
});

/** Term of the claims that nobody has a reason to make. */
const FORGED_TERM = 40;

/** Two claims of one term come to an endpoint while the master lives, and a request to the master. */
export const forgedClaims: Scenario = scenario({
  ...{ variant: "global", name: "forged_claims", takeOver: true, quick: true },
  title: "Two claims of one term come to an endpoint while the master lives, and then a request",
  more: { initiator: TALKATIVE },
  async run(driver) {
    await connect(driver);
    await driver.datagrams(
      "insider",
      [2, 3].map((member) =>
        datagram(
          clusterMessage({
            ...{ message: ClusterMessage.claim, member, term: FORGED_TERM },
            sequence: 0x7000_0000 + member,
          }),
          {
            ...{ source: ADDRESS.insider, destination: localAddress(1) },
            ...{ sourcePort: CLUSTER_PORT, destinationPort: CLUSTER_PORT },
          },
        )
      ),
    );
    await driver.advance(QUICK.lease + 2 * QUICK.period);
    await connect(driver, "initiator2");
  },
});

/** The master of a cluster behind a NAT falls silent while a tunnel stands, and comes back. */
export const masterFails: Scenario = scenario({
  ...{ variant: "NAT", name: "master_fails", quick: true, needs: ["nat_failover"] },
  title: "The master of a cluster behind a NAT falls silent while a tunnel stands, and comes back",
  more: { initiator: TALKATIVE },
  async run(driver) {
    await connect(driver);
    await driver.instruct("master", { kind: "fail" });
    await driver.advance(QUICK.silence + 2 * QUICK.period);
    await driver.datagrams("stranger", [datagram(sccrq(8100))]);
    await driver.instruct("initiator", { kind: "hello" });
    await driver.advance(2 * ECHO);
    await driver.instruct("master", { kind: "recover" });
    await driver.advance(KNOWN);
    await connect(driver, "initiator2");
  },
});

/** The scenarios. */
export const TAKE_OVER_SCENARIOS: readonly Scenario[] = [
  masterDies,
  equalPriorities,
  partition,
  forgedClaims,
  masterFails,
];
