/**
 * One core of a device: a thread pinned to a processor, with its own socket on every WAN address,
 * whose packets the kernel steers to it. It writes LAN datagrams itself.
 */
import { closeDescriptor } from "../kernel/descriptor.ts";
import { Poller } from "../kernel/poll.ts";
import { currentProcessor, pinThread, processorCount, threadId } from "../kernel/thread.ts";
import { clockFrom } from "./clock.ts";
import { type PeerHostConfig, rulesOf, suiteOf, surroundingsOf } from "./config.ts";
import { HandoffReceiver } from "./handoff.ts";
import { type LanHandle, lanPortOf } from "./lan_port.ts";
import { CoreCounters } from "./load.ts";
import { TraceFile } from "./trace_file.ts";
import { type WanHandle, WanSocket } from "./wan_port.ts";

/** What a core is started with. */
export interface CoreStart {
  config: PeerHostConfig;
  core: number;
  wan: readonly WanHandle[];
  lan: LanHandle | undefined;
  handoff: number;
  load: SharedArrayBuffer;
  /** Start of the machine's clock. */
  base: number;
}

/** What a core tells the machine's thread. */
export type CoreReport =
  | { kind: "ready" }
  | { kind: "event"; event: string }
  | { kind: "idle" }
  | { kind: "stopped" };

/** Packets taken from one source before the others have their turn. */
const BATCH = 64;

const scope = self as unknown as {
  onmessage: (event: MessageEvent<CoreStart>) => void;
  postMessage(report: CoreReport): void;
};

// One start after another: a thread serves the peers of many scenarios, as its start is dear.
scope.onmessage = ({ data }) => void run(data);

async function run(start: CoreStart): Promise<void> {
  const { config, core } = start;
  pinThread(core % processorCount());
  const thread = threadId();
  const path = `${config.traceDirectory}/${config.node}.core${core}.jsonl`;
  const trace = new TraceFile(path, config.node, (record) => {
    record.core = core;
    record.cpu = currentProcessor();
    record.tid = thread;
  });
  const announced = new Set<string>();
  const sink = (event: string, fields: Record<string, unknown>) => {
    trace.write(event, fields);
    if (announced.has(event)) return;
    announced.add(event);
    scope.postMessage({ kind: "event", event });
  };
  const suite = await suiteOf(config);
  if (suite.core === undefined) {
    throw new TypeError(`Cannot run a core as the suite must build one: got ${suite.name}`);
  }
  const environment = surroundingsOf(config, sink, core);
  const machine = suite.core(
    config.role,
    config.config,
    core,
    environment,
    rulesOf(suite, config),
  );
  const lan = start.lan === undefined ? undefined : lanPortOf(start.lan);
  const wan = start.wan.map((handle) => new WanSocket(handle));
  const handoffs = new HandoffReceiver(start.handoff, start.wan.map(({ port }) => port));
  const counters = new CoreCounters(start.load, core);
  const now = clockFrom(start.base);
  const poller = new Poller([handoffs.fd, ...wan.map(({ handle }) => handle.fd)]);

  const flush = (time: number) => {
    for (let out = machine.transmit(time); out !== undefined; out = machine.transmit(time)) {
      if (out.port === "lan") lan?.send(out.packet);
      else if (out.to !== undefined) {
        wan.find(({ handle }) => handle.port === out!.port)?.send(out.packet, out.to);
      }
    }
  };
  const turn = (): boolean => {
    let busy = false;
    for (let i = 0; i < BATCH && handoffs.take(); i++, busy = true) {
      machine.receive(handoffs.port, handoffs.packet, now(), handoffs.from);
      counters.processed(true);
    }
    for (const port of wan) {
      for (let i = 0; i < BATCH; i++, busy = true) {
        const packet = port.receive();
        if (packet === undefined) break;
        machine.receive(port.handle.port, packet, now(), port.from());
        counters.processed(false);
        flush(now());
      }
    }
    flush(now());
    return busy;
  };

  scope.postMessage({ kind: "ready" });
  while (!handoffs.stopped) {
    if (turn() || handoffs.stopped) continue;
    trace.flush();
    if (handoffs.asked) {
      handoffs.asked = false;
      scope.postMessage({ kind: "idle" });
      continue;
    }
    poller.wait(machine.deadline() - now());
  }
  trace.close();
  closeDescriptor(start.handoff);
  start.wan.forEach(({ fd }) => closeDescriptor(fd));
  scope.postMessage({ kind: "stopped" });
}
