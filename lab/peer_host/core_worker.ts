/**
 * One core of a device: a thread pinned to a processor, with its own socket on every WAN address,
 * whose packets the kernel steers to it. It writes LAN datagrams itself.
 */
import { overridesOf } from "../devices/overrides.ts";
import { asUnwritable } from "../../suites/engine/system_error.ts";
import { closeDescriptor } from "../kernel/descriptor.ts";
import { Poller } from "../kernel/poll.ts";
import { currentProcessor, pinThread, processorCount, threadId } from "../kernel/thread.ts";
import { clockFrom } from "./clock.ts";
import { environmentOf, type PeerHostConfig, peersOf } from "./config.ts";
import { HandoffReceiver } from "./handoff.ts";
import { type LanHandle, lanPortOf } from "./lan_port.ts";
import { LatenessWatch } from "./lateness_watch.ts";
import { CoreCounters } from "./load.ts";
import { TraceFile } from "./trace_file.ts";
import { STAMP_ROUNDING, type WanHandle, WanSocket } from "./wan_port.ts";

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
  /** `lateness` as `LatenessWatch` has it. */
  | { kind: "stopped"; lateness: number }
  | { kind: "failed"; reason: string; unwritable: boolean };

/** Packets taken from one source before the others have their turn. */
const BATCH = 64;

const scope = self as unknown as {
  onmessage: (event: MessageEvent<CoreStart>) => void;
  postMessage(report: CoreReport): void;
};

// One start after another: a thread serves the peers of many scenarios, as its start is dear.
scope.onmessage = ({ data }) =>
  void run(data).catch((error) => {
    const unwritable = asUnwritable(error);
    const { message } = unwritable ?? error;
    scope.postMessage({ kind: "failed", reason: message, unwritable: unwritable !== undefined });
  });

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
  const suite = await peersOf(config);
  if (suite.core === undefined) {
    throw new TypeError(`Cannot run a core as the suite must build one: got ${suite.name}`);
  }
  const environment = environmentOf(config, sink, core);
  const machine = suite.core(
    config.role,
    config.config,
    core,
    environment,
    overridesOf(suite, config),
  );
  const lan = start.lan === undefined ? undefined : lanPortOf(start.lan);
  const wan = start.wan.map((handle) => new WanSocket(handle));
  const handoffs = new HandoffReceiver(start.handoff, start.wan.map(({ port }) => port));
  const counters = new CoreCounters(start.load, core);
  const now = clockFrom(start.base);
  const poller = new Poller([handoffs.fd, ...wan.map(({ handle }) => handle.fd)]);

  const lateness = new LatenessWatch();
  const flush = (decided: number) => {
    const time = now();
    lateness.called(time);
    for (let out = machine.transmit(time); out !== undefined; out = machine.transmit(time)) {
      if (out.port === "lan") lan?.send(out.packet);
      else if (out.to !== undefined) {
        wan.find(({ handle }) => handle.port === out!.port)?.send(out.packet, out.to);
      }
      lateness.sent(decided, now());
    }
    lateness.expect(machine.deadline(), time);
  };
  const turn = (): { busy: boolean; upTo: number } => {
    let busy = false, upTo = now();
    for (let i = 0; i < BATCH && handoffs.take(); i++, busy = true) {
      const at = now();
      machine.receive(handoffs.port, handoffs.packet, at, handoffs.from);
      counters.processed(true);
      flush(at);
    }
    for (const port of wan) {
      for (let i = 0;; i++, busy = true) {
        const packet = i < BATCH ? port.receive() : undefined;
        const at = now();
        if (packet === undefined) {
          if (i === BATCH) upTo = Math.min(upTo, at - port.socket.waited() - STAMP_ROUNDING);
          break;
        }
        lateness.waited(port.socket.waited());
        machine.receive(port.handle.port, packet, at, port.from());
        counters.processed(false);
        flush(at);
      }
    }
    flush(now());
    return { busy, upTo };
  };

  scope.postMessage({ kind: "ready" });
  let askedAt = Infinity;
  while (!handoffs.stopped) {
    const { busy, upTo } = turn();
    // Of traffic that never ends, only what had arrived when it was asked counts.
    if (askedAt <= upTo) {
      trace.flush();
      askedAt = Infinity;
      scope.postMessage({ kind: "idle" });
    }
    if (handoffs.asked) {
      handoffs.asked = false;
      askedAt = now();
      continue;
    }
    if (busy || handoffs.stopped) continue;
    trace.flush();
    poller.wait(machine.deadline() - now());
  }
  trace.close();
  closeDescriptor(start.handoff);
  start.wan.forEach(({ fd }) => closeDescriptor(fd));
  scope.postMessage({ kind: "stopped", lateness: lateness.worst });
}
