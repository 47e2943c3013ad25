import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import type { ScenarioRun, World } from "../world.ts";
import { kindOf } from "../../devices/kinds/registry.ts";
import { processorCount } from "../../kernel/thread.ts";
import { Semaphore } from "./semaphore.ts";
import { LabProcess } from "./lab_process.ts";

/** Devices that may be at work at a time for each processor: most of the time they wait. */
const DEVICES = 32;
/** Octets of memory that a device takes, of which those at work may take half of what is there. */
const SIZE = 64 << 20;

function mostDevices(): number {
  const fit = Math.floor(Deno.systemMemoryInfo().available / 2 / SIZE);
  return Math.min(DEVICES * processorCount(), Math.max(DEVICES, fit));
}

/**
 * The netns world with as many labs side by side as scenarios are asked for at a time. Each lab is in
 * a process of its own, with namespaces of its own for everything: no two of them share a name, a
 * path under /run or an event loop.
 */
export class ParallelLabs implements World {
  readonly name = "netns" as const;
  readonly #idle: LabProcess[] = [];
  /** Each device is a process: their memory is the limit. */
  readonly #devices = new Semaphore(mostDevices());
  /** To bring up a lab and its devices is work for a processor; what follows is mostly waiting. */
  readonly #starts = new Semaphore(processorCount());
  readonly #suites: string;

  /** @param suites Module that exports `SUITES`. */
  constructor(suites = new URL("../../../suites/registry.ts", import.meta.url).href) {
    this.#suites = suites;
  }

  /** Runs a scenario of a suite that the module of suites has. */
  async run(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    // Those that run one by one must not wait behind the many that run beside them.
    const isUrgent = scenarioRun.suite.light !== true;
    const leave = await this.#devices.enter(weight(scenarioRun), isUrgent);
    const started = await this.#starts.enter(1, isUrgent);
    const begun = () => {
      started();
      scenarioRun.begun?.();
    };
    try {
      const lab = this.#take(scenarioRun) ?? await LabProcess.start(this.#suites);
      try {
        const record = await lab.run({ ...scenarioRun, begun });
        this.#idle.push(lab);
        return record;
      } catch (error) {
        await lab.end();
        throw error;
      }
    } finally {
      started();
      leave();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((lab) => lab.end()));
  }

  /**
   * An idle lab: best one that stands already, or one whose processes have loaded the suite's peers,
   * or the one with the most processes for devices. Of equals the last to be used, as it is the warmest.
   */
  #take({ suite, scenario: { topology, nodes } }: ScenarioRun): LabProcess | undefined {
    const devices = Object.keys(nodes).length;
    const worth = (lab: LabProcess) =>
      Math.min(lab.devices, devices) + (lab.suite === suite.name ? devices : 0) +
      (lab.topology === topology.name ? 2 * devices : 0);
    const best = Math.max(...this.#idle.map(worth));
    const at = this.#idle.findLastIndex((lab) => worth(lab) === best);
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
  }
}

/** How many devices a scenario counts for. */
function weight({ scenario, profiles }: ScenarioRun): number {
  return Object.keys(scenario.nodes).reduce((sum, node) => {
    const kind = profiles[node] && kindOf(profiles[node].attach);
    return sum + (kind?.plays === "third party" ? kind.weight : 1);
  }, 0);
}
