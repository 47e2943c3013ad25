/** What every world writes down about a scenario beside its captures: `scenario.json`. */
import { writeTextInside } from "../suites/engine/run_files.ts";
import type { EvidenceRecord } from "../suites/kit/evidence.ts";
import type { ScenarioRun, World } from "./world.ts";

/** What the evidence of a scenario says before it has begun. */
export function newRecord(
  { scenario, suite, seed, rerun }: ScenarioRun,
  world: World["name"],
): EvidenceRecord {
  return {
    schema: 2,
    scenario: scenario.id,
    suite: suite.name,
    world,
    seed,
    topology: scenario.topology,
    nodes: {},
    taps: scenario.topology.taps.map(({ name, node, side }) => ({
      name,
      node,
      side,
      file: `${name}.pcapng`,
    })),
    traces: [],
    stimuli: [],
    captureCounters: {},
    linkCounters: {},
    ...(rerun === undefined ? {} : { rerun }),
    lateness: { nodes: {}, wires: 0, recorder: 0, machine: 0 },
  };
}

/** Writes the evidence's record into its directory. */
export function writeRecord(record: EvidenceRecord, directory: string): void {
  writeTextInside(directory, "scenario.json", JSON.stringify(record, null, 1) + "\n");
}
