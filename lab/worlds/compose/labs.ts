import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import { processorCount } from "../../kernel/thread.ts";
import { LabProcess } from "../netns/lab_process.ts";
import { Semaphore } from "../netns/semaphore.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import type { ScenarioRun, World } from "../world.ts";
import { assign, type Assignment, claimable, type ProjectContainer } from "./containers.ts";

/** A lab, and the containers that it has: it keeps them between scenarios, as its links may stand. */
interface Lab {
  /** Absent while it starts. */
  process?: LabProcess;
  /** Name of the topology that it plays on, or is to play on. */
  topology: string;
  containers: Assignment;
  /** The suite whose scenario it plays. */
  busyWith?: Suite;
}

/** What of a scenario is asked for. */
type Wanted = Pick<ScenarioRun, "suite" | "scenario" | "profiles">;

/**
 * The compose world: the netns world with namespaces that containers own. As many labs stand side by
 * side as there are containers for; each scenario waits until those that it needs are free.
 */
export class ComposeLabs implements World {
  readonly name = "compose" as const;
  readonly #labs = new Set<Lab>();
  /** Scenarios that wait for containers, in the order in which they came. */
  readonly #waiting: Wanted[] = [];
  #changed = Promise.withResolvers<void>();
  readonly #starts = new Semaphore(processorCount());

  /** @param suites Module that exports `SUITES`. */
  constructor(
    readonly containers: readonly ProjectContainer[],
    readonly suites = new URL("../../../suites/registry.ts", import.meta.url).href,
  ) {}

  async run(scenarioRun: ScenarioRun): Promise<EvidenceRecord> {
    const lab = await this.#take(scenarioRun);
    const started = await this.#starts.enter();
    const begun = () => {
      started();
      scenarioRun.begun?.();
    };
    try {
      lab.process ??= await LabProcess.start(this.suites, this.name);
      return await lab.process.run({ ...scenarioRun, begun, containers: lab.containers });
    } catch (error) {
      await this.#end(lab);
      throw error;
    } finally {
      started();
      lab.busyWith = undefined;
      this.#change();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#labs].map((lab) => this.#end(lab)));
  }

  /** A lab with containers for the scenario; waits until there are enough. */
  async #take(wanted: Wanted): Promise<Lab> {
    this.#waiting.push(wanted);
    try {
      for (;;) {
        const { lab, losers = [] } = this.#look(wanted);
        if (lab !== undefined) {
          // All of this is noted before anybody else looks.
          Object.assign(lab, { busyWith: wanted.suite });
          this.#labs.add(lab);
          losers.forEach((loser) => this.#labs.delete(loser));
          await Promise.all(losers.map((loser) => this.#end(loser)));
          return lab;
        }
        await this.#changed.promise;
      }
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(wanted), 1);
      this.#change();
    }
  }

  /**
   * Looks for a lab that can play a scenario now, and which labs would lose their containers to it.
   * @throws {RangeError} When there never will be one.
   */
  #look(wanted: Wanted): { lab?: Lab; losers?: Lab[] } {
    const { scenario, profiles } = wanted;
    const idle = [...this.#labs].filter(({ busyWith }) => busyWith === undefined);
    const held = new Set([...this.#labs].flatMap(({ containers }) => Object.values(containers)));
    const spare = idle.flatMap(({ containers }) => Object.values(containers));
    const mayTake = this.#claims(wanted);
    for (const lab of idle.filter(({ topology }) => topology === scenario.topology.name)) {
      // Whoever played there plays there again: the links stand, and the processes are warm.
      const again = assign(scenario, profiles, Object.values(lab.containers).filter(mayTake));
      if (typeof again !== "string") return { lab: Object.assign(lab, { containers: again }) };
    }
    const free = this.containers.filter((one) => !held.has(one));
    const containers = assign(scenario, profiles, [...free, ...spare].filter(mayTake));
    if (typeof containers === "string") {
      const isFirst = this.#waiting[0] === wanted && idle.length === this.#labs.size;
      if (isFirst) throw new RangeError(containers);
      return {};
    }
    const taken = new Set(Object.values(containers));
    const losers = idle.filter((lab) => Object.values(lab.containers).some((c) => taken.has(c)));
    return { lab: { topology: scenario.topology.name, containers }, losers };
  }

  /** Which containers a scenario may take now. */
  #claims(wanted: Wanted): (container: ProjectContainer) => boolean {
    const suites = this.#waiting.map(({ suite }) => suite);
    const busy = [...this.#labs].flatMap(({ busyWith }) => busyWith ?? []);
    const before = suites.slice(0, this.#waiting.indexOf(wanted));
    return claimable(wanted.suite, { before, active: [...suites, ...busy] });
  }

  /** Lets those look again who wait. */
  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Ends a lab, which leaves its containers. */
  async #end(lab: Lab): Promise<void> {
    this.#labs.delete(lab);
    await lab.process?.end();
  }
}
