/** What the devices of a lab tell of themselves. */
import type { L2tpPacket } from "./l2tp_packets.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { type Inconclusive, inconclusive } from "../../kit/verdict.ts";

/** Lines that are kept of each node, how many nodes, and what all of them together hold. */
const LINES = 65_536, NODES = 256, CHARACTERS = 16_777_216;

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
  readonly #characters = this.budget("characters of traces", CHARACTERS);
  // Each line names its node as it likes.
  readonly #byNode = new BoundedTable<string, BoundedLog<TraceRecord>>(this.bound("nodes", NODES));

  override trace(record: TraceRecord) {
    const log = this.#byNode.obtain(record.node, () => new BoundedLog(this.#bound));
    if (log?.admits() && this.#characters.take(JSON.stringify(record).length)) log.push(record);
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

/** Whether a node traced that a tunnel came up; whoever names no end of it may mean this one. */
export const cameUp = (
  traces: TraceFacts,
  node: string,
  { destination, destinationPort }: Pick<L2tpPacket, "destination" | "destinationPort">,
): boolean =>
  traces.of(node, "control_connection_up").some(({ remote, port }) =>
    (remote ?? destination) === destination && (port ?? destinationPort) === destinationPort
  );
