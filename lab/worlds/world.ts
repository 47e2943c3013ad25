import type { EvidenceRecord } from "../../suites/kit/evidence.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { NodeSetup, Scenario } from "../../suites/kit/scenario.ts";
import type { Container } from "../devices/container/agent.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { WorldName } from "../../suites/kit/world.ts";

/** Milliseconds between two datagrams that a host sends as fast as it can, the same in every world. */
export const FASTEST = 0.02;

/** What is said of a frame that a host cannot send. */
export function unfitFrame({ length }: Uint8Array): string {
  return "Cannot send a frame as it must hold an Ethernet header and fit the link's MTU: " +
    `got ${length} octets`;
}

/** What to run: one scenario with the devices that play its nodes. */
export interface ScenarioRun {
  suite: Suite;
  scenario: Scenario;
  /** Profile by topology node; nodes that are absent are played by the reference peer. */
  profiles: Readonly<Record<string, Profile>>;
  seed: number;
  /** Containers that play nodes, by node, in a world that has them. */
  containers?: Readonly<Record<string, Container>>;
  /** Set when it runs again by itself: see the evidence's record. */
  rerun?: EvidenceRecord["rerun"];
  /** Set where nothing is to be judged: it ends as soon as each third party's device has answered. */
  preflight?: true;
  /** Where the evidence goes; created when it does not exist. */
  directory: string;
  /** Called with a line of progress for a terminal. */
  progress?: (line: string) => void;
  /** Called when all nodes are ready and the scenario begins to act. */
  begun?: () => void;
}

/** Who plays which node of a scenario, with the configuration that it has at the run's seed. */
export function setupsOf({ suite, scenario, seed }: ScenarioRun): [string, NodeSetup][] {
  return Object.entries(scenario.nodes).map(([node, setup]) => {
    const config = suite.configAt?.(setup.role, setup.config, seed) ?? setup.config;
    return [node, { ...setup, config }];
  });
}

/** Where scenarios run. The same scenario leaves the same kind of evidence in every world. */
export interface World {
  readonly name: WorldName;
  /**
   * Runs one scenario and leaves its evidence, `scenario.json` included, in the directory.
   * A scenario that cannot be carried out leaves evidence with `problem` set; only a defect of ours
   * rejects.
   */
  run(scenarioRun: ScenarioRun): Promise<EvidenceRecord>;
  /** Stops everything that the world started. */
  close(): Promise<void>;
}
