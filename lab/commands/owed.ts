import type { Profile } from "../../suites/kit/profile.ts";
import { concernsDevices, scopesOwed } from "../../suites/engine/owed.ts";
import type { Plan } from "../../suites/engine/plan.ts";
import type { Scope } from "../../suites/engine/scope.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { allSuites } from "../../suites/registry.ts";
import type { Report } from "../../suites/report/model.ts";

/** What a run owes, in the terms that its conclusion is drawn in. */
export interface Owed {
  /** What the devices have to answer for, by each suite that the run is about. */
  owed: ReadonlyMap<Suite, readonly Scope[]>;
  devices: Profile[];
  /** The suites by name, where the devices declare something of others as well. */
  scope: Report["run"]["scope"];
}

/**
 * What a plan owes: every requirement that binds, in every role and class that its devices declare,
 * of the suites that the run is about.
 * @param chosen Words of the suites, when only some of the plan's are asked for.
 */
export async function owedBy(plan: Plan, chosen: readonly string[] = plan.suites): Promise<Owed> {
  const devices = plan.devices.map(({ profile }) => profile);
  const all = await allSuites();
  const concerned = all.filter((suite) => concernsDevices(suite, scopesOwed(suite, devices)));
  const about = concerned.filter(({ name }) => chosen.includes(name) && plan.suites.includes(name));
  return {
    owed: new Map(about.map((suite) => [suite, scopesOwed(suite, devices)])),
    devices,
    scope: about.length === concerned.length ? undefined : about.map(({ name }) => name),
  };
}

/** What a report says of the run that a plan is of. */
export function runOf(
  plan: Plan,
  { id, milliseconds, scope }: { id: string; milliseconds: number } & Pick<Owed, "scope">,
): Report["run"] {
  const { started, seed, world, kernel, commit, command, repeat, shard } = plan;
  return {
    ...{ id, started, seed, world, kernel, commit, command },
    selection: isPart(plan),
    ...(repeat === undefined ? {} : { repeat }),
    ...(shard === undefined ? {} : { shard: { index: shard.index, of: shard.of } }),
    ...(scope === undefined ? {} : { scope }),
    duration_ms: milliseconds,
  };
}

/** Whether a run plays only a part of what its devices owe: such a run certifies nothing. */
export function isPart({ selection, shard }: Pick<Plan, "selection" | "shard">): boolean {
  return (selection ?? shard) !== undefined;
}
