/** What the traces of the devices show: which core did the work (D0-12). State per session. */
import type { TraceRecord } from "../../../peers/machine.ts";
import { type Bound, BoundedLog, BoundedTable, type Budget } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";

/** Sessions, identities and bindings of a device that are kept. */
const LIMIT = 32_768;
/** What all devices keep together, and the characters of their names. */
const ENTRIES = 131_072, CHARACTERS = 16_777_216;
/** Nodes, ports and cores are few, whatever a trace says. */
const FEW = 4096;

/** One session, or one identity, with the cores that worked on it. */
export interface Worked {
  /** Packets by core. */
  cores: Map<number, number>;
  /** Ports that the packets came in by. */
  ports: Set<string>;
  /** Core of the last packet, and when it worked on it: each core has a trace of its own. */
  last: number;
  lastTime: number;
}

/** The trace of one device. */
export interface NodeTrace {
  node: string;
  /** Identity of each core, in hexadecimal, as the device declares it. */
  cores: Map<number, string>;
  /** By inner flow, as the device named its session. */
  sessions: ReadonlyMap<string, Worked>;
  /** By core identity as it arrived. */
  identities: ReadonlyMap<string, Worked>;
  /** By session-ID as it arrived. */
  sessionIds: ReadonlyMap<string, Worked>;
  /** Packets that were found damaged. */
  damaged: number;
  /** Bindings of session-IDs to cores, in order. */
  bindings: readonly { sessionId: string; core: number }[];
  /** Identities that arrived and that the device did not offer at that moment. */
  unknown: ReadonlySet<string>;
  /** How often the set of offered cores was changed, and when for the last time; -Infinity if never. */
  changes: number;
  changedAt: number;
  processed: number;
}

/** The traces by node. */
export interface TraceFacts {
  nodes: ReadonlyMap<string, NodeTrace>;
}

/** The pass over the traces. */
export const traceFacts: FactCollector<TraceFacts> = {
  name: "core_identity/trace",
  begin: () => new TraceCollector(),
};

interface TraceBounds {
  sessions: Bound;
  identities: Bound;
  bindings: Bound;
  few: Bound;
  entries: Budget;
  characters: Budget;
}

class TraceCollector extends Collector<TraceFacts> {
  readonly #bounds: TraceBounds = {
    sessions: this.bound("trace records of new sessions", LIMIT),
    identities: this.bound("trace records of new identities", LIMIT),
    bindings: this.bound("bindings", LIMIT),
    few: this.bound("trace records of new nodes, ports and cores", FEW),
    entries: this.budget("names in traces", ENTRIES),
    characters: this.budget("characters of names in traces", CHARACTERS),
  };
  readonly #nodes = new BoundedTable<string, NodeTraceState>(this.#bounds.few);

  override trace(record: TraceRecord) {
    this.#nodes.obtain(record.node, () => new NodeTraceState(this.#bounds))?.take(record);
  }

  facts(): TraceFacts {
    const nodes = [...this.#nodes.entries()].map(([node, state]) =>
      [node, state.facts(node)] as const
    );
    return { nodes: new Map(nodes) };
  }
}

class NodeTraceState {
  readonly #bounds: TraceBounds;
  readonly #cores = new Map<number, string>();
  readonly #sessions: BoundedTable<string, Worked>;
  readonly #identities: BoundedTable<string, Worked>;
  readonly #sessionIds: BoundedTable<string, Worked>;
  readonly #unknown: BoundedTable<string, true>;
  readonly #bindings: BoundedLog<{ sessionId: string; core: number }>;
  #damaged = 0;
  #changes = 0;
  #changedAt = -Infinity;
  #processed = 0;

  constructor(bounds: TraceBounds) {
    this.#bounds = bounds;
    this.#sessions = new BoundedTable(bounds.sessions);
    this.#identities = new BoundedTable(bounds.identities);
    this.#sessionIds = new BoundedTable(bounds.identities);
    this.#unknown = new BoundedTable(bounds.identities);
    this.#bindings = new BoundedLog(bounds.bindings);
  }

  take(record: TraceRecord) {
    switch (record.event) {
      case "core":
        if (this.#bounds.few.admits(this.#cores.size) && this.#keeps(String(record.identity))) {
          this.#cores.set(Number(record.core), String(record.identity));
        }
        return;
      case "process":
        return this.#process(record);
      case "bind": {
        const sessionId = String(record.session_id);
        if (this.#keeps(sessionId)) this.#bindings.push({ sessionId, core: Number(record.core) });
        return;
      }
      case "cores_changed":
        this.#changes++;
        this.#changedAt = Math.max(this.#changedAt, record.t);
        return;
      case "identity_unknown":
        this.#unknownIdentity(String(record.identity));
    }
  }

  #unknownIdentity(identity: string) {
    if (this.#unknown.get(identity) || !this.#keeps(identity)) return;
    this.#unknown.obtain(identity, () => true);
  }

  /** Whether there is room for one more name. */
  #keeps(name: string): boolean {
    return this.#bounds.entries.take() && this.#bounds.characters.take(name.length);
  }

  facts(node: string): NodeTrace {
    return {
      ...{ node, cores: this.#cores, bindings: this.#bindings.items, damaged: this.#damaged },
      sessions: new Map(this.#sessions.entries()),
      identities: new Map(this.#identities.entries()),
      sessionIds: new Map(this.#sessionIds.entries()),
      unknown: new Set([...this.#unknown.entries()].map(([identity]) => identity)),
      ...{ changes: this.#changes, changedAt: this.#changedAt, processed: this.#processed },
    };
  }

  #process(record: TraceRecord) {
    this.#processed++;
    if (record.result === "damaged") this.#damaged++;
    const { identity, session } = record;
    this.#work(record.kind === 1 ? this.#identities : this.#sessionIds, String(identity), record);
    if (typeof session === "string" && session !== "") {
      this.#work(this.#sessions, session, record);
    }
  }

  #work(table: BoundedTable<string, Worked>, key: string, record: TraceRecord) {
    if (table.get(key) === undefined && !this.#keeps(key)) return;
    const entry = table.obtain(key, () => ({
      ...{ cores: new Map(), ports: new Set(), last: -1, lastTime: -Infinity },
    }));
    if (entry === undefined) return;
    const core = Number(record.core), port = String(record.port), { few } = this.#bounds;
    if (record.t >= entry.lastTime) {
      entry.last = core;
      entry.lastTime = record.t;
    }
    if (!entry.ports.has(port) && few.admits(entry.ports.size) && this.#keeps(port)) {
      entry.ports.add(port);
    }
    const packets = entry.cores.get(core);
    if (packets !== undefined || few.admits(entry.cores.size) && this.#keeps("")) {
      entry.cores.set(core, (packets ?? 0) + 1);
    }
  }
}
