/** Scenarios of FIG. 9: a clear session-ID, which the receiver binds to a core. */
import type { Scenario } from "../../kit/scenario.ts";
import { attempted, established, flows, keyFlows, LAB_KEY, scenario } from "../node_setup.ts";
import { THREE_TO_ONE, UNEQUAL } from "../topologies.ts";

const SEALED = { cover: "whole", key: LAB_KEY };
const PLACEMENTS = ["encapsulation", "tunnel", "payload"] as const;
const COVERS = { encapsulation: "none", tunnel: "part", payload: "whole" } as const;

/** [0088]: wherever the session-ID stands, with and without encryption of the tunnel header. */
const placements: Scenario[] = PLACEMENTS.flatMap((placement) =>
  [false, true].map((headerEncrypted) =>
    scenario(
      `core_identity/9/${placement}${headerEncrypted ? "_encrypted_header" : ""}`,
      `The session-ID in the ${
        placement === "tunnel" ? "aggregated tunnel header" : placement
      }, tunnel header ${headerEncrypted ? "encrypted" : "clear"}, datagram cover ${
        COVERS[placement]
      }`,
      { both: { placement, headerEncrypted, cover: COVERS[placement], key: LAB_KEY } },
      async (driver) => {
        await established(driver);
        await driver.udp({ flows: flows(4), count: 20, size: 200 });
      },
    )
  )
);

/** The scenarios, in the order of the steps. */
export const FIGURE_9_SCENARIOS: readonly Scenario[] = [
  scenario(
    "core_identity/9/sessions",
    "Five sessions interleaved over six tunnels, then datagrams too large for one packet",
    { both: SEALED },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(5), count: 80, size: 400 });
      await driver.udp({ flows: flows(5), count: 10, size: 1472 });
    },
  ),
  scenario(
    "core_identity/9/key_fields",
    "A session, and four that differ from it in one of the four values of the key",
    {},
    async (driver) => {
      await established(driver);
      await driver.udp({
        flows: keyFlows(),
        count: 20,
        size: 120,
      });
    },
  ),
  scenario(
    "core_identity/9/ten_thousand_sessions",
    "10,000 sessions live at the same time, and the first of them come back",
    { heavy: true },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(10_000), count: 1, size: 32, interval: 0.1 });
      await driver.udp({ flows: flows(100), count: 2, size: 32 });
    },
  ),
  scenario(
    "core_identity/9/example_ids",
    "Session-IDs of 15 hexadecimal digits, of one digit, and two that begin alike",
    {
      sender: {
        sessionIds: "provisioned",
        provisionedSessionIds: [
          "A3B8F20A88C23EB",
          "7",
          "DEADBEEF00000001",
          "DEADBEEF00000002",
          "0000000100000001",
        ],
      },
    },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(5), count: 10, size: 120 });
    },
  ),
  ...placements,
  scenario(
    "core_identity/9/pinned_tunnel",
    "The criterion selects the second of six tunnels",
    { sender: { tunnelSelection: "pinned", pinnedTunnel: 2 } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 20, size: 200 });
    },
  ),
  scenario(
    "core_identity/9/lowest_latency",
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
  scenario(
    "core_identity/9/damaged",
    "Every third datagram's ciphertext is damaged under way",
    { both: SEALED, stimulusFaults: { sender: "damages_ciphertext" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 30, size: 200 });
    },
  ),
  scenario(
    "core_identity/9/shared_id",
    "Two flows whose packets carry the same session-ID",
    { needs: ["key_identity"], stimulusFaults: { sender: "one_session_id" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(2), count: 20, size: 200 });
    },
  ),
  scenario(
    "core_identity/9/identity_instead",
    "A core identity takes the place of the session-ID",
    { class: "F9i", both: { identityInsteadOfSession: true, ...SEALED } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(8), count: 20, size: 200 });
    },
  ),
  scenario(
    "core_identity/9/least_load",
    "Cores 0 to 2 are busy and core 3 is idle when eight sessions begin",
    { needs: ["least_load_policy"], receiver: { binding: "least_load" } },
    async (driver) => {
      await established(driver);
      await driver.instruct("receiver", { kind: "load", values: [5000, 5000, 5000, 0] });
      await driver.udp({ flows: flows(8), count: 10, size: 120 });
    },
  ),
  scenario(
    "core_identity/9/three_to_one",
    "Three access networks at the sender, one at the receiver",
    { topology: THREE_TO_ONE, both: SEALED },
    async (driver) => {
      await attempted(driver);
      await driver.udp({ flows: flows(4), count: 30, size: 400 });
    },
  ),
];
