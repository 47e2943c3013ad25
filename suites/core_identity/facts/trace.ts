/** What the traces of the devices show: which core did the work (D0-12). State per session. */
import type { TraceRecord } from "../../../peers/machine.ts";
import type { Accumulator, FactCollector } from "../../kit/evidence.ts";

const LIMIT = 200_000;

/** One session, or one identity, with the cores that worked on it. */
export interface Worked {
  /** Packets by core. */
  cores: Map<number, number>;
  /** Ports that the packets came in by. */
  ports: Set<string>;
  packets: number;
  /** Nanoseconds of the first record. */
  first: number;
}

/** The trace of one device. */
export interface NodeTrace {
  node: string;
  /** Identity of each core, in hexadecimal, as the device declares it. */
  cores: Map<number, string>;
  /** By inner flow, as the device named its session. */
  sessions: Map<string, Worked>;
  /** By core identity as it arrived. */
  identities: Map<string, Worked>;
  /** By session-ID as it arrived. */
  sessionIds: Map<string, Worked>;
  /** Packets processed, by result. */
  results: Map<string, number>;
  /** Cores by datagram number, for as many as are kept. */
  datagrams: Map<number, Set<number>>;
  /** Bindings of session-IDs to cores, in order. */
  bindings: { sessionId: string; core: number }[];
  /** Sessions that the sender began: flow and identity, in order. */
  begun: { peer: string; session: string; identity: string }[];
  /** How often each event was recorded. */
  events: Map<string, number>;
  /** Packets that carried an identity that the device did not offer. */
  unknown: number;
  processed: number;
}

/** The traces by node. */
export interface TraceFacts {
  nodes: Map<string, NodeTrace>;
}

/** The pass over the traces. */
export const traceFacts: FactCollector<TraceFacts> = {
  name: "core_identity/trace",
  begin: () => new TraceAccumulator(),
};

class TraceAccumulator implements Accumulator<TraceFacts> {
  readonly #nodes = new Map<string, NodeTrace>();

  trace(record: TraceRecord) {
    const node = this.#node(record.node);
    node.events.set(record.event, (node.events.get(record.event) ?? 0) + 1);
    switch (record.event) {
      case "core":
        node.cores.set(Number(record.core), String(record.identity));
        return;
      case "process":
        return processed(node, record);
      case "bind":
        if (node.bindings.length < LIMIT) {
          node.bindings.push({ sessionId: String(record.session_id), core: Number(record.core) });
        }
        return;
      case "session_new":
        if (node.begun.length < LIMIT) {
          node.begun.push({
            peer: String(record.peer),
            session: String(record.session),
            identity: String(record.identity),
          });
        }
        return;
      case "identity_unknown":
        node.unknown++;
    }
  }

  end(): TraceFacts {
    return { nodes: this.#nodes };
  }

  #node(name: string): NodeTrace {
    let node = this.#nodes.get(name);
    if (node === undefined) {
      node = {
        ...{ node: name, cores: new Map(), sessions: new Map(), identities: new Map() },
        sessionIds: new Map(),
        ...{ results: new Map(), datagrams: new Map(), bindings: [], begun: [] },
        ...{ events: new Map(), unknown: 0, processed: 0 },
      };
      this.#nodes.set(name, node);
    }
    return node;
  }
}

function processed(node: NodeTrace, record: TraceRecord) {
  const core = Number(record.core), identity = String(record.identity);
  node.processed++;
  const result = String(record.result);
  node.results.set(result, (node.results.get(result) ?? 0) + 1);
  work(record.kind === 1 ? node.identities : node.sessionIds, identity, core, record);
  if (typeof record.session === "string" && record.session !== "") {
    work(node.sessions, record.session, core, record);
  }
  const datagram = Number(record.datagram);
  const cores = node.datagrams.get(datagram);
  if (cores !== undefined) cores.add(core);
  else if (node.datagrams.size < LIMIT) node.datagrams.set(datagram, new Set([core]));
}

function work(table: Map<string, Worked>, key: string, core: number, record: TraceRecord) {
  let entry = table.get(key);
  if (entry === undefined) {
    if (table.size >= LIMIT) return;
    table.set(key, entry = { cores: new Map(), ports: new Set(), packets: 0, first: record.t });
  }
  entry.packets++;
  entry.first = Math.min(entry.first, record.t);
  if (entry.ports.size < 64) entry.ports.add(String(record.port));
  entry.cores.set(core, (entry.cores.get(core) ?? 0) + 1);
}
