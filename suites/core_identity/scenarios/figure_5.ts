/** Scenarios of FIG. 5: the receiver gives one core identity for the whole aggregated tunnel. */
import type { Scenario } from "../../kit/scenario.ts";
import { type Arrangement, established, flow, flows, scenario, SILENCE } from "../node_setup.ts";
import { ONE_TO_TWO, THREE_TO_ONE } from "../topologies.ts";
import { SESSIONS_BOTH_WAYS, sessionsBothWays, whateverComesUp } from "./transfers.ts";

/** Both ends are told that the identity belongs into the tunnel header. */
function oneIdentity(
  name: string,
  title: string,
  { both = {}, ...rest }: Arrangement,
  run: Scenario["run"],
): Scenario {
  return scenario(`5/${name}`, title, { both: { placement: "tunnel", ...both }, ...rest }, run);
}

/** By what they show. */
export const FIGURE_5 = {
  sessions: oneIdentity(
    "sessions",
    SESSIONS_BOTH_WAYS,
    { waits: SILENCE },
    sessionsBothWays,
  ),
  garbled: oneIdentity(
    "garbled",
    "Every third packet carries octets that are no IP datagram, behind a good header",
    { stimulusFaults: { sender: "garbles_datagrams" } },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(4), count: 30, size: 200 });
    },
  ),
  reverse: oneIdentity(
    "reverse",
    "Both sides give an identity, and data travels both ways",
    { needs: ["reverse_identity"], both: { reverseIdentity: true } },
    async (driver) => {
      await established(driver);
      const back = [9001, 9002, 9003].map((port) => flow(port, 5001, "server", "client"));
      await driver.udp({ flows: [...flows(3), ...back], count: 40, size: 300 });
    },
  ),
  three_to_one: oneIdentity(
    "three_to_one",
    "Three access networks at the sender, one at the receiver",
    { topology: THREE_TO_ONE },
    whateverComesUp,
  ),
  one_to_two: oneIdentity(
    "one_to_two",
    "One access network at the sender, two at the receiver",
    { topology: ONE_TO_TWO },
    whateverComesUp,
  ),
} satisfies Record<string, Scenario>;
