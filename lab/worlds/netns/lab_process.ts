import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import { UnwritableOutput } from "../../../suites/engine/system_error.ts";
import { textLines } from "../../peer_host/lines.ts";
import type { ScenarioRun } from "../world.ts";
import { spawnInside } from "./enter.ts";
import type { RealWorldName } from "./world.ts";

/** What a lab process is told: a scenarioRun, its scenario by name. */
export interface LabOrder {
  suite: string;
  scenario: string;
  profiles: Readonly<Record<string, Profile>>;
  seed: number;
  directory: string;
  containers?: ScenarioRun["containers"];
  rerun?: ScenarioRun["rerun"];
  preflight?: true;
}

/** What it answers: lines of progress, the word that a scenario has begun, at last one of the others. */
export interface LabReport {
  progress?: string;
  begun?: true;
  record?: EvidenceRecord;
  failed?: string;
  /** Whether it failed as nothing can be written any more. */
  unwritable?: boolean;
}

/** A process in namespaces of its own that runs one scenario after another. */
export class LabProcess {
  /** What it played on last: the lab may still stand. */
  topology = "";
  /** The suite of what it played last: its processes have loaded the peers of that. */
  suite = "";
  /** The most devices that it has hosted at a time: their processes wait for others. */
  devices = 0;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reports: ReadableStreamDefaultReader<string>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    const text = child.stdout.pipeThrough(new TextDecoderStream());
    this.#reports = text.pipeThrough(textLines()).getReader();
  }

  /**
   * Starts one; this process must be inside namespaces itself.
   * @param suites Module that exports `SUITES`.
   */
  static async start(suites: string, world: RealWorldName = "netns"): Promise<LabProcess> {
    const main = new URL("./lab_host.ts", import.meta.url).href;
    const command = [Deno.execPath(), "run", "-A", "--no-prompt", main, suites, world];
    return new LabProcess(await spawnInside(command, "lab", "piped", "inherit"));
  }

  /** Runs one scenario. @throws {Error} When the process fails, or ends before it is done. */
  async run({ suite, scenario, progress, begun, ...rest }: ScenarioRun): Promise<EvidenceRecord> {
    this.topology = scenario.topology.name;
    this.suite = suite.name;
    this.devices = Math.max(this.devices, Object.keys(scenario.nodes).length);
    const order: LabOrder = { ...rest, suite: suite.name, scenario: scenario.id };
    await this.#input.write(new TextEncoder().encode(JSON.stringify(order) + "\n"));
    for (;;) {
      const { value, done } = await this.#reports.read();
      if (done) throw new Error(`Cannot run ${scenario.id}: the process of its lab has ended`);
      const report = JSON.parse(value) as LabReport;
      if (report.progress !== undefined) progress?.(report.progress);
      if (report.begun) begun?.();
      if (report.unwritable) throw new UnwritableOutput(report.failed);
      if (report.failed !== undefined) throw new Error(report.failed);
      if (report.record !== undefined) return report.record;
    }
  }

  /** Ends the process, and with it all that it holds. */
  async end(): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#reports.cancel().catch(() => {});
    await this.#child.status;
  }
}
