/** What a suite is written with, typed by the suite's own words: see CONTRIBUTING.md. */
import {
  type CaseDefinition,
  caseOf,
  type Check,
  type InvariantDefinition,
  invariantOf,
} from "./check.ts";
import type { FactCollectors } from "./collector.ts";
import type { RuleOverrides } from "../../peers/rule_overrides.ts";
import type { LegalVariant } from "./legal_variant.ts";
import type { Mutant } from "./mutant.ts";
import { controlled, type PositiveControl } from "./positive_control.ts";
import type { RequirementEntry } from "./requirement.ts";
import type { Driver, NodeSetup, Scenario } from "./scenario.ts";

/** The words of a suite, so that one that does not exist does not compile. */
export interface Words {
  requirement: string;
  role: string;
  /** Classes of devices, and the options that they may declare besides. */
  class: string;
  /** Nodes of its topologies. */
  node: string;
  /** Events of its peers' traces. */
  event: string;
  /** Rules of its peers, by machine. */
  rules: RuleOverrides;
}

/** A driver whose nodes and events are those of a suite. */
export interface DriverOf<W extends Words> extends Driver {
  event(node: W["node"], event: W["event"], timeout: number): Promise<void>;
  instruct(node: W["node"], instruction: Record<string, unknown>): Promise<void>;
  kill(node: W["node"]): Promise<void>;
}

/** A scenario as it is written. */
export interface ScenarioDefinition<W extends Words>
  extends Omit<Scenario, "id" | "suite" | "nodes" | "run"> {
  /** Below the suite's word. */
  name: string;
  class: W["class"];
  needs?: readonly W["class"][];
  nodes: Partial<Record<W["node"], NodeSetup & { role: W["role"] | "tester" }>>;
  run(driver: DriverOf<W>): Promise<void>;
}

/** A mutant as it is written. */
export interface MutantDefinition<W extends Words> {
  /** Below the suite's word and the role. */
  name: string;
  title: string;
  violates: W["requirement"];
  alsoViolates?: readonly W["requirement"][];
  role: W["role"];
  rules: W["rules"];
}

/** A legal variant as it is written. */
export interface LegalVariantDefinition<W extends Words>
  extends Omit<LegalVariant<W["rules"]>, "id"> {
  /** Below the suite's word and the role. */
  name: string;
  role: W["role"];
  classes?: readonly W["class"][];
  rules: W["rules"];
}

/** A requirement's row in the words of its suite. */
export interface RequirementOf<W extends Omit<Words, "requirement">> extends RequirementEntry {
  classes?: readonly W["class"][];
  binds: readonly W["role"][];
}

/** The makers of everything that a suite consists of. */
export interface Kit<W extends Words> {
  testCase<N extends FactCollectors, S extends object>(
    definition: CaseDefinition<W["requirement"], W["role"], N, S>,
  ): Check<W["requirement"]>;
  invariant<N extends FactCollectors, S extends object>(
    definition: InvariantDefinition<W["requirement"], W["role"], N, S>,
  ): Check<W["requirement"]>;
  scenario(definition: ScenarioDefinition<W>): Scenario;
  mutant(definition: MutantDefinition<W>): Mutant<W["requirement"], W["rules"]>;
  legalVariant(definition: LegalVariantDefinition<W>): LegalVariant<W["rules"]>;
}

/**
 * The kit of one suite.
 * @param suite The suite's word, which begins every id.
 * @param control How the suite tells that a device was not there all the time.
 */
export function kitOf<W extends Words, T = unknown>(
  suite: string,
  control?: PositiveControl<T>,
): Kit<W> {
  return {
    testCase: (definition) => controlled(caseOf(suite, definition), control),
    invariant: (definition) => controlled(invariantOf(suite, definition), control),
    scenario: ({ name, ...rest }) => ({ ...rest, id: `${suite}/${name}`, suite }) as Scenario,
    mutant: ({ name, ...rest }) => ({ ...rest, id: `${suite}/${rest.role}/${name}` }),
    legalVariant: ({ name, ...rest }) => ({ ...rest, id: `${suite}/${rest.role}/${name}` }),
  };
}
