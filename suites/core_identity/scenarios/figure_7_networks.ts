/** Scenarios of FIG. 7 on other networks, and with other formats on the wire. */
import type { Driver, Scenario } from "../../kit/scenario.ts";
import { attempted, established, flow, flows, LAB_KEY, scenario } from "../node_setup.ts";
import { CHANGING, JITTER, THREE_TO_ONE, TWO_RECEIVERS } from "../topologies.ts";

/** Six sessions towards each of two receivers. */
async function towardsBoth(driver: Driver): Promise<void> {
  await established(driver, ["receiver", "receiver2"]);
  const both = [4000, 4001, 4002, 4003, 4004, 4005].flatMap((port) => [
    flow(port),
    flow(port, 5000, "client", "server_receiver2"),
  ]);
  await driver.udp({ flows: both, count: 10, size: 120 });
}

/** Sends before, while and after an access network is cut. */
export async function throughAChange(driver: Driver): Promise<void> {
  await established(driver);
  await driver.udp({ flows: flows(4), count: 30, size: 200 });
  await driver.link("s1", { up: false });
  await driver.advance(700);
  await driver.udp({ flows: flows(4), count: 30, size: 200 });
  await driver.link("s1", {});
  await driver.advance(1200);
  await driver.udp({ flows: flows(4), count: 30, size: 200 });
}

/** By what they show. */
export const FIGURE_7_NETWORKS = {
  two_receivers: scenario(
    "7/two_receivers",
    "One sender and two receivers, of 4 and 16 cores, with equal ports towards each",
    { topology: TWO_RECEIVERS, receiver2: { processors: [{ cores: 16 }] } },
    towardsBoth,
  ),
  two_receivers_in_turn: scenario(
    "7/two_receivers_in_turn",
    "One sender and two receivers, of 4 and 16 cores, under the sequential policy",
    {
      needs: ["sequential_policy"],
      topology: TWO_RECEIVERS,
      sender: { selection: "sequential" },
      receiver2: { processors: [{ cores: 16 }] },
    },
    towardsBoth,
  ),
  transfer: scenario(
    "7/transfer",
    "10 MB of TCP both ways and UDP both ways between hosts",
    { heavy: true },
    async (driver) => {
      await established(driver);
      await Promise.all([
        driver.tcp({ flow: flow(4000, 8000), octets: 10_000_000, octetsBack: 1_000_000 }),
        driver.udp({
          flows: [
            flow(4001, 9000),
            flow(9000, 4001, "server", "client"),
            flow(9001, 4001, "server", "client"),
          ],
          count: 300,
          size: 1000,
          interval: 0.2,
        }),
      ]);
    },
  ),
  three_to_one: scenario(
    "7/three_to_one",
    "Three access networks at the sender, one at the receiver",
    { topology: THREE_TO_ONE },
    async (driver) => {
      await attempted(driver);
      await driver.udp({ flows: flows(4), count: 30, size: 400 });
    },
  ),
  every_pair: scenario(
    "7/every_pair",
    "The sender is told to open a tunnel on every pair of access networks",
    { needs: ["carrier"], sender: { everyPair: true } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 20, size: 200 });
    },
  ),
  wan_change: scenario(
    "7/wan_change",
    "An access network goes and comes back during a transfer",
    { needs: ["wan_change"], topology: CHANGING, both: { keepalive: 100 } },
    throughAChange,
  ),
  jitter: scenario(
    "7/jitter",
    "Access networks that reorder",
    { topology: JITTER },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 250, size: 200, interval: 0.25 });
    },
  ),
  inner_ipv6: scenario(
    "7/inner_ipv6",
    "IPv6 and IPv4 inside IPv4",
    { needs: ["ipv6"] },
    async (driver) => {
      await established(driver);
      const six = flows(4).map((f) => ({ ...f, family: 6 as const }));
      await driver.udp({ flows: [...six, ...flows(4)], count: 20, size: 200 });
    },
  ),
  outer_ipv6: scenario(
    "7/outer_ipv6",
    "IPv6 and IPv4 inside IPv6",
    { needs: ["ipv6"], outer: 6 },
    async (driver) => {
      await established(driver);
      const six = flows(4).map((f) => ({ ...f, family: 6 as const }));
      await driver.udp({ flows: [...six, ...flows(4)], count: 20, size: 200 });
      await driver.udp({ flows: [six[0], flow(37_100)], count: 5, size: 1440 });
    },
  ),
  encrypted_identity: scenario(
    "7/encrypted_identity",
    "The identity is masked with a key",
    { needs: ["encrypted_identity"], both: { identityEncrypted: true, key: LAB_KEY } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 20, size: 200 });
    },
  ),
  payload_identity: scenario(
    "7/payload_identity",
    "The identity stands in a section of the payload",
    { needs: ["payload_identity"], both: { placement: "payload" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 20, size: 200 });
    },
  ),
  preshared: scenario(
    "7/preshared",
    "The receiver's identities are provisioned at the sender and never announced",
    {
      needs: ["preshared_identity"],
      both: { announce: false },
      sender: { provisioned: { receiver: [0, 1, 2, 3] } },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 10, size: 200 });
    },
  ),
} satisfies Record<string, Scenario>;
