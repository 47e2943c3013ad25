/**
 * The recorder's thread: reads every tap's ring and writes its file, undisturbed by the peers and
 * hosts. See `recorder.ts` for what it is told.
 */
import { PcapngWriter } from "../../../captures/file/pcapng_writer.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { WakeupFd } from "../../kernel/descriptor.ts";
import { hardware } from "../../kernel/interface.ts";
import { PacketRing, RETIRE_MILLISECONDS } from "../../kernel/packet_ring.ts";
import { Poller } from "../../kernel/poll.ts";
import { inNamespace } from "../../kernel/thread.ts";
import { asUnwritable } from "../../../suites/engine/system_error.ts";
import type { CaptureCounters } from "../../../suites/kit/evidence.ts";
import type { RecorderOrder, RecorderReply, TapSource } from "./recorder.ts";

const ARPHRD_ETHER = 1;
/** Milliseconds between two probes of the machine: it is asked for a wake-up, and may be late. */
const PROBE = 25;

/** One tap: its ring for the life of the lab, its file for the length of a scenario. */
class TapRecorder {
  readonly ring: PacketRing;
  readonly linkType: number;
  file: PcapngWriter | undefined;
  /** Frames that the kernel had dropped when the file began. */
  #droppedBefore = 0;

  constructor(readonly source: TapSource) {
    const { ring, type } = inNamespace(source.namespace, () => ({
      ring: new PacketRing(source.interface, source.fills),
      type: hardware(source.interface).type,
    }));
    this.ring = ring;
    this.linkType = type === ARPHRD_ETHER ? LINK_TYPE.ETHERNET : LINK_TYPE.RAW;
  }

  /** Why nothing can be written any more; the ring is emptied all the same. */
  broken: unknown;

  drain(): void {
    this.ring.drain((bytes, start, end, length, seconds, nanoseconds) => {
      if (this.broken !== undefined) return;
      try {
        this.file?.write(0, seconds, nanoseconds, bytes, start, end, length);
      } catch (error) {
        this.broken = error;
      }
    });
  }

  begin(directory: string): void {
    const { name, interface: captured } = this.source;
    this.file = PcapngWriter.create(`${directory}/${name}.pcapng`, { application: "plumbline" });
    this.file.addInterface({ name: captured, description: name, linkType: this.linkType });
    this.#droppedBefore = this.ring.dropped;
    this.broken = undefined;
  }

  end(): CaptureCounters {
    const dropped = this.ring.dropped - this.#droppedBefore;
    const captured = this.file?.packets ?? 0;
    const now = Date.now();
    if (this.broken === undefined) {
      this.file?.statistics(0, {
        received: captured + dropped,
        dropped,
        seconds: Math.floor(now / 1000),
        nanoseconds: now % 1000 * 1_000_000,
      });
    }
    const { file, broken } = this;
    this.file = undefined;
    if (broken !== undefined) throw broken;
    file?.close();
    return { captured, dropped };
  }
}

/** The worst since a scenario began, in milliseconds. */
const lateness = { recorder: 0, machine: 0 };
let taps: TapRecorder[] = [];
let poller = new Poller();
let wakeup: WakeupFd | undefined;
const scope = self as unknown as {
  onmessage: (event: MessageEvent<RecorderOrder>) => void;
  postMessage(reply: RecorderReply): void;
};

/** Waits until the rings hold nothing that the kernel has counted. */
function drainAll(): void {
  for (;;) {
    let open = false;
    for (const tap of taps) {
      tap.drain();
      tap.ring.count();
      open ||= !tap.ring.drained;
    }
    if (!open) return;
    // What is missing lies in a block that the kernel hands over when its time is up.
    new Poller(taps.map((tap) => tap.ring.fd)).wait(RETIRE_MILLISECONDS);
  }
}

function obey(order: RecorderOrder): RecorderReply {
  switch (order.kind) {
    case "open":
      wakeup = new WakeupFd(order.wakeup);
      taps = order.taps.map((source) => new TapRecorder(source));
      poller = new Poller([wakeup.fd, ...taps.map((tap) => tap.ring.fd)]);
      return { kind: "open" };
    case "begin":
      drainAll();
      taps.forEach((tap) => tap.begin(order.directory));
      lateness.recorder = lateness.machine = 0;
      return { kind: "begin" };
    case "count": {
      taps.forEach((tap) => tap.drain());
      return { kind: "count", frames: taps.reduce((sum, tap) => sum + tap.ring.read, 0) };
    }
    case "end": {
      drainAll();
      const counters = Object.fromEntries(taps.map((tap) => [tap.source.name, tap.end()]));
      return { kind: "end", counters, lateness };
    }
    case "close":
      taps.forEach((tap) => tap.ring.close());
      taps = [];
      return { kind: "close" };
  }
}

const orders: RecorderOrder[] = [];
let told = () => {};
scope.onmessage = ({ data }) => {
  orders.push(data);
  told();
};

async function nextOrder(): Promise<RecorderOrder> {
  while (orders.length === 0) await new Promise<void>((resolve) => told = resolve);
  return orders.shift()!;
}

async function answer(): Promise<boolean> {
  const order = await nextOrder();
  try {
    scope.postMessage(obey(order));
  } catch (error) {
    const unwritable = asUnwritable(error);
    const { message } = unwritable ?? error as Error;
    scope.postMessage({ kind: "failed", reason: message, unwritable: unwritable !== undefined });
  }
  return order.kind !== "close";
}

/** When the machine is probed next. */
let probe = performance.now() + PROBE;

function look(): void {
  const now = performance.now();
  if (now >= probe) {
    lateness.machine = Math.max(lateness.machine, now - probe);
    probe = now + PROBE;
  }
  for (const { ring } of taps) {
    lateness.recorder = Math.max(lateness.recorder, ring.age(Date.now()) - RETIRE_MILLISECONDS);
  }
}

for (let working = await answer(); working;) {
  if (taps.length > 0) {
    // Orders wake it up, so that it may block: to wait beside the event loop costs several times as much.
    poller.wait(Math.max(0, probe - performance.now()));
    look();
    taps.forEach((tap) => tap.drain());
    if (!poller.ready(0)) continue;
    wakeup?.clear();
  }
  working = await answer();
}
self.close();
