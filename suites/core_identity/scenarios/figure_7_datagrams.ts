/** Scenarios of FIG. 7 about what is carried: datagrams of all sorts, in pieces, sealed, after a pause. */
import type { Scenario } from "../../kit/scenario.ts";
import { sendAllSorts } from "../crafted_datagrams.ts";
import { established, flow, flows, LAB_KEY, scenario } from "../node_setup.ts";
import { JITTER } from "../topologies.ts";

/**
 * Milliseconds of a pause that no session ends by: what a profile declares is longer, see `senderIdle`
 * of `parameters.ts`.
 */
export const PAUSE = 5_000;

/** Sorts of datagrams over one version of IP. */
function allSorts(family: 4 | 6): Scenario {
  return scenario(
    `7/all_sorts_ipv${family}`,
    `IPv${family} datagrams of every length around what fits a packet, and of all sorts`,
    family === 6 ? { needs: ["ipv6"] } : {},
    async (driver) => {
      await established(driver);
      await sendAllSorts(driver, family);
      // Whoever died of one of them carries these no more.
      await driver.udp({
        flows: flows(2).map((plain) => ({ ...plain, family })),
        count: 5,
        size: 64,
      });
    },
  );
}

/** By what they show. */
export const FIGURE_7_DATAGRAMS = {
  all_sorts_ipv4: allSorts(4),
  all_sorts_ipv6: allSorts(6),
  pieces_out_of_order: scenario(
    "7/pieces_out_of_order",
    "Datagrams in three pieces or more over access networks that reorder",
    { topology: JITTER, both: { pathMtu: 700 } },
    async (driver) => {
      await established(driver);
      const back = flow(9001, 5001, "server", "client");
      await driver.udp({ flows: [...flows(4), back], count: 25, size: 1472, interval: 0.25 });
    },
  ),
  sealed: scenario(
    "7/sealed",
    "Whole datagrams are sealed, and identities are not",
    { needs: ["datagram_encryption"], both: { cover: "whole", key: LAB_KEY } },
    async (driver) => {
      await established(driver);
      await driver.udp({
        flows: [...flows(5), flow(9001, 5001, "server", "client")],
        count: 20,
        size: 300,
      });
    },
  ),
  pause: scenario(
    "7/pause",
    "Sessions pause for five seconds, and then go on",
    { waits: PAUSE },
    async (driver) => {
      await established(driver);
      await driver.udp({ flows: flows(6), count: 5, size: 120 });
      await driver.advance(PAUSE);
      await driver.udp({ flows: flows(5, 41_000), count: 2, size: 120 });
      await driver.udp({ flows: flows(6), count: 5, size: 120 });
    },
  ),
} satisfies Record<string, Scenario>;
