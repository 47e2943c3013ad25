/** The catalogue as tables or as data. */
import { isInScope, levelOf } from "../../suites/engine/scope.ts";
import type { ParameterDefinition } from "../../suites/kit/parameters.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { Topology } from "../../suites/kit/topology.ts";
import { deviceNames, loadProfile } from "./devices.ts";
import type { Kind } from "./list_kinds.ts";
import { rolesOf } from "./run_plan.ts";
import { chooseSuites } from "./suites.ts";
import { styleOf } from "../terminal/style.ts";
import { listing } from "../terminal/text_table.ts";
import { Output } from "./output.ts";
import { printJson } from "./usage.ts";

type Item = Record<string, unknown>;

/** Prints everything of a kind: one line each under a heading, or one JSON array. */
export async function list(
  kind: Kind,
  options: { suite?: string[]; json?: boolean },
): Promise<void> {
  const suites = await chooseSuites(options.suite);
  const items = kind === "devices"
    ? await devices()
    : kind === "topologies"
    ? topologies(suites)
    : suites.flatMap((suite) => LISTS[kind](suite));
  if (options.json) {
    printJson(items);
    return;
  }
  const output = new Output();
  const { columns, row } = TABLES[kind];
  listing(columns, items.map(row), styleOf("stdout")).forEach((line) => output.line(line));
  output.flush();
}

const LISTS: Record<Exclude<Kind, "devices" | "topologies">, (suite: Suite) => Item[]> = {
  suites: ({ name, title, shownIn, requirements, checks, scenarios, mutants, legalVariants }) => [{
    ...{ id: name, title, worlds: shownIn },
    requirements: Object.keys(requirements).length,
    checks: checks.length,
    scenarios: scenarios.length,
    mutants: mutants.length,
    legal_variants: legalVariants?.length ?? 0,
  }],
  roles: (suite) =>
    rolesOf(suite).map((role) => ({
      id: role,
      suite: suite.name,
      requirements: Object.values(suite.requirements).filter(({ binds }) => binds.includes(role))
        .map(({ id }) => id),
      scenarios: suite.scenarios.filter(({ nodes }) =>
        Object.values(nodes).some((node) => node.role === role)
      ).map(({ id }) => id),
    })),
  classes: (suite) =>
    Object.entries(suite.classes).map(([word, description]) => ({
      id: word,
      suite: suite.name,
      description,
      requirements: Object.values(suite.requirements)
        .filter(({ classes = [] }) => classes.includes(word)).map(({ id }) => id),
      scenarios: suite.scenarios
        .filter((scenario) => [scenario.class, ...scenario.needs ?? []].includes(word))
        .map(({ id }) => id),
    })),
  parameters: (suite) =>
    Object.entries(suite.parameters ?? {}).map(([name, definition]) => ({
      id: name,
      suite: suite.name,
      ...definition,
    })),
  requirements: (suite) =>
    Object.values(suite.requirements).map((requirement) => ({
      ...requirement,
      suite: suite.name,
      in_scope: isInScope(suite, requirement),
      checks: suite.checks.filter(({ covers }) => covers.includes(requirement.id))
        .map(({ id }) => id),
      mutants: suite.mutants.filter(({ violates }) => violates === requirement.id)
        .map(({ id }) => id),
      unjudged: suite.unjudged?.[requirement.id],
    })),
  checks: (suite) =>
    suite.checks.map((check) => ({
      id: check.id,
      title: check.title,
      suite: suite.name,
      level: levelOf(suite, check),
      covers: check.covers,
      judges: check.judges,
      scenarios: check.on,
      collectors: Object.values(check.needs).map(({ name }) => name),
      mutants: suite.mutants.filter(({ violates }) => check.covers.includes(violates))
        .map(({ id }) => id),
    })),
  scenarios: (suite) =>
    suite.scenarios.map((scenario) => ({
      id: scenario.id,
      title: scenario.title,
      suite: suite.name,
      class: scenario.class,
      needs: scenario.needs ?? [],
      topology: scenario.topology.name,
      roles: [...new Set(Object.values(scenario.nodes).map(({ role }) => role))],
      checks: suite.checks.filter(({ on }) => on.includes(scenario.id)).map(({ id }) => id),
    })),
  mutants: (suite) =>
    suite.mutants.map(({ id, title, violates, alsoViolates = [], role }) => ({
      id,
      title,
      suite: suite.name,
      violates,
      alsoViolates,
      role,
    })),
};

