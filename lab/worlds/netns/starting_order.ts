/**
 * The order in which devices start: nobody may speak before who is spoken to listens. Kernels boot
 * first. Third parties that wait for others follow. Then the reference peers open their ports, all of
 * them before the first one speaks, and last come the third parties that open connections by
 * themselves.
 */
const ORDER = ["kernels", "responders", "peers_listen", "peers_go", "initiators"] as const;

/** The steps of a start. */
export class StartingOrder {
  readonly #steps: { at: typeof ORDER[number]; act: () => Promise<void> }[] = [];

  /** Adds something to do at its place in the order. */
  add(at: typeof ORDER[number], act: () => Promise<void>): void {
    this.#steps.push({ at, act });
  }

  /** Does everything, what has the same place at once. @throws What the first to fail throws. */
  async run(): Promise<void> {
    for (const place of ORDER) {
      const acts = this.#steps.filter(({ at }) => at === place).map(({ act }) => act());
      // All of them, even when one fails: what has started must be known to be ended.
      for (const outcome of await Promise.allSettled(acts)) {
        if (outcome.status === "rejected") throw outcome.reason;
      }
    }
  }
}
