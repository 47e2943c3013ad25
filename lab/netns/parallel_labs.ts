import type { EvidenceRecord } from "../../suites/evidence.ts";
import type { Performance, World } from "../world.ts";
import { processorCount } from "../sys/thread.ts";
import { Gate } from "./gate.ts";
import { LabProcess } from "./lab_process.ts";

/**
 * The netns world with as many labs side by side as scenarios are asked for at a time. Each lab is in
 * a process of its own, with namespaces of its own for everything: no two of them share a name, a
 * path under /run or an event loop.
 */
export class ParallelLabs implements World {
  readonly name = "netns" as const;
  readonly #idle: LabProcess[] = [];
  /** To bring up a lab and its peers is work for a processor; what comes then is mostly waiting. */
  readonly #gate = new Gate(processorCount());
  readonly #suites: string;

  /** @param suites Module that exports `SUITES`. */
  constructor(suites = new URL("../../suites/mod.ts", import.meta.url).href) {
    this.#suites = suites;
  }

  /** Runs a scenario of a suite that the module of suites has. */
  async run(performance: Performance): Promise<EvidenceRecord> {
    const leave = await this.#gate.enter();
    const begun = () => {
      leave();
      performance.begun?.();
    };
    try {
      const lab = this.#take(performance.scenario.topology.name) ??
        await LabProcess.start(this.#suites);
      try {
        const record = await lab.run({ ...performance, begun });
        this.#idle.push(lab);
        return record;
      } catch (error) {
        await lab.end();
        throw error;
      }
    } finally {
      leave();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((lab) => lab.end()));
  }

  /** An idle lab, best one that stands already; the last to be used, as it is the warmest. */
  #take(topology: string): LabProcess | undefined {
    const same = this.#idle.findLastIndex((lab) => lab.topology === topology);
    return same < 0 ? this.#idle.pop() : this.#idle.splice(same, 1)[0];
  }
}
