/** The catalogue as tables or as data. */
import { escapeControls } from "../../captures/escape.ts";
import { isInScope, levelOf } from "../../suites/engine/scope.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { Topology } from "../../suites/kit/topology.ts";
import { deviceNames, loadProfile } from "./devices.ts";
import type { Kind } from "./list_kinds.ts";
import { chooseSuites } from "./suites.ts";
import { print, printJson } from "./usage.ts";

type Item = Record<string, unknown>;

/** Prints everything of a kind: one line each, or one JSON array. */
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
  if (options.json) printJson(items);
  else items.forEach((item) => print(line(kind, item)));
}

const LISTS: Record<Exclude<Kind, "devices" | "topologies">, (suite: Suite) => Item[]> = {
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

function line(kind: Kind, item: Item): string {
  const texts = (key: string) => (item[key] as string[] | undefined ?? []).join(", ");
  const covered = (key: string) => {
    const { length } = item[key] as unknown[];
    return `${length} ${length === 1 ? key.slice(0, -1) : key}`;
  };
  switch (kind) {
    case "requirements":
      return `${item.id}  ${String(item.level).padEnd(6)}  ${
        (texts("classes") || "all").padEnd(12)
      }  ` +
        `${covered("checks")}, ${covered("mutants")}  ${item.text}`;
    case "checks":
      return `${item.id}  ${texts("covers")}  ${covered("mutants")}  ${item.title}`;
    case "scenarios":
      return `${item.id}  ${item.class}  ${item.topology}  ${covered("checks")}  ${item.title}`;
    case "mutants":
      return `${item.id}  ${item.violates}  ${item.title}`;
    case "topologies":
      return `${item.id}  ${covered("scenarios")}  ${item.title}`;
    case "devices":
      return escapeControls(`${item.id}  ${item.attach}  ${texts("roles")}  ${texts("classes")}`);
  }
}
