import { interfaceExists, isRunning } from "../../kernel/interface.ts";
import { inNamespace } from "../../kernel/thread.ts";
import type { DeviceProcess } from "../device_process.ts";
import type { Lender } from "./lender.ts";

/** Milliseconds between two looks at the cables. */
const LOOK = 100;

/** A cable of a device: the interface of the machine, and what it is called at the node. */
export interface Cable {
  interface: string;
  as: string;
}

/** How a device that is elsewhere is reached. */
export interface ExternalStart {
  node: string;
  /** Path of the node's namespace. */
  namespace: string;
  lender: Lender;
  /** Carries an instruction out. */
  instruct(instruction: Record<string, unknown>): Promise<void>;
}

/** A device that is elsewhere: the lab has its cables, and sees no more of it. */
export class ExternalDevice implements DeviceProcess {
  readonly #gone = Promise.withResolvers<string>();
  readonly #cables: Cable[] = [];
  readonly #ends: (() => Promise<void>)[] = [];
  #watch: number | undefined;
  #stopping: Promise<void> | undefined;

  constructor(readonly start: ExternalStart) {}

  get ended(): Promise<string> {
    return this.#gone.promise;
  }

  /** Brings a cable to the node. */
  async plug(cable: Cable): Promise<void> {
    await this.start.lender.take(cable.interface, this.start.node, cable.as);
    this.#cables.push(cable);
  }

  /** Adds what is to be ended with the device. */
  ends(act: () => Promise<void>): void {
    this.#ends.push(act);
  }

  /** Watches the cables from now on. */
  watch(): void {
    this.#watch = setInterval(() => {
      const problem = this.problem();
      if (problem === undefined) return;
      clearInterval(this.#watch);
      this.#gone.resolve(`"${this.start.node}" is out of reach: ${problem}`);
    }, LOOK) as unknown as number;
  }

  /** What is wrong with the cables at present. */
  problem(): string | undefined {
    return inNamespace(this.start.namespace, () => {
      for (const { interface: name, as } of this.#cables) {
        if (!interfaceExists(as)) return `the interface ${name} has vanished`;
        if (!isRunning(as)) return `the interface ${name} has no carrier`;
      }
    });
  }

  event(event: string): Promise<void> {
    const { node } = this.start;
    return Promise.reject(
      new Error(`Cannot wait for "${event}" of "${node}" as the device has no trace`),
    );
  }

  instruct(instruction: Record<string, unknown>): Promise<void> {
    return this.start.instruct(instruction);
  }

  idle(): Promise<void> {
    // What a device elsewhere has in hand is not to be seen.
    return Promise.resolve();
  }

  async stop(): Promise<undefined> {
    await (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    clearInterval(this.#watch);
    try {
      for (const act of this.#ends.splice(0).reverse()) await act();
      for (const { interface: name } of this.#cables.splice(0)) {
        // One that has vanished cannot come back; the guardian has said so.
        await this.start.lender.give(name).catch(() => {});
      }
    } finally {
      this.start.lender.close();
    }
  }

  freeze(): void {
    clearInterval(this.#watch);
  }

  /** Pulls its cables: for the lab that is as dead as it can be. */
  async kill(): Promise<void> {
    await this.stop();
  }
}