function topologies(suites: readonly Suite[]): Item[] {
  const found = new Map<string, { topology: Topology; scenarios: string[] }>();
  for (const { topology, id } of suites.flatMap(({ scenarios }) => scenarios)) {
    const known = found.get(topology.name) ?? { topology, scenarios: [] };
    found.set(topology.name, { topology, scenarios: [...known.scenarios, id] });
  }
  return [...found.values()].map(({ topology, scenarios }) => ({
    id: topology.name,
    title: topology.title,
    nodes: Object.entries(topology.nodes).map(([name, { kind }]) => ({ name, kind })),
    links: topology.links.map(({ name, ends }) => ({ name, ends: ends.map(({ node }) => node) })),
    taps: topology.taps.map(({ name }) => name),
    scenarios,
  }));
}

async function devices(): Promise<Item[]> {
  const items: Item[] = [];
  for (const id of await deviceNames()) {
    const { name, vendor, version, roles, classes, attach } = await loadProfile(id);
    items.push({ id, name, vendor, version, roles, classes, attach: attach.kind });
  }
  return items;
}

/** How a kind looks as a table. */
interface Table {
  columns: readonly string[];
  row(item: Item): string[];
}

const TABLES: Readonly<Record<Kind, Table>> = {
  suites: {
    columns: ["SUITE", "REQUIREMENTS", "CHECKS", "SCENARIOS", "MUTANTS", "LEGAL VARIANTS", "TITLE"],
    row: ({ id, requirements, checks, scenarios, mutants, legal_variants, title }) =>
      [id, requirements, checks, scenarios, mutants, legal_variants, title].map(String),
  },
  requirements: {
    columns: ["REQUIREMENT", "LEVEL", "CLASSES", "CHECKS", "MUTANTS", "TEXT"],
    row: (item) => [
      ...[String(item.id), String(item.level), texts(item.classes) || "all"],
      ...[count(item.checks), count(item.mutants), String(item.text)],
    ],
  },
  checks: {
    columns: ["CHECK", "COVERS", "MUTANTS", "TITLE"],
    row: (
      { id, covers, mutants, title },
    ) => [String(id), texts(covers), count(mutants), String(title)],
  },
  scenarios: {
    columns: ["SCENARIO", "CLASS", "TOPOLOGY", "CHECKS", "TITLE"],
    row: (item) => [
      ...[String(item.id), String(item.class), String(item.topology)],
      ...[count(item.checks), String(item.title)],
    ],
  },
  mutants: {
    columns: ["MUTANT", "VIOLATES", "TITLE"],
    row: ({ id, violates, title }) => [String(id), String(violates), String(title)],
  },
  topologies: {
    columns: ["TOPOLOGY", "SCENARIOS", "TITLE"],
    row: ({ id, scenarios, title }) => [String(id), count(scenarios), String(title)],
  },
  devices: {
    columns: ["DEVICE", "KIND", "ROLES", "CLASSES"],
    row: (item) => [
      ...[String(item.id), String(item.attach)],
      // The null devices declare everything.
      ...[item.roles, item.classes].map((words) =>
        (words as string[]).length > MOST_WORDS ? "all" : texts(words)
      ),
    ],
  },
  roles: {
    columns: ["ROLE", "SUITE", "SCENARIOS", "REQUIREMENTS"],
    row: (
      { id, suite, requirements, scenarios },
    ) => [String(id), String(suite), count(scenarios), count(requirements)],
  },
  classes: {
    columns: ["CLASS", "SUITE", "REQUIREMENTS", "SCENARIOS", "A DEVICE OF IT"],
    row: (item) => [
      ...[String(item.id), String(item.suite), count(item.requirements), count(item.scenarios)],
      String(item.description),
    ],
  },
  parameters: {
    columns: ["PARAMETER", "SUITE", "VALUE", "MEANING"],
    row: (item) => [
      ...[String(item.id), String(item.suite), valueWords(item as unknown as ParameterDefinition)],
      String(item.description),
    ],
  },
};

/** A device that declares more than this declares everything. */
const MOST_WORDS = 7;

function texts(words: unknown): string {
  return (words as string[] | undefined ?? []).join(", ");
}

function count(items: unknown): string {
  return String((items as unknown[]).length);
}

/** What a parameter may be, in a few words. */
function valueWords(definition: ParameterDefinition): string {
  switch (definition.kind) {
    case "number":
      return `${definition.minimum} to ${definition.maximum} ${definition.unit}`;
    case "word":
      return definition.words.join("|");
    case "flag":
      return "true|false";
    case "text":
      return definition.form;
  }
}
