import type { Machine, PeerEnvironment } from "../../peers/machine.ts";
import type { Check } from "./check.ts";
import type { Figure } from "./figure.ts";
import type { Mutant } from "./mutant.ts";
import type { Requirement } from "./requirement.ts";
import type { Scenario } from "./scenario.ts";

/** Everything that one system brings: the registry in `suites/registry.ts` lists these. */
export interface Suite {
  /** The system's word: `core_identity`. */
  name: string;
  title: string;
  /**
   * Worlds in which the reference peers are known to keep the whole suite. Elsewhere it runs only
   * when it is asked for by name, so that a run never stands on what was not shown.
   */
  shownIn: readonly ("memory" | "netns")[];
  /**
   * Whether its scenarios ask so little of a machine that many may run at a time in a real world.
   * Others run one by one there, beside light ones.
   */
  light?: boolean;
  /** UDP port of its carrier where a configuration names none. */
  udpPort: number;
  requirements: Readonly<Record<string, Requirement>>;
  scenarios: readonly Scenario[];
  checks: readonly Check[];
  mutants: readonly Mutant[];
  /** Plots that the report draws for each scenario whose evidence has the data. */
  figures?: readonly Figure[];
  /** Deliberate faults of the stimulus side: rule replacements by name. */
  // deno-lint-ignore no-explicit-any
  stimulusFaults: Readonly<Record<string, Record<string, any>>>;
  /** Builds the reference peer for a role; `rules` replace rules of the same name. */
  peer(
    role: string,
    config: Record<string, unknown>,
    environment: PeerEnvironment,
    rules: Record<string, unknown>,
  ): Machine;
  /**
   * Builds one core of a `SteeredMachine` for a worker: it takes the packets that were steered or
   * handed to it on `wan` ports, and transmits IP datagrams on `lan`.
   */
  core?(
    role: string,
    config: Record<string, unknown>,
    index: number,
    environment: PeerEnvironment,
    rules: Record<string, unknown>,
  ): Machine;
}
