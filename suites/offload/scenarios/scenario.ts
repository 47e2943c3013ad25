/** Scenarios of a network card. */
import type { NodeSetup, Scenario } from "../../kit/scenario.ts";
import type { Topology } from "../../kit/topology.ts";
import type { DriverOf } from "../../kit/words.ts";
import { type Arrangement, card } from "../node_setup.ts";
import { NIC } from "../topologies.ts";
import { burstOf } from "./burst.ts";
import { kit, type OffloadClass, type OffloadWords } from "../vocabulary.ts";

/** First port of flows that show that a card is there, and how many there are. */
const HELLO = 10_000, HELLOS = 9_000;

/** Milliseconds after which a card holds nothing any more. */
export const SETTLED = 60;

/** What a scenario of a card is made of. */
export interface NicScenario extends Arrangement {
  name: string;
  title: string;
  class: OffloadClass;
  needs?: readonly OffloadClass[];
  topology?: Topology;
  /** Milliseconds in which nothing happens on purpose. */
  waits?: number;
  heavy?: boolean;
  run(driver: DriverOf<OffloadWords>): Promise<void>;
}

/** A scenario whose device is the card between host and network. */
export function nicScenario(scenario: NicScenario): Scenario {
  const { name, title, needs, topology = NIC, waits, heavy, run, ...rest } = scenario;
  const { class: of, ...arrangement } = rest;
  const nic: NodeSetup & { role: "nic" } = card(arrangement);
  return kit.scenario({
    name,
    title,
    class: of,
    topology,
    nodes: { nic },
    ...needs === undefined ? {} : { needs },
    ...waits === undefined ? {} : { waits },
    ...heavy === undefined ? {} : { heavy },
    run,
  });
}

/**
 * Sends a few packets that show that the card is there, before anything is held against it: each time a
 * flow of its own, so that none is taken for another.
 */
export async function greet(driver: DriverOf<OffloadWords>, from: "host" | "network") {
  const way = from === "host" ? "send" : "receive";
  const port = HELLO + Math.floor(driver.now()) % HELLOS;
  await driver.datagrams(from, burstOf({ hello: (train) => train(2) }, { way, family: 4, port }));
  await driver.advance(SETTLED);
}

/** Sends bursts one after another, each once nothing of the one before can be held. */
export async function sendBursts(
  driver: DriverOf<OffloadWords>,
  from: "host" | "network",
  bursts: readonly Uint8Array[][],
): Promise<void> {
  await greet(driver, from);
  for (const burst of bursts) {
    await driver.datagrams(from, burst);
    await driver.advance(SETTLED);
  }
}
