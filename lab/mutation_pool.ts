import type { LegalResult } from "./legality.ts";
import type { MutantResult } from "./mutation.ts";
import { seedOf } from "./seeds.ts";

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

/** A variant that waits for a thread. */
interface Job {
  task: MutationTask;
  /** What its scenarios have in common with those of others: see `seedOf`. */
  group: string;
  resolve(result: MutantResult | LegalResult): void;
  reject(error: Error): void;
}

/** A thread, and the groups of variants that it has been through. */
interface Thread {
  worker: Worker;
  groups: Set<string>;
  isIdle: boolean;
}

/**
 * Threads that put variants through their scenarios, one variant at a time each. Variants of one seed
 * keep to one thread as long as there is enough for all: what the reference does there, and what is
 * judged of it, is then found once.
 */
export class MutationPool {
  readonly #size: number;
  readonly #options: PoolOptions;
  readonly #threads: Thread[] = [];
  readonly #waiting: Job[] = [];

  /** @param size Threads; at least one. */
  constructor(size: number, options: PoolOptions = {}) {
    this.#size = Math.max(1, size);
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

  #ask(asked: Omit<MutationTask, "seed" | "from">): Promise<MutantResult | LegalResult> {
    const { seed = 1, from } = this.#options, task = { ...asked, seed, from };
    const group = `${task.suite} ${seedOf(task.variant, seed)}`;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, group, resolve, reject });
      // Whoever asks for many asks for all of them first.
      queueMicrotask(() => this.#assign());
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#threads.find(({ isIdle }) => isIdle) ?? this.#start();
      if (thread === undefined) return;
      const [job] = this.#waiting.splice(this.#choose(thread), 1);
      thread.groups.add(job.group);
      this.#run(thread, job);
    }
  }

  /** Which job a thread takes: one of its own groups, else of a group that nobody has, else any. */
  #choose({ groups }: Thread): number {
    const own = this.#waiting.findIndex(({ group }) => groups.has(group));
    if (own >= 0) return own;
    const isTaken = (group: string) => this.#threads.some((other) => other.groups.has(group));
    return Math.max(0, this.#waiting.findIndex(({ group }) => !isTaken(group)));
  }

  #run(thread: Thread, { task, resolve, reject }: Job): void {
    const { worker } = thread;
    thread.isIdle = false;
    worker.onmessage = ({ data }: MessageEvent<MutationAnswer>) => {
      thread.isIdle = true;
      if ("result" in data) resolve(data.result);
      else reject(new Error(`Cannot measure ${task.variant}: ${data.error}`));
      this.#assign();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // It ends of what it did not catch; another takes its place.
      this.#threads.splice(this.#threads.indexOf(thread), 1);
      worker.terminate();
      reject(new Error(`Cannot measure ${task.variant}: ${event.message}`));
      this.#assign();
    };
    worker.postMessage(task);
  }

  /** Ends the threads. */
  close(): void {
    for (const { worker } of this.#threads) worker.terminate();
  }

  /** Another thread; undefined when there are as many as there may be. */
  #start(): Thread | undefined {
    if (this.#threads.length >= this.#size) return undefined;
    const url = new URL("mutation_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    const thread: Thread = { worker, groups: new Set(), isIdle: true };
    this.#threads.push(thread);
    return thread;
  }
}
