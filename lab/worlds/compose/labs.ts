import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import { processorCount } from "../../kernel/thread.ts";
import { LabProcess } from "../netns/lab_process.ts";
import { Semaphore } from "../netns/semaphore.ts";
import type { ScenarioRun, World } from "../world.ts";
import { assign, type Assignment, type ProjectContainer } from "./containers.ts";

/** A lab, and the containers that it has: it keeps them between scenarios, as its links may stand. */
interface Lab {
  process: LabProcess;
  containers: Assignment;
  isBusy: boolean;
}

/**
 * The compose world: the netns world with namespaces that containers own. As many labs stand side by
 * side as there are containers for; each scenario waits until those that it needs are free.
 */
export class ComposeLabs implements World {
  readonly name = "compose" as const;
  readonly #labs = new Set<Lab>();
  /** Scenarios take their containers one after another, so that none waits for ever. */
  #turn: Promise<unknown> = Promise.resolve();
  #released = Promise.withResolvers<void>();
  readonly #starts = new Semaphore(processorCount());

  /** @param suites Module that exports `SUITES`. */
  constructor(
    readonly containers: readonly ProjectContainer[],
    readonly suites = new URL("../../../suites/registry.ts", import.meta.url).href,
  ) {}

  async run(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    const taken = this.#turn.then(() => this.#take(scenarioRun));
    this.#turn = taken.catch(() => {});
    const lab = await taken;
    const started = await this.#starts.enter();
    const begun = () => {
      started();
      scenarioRun.begun?.();
    };
    try {
      const { process, containers } = lab;
      return await process.run({ ...scenarioRun, begun, containers });
    } catch (error) {
      await this.#end(lab);
      throw error;
    } finally {
      started();
      lab.isBusy = false;
      this.#released.resolve();
      this.#released = Promise.withResolvers();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#labs].map((lab) => this.#end(lab)));
  }

  /** A lab with containers for the scenario; waits until there are enough. */
  async #take({ scenario, profiles }: ScenarioRun): Promise<Lab> {
    for (;;) {
      const idle = [...this.#labs].filter(({ isBusy }) => !isBusy);
      for (const lab of idle.filter(({ process }) => process.topology === scenario.topology.name)) {
        // Whoever played there plays there again: the links stand, and the processes are warm.
        const again = assign(scenario, profiles, Object.values(lab.containers));
        if (typeof again !== "string") {
          return Object.assign(lab, { containers: again, isBusy: true });
        }
      }
      const held = new Set([...this.#labs].flatMap(({ containers }) => Object.values(containers)));
      const free = this.containers.filter((one) => !held.has(one));
      const spare = idle.flatMap(({ containers }) => Object.values(containers));
      const containers = assign(scenario, profiles, [...free, ...spare]);
      if (typeof containers !== "string") {
        const wanted = new Set(Object.values(containers));
        const losers = idle.filter((lab) =>
          Object.values(lab.containers).some((c) => wanted.has(c))
        );
        await Promise.all(losers.map((lab) => this.#end(lab)));
        const process = await LabProcess.start(this.suites, this.name);
        const lab = { process, containers, isBusy: true };
        this.#labs.add(lab);
        return lab;
      }
      if (idle.length === this.#labs.size) throw new RangeError(containers);
      await this.#released.promise;
    }
  }

  /** Ends a lab, which leaves its containers. */
  async #end(lab: Lab): Promise<void> {
    this.#labs.delete(lab);
    await lab.process.end();
  }
}
