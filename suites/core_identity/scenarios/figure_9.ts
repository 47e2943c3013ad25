/** Scenarios of FIG. 9: a clear session-ID, which the receiver binds to a core. */
import type { Scenario } from "../../kit/scenario.ts";
import { established, flows, LAB_KEY, scenario, SILENCE, variedFlows } from "../node_setup.ts";
import { CHANGING, THREE_TO_ONE, UNEQUAL } from "../topologies.ts";
import { throughAChange } from "./figure_7_networks.ts";
import { PAUSE } from "./figure_7_datagrams.ts";
import {
  ALIKE_BUT_FOR_ONE_VALUE,
  SESSIONS_BOTH_WAYS,
  sessionsAlikeButForOneValue,
  sessionsBothWays,
  TEN_THOUSAND_SESSIONS,
  tenThousandSessions,
  whateverComesUp,
} from "./transfers.ts";

const SEALED = { cover: "whole", key: LAB_KEY };
const COVERS = { encapsulation: "none", tunnel: "part", payload: "whole" } as const;

/** [0088]: wherever the session-ID stands, with and without encryption of the tunnel header. */
function placed(placement: keyof typeof COVERS, headerEncrypted: boolean): Scenario {
  const place = placement === "tunnel" ? "aggregated tunnel header" : placement;
  const header = headerEncrypted ? "encrypted" : "clear";
  const cover = COVERS[placement];
  return scenario(
    `9/${placement}${headerEncrypted ? "_encrypted_header" : ""}`,
    `The session-ID in the ${place}, tunnel header ${header}, datagram cover ${cover}`,
    { both: { placement, headerEncrypted, cover, key: LAB_KEY } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 20, size: 200 });
    },
  );
}

/** [0085]: a criterion by which tunnels are selected, on access networks that differ in it. */
function criterion(
  tunnelSelection: "tariff" | "bandwidth" | "session_hash",
  title: string,
  networks: readonly { bandwidth?: number; tariff?: number }[],
): Scenario {
  return scenario(
    `9/${tunnelSelection}`,
    title,
    { needs: ["tunnel_criterion"], sender: { tunnelSelection }, networks },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 25, size: 200 });
    },
  );
}

/** By what they show. */
export const FIGURE_9 = {
  sessions: scenario(
    "9/sessions",
    SESSIONS_BOTH_WAYS,
    { both: SEALED, waits: SILENCE },
    sessionsBothWays,
  ),
  round_robin: scenario(
    "9/round_robin",
    "The sender is told to send on all tunnels in turn; datagrams too large for one packet",
    {
      needs: ["session_spreading", "pieces_on_many_tunnels"],
      both: SEALED,
      sender: { tunnelSelection: "round_robin" },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(5), count: 10, size: 400 });
      await driver.udp({ flows: flows(5), count: 10, size: 1472 });
    },
  ),
  key_fields: scenario(
    "9/key_fields",
    ALIKE_BUT_FOR_ONE_VALUE,
    {},
    sessionsAlikeButForOneValue,
  ),
  ten_thousand_sessions: scenario(
    "9/ten_thousand_sessions",
    TEN_THOUSAND_SESSIONS,
    { heavy: true },
    tenThousandSessions,
  ),
  example_ids: scenario(
    "9/example_ids",
    "Session-IDs of 15 hexadecimal digits, of one digit, and some that begin or end alike",
    {
      sender: {
        sessionIds: "provisioned",
        provisionedSessionIds: [
          "A3B8F20A88C23EB",
          "7",
          "DEADBEEF00000002",
          "DEADBEEF00000003",
          "0000000100000002",
          "5EADBEEF00000002",
          "7EADBEEF00000002",
        ],
      },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(7), count: 10, size: 120 });
    },
  ),
  encapsulation: placed("encapsulation", false),
  encapsulation_encrypted_header: placed("encapsulation", true),
  tunnel: placed("tunnel", false),
  tunnel_encrypted_header: placed("tunnel", true),
  payload: placed("payload", false),
  payload_encrypted_header: placed("payload", true),
  pinned_tunnel: scenario(
    "9/pinned_tunnel",
    "The criterion selects the second of six tunnels",
    { sender: { tunnelSelection: "pinned", pinnedTunnel: 2 } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 20, size: 200 });
    },
  ),
  lowest_latency: scenario(
    "9/lowest_latency",
    "The criterion is latency, and one access network is the quickest",
    {
      needs: ["tunnel_criterion"],
      topology: UNEQUAL,
      both: { keepalive: 200 },
      sender: { tunnelSelection: "lowest_latency" },
    },
    async (driver) => {
      await established(driver);
      await driver.advance(500);
      await driver.udp({ flows: flows(4), count: 25, size: 200, interval: 1 });
    },
  ),
  tariff: criterion("tariff", "One access network is cheaper than the others", [
    { tariff: 5 },
    { tariff: 1 },
    { tariff: 9 },
  ]),
  bandwidth: criterion("bandwidth", "One access network is ten times as wide as the others", [
    { bandwidth: 1 },
    { bandwidth: 1 },
    { bandwidth: 10 },
  ]),
  session_hash: criterion("session_hash", "Each session is to keep to one tunnel", []),
  damaged: scenario(
    "9/damaged",
    "Every third datagram's ciphertext is damaged under way",
    { both: SEALED, stimulusFaults: { sender: "damages_ciphertext" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 30, size: 200 });
    },
  ),
  many_sessions: scenario("9/many_sessions", "64 new sessions", {}, async (driver) => {
    await established(driver);
    await driver.udp({ flows: variedFlows(64), count: 2, size: 120 });
  }),
  pause: scenario(
    "9/pause",
    "Sessions pause for five seconds, and then go on",
    { both: SEALED, waits: PAUSE },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(6), count: 5, size: 120 });
      await driver.advance(PAUSE);
      await driver.udp({ flows: flows(5, 41_000), count: 2, size: 120 });
      await driver.udp({ flows: flows(6), count: 5, size: 120 });
    },
  ),
  wan_change: scenario(
    "9/wan_change",
    "An access network goes and comes back during a transfer",
    { needs: ["wan_change"], topology: CHANGING, both: { keepalive: 100, ...SEALED } },
    throughAChange,
  ),
  shared_id: scenario(
    "9/shared_id",
    "Two flows whose packets carry the same session-ID",
    { needs: ["key_identity"], stimulusFaults: { sender: "one_session_id" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(2), count: 20, size: 200 });
    },
  ),
  identity_instead: scenario(
    "9/identity_instead",
    "A core identity takes the place of the session-ID",
    { class: "F9i", both: { identityInsteadOfSession: true, ...SEALED } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 20, size: 200 });
    },
  ),
  least_load: scenario(
    "9/least_load",
    "Cores 0 to 2 are busy and core 3 is idle when eight sessions begin",
    { needs: ["least_load_policy"], receiver: { binding: "least_load" } },
    async (driver) => {
      await established(driver);
      await driver.instruct("receiver", { kind: "load", values: [5000, 5000, 5000, 0] });
      await driver.udp({ flows: flows(8), count: 10, size: 120 });
    },
  ),
  three_to_one: scenario(
    "9/three_to_one",
    "Three access networks at the sender, one at the receiver",
    { topology: THREE_TO_ONE, both: SEALED },
    whateverComesUp,
  ),
} satisfies Record<string, Scenario>;
