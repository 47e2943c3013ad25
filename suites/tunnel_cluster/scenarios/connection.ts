/** Tunnels come up: FIG. 3 and FIG. 5. */
import type { Scenario } from "../../kit/scenario.ts";
import { connect, dial, type InBoth, inBoth, loads, scenario, tell, until } from "../node_setup.ts";
import { ADDRESS } from "../topologies.ts";

/** An address of the master's box that is not the cluster's. */
const ELSEWHERE = "203.0.113.9";
/** A differentiated services codepoint (RFC 3246). */
const EXPEDITED = 46;
/** Milliseconds in which what was sent last arrives, and is answered. */
const UNDER_WAY = 100;

/** Three endpoints at loads 70, 50 and 10, and one initiator with a call. */
export const bringUp: InBoth = inBoth({
  name: "bring_up",
  title: "Three endpoints at loads 70, 50 and 10, and one initiator with a call",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    // PPP is up at the endpoint once the initiator's last answer has come.
    await until(driver, "endpoint3", "ppp_up");
  },
});

/** The master's address as the table has it for one client, and as another client tells it. */
export const addressSources: Scenario = scenario({
  ...{ variant: "NAT", name: "address_sources", needs: ["address_sources"], tunnels: 2 },
  title: "The master's address as the table has it for one client, and as another client tells it",
  more: {
    initiator: {
      peers: [
        { name: "elsewhere", address: ELSEWHERE },
        { name: "cluster", address: ADDRESS.master },
      ],
      calls: [
        { name: "call0", autodial: false, peer: "cluster" },
        { name: "call1", autodial: false, tunnel: 1 },
      ],
    },
  },
  async run(driver) {
    await connect(driver);
    await driver.instruct("initiator", { kind: "dial", name: "call1", peer: "cluster" });
  },
});

/** One tunnel with an endpoint behind the NAT, one with an endpoint that has a link. */
export const mixedBringUp: Scenario = scenario({
  ...{ variant: "mixed", name: "bring_up" },
  title: "One tunnel with an endpoint behind the NAT, one with an endpoint that has a link",
  async run(driver) {
    await loads(driver, 10, 50, 70);
    await connect(driver, "initiator");
    await loads(driver, 70, 50, 10);
    await connect(driver, "initiator2");
  },
});

/** Two initiators with three tunnels each, spread by round-robin. */
export const manyTunnels: InBoth = inBoth({
  name: "many_tunnels",
  ...{ policy: "round_robin", tunnels: 3 },
  title: "Two initiators with three tunnels each, spread by round-robin",
  async run(driver) {
    await connect(driver, "initiator");
    await connect(driver, "initiator2");
    for (const tunnel of [1, 2]) {
      await dial(driver, "initiator", tunnel);
      await dial(driver, "initiator2", tunnel);
    }
  },
});

/** Both ends say HELLO and send data in two tunnels of one initiator, and each ends one. */
export const bothEnds: InBoth = inBoth({
  name: "both_ends",
  tunnels: 2,
  title: "Both ends say HELLO and send data in two tunnels of one initiator, and each ends one",
  // What one endpoint sends is marked.
  more: { initiator: { ppp: { echo: 300 } }, endpoint2: { dscp: EXPEDITED } },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await loads(driver, 70, 10, 50);
    await dial(driver, "initiator", 1);
    await driver.advance(400);
    for (const node of ["endpoint2", "endpoint3"] as const) {
      await tell(driver, node, { kind: "hello" });
    }
    for (const tunnel of [0, 1]) await tell(driver, "initiator", { kind: "hello", tunnel });
    await driver.advance(400);
    await tell(driver, "initiator", { kind: "hang_up" });
    await driver.advance(UNDER_WAY);
    await tell(driver, "initiator", { kind: "close_tunnel" });
    await tell(driver, "endpoint2", { kind: "close_tunnel" });
    await driver.advance(UNDER_WAY);
  },
});

/** Endpoints behind the NAT answer from another port, and one initiator asks from another. */
export const otherPorts: Scenario = scenario({
  ...{ variant: "NAT", name: "other_ports", replyPort: 5555, tunnels: 2 },
  title: "Endpoints behind the NAT answer from another port, and one initiator asks from another",
  more: {
    initiator: { ppp: { echo: 300 } },
    initiator2: { wan: [{ port: "wan0", address: ADDRESS.initiator2, udp: 40_001 }] },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver, "initiator");
    await connect(driver, "initiator2");
    await loads(driver, 70, 10, 50);
    await dial(driver, "initiator", 1);
    await dial(driver, "initiator2", 1);
    await driver.advance(400);
  },
});

/** The scenarios. */
export const CONNECTION_SCENARIOS: readonly Scenario[] = [
  bringUp.nat,
  bringUp.global,
  addressSources,
  mixedBringUp,
  manyTunnels.nat,
  manyTunnels.global,
  bothEnds.nat,
  bothEnds.global,
  otherPorts,
];
