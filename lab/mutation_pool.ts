import pLimit, { type LimitFunction } from "p-limit";
import type { LegalResult } from "./legality.ts";
import type { MutantResult } from "./mutation.ts";

/** What a thread is asked. */
export interface MutationTask {
  suite: string;
  /** Id of a mutant, or of a legal variant. */
  variant: string;
  legal: boolean;
  narrow: boolean;
  seed: number;
  /** Module outside the project that has the variant; the suite itself has it unless told. */
  from?: string;
}

/** What it answers. */
export type MutationAnswer = { result: MutantResult | LegalResult } | { error: string };

/** How a pool measures. */
export interface PoolOptions {
  /** The first of the seeds that variants share; 1 unless told. */
  seed?: number;
  /** Module outside the project whose variants are measured; the project's own unless told. */
  from?: string;
}

/** Threads that put variants through their scenarios, one variant at a time each. */
export class MutationPool {
  readonly #limit: LimitFunction;
  readonly #options: PoolOptions;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];

  /** @param size Threads; at least one. */
  constructor(size: number, options: PoolOptions = {}) {
    this.#limit = pLimit(Math.max(1, size));
    this.#options = options;
  }

  /** Finds the result of a mutant, as soon as a thread is free. */
  async resultOf(suite: string, mutant: string, narrow = false): Promise<MutantResult> {
    return await this.#ask({ suite, variant: mutant, legal: false, narrow }) as MutantResult;
  }

  /** Finds the result of a legal variant, as soon as a thread is free. */
  async legalityOf(suite: string, variant: string): Promise<LegalResult> {
    return await this.#ask({ suite, variant, legal: true, narrow: false }) as LegalResult;
  }

  #ask(task: Omit<MutationTask, "seed" | "from">): Promise<MutantResult | LegalResult> {
    const { seed = 1, from } = this.#options;
    return this.#limit(() => this.#askNow({ ...task, seed, from }));
  }

  #askNow(task: MutationTask): Promise<MutantResult | LegalResult> {
    const worker = this.#idle.pop() ?? this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<MutantResult | LegalResult>();
    worker.onmessage = ({ data }: MessageEvent<MutationAnswer>) => {
      this.#idle.push(worker);
      if ("result" in data) resolve(data.result);
      else reject(new Error(`Cannot measure ${task.variant}: ${data.error}`));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot measure ${task.variant}: ${event.message}`));
    };
    worker.postMessage(task);
    return promise;
  }

  /** Ends the threads. */
  close(): void {
    for (const worker of this.#all) worker.terminate();
  }

  #start(): Worker {
    const url = new URL("mutation_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    this.#all.push(worker);
    return worker;
  }
}
