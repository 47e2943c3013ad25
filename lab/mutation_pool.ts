import pLimit, { type LimitFunction } from "p-limit";
import type { MutantResult } from "./mutation.ts";

/** What a thread is asked. */
export interface MutationTask {
  suite: string;
  mutant: string;
  narrow: boolean;
}

/** What it answers. */
export type MutationAnswer = { result: MutantResult } | { error: string };

/** Threads that put mutants through their scenarios, one mutant at a time each. */
export class MutationPool {
  readonly #limit: LimitFunction;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];

  /** @param size Threads; at least one. */
  constructor(size: number) {
    this.#limit = pLimit(Math.max(1, size));
  }

  /** Finds the result of a mutant, as soon as a thread is free. */
  resultOf(suite: string, mutant: string, narrow = false): Promise<MutantResult> {
    return this.#limit(() => this.#resultOf(suite, mutant, narrow));
  }

  #resultOf(suite: string, mutant: string, narrow: boolean): Promise<MutantResult> {
    const worker = this.#idle.pop() ?? this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<MutantResult>();
    worker.onmessage = ({ data }: MessageEvent<MutationAnswer>) => {
      this.#idle.push(worker);
      if ("result" in data) resolve(data.result);
      else reject(new Error(`Cannot measure ${mutant}: ${data.error}`));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot measure ${mutant}: ${event.message}`));
    };
    worker.postMessage({ suite, mutant, narrow } satisfies MutationTask);
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
