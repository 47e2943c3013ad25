/** Scenarios of FIG. 7: the sender assigns a core of the receiver to each session. */
import { fragment, icmpEcho, ipDatagram } from "../../../captures/wire/build.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { established, flow, flows, keyFlows, scenario } from "../node_setup.ts";

const CLIENT = "10.1.1.2", SERVER = "10.2.1.2";
const ESP = 50;

/** Cores 4 to `total` - 1 of a receiver that offers only its first four. */
function beyondFour(total: number): number[] {
  return Array.from({ length: total - 4 }, (_, i) => i + 4);
}

/** The scenarios, in the order of the steps. */
export const FIGURE_7_SCENARIOS: readonly Scenario[] = [
  scenario(
    "core_identity/7/sessions",
    "Five sessions interleaved over six tunnels, then with datagrams too large for one packet",
    {},
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(5), count: 80, size: 400 });
      await driver.udp({ flows: flows(5), count: 10, size: 1472 });
    },
  ),
  scenario(
    "core_identity/7/queued_before_up",
    "A host sends before the aggregated tunnel is up",
    {},
    async (driver) => {
      await driver.udp({ flows: flows(2), count: 10, size: 200 });
      await established(driver);
      await driver.udp({ flows: flows(2), count: 20, size: 200 });
    },
  ),
  scenario(
    "core_identity/7/key_fields",
    "A session, four that differ from it in one value of the key, and itself with another DSCP",
    { receiver: { processors: [{ cores: 8 }] } },
    async (driver) => {
      await established(driver);
      await driver.udp({
        flows: [...keyFlows(), flow(4000, 5000, "client", "server", { dscp: 46 })],
        count: 40,
        size: 120,
      });
    },
  ),
  scenario(
    "core_identity/7/key_protocol",
    "TCP and UDP with equal addresses and ports, then one flow with two DSCP values",
    { needs: ["session_key", "key_criteria"], both: { criteria: { protocol: true, dscp: true } } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: [flow(4000)], count: 10, size: 120 });
      await driver.tcp({ flow: flow(4000), octets: 4000 });
      await driver.udp({
        flows: [flow(4000, 5000, "client", "server", { dscp: 46 })],
        count: 10,
        size: 120,
      });
    },
  ),
  scenario(
    "core_identity/7/portless",
    "ICMP, ESP and a fragmented datagram",
    { needs: ["portless_traffic"] },
    async (driver) => {
      await established(driver);
      const echo = (sequence: number) =>
        icmpEcho({
          source: CLIENT,
          destination: SERVER,
          identifier: 7,
          sequence,
          payload: new Uint8Array(64),
        });
      const esp = (n: number) =>
        ipDatagram({
          source: CLIENT,
          destination: SERVER,
          protocol: ESP,
          payload: new Uint8Array(80).fill(n),
        });
      const large = icmpEcho({
        source: CLIENT,
        destination: SERVER,
        identifier: 9,
        sequence: 1,
        identification: 0x1234,
        payload: new Uint8Array(4000).fill(0x55),
      });
      await driver.datagrams("client", [
        ...[1, 2, 3].map(echo),
        ...[1, 2, 3].map(esp),
        ...fragment(large, 1400),
      ]);
      await driver.udp({ flows: [flow(4000)], count: 5, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/sixty_four_sessions",
    "64 new sessions under the sequential policy",
    {},
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(64), count: 3, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/random",
    "400 new sessions under the random policy",
    { needs: ["random_policy"], sender: { selection: "random" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(400), count: 1, size: 64 });
    },
  ),
  scenario(
    "core_identity/7/ten_thousand_sessions",
    "A session pauses while 10,000 others begin",
    { heavy: true },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4, 4000), count: 5, size: 64 });
      await driver.udp({ flows: flows(10_003), count: 1, size: 32, interval: 0.1 });
      await driver.udp({ flows: flows(4, 4000), count: 5, size: 64 });
    },
  ),
  scenario(
    "core_identity/7/processor_update",
    "Four cores are announced, then sixteen, with sessions from before going on",
    { receiver: { processors: [{ cores: 16 }], offline: beyondFour(16) } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 4, size: 120 });
      await driver.instruct("receiver", { kind: "offline", cores: [] });
      await driver.udp({ flows: flows(24), count: 4, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/offline_cores",
    "Four cores exist and three are offered",
    { sender: { processors: [{ cores: 3 }], offline: [2] }, receiver: { offline: [1] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(9), count: 4, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/core_withdrawn",
    "A core is withdrawn while its sessions live",
    { needs: ["core_withdrawal"] },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 10, size: 120 });
      await driver.instruct("receiver", { kind: "offline", cores: [2] });
      await driver.udp({ flows: flows(8), count: 10, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/two_processors",
    "Two processors of eight cores each",
    { receiver: { processors: [{ cores: 8 }, { cores: 8 }] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(32), count: 4, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/named_cores",
    "Cores that are announced by name",
    { needs: ["named_cores"], receiver: { identityNames: ["AA", "BB", "CC", "DD"] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 4, size: 120 });
    },
  ),
  scenario(
    "core_identity/7/selection_criteria",
    "Core 0 is excluded, cores 2 and 3 are preferred, core 1 is kept for DSCP 46",
    {
      needs: ["selection_criteria"],
      receiver: {
        excluded: [0],
        preferred: [2, 3],
        reserved: [{ field: "dscp", value: 46, cores: [1] }],
        processors: [{ cores: 6 }],
      },
    },
    async (driver) => {
      await established(driver);
      const urgent = [7000, 7001].map((p) => flow(p, 5000, "client", "server", { dscp: 46 }));
      await driver.udp({ flows: [...flows(12), ...urgent], count: 4, size: 120 });
    },
  ),
];
