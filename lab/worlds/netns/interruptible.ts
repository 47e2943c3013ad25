import type { Driver } from "../../../suites/kit/scenario.ts";

/** Ends a scenario wherever it is: each step under way, and every further one, fails at once. */
export class Interruption {
  #reason: Error | undefined;
  readonly #reached = Promise.withResolvers<never>();

  constructor() {
    this.#reached.promise.catch(() => {});
  }

  /** Why the scenario ends; undefined while it goes on. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Ends what is under way; only the first reason counts. */
  interrupt(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = new Error(reason);
    this.#reached.reject(this.#reason);
  }

  /** What the work gives, or the reason for which nobody waits for it any more. */
  async unless<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([this.#reached.promise, work]);
  }

  /** The driver, whose steps end with the interruption. */
  driver(inner: Driver): Driver {
    return new Proxy(inner, {
      get: (driver, key) => {
        const step: unknown = Reflect.get(driver, key, driver);
        if (typeof step !== "function") return step;
        return (...values: unknown[]) => {
          if (this.#reason !== undefined) throw this.#reason;
          const result: unknown = step.apply(driver, values);
          return result instanceof Promise ? this.unless(result) : result;
        };
      },
    });
  }
}
