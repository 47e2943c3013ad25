/** The endpoints that the initiator meets: our own, and stock xl2tpd. */
import { join } from "../../../suites/kit/paths.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { startProgram } from "../../devices/process/start_program.ts";
import { PeerProcess } from "../../devices/peer_process.ts";
import type { PeerHostConfig } from "../../peer_host/config.ts";
import { namespacePath } from "../../kernel/thread.ts";
import { type ProcessUsage, usageOf } from "../process.ts";
import type { LoadOrder } from "./load.ts";
import { traced, tracedOnce, type TunnelName, tunnelsOfPeer, tunnelsOfXl2tpd } from "./traces.ts";

/** Module with the peers of the bench. */
const MODULE = new URL("./load.ts", import.meta.url).href;

/** An endpoint that runs. */
export interface Running {
  /** Notes under this name what the process has taken so far. */
  mark(name: string): Promise<void>;
  stop(): Promise<void>;
  /** After the end: what was noted, and the tunnels that came up. */
  marked(name: string): Promise<ProcessUsage>;
  tunnels(): Promise<TunnelName[]>;
}

/** Something to measure the initiator against. */
export interface Competitor {
  name: string;
  /**
   * @param directory Where it writes down what happened.
   * @param overrides Settings of this round alone, where it takes any.
   */
  start(directory: string, overrides?: Record<string, unknown>): Promise<Running>;
  /** Ends whatever it keeps between two rounds. */
  end(): Promise<void>;
}

/** One of our peers in a process of its own that lasts for all rounds. */
export class BenchPeer {
  readonly #process = PeerProcess.spawn(MODULE);
  #directory = "";

  /** @param settings Configuration of the LAC or the LNS. */
  constructor(
    readonly node: string,
    readonly role: "lac" | "lns",
    readonly settings: Record<string, unknown>,
  ) {}

  /** @param overrides Settings of this round alone. */
  async start(directory: string, overrides: Record<string, unknown> = {}): Promise<void> {
    this.#directory = directory;
    const settings = { ...this.settings, ...overrides };
    const config: PeerHostConfig = {
      ...{ suite: "l2tp", role: this.role, config: settings, node: this.node, seed: 1 },
      ...{ traceDirectory: directory, namespace: namespacePath(this.node), suites: MODULE },
    };
    const path = join(directory, `${this.node}.json`);
    await Deno.writeTextFile(path, JSON.stringify(config));
    await this.#process.start(path, config);
  }

  async order(order: LoadOrder): Promise<void> {
    await this.#process.instruct({ ...order });
  }

  /** Resolves when the peer has traced the event; rejects after so many milliseconds. */
  async until(event: string, patience: number): Promise<void> {
    await this.#process.event(event, patience);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  async end(): Promise<void> {
    await this.#process.end();
  }

  /** After the end: the only line of the trace with this event. */
  async said<T>(event: string): Promise<T> {
    return await tracedOnce<T>(this.#directory, this.node, event);
  }

  async count(event: string): Promise<number> {
    let count = 0;
    for await (const _ of traced(this.#directory, this.node, event)) count++;
    return count;
  }
}

/** Our own LNS. */
export function ourEndpoint(settings: Record<string, unknown>): Competitor {
  const peer = new BenchPeer("endpoint", "lns", settings);
  return {
    name: "plumbline",
    async start(directory, overrides) {
      await peer.start(directory, overrides);
      return {
        mark: (name) => peer.order({ kind: "count", event: name }),
        stop: () => peer.stop(),
        marked: (name) => peer.said<ProcessUsage>(name),
        tunnels: () => tunnelsOfPeer(directory, "endpoint", "endpoint"),
      };
    },
    end: () => peer.end(),
  };
}

/** Stock xl2tpd, as its profile starts it. */
export function xl2tpdEndpoint(
  profile: Profile,
  topology: Topology,
  settings: Record<string, unknown>,
): Competitor {
  const { attach } = profile;
  if (attach.kind !== "process") throw new TypeError(`Cannot start ${profile.name}: no process`);
  return {
    name: profile.name,
    async start(directory) {
      const file = join(directory, "endpoint.json");
      const order = { role: "lns", node: "endpoint", config: settings };
      await Deno.writeTextFile(file, JSON.stringify(order));
      const program = await startProgram(
        attach,
        {
          ...{ node: "endpoint", profile, topology, file, settings: order, directory },
          ...{
            namespace: namespacePath("endpoint"),
            packages: attach.packages ?? [],
            initiates: false,
          },
        },
      );
      const marks = new Map<string, ProcessUsage>();
      return {
        mark: (name) => Promise.resolve(void marks.set(name, usageOf(program.child.pid!))),
        stop: () => program.stop(),
        marked: (name) => Promise.resolve(marks.get(name)!),
        tunnels: async () =>
          tunnelsOfXl2tpd(await Deno.readTextFile(join(directory, "endpoint.log"))),
      };
    },
    end: () => Promise.resolve(),
  };
}
