/** A run: everything comes up, some of it dies, and at the end the tables of all are compared. */
import { memoryOf } from "../bench/process.ts";
import { Scheduler } from "../worlds/memory/scheduler.ts";
import { seededRandom } from "../../captures/random.ts";
import { auditConnections, type ConnectionAudit } from "./connection_audit.ts";
import {
  ADDRESS,
  buildCluster,
  type Cluster,
  type ClusterEndpoint,
  localAddress,
} from "./cluster.ts";
import { Fabric } from "./fabric.ts";
import { flood } from "./flood.ts";
import { EventLog, type Failure } from "./event_log.ts";
import { type ScaleOptions, TIMES } from "./options.ts";

/** Milliseconds of the way between outside and inside. */
const DELAY = 10, JITTER = 5;
/** Virtual milliseconds for which a run waits until all are served. */
const PATIENCE = 4 * (TIMES.hello + TIMES.givingUp);
/** Virtual milliseconds between two looks at the whole. */
const LOOK = 1000;

/** What a run came to. Times are virtual milliseconds unless they say otherwise. */
export interface ScaleReport {
  options: Omit<ScaleOptions, "rules">;
  /** Until all initiators had a session for the first time; undefined: never. */
  allUp: number | undefined;
  /** Initiators that had one when the last initiator had begun, and the flood had ended. */
  upAfterRamp: number;
  failures: readonly Failure[];
  /** From the master's death until another forwarded a request; undefined: it did not die, or none. */
  takeOverAfter: number | undefined;
  masterDied: boolean;
  /** Endpoints that lived all the time, by number. */
  steady: readonly number[];
  audit: ConnectionAudit;
  requests: EventLog["requests"];
  split: number;
  misdirected: number;
  unprovoked: number;
  /** Half-open tunnels of one endpoint at most. */
  halfOpen: number;
  carried: number;
  lostOnTheWay: number;
  ended: number;
  /** Real seconds, and octets of memory of this process at most. */
  seconds: number;
  peak: number;
}

/** Runs. */
export async function runAtScale(
  options: ScaleOptions,
  progress: (line: string) => void = () => {},
): Promise<ScaleReport> {
  return await new Run(options, progress).run();
}

class Run {
  readonly #options: ScaleOptions;
  readonly #progress: (line: string) => void;
  readonly #scheduler = new Scheduler();
  readonly #fabric: Fabric;
  readonly #cluster: Cluster;
  readonly #events: EventLog;
  readonly #steady: Set<number>;
  #halfOpen = 0;
  #nextLook = 0;
  #masterDiedAt: number | undefined;
  #takeOverAfter: number | undefined;

