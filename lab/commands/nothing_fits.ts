/** Why no scenario is left for the devices of a run: a sentence that says what to change. */
import { listed } from "../../suites/kit/listed.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { planRun, type Selection } from "./run_plan.ts";

/** Says why `planRun` finds nothing for these devices, the first reason that alone is enough. */
export function whyNothingFits(
  suites: readonly Suite[],
  devices: readonly Profile[],
  selection: Selection,
): string {
  for (const device of devices) {
    const reason = unfitFor(suites, device);
    if (reason !== undefined) return reason;
  }
  if (devices.length > 1 && planRun(suites, devices, {}).length === 0) {
    const said = devices.map(({ name, roles }) => `${name} plays ${listed(roles)}`);
    return `no scenario has a role for each of them at once: ${said.join(", ")}`;
  }
  const { prefix, classes } = selection;
  const chosen = [
    ...(prefix === undefined ? [] : [`--check ${prefix}`]),
    ...(classes === undefined ? [] : [`--class ${classes.join(",")}`]),
  ];
  return `nothing that ${listed(chosen)} leaves is asked of ${
    listed(devices.map(({ name }) => name)) || "the reference peers"
  }`;
}

/** Why no scenario at all fits one device by itself; undefined where one does. */
function unfitFor(suites: readonly Suite[], device: Profile): string | undefined {
  if (planRun(suites, [device], {}).length > 0) return undefined;
  const { name, roles, classes } = device;
  const scenarios = suites.flatMap((suite) => suite.scenarios).filter(({ nodes }) =>
    Object.values(nodes).some(({ role }) => roles.includes(role))
  );
  if (scenarios.length === 0) {
    return `no scenario of ${
      listed(suites.map(({ name }) => name))
    } has a role that ${name} plays: ` +
      `it plays ${listed(roles)}`;
  }
  const declared = classes.length === 0 ? "none" : listed(classes);
  const wanted = scenarios.map(wordsOf).sort((a, b) => missing(a) - missing(b));
  const nearest = wanted[0].filter((word) => !classes.includes(word));
  return `no scenario for ${listed(roles)} asks only for classes that ${name} declares: ` +
    `got ${declared}; with ${listed(nearest)} as well there would be some`;

  function missing(words: readonly string[]): number {
    return words.filter((word) => !classes.includes(word)).length;
  }
}

function wordsOf(scenario: Scenario): string[] {
  return [scenario.class, ...scenario.needs ?? []];
}
