import type { Machine, PeerEnvironment } from "../../peers/machine.ts";
import type { RuleOverrides } from "../../peers/rule_overrides.ts";
import type { Check } from "./check.ts";
import type { Recogniser } from "./collector.ts";
import type { ConversationTeller } from "./conversation.ts";
import type { Evidence } from "./evidence.ts";
import type { Figure } from "./figure.ts";
import type { LegalVariant } from "./legal_variant.ts";
import type { Mutant } from "./mutant.ts";
import type { ParameterDefinitions } from "./parameters.ts";
import type { Requirement } from "./requirement.ts";
import type { NodeSetup, Scenario } from "./scenario.ts";
import type { WorldName } from "./world.ts";

/**
 * The reference peers of a suite, in a module of their own: a process that plays one needs nothing of
 * what judges, which is many times as much to load.
 * @template Overrides Rules of its machines that mutants and stimulus faults replace.
 */
export interface ReferencePeers<Overrides extends RuleOverrides = RuleOverrides> {
  /** The system's word: `core_identity`. */
  name: string;
  /** UDP port of its carrier where a configuration names none. */
  udpPort: number;
  /**
   * The rules of each machine that its reference peers are made of, by the machine's name: what the
   * `rules` of a variant may replace. Without it no variant from outside the project is taken.
   */
  machines?: Readonly<Record<keyof Overrides & string, object>>;
  /** Deliberate faults of the stimulus side: rule replacements by name. */
  stimulusFaults: Readonly<Record<string, Overrides>>;
  /**
   * What a node's configuration is at a seed, where a scenario gives it what must not be the same in
   * two conversations; as the scenario has it unless told.
   */
  configAt?(role: string, config: NodeSetup["config"], seed: number): NodeSetup["config"];
  /**
   * What the peer of a role is told once nothing is recorded any more, so that a device which goes on
   * after the scenario forgets it; undefined for a role that no device remembers.
   */
  farewell?(role: string): Record<string, unknown> | undefined;
  /** Loads the machines, where the suite comes without: to be waited for before any is built. */
  load?(): Promise<void>;
  /** Builds the reference peer for a role; `overrides` replace rules of its machines. */
  peer(
    role: string,
    config: Record<string, unknown>,
    environment: PeerEnvironment,
    overrides: Overrides,
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
    overrides: Overrides,
  ): Machine;
}

/**
 * Everything that one system brings: the registry in `suites/registry.ts` lists these.
 * @template Overrides Rules of its machines that mutants and stimulus faults replace.
 */
export interface Suite<Overrides extends RuleOverrides = RuleOverrides>
  extends ReferencePeers<Overrides> {
  title: string;
  /**
   * Worlds in which the reference peers are known to keep the whole suite. Elsewhere it runs only
   * when it is asked for by name, so that a run never stands on what was not shown.
   */
  shownIn: readonly WorldName[];
  /**
   * Whether its scenarios ask so little of a machine that many may run at a time in a real world.
   * Others run one by one there, beside light ones.
   */
  light?: boolean;
  requirements: Readonly<Record<string, Requirement>>;
  /** The classes and options that a profile may declare, and what each says of a device. */
  classes: Readonly<Record<string, string>>;
  /** Pairs of classes that one device cannot keep both, and why. */
  exclusive?: readonly { classes: readonly [string, string]; why: string }[];
  /** What a profile may declare among its `parameters`. */
  parameters?: ParameterDefinitions;
  scenarios: readonly Scenario[];
  checks: readonly Check[];
  mutants: readonly Mutant<string, Overrides>[];
  legalVariants?: readonly LegalVariant<Overrides>[];
  /** Suites that this one stands on, and may import. */
  bases?: readonly string[];
  /** Requirements that no check judges, and why: the reference peers do not declare their options. */
  unjudged?: Readonly<Record<string, string>>;
  /** Says which frames concern the suite; every frame does unless it says so. */
  recogniser?(evidence: Evidence): Recogniser;
  /** Tells of the conversations that captures alone show, and who is who in them. */
  conversations?: ConversationTeller;
  /** Plots that the report draws for each scenario whose evidence has the data. */
  figures?: readonly Figure[];
}

/** A part of a suite that stands in one file, named after what it is about. */
export interface Section<Overrides extends RuleOverrides = RuleOverrides> {
  /** What the specification calls it: `§7.2 Control Connection States`. */
  title: string;
  scenarios?: readonly Scenario[];
  checks: readonly Check[];
  /** Reference peers with one fault each, that these checks must catch. */
  mutants?: readonly Mutant<string, Overrides>[];
  /** Reference peers that take another legal choice, that these checks must pass. */
  legalVariants?: readonly LegalVariant<Overrides>[];
}

/** A suite as its `suite.ts` writes it: what its sections hold is gathered here. */
export interface SuiteDefinition<Overrides extends RuleOverrides>
  extends Omit<Suite<Overrides>, "scenarios" | "checks" | "mutants" | "legalVariants"> {
  sections: readonly Section<Overrides>[];
  /** Scenarios that several sections judge. */
  scenarios?: readonly Scenario[];
}

/** Makes a suite of its sections. */
export function defineSuite<Overrides extends RuleOverrides>(
  { sections, scenarios = [], ...rest }: SuiteDefinition<Overrides>,
): Suite<Overrides> {
  return {
    ...rest,
    scenarios: [...scenarios, ...sections.flatMap((section) => section.scenarios ?? [])],
    checks: sections.flatMap(({ checks }) => checks),
    mutants: sections.flatMap(({ mutants = [] }) => mutants),
    legalVariants: sections.flatMap(({ legalVariants = [] }) => legalVariants),
  };
}
