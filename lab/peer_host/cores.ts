import { UnwritableOutput } from "../../suites/engine/system_error.ts";
import type { SteeredMachine, SteeringTable } from "../../peers/machine.ts";
import { closeDescriptor, messagePair } from "../kernel/descriptor.ts";
import { steerPort } from "../kernel/steering.ts";
import { UdpSocket } from "../kernel/udp_socket.ts";
import type { PeerHostConfig, WanPort } from "./config.ts";
import type { CoreReport, CoreStart } from "./core_worker.ts";
import { HandoffSender } from "./handoff.ts";
import type { LanHandle } from "./lan_port.ts";
import { CoreLoads, loadMemory } from "./load.ts";
import { compileSteering } from "./steering.ts";
import type { WanHandle } from "./wan_port.ts";

/**
 * A table of thousands of sessions takes milliseconds to make: one that took more than this is left
 * alone for a multiple of that time, and the machine hands over what the kernel cannot place yet.
 */
const DEAR = 1;
const REST = 20;

/** Opens one more socket on every WAN address; with several, the order of opening counts. */
export function openWan(ports: readonly WanPort[], shared: boolean): WanHandle[] {
  return ports.map(({ port, address, udp }) => {
    const { fd, version } = UdpSocket.open({ address, port: udp, shared });
    return { port, fd, version };
  });
}

/** A thread that runs one core at a time, for one peer after another. */
class CoreThread {
  #worker = new Worker(new URL("./core_worker.ts", import.meta.url), { type: "module" });
  #idle: PromiseWithResolvers<void> | undefined;

  /** Resolves when the core answers that it is idle. */
  becomeIdle(): Promise<void> {
    this.#idle = Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /** Starts a core; both promises reject when the thread fails; the last one gives its lateness. */
  start(
    start: CoreStart,
    onEvent: (event: string) => void,
  ): { ready: Promise<void>; stopped: Promise<number> } {
    const ready = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<number>();
    stopped.promise.catch(() => {});
    const fail = (reason: string, unwritable = false) => {
      const error = unwritable
        ? new UnwritableOutput(reason)
        : new Error(`Cannot go on as core ${start.core} failed: ${reason}`);
      ready.reject(error);
      stopped.reject(error);
    };
    this.#worker.onmessage = ({ data }: MessageEvent<CoreReport>) => {
      if (data.kind === "event") onEvent(data.event);
      else if (data.kind === "ready") ready.resolve();
      else if (data.kind === "idle") this.#idle?.resolve();
      else if (data.kind === "failed") fail(data.reason, data.unwritable);
      else stopped.resolve(data.lateness);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
    };
    this.#worker.postMessage(start);
    return { ready: ready.promise, stopped: stopped.promise };
  }
}

/** Threads whose core has ended. */
const idle: CoreThread[] = [];

/** The cores of a steered machine: a thread each, and the kernel's steering between them. */
export class Cores {
  #threads: CoreThread[] = [];
  #handoffs: HandoffSender[] = [];
  #loads: CoreLoads;
  #table: SteeringTable | undefined;
  #stopped: Promise<number[]> = Promise.resolve([]);
  /** When the table may be looked at again, and whether somebody wanted to meanwhile. */
  #mayLook = 0;
  #wantsLook = false;

  private constructor(
    readonly machine: SteeredMachine,
    readonly wan: readonly WanHandle[],
    memory: SharedArrayBuffer,
    readonly now: () => number,
  ) {
    this.#loads = new CoreLoads(memory, machine.cores, now);
  }

  /**
   * Starts a thread for every core.
   * @param wan The machine's own sockets, opened first: the kernel's position 0.
   * @param onEvent Told the first occurrence of every event at every core.
   */
  static async start(
    machine: SteeredMachine,
    config: PeerHostConfig,
    ports: readonly WanPort[],
    wan: readonly WanHandle[],
    lan: LanHandle | undefined,
    clock: { base: number; now: () => number },
    onEvent: (event: string) => void,
  ): Promise<Cores> {
    const load = loadMemory(machine.cores);
    const cores = new Cores(machine, wan, load, clock.now);
    const ready: Promise<unknown>[] = [];
    const stopped: Promise<number>[] = [];
    for (let core = 0; core < machine.cores; core++) {
      const [near, far] = messagePair();
      cores.#handoffs.push(new HandoffSender(near, ports.map(({ port }) => port)));
      const thread = idle.pop() ?? new CoreThread();
      cores.#threads.push(thread);
      const { base } = clock;
      const handles = openWan(ports, true);
      const begun = thread.start(
        { config, core, wan: handles, lan, handoff: far, load, base },
        onEvent,
      );
      ready.push(begun.ready);
      stopped.push(begun.stopped);
    }
    await Promise.all(ready);
    cores.#stopped = Promise.all(stopped);
    machine.spread((core) => cores.#loads.load(core));
    cores.#attach(machine.steering());
    return cores;
  }

  /** Carries out what the machine has decided since the last call. */
  follow(): void {
    const { machine } = this;
    for (let item = machine.handoff(); item !== undefined; item = machine.handoff()) {
      this.#loads.handed(item.core);
      this.#handoffs[item.core].send(item);
    }
    const before = this.now();
    this.#wantsLook = before < this.#mayLook;
    if (this.#wantsLook) return;
    const table = machine.steering();
    if (table !== this.#table) this.#attach(table);
    const cost = this.now() - before;
    if (cost > DEAR) this.#mayLook = before + cost * REST;
  }

  /** When `follow` must be called even if nothing happens. */
  deadline(): number {
    return this.#wantsLook ? this.#mayLook : Infinity;
  }

  /** Resolves when every core has dealt with what it was given so far. */
  async idle(): Promise<void> {
    const answers = this.#threads.map((thread) => thread.becomeIdle());
    this.#handoffs.forEach((handoff) => handoff.sync());
    await Promise.all(answers);
  }

  /** Lets every core finish what it was given; milliseconds by which one was late at its worst. */
  async stop(): Promise<number> {
    this.#handoffs.forEach((handoff) => handoff.stop());
    const lateness = await this.#stopped;
    this.#handoffs.forEach(({ fd }) => closeDescriptor(fd));
    idle.push(...this.#threads.splice(0));
    return Math.max(0, ...lateness);
  }

  #attach(table: SteeringTable | undefined): void {
    this.#table = table;
    const program = compileSteering(table);
    for (const { fd } of this.wan) steerPort(fd, program);
  }
}