  constructor(options: ScaleOptions, progress: (line: string) => void) {
    this.#options = options;
    this.#progress = progress;
    const random = seededRandom(options.seed);
    const outside = { delay: DELAY, jitter: JITTER, loss: options.loss };
    this.#fabric = new Fabric(this.#scheduler, random, outside);
    const events: { it?: EventLog } = {};
    this.#cluster = buildCluster(options, this.#fabric, {
      initiator: (index, event) => events.it?.initiator(index, event),
      endpoint: (_, event) => {
        if (event === "took_over") events.it?.masterChanged();
      },
    });
    const { initiators, endpoints } = this.#cluster;
    const addresses = initiators.map(({ address }) => address);
    this.#events = events.it = new EventLog(addresses, endpoints.length, () => this.#scheduler.now);
    this.#steady = new Set(endpoints.map(({ number }) => number));
    const numbers = new Map(endpoints.map(({ number }) => [localAddress(number), number]));
    this.#fabric.watch = ({ ports }, port, packet, from) => {
      if (port !== "local") return;
      this.#events.reached(numbers.get(ports[0].address)!, packet, from);
    };
  }

  async run(): Promise<ScaleReport> {
    const begun = performance.now();
    const { ramp, initiators, failures } = this.#options;
    const events = this.#events;
    await this.#pass(TIMES.forming);
    flood(this.#fabric, this.#options.flood, ramp);
    if (failures) this.#arrangeFailures();
    await this.#pass(ramp);
    const upAfterRamp = events.up;
    const calm = () => events.up === initiators && events.recovered;
    await this.#until(calm);
    const allUp = events.up === initiators ? this.#scheduler.now : undefined;
    if (failures) {
      for (const endpoint of this.#victims()) this.#kill(endpoint);
      await this.#until(calm);
    }
    // What is left of tunnels that one end has given up is noticed by the other in this time.
    await this.#pass(TIMES.hello + TIMES.givingUp + 5000);
    const { rules: _, ...settings } = this.#options;
    const { requests, split, misdirected, unprovoked } = events;
    return {
      ...{ options: settings, allUp, upAfterRamp, failures: events.failures },
      ...{ takeOverAfter: this.#takeOverAfter, masterDied: this.#masterDiedAt !== undefined },
      ...{ steady: [...this.#steady], audit: auditConnections(this.#cluster) },
      ...{ requests, split, misdirected, unprovoked, halfOpen: this.#halfOpen },
      carried: this.#fabric.counters.carried,
      lostOnTheWay: this.#fabric.counters.lost,
      ended: this.#scheduler.now,
      seconds: (performance.now() - begun) / 1000,
      peak: memoryOf("self", "VmHWM") ?? Deno.memoryUsage().rss,
    };
  }

  /** One endpoint dies and comes back, and the master dies, while the initiators come up. */
  #arrangeFailures(): void {
    const { ramp } = this.#options, [first] = this.#cluster.endpoints;
    const after = (part: number, act: () => void) =>
      this.#scheduler.at(this.#scheduler.now + part * ramp, act);
    after(0.3, () => this.#kill(first));
    after(0.6, () => this.#killMaster());
    after(0.9, () => {
      first.restart();
      this.#events.endpointReturned(first.number);
    });
  }

  /** One in sixteen of the endpoints, the last ones: they die at the same moment. */
  #victims(): readonly ClusterEndpoint[] {
    const { endpoints } = this.#cluster;
    return endpoints.slice(-Math.ceil(endpoints.length / 16));
  }

  #kill(endpoint: ClusterEndpoint): void {
    const { now } = this.#scheduler;
    this.#progress(`${seconds(now)}: endpoint ${endpoint.number} dies`);
    endpoint.kill(now);
    this.#steady.delete(endpoint.number);
    this.#events.endpointDied(endpoint.number);
  }

  #killMaster(): void {
    const { now } = this.#scheduler;
    this.#progress(`${seconds(now)}: the master dies`);
    this.#cluster.master.on = false;
    this.#masterDiedAt = now;
  }

  /** Lets so much time pass. */
  async #pass(milliseconds: number): Promise<void> {
    await this.#until(() => false, milliseconds);
  }

  /** Lets time pass until something holds, or until it has taken too long. */
  async #until(done: () => boolean, patience: number = PATIENCE): Promise<void> {
    const end = this.#scheduler.now + patience;
    // Something is always due: time itself moves on by events only.
    this.#scheduler.at(end, () => {});
    while (!done() && this.#scheduler.next() <= end) {
      this.#scheduler.step();
      if (this.#scheduler.now < this.#nextLook) continue;
      this.#look();
      // Whoever wants to end this process must find it listening.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  #look(): void {
    const { now } = this.#scheduler, { endpoints } = this.#cluster;
    this.#nextLook = now + LOOK;
    for (const { lns } of endpoints) {
      this.#halfOpen = Math.max(this.#halfOpen, lns.tunnels.halfOpen.size);
    }
    const { firstAfterMaster } = this.#events;
    const moved = this.#fabric.holder(ADDRESS.master) !== this.#cluster.master;
    if (moved && this.#masterDiedAt !== undefined && firstAfterMaster !== undefined) {
      this.#takeOverAfter ??= firstAfterMaster - this.#masterDiedAt;
    }
    if (Math.floor(now / LOOK) % 10 === 0) {
      this.#progress(`${seconds(now)}: ${this.#events.up} of ${this.#options.initiators} are up`);
    }
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
