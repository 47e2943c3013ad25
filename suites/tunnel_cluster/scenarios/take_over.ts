/** The master dies, is cut off, or comes back (L161). */
import type { Scenario } from "../../kit/scenario.ts";
import { connect, dial, type Driver, loads, QUICK, scenario, until } from "../node_setup.ts";
import { datagram, sccrq } from "../packets.ts";

/** Milliseconds in which an endpoint registers with a new master, and reports. */
const KNOWN = 3 * QUICK.period;
/** Milliseconds between LCP echoes, so that there is always data in a tunnel. */
const ECHO = 300;
const TALKATIVE = { ppp: { echo: ECHO } };

/** A tunnel of each initiator, with different endpoints. */
async function twoTunnels(driver: Driver) {
  await loads(driver, 70, 50, 10);
  await connect(driver, "initiator");
  await loads(driver, 70, 10, 50);
  await connect(driver, "initiator2");
}

/** The same request by the way that follows the master address, and by the one that does not. */
async function both(driver: Driver, id: number) {
  const request = datagram(sccrq(id), { sourcePort: id });
  await driver.datagrams("stranger", [request]);
  await driver.datagrams("laggard", [request]);
}

/** The master dies while two tunnels stand, and requests come to its address. */
export const masterDies: Scenario = scenario({
  ...{ variant: "global", name: "master_dies", takeOver: true, quick: true, tunnels: 2 },
  title: "The master dies while two tunnels stand, and requests come to its address",
  more: { initiator: TALKATIVE },
  async run(driver) {
    await twoTunnels(driver);
    await driver.kill("master");
    await until(driver, "endpoint1", "took_over");
    await driver.advance(KNOWN);
    await loads(driver, 60, 40, 10);
    await dial(driver, "initiator", 1);
    await loads(driver, 10, 40, 60);
    await dial(driver, "initiator2", 1);
    for (const node of ["initiator", "initiator2"] as const) {
      await driver.instruct(node, { kind: "hello" });
    }
    await driver.advance(2 * ECHO);
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
export const TAKE_OVER_SCENARIOS: readonly Scenario[] = [masterDies, partition, masterFails];
