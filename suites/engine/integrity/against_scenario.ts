/** Holds what a record of evidence says of its lab against the scenario as its suite defines it. */
import { isDeepStrictEqual } from "node:util";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import type { Scenario } from "../../kit/scenario.ts";
import type { Suite } from "../../kit/suite.ts";
import type { TapPoint, Topology } from "../../kit/topology.ts";
import type { Damage } from "./damage.ts";

/** Evidence with its taps as the scenario has them, and what the record says otherwise. */
export interface HeldEvidence {
  evidence: Evidence;
  damage: Damage[];
}

/**
 * Holds a record against its scenario. A tap that the record does not name, or places elsewhere, is
 * put back where it belongs: so collectors say whether they wanted it.
 */
export function holdAgainstScenario(suite: Suite, evidence: Evidence): HeldEvidence {
  const damage: Damage[] = [];
  const everything = (what: string) =>
    damage.push({ kind: "changed", what, concerns: "everything" });
  if (evidence.altered) everything("scenario.json is not as it was sealed");
  const scenario = suite.scenarios.find(({ id }) => id === evidence.scenario);
  // Captures alone have no scenario, and one that is unknown here has nothing to be held against.
  if (scenario === undefined || evidence.world === "captures") return { evidence, damage };
  const { topology } = evidence;
  const expected = plainTopology(scenario.topology);
  if (topology === undefined || !isSameLab(topology, scenario.topology, expected)) {
    everything(`the lab of scenario.json is not that of ${scenario.id}`);
    return { evidence, damage };
  }
  const node = wrongNode(evidence, scenario);
  if (node !== undefined) everything(`the role of ${node} is not that of ${scenario.id}`);
  const points = topology.taps;
  return { evidence: withTapsOf({ ...evidence, topology: expected }, points, damage), damage };
}

/** Topologies as JSON has them, by the scenario's: nothing in them is undefined. */
const PLAIN = new WeakMap<Topology, Topology>();

function plainTopology(topology: Topology): Topology {
  let plain = PLAIN.get(topology);
  if (plain === undefined) PLAIN.set(topology, plain = JSON.parse(JSON.stringify(topology)));
  return plain!;
}

/** Whether two topologies have the same nodes and links; taps are looked at one by one. */
function isSameLab(claimed: Topology, scenario: Topology, expected: Topology): boolean {
  if (claimed === scenario) return true;
  const { taps: _, ...lab } = claimed, { taps: __, ...known } = expected;
  return isDeepStrictEqual(lab, known);
}

/** A node that plays another role than in the scenario, or is in one of the two only. */
function wrongNode({ nodes, problem }: Evidence, scenario: Scenario): string | undefined {
  const names = new Set([...Object.keys(nodes), ...Object.keys(scenario.nodes)]);
  return [...names].find((name) =>
    // Where the scenario broke off, not everybody may have come.
    nodes[name]?.role !== scenario.nodes[name]?.role &&
    !(problem !== undefined && nodes[name] === undefined)
  );
}

/**
 * The evidence with the taps of its topology; every difference is noted.
 * @param points Where the record says that they capture.
 */
function withTapsOf(
  evidence: Evidence & { topology: Topology },
  points: readonly TapPoint[],
  damage: Damage[],
): Evidence {
  const { topology: { taps } } = evidence;
  const changed = (what: string, name: string) =>
    damage.push({ kind: "changed", what, concerns: { taps: [name] } });
  const restored = taps.map((point): Tap => {
    const { name, node, side } = point, file = `${name}.pcapng`;
    const known = evidence.taps.filter((tap) => tap.name === name);
    const whole = { name, node, side, file };
    if (known.length !== 1) {
      changed(`scenario.json names capture ${name} ${known.length} times`, name);
    } else if (!isDeepStrictEqual(known[0], whole)) {
      changed(`scenario.json places capture ${name} elsewhere than the scenario`, name);
    } else if (!points.some((claimed) => isDeepStrictEqual(claimed, point))) {
      changed(`scenario.json captures ${name} elsewhere than the scenario`, name);
    }
    return whole;
  });
  for (const { name } of [...evidence.taps, ...points]) {
    if (taps.some((tap) => tap.name === name)) continue;
    const what = `the scenario has no capture ${name}`;
    if (!damage.some((known) => known.what === what)) changed(what, name);
  }
  return { ...evidence, taps: restored };
}
