/**
 * The order in which devices start: nobody may speak before who is spoken to listens. Kernels boot
 * first. Third parties that wait for others follow. Then the reference peers open their ports, all of
 * them before the first one speaks, and last come the third parties that open connections by
 * themselves.
 */
const ORDER = ["kernels", "responders", "peers_listen", "peers_go", "initiators"] as const;

/** Something to do at its place in the order. */
export interface StartingStep {
  at: typeof ORDER[number];
  act(): Promise<void>;
}

/**
 * Does everything, what has the same place at once.
 * @throws What the first to fail throws.
 */
export async function startInOrder(steps: readonly StartingStep[]): Promise<void> {
  for (const place of ORDER) {
    const acts = steps.filter(({ at }) => at === place).map((step) => step.act());
    // All of them, even when one fails: what has started must be known to be ended.
    for (const outcome of await Promise.allSettled(acts)) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }
}
