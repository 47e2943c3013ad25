/** What the devices of a lab tell of themselves. */
import type { TraceRecord } from "../../../peers/machine.ts";
import { BoundedLog } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { type Inconclusive, inconclusive } from "../../kit/verdict.ts";

/** Lines that are kept of each node. */
const LINES = 65_536;

/** The lines of all traces, by node. */
export interface TraceFacts {
  of(node: string, event: string): TraceRecord[];
}

/** The collector of traces. */
export const traceFacts: FactCollector<TraceFacts> = {
  name: "tunnel_cluster/traces",
  begin: () => new TraceCollector(),
};

class TraceCollector extends Collector<TraceFacts> {
  readonly #bound = this.bound("lines of a trace", LINES);
  readonly #byNode = new Map<string, BoundedLog<TraceRecord>>();

  override trace(record: TraceRecord) {
    let log = this.#byNode.get(record.node);
    // There are as many as there are traces: the evidence names them.
    if (log === undefined) this.#byNode.set(record.node, log = new BoundedLog(this.#bound));
    log.push(record);
  }

  facts(): TraceFacts {
    return {
      of: (node, event) =>
        (this.#byNode.get(node)?.items ?? []).filter((record) => record.event === event),
    };
  }
}

/** Inconclusive for a device that keeps what it does to itself. */
export function tells(evidence: Evidence, node: string): Inconclusive | undefined {
  const { trace } = evidence.nodes[node]?.profile ?? {};
  return trace?.kind === "jsonl" ? undefined : inconclusive(`${node} tells nothing of itself`);
}
