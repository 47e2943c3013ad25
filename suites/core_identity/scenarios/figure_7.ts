/** Scenarios of FIG. 7: the sender assigns a core of the receiver to each session. */
import { fragment, icmpEcho, ipDatagram } from "../../../captures/wire/build.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { sendKeyParts, sendSegments } from "../crafted_datagrams.ts";
import {
  type Arrangement,
  established,
  flow,
  flows,
  ignoreUninstructed,
  keyFlows,
  scattered,
  scenario,
  SILENCE,
  variedFlows,
} from "../node_setup.ts";

const CLIENT = "10.1.1.2", SERVER = "10.2.1.2";
/** DSCP of Expedited Forwarding (RFC 3246 §2.7). */
const EXPEDITED = 46;
/** Pairs of flows of each kind: too many to get the same core each by chance. */
const PAIRS = 12;

/** Cores 4 to `total` - 1 of a receiver that offers only its first four. */
function beyondFour(total: number): number[] {
  return Array.from({ length: total - 4 }, (_, i) => i + 4);
}

/** Claims 47 and 56, with whatever policy, and with one that does not look at the flow. */
function keyFields(name: string, arrangement: Arrangement, family: 4 | 6 = 4): Scenario {
  return scenario(
    `7/${name}`,
    `Sessions over IPv${family}, by UDP and by TCP, others that differ from them in one value of the key, and one with another DSCP`,
    {
      both: { criteria: { protocol: true, dscp: false } },
      receiver: { processors: [{ cores: 8 }] },
      ...arrangement,
    },
    async (driver) => {
      await established(driver);
      const urgent = flow(4000, 5000, "client", "server", { dscp: EXPEDITED, family });
      const flows = keyFlows(PAIRS, { family });
      await driver.udp({ flows: [...flows, urgent], count: 8, size: 120 });
      await sendSegments(driver, flows);
      await sendKeyParts(driver, PAIRS, family);
    },
  );
}

