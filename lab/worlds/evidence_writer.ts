/** What every world writes down about a scenario beside its captures: `scenario.json`. */
import { writeTextInside } from "../../suites/engine/run_files.ts";
import { checksumOfFile, sealOf } from "../../suites/engine/integrity/digest.ts";
import type { EvidenceRecord } from "../../suites/kit/evidence.ts";
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

/**
 * Writes the evidence's record into its directory, once its captures and traces are there: the record
 * says what they are, and is sealed.
 */
export function writeRecord(record: EvidenceRecord, directory: string): void {
  bind(record, directory);
  // JSON of a record is that of what a reader will parse: nothing of it turns into anything else.
  const text = JSON.stringify({ ...record, seal: sealOf(record) }, null, 1) + "\n";
  writeTextInside(directory, "scenario.json", text);
}

/** Notes the checksum of every capture and trace that there is. */
function bind({ taps, traces, captureCounters }: EvidenceRecord, directory: string): void {
  for (const { name, file } of taps) {
    const counters = captureCounters[name];
    if (counters !== undefined) counters.crc32 = checksumOf(`${directory}/${file}`);
  }
  for (const trace of traces) trace.crc32 = checksumOf(`${directory}/${trace.file}`);
}

/** The checksum of a file; undefined when a device that was to write it left none. */
function checksumOf(path: string): string | undefined {
  try {
    return checksumOfFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw cause;
  }
}