/** By what they show. */
export const FIGURE_7 = {
  sessions: scenario(
    "7/sessions",
    "Six sessions interleaved over six tunnels, and two back; then datagrams too large for one packet",
    { waits: SILENCE },
    async (driver) => {
      await established(driver);
      const urgent = flow(9000, 5000, "client", "server", { dscp: EXPEDITED });
      const back = flow(9001, 5001, "server", "client");
      const urgentBack = flow(9002, 5001, "server", "client", { dscp: EXPEDITED });
      const both = [...flows(5), urgent, back, urgentBack];
      await driver.udp({ flows: both, count: 80, size: 400 });
      await driver.udp({ flows: both, count: 10, size: 1472 });
      // Whoever died meanwhile, and began anew, answers no keepalive of its old tunnels.
      await driver.advance(SILENCE);
    },
  ),
  round_robin: scenario(
    "7/round_robin",
    "The sender is told to send on all tunnels in turn; then datagrams too large for one packet",
    {
      needs: ["session_spreading", "pieces_on_many_tunnels"],
      sender: { tunnelSelection: "round_robin" },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(5), count: 40, size: 400 });
      await driver.udp({ flows: flows(5), count: 10, size: 1472 });
    },
  ),
  queued_before_up: scenario(
    "7/queued_before_up",
    "A host sends before the aggregated tunnel is up",
    {},
    async (driver) => {
      await driver.udp({ flows: flows(2), count: 10, size: 200 });
      await established(driver);
      await driver.udp({ flows: flows(2), count: 20, size: 200 });
    },
  ),
  key_fields: keyFields("key_fields", {}),
  key_fields_in_turn: keyFields("key_fields_in_turn", {
    needs: ["sequential_policy"],
    sender: { selection: "sequential" },
  }),
  key_fields_ipv6: keyFields("key_fields_ipv6", {
    needs: ["sequential_policy", "ipv6"],
    sender: { selection: "sequential" },
  }, 6),
  key_protocol: scenario(
    "7/key_protocol",
    "TCP and UDP with equal addresses and ports, then the same flows with another DSCP",
    {
      needs: ["session_key", "key_criteria", "sequential_policy"],
      both: { criteria: { protocol: true, dscp: true } },
      sender: { selection: "sequential" },
    },
    async (driver) => {
      await established(driver);
      const pairs = Array.from({ length: PAIRS }, (_, i) => flow(4000 + i, 5000 + i));
      await driver.udp({ flows: pairs, count: 4, size: 120 });
      const again = scattered(pairs);
      await Promise.all(again.map((pair) => driver.tcp({ flow: pair, octets: 400 })));
      const urgent = scattered(again).map((pair) => ({ ...pair, dscp: EXPEDITED }));
      await driver.udp({ flows: urgent, count: 4, size: 120 });
    },
  ),
  portless: scenario(
    "7/portless",
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
          protocol: IP_PROTOCOL.ESP,
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
  sixty_four_sessions: scenario(
    "7/sixty_four_sessions",
    "64 new sessions",
    {},
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: variedFlows(64), count: 3, size: 120 });
    },
  ),
  sequential: scenario(
    "7/sequential",
    "64 new sessions under the sequential policy",
    { needs: ["sequential_policy"], sender: { selection: "sequential" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(64), count: 3, size: 120 });
    },
  ),
  random: scenario(
    "7/random",
    "400 new sessions under the random policy",
    { needs: ["random_policy"], sender: { selection: "random" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(400), count: 1, size: 64 });
    },
  ),
  ten_thousand_sessions: scenario(
    "7/ten_thousand_sessions",
    "A session pauses while 10,000 others begin",
    { heavy: true },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4, 4000), count: 5, size: 64 });
      await driver.udp({ flows: flows(10_003), count: 1, size: 32, interval: 0.1 });
      await driver.udp({ flows: flows(4, 4000), count: 5, size: 64 });
    },
  ),
  processor_update: scenario(
    "7/processor_update",
    "Four cores are announced, then sixteen, with sessions from before going on",
    { receiver: { processors: [{ cores: 16 }], offline: beyondFour(16) } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 4, size: 120 });
      await driver.instruct("receiver", { kind: "offline", cores: [] });
      await driver.udp({ flows: flows(24), count: 4, size: 120 });
      // The sender tells of its cores as well, which the receiver has to acknowledge.
      await driver.instruct("sender", { kind: "offline", cores: [1] }).catch(ignoreUninstructed);
      await driver.udp({ flows: flows(8), count: 2, size: 120 });
    },
  ),
  two_cores: scenario(
    "7/two_cores",
    "64 new sessions towards a receiver with two cores",
    { receiver: { processors: [{ cores: 2 }] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(64), count: 3, size: 120 });
    },
  ),
  offline_cores: scenario(
    "7/offline_cores",
    "Four cores exist and three are offered",
    { sender: { processors: [{ cores: 3 }], offline: [2] }, receiver: { offline: [1] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(9), count: 4, size: 120 });
    },
  ),
  core_withdrawn: scenario(
    "7/core_withdrawn",
    "A core is withdrawn while its sessions live",
    { needs: ["core_withdrawal"] },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 10, size: 120 });
      await driver.instruct("receiver", { kind: "offline", cores: [2] });
      await driver.udp({ flows: flows(8), count: 10, size: 120 });
    },
  ),
  two_processors: scenario(
    "7/two_processors",
    "Two processors of eight cores each",
    { receiver: { processors: [{ cores: 8 }, { cores: 8 }] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: variedFlows(32), count: 4, size: 120 });
    },
  ),
  named_cores: scenario(
    "7/named_cores",
    "Cores that are announced by name",
    { needs: ["named_cores"], receiver: { identityNames: ["AA", "AB", "BA", "BAB"] } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 4, size: 120 });
    },
  ),
  selection_criteria: scenario(
    "7/selection_criteria",
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
      const urgent = [7000, 7001].map((p) =>
        flow(p, 5000, "client", "server", { dscp: EXPEDITED })
      );
      await driver.udp({ flows: [...flows(12), ...urgent], count: 4, size: 120 });
    },
  ),
} satisfies Record<string, Scenario>;
