import type { StimulusRecord } from "../../../suites/kit/evidence.ts";
import type {
  Driver,
  TcpStimulus,
  TransferOutcome,
  UdpStimulus,
} from "../../../suites/kit/scenario.ts";
import { runOfSeed } from "../../../suites/kit/stamp.ts";
import type { Impairment, Topology } from "../../../suites/kit/topology.ts";
import { FloatingRoutes } from "./floating_routes.ts";
import { silenceNode } from "./silence_node.ts";
import { HostSockets } from "./host_sockets.ts";
import type { DeviceProcess } from "../../devices/device_process.ts";
import { sendDatagrams, sendFrames } from "./raw_datagrams.ts";
import { Reactor } from "./reactor.ts";
import type { Recorder } from "./recorder.ts";
import { transferTcp } from "./tcp_transfer.ts";
import { UdpTransfer } from "./udp_transfer.ts";
import type { Wires } from "./wires.ts";

/** Milliseconds without an arrival after which a datagram is lost, beside what links delay. */
const SILENCE = 250;
/** Milliseconds in which no tap sees a frame when the network has fallen silent. */
const QUIET = 30;
/** Milliseconds after which it counts as silent though something, such as keep-alives, goes on. */
const LONGEST_SETTLING = 300;
/** The same after an instruction, as in the memory world. */
const INSTRUCTED = 50;

/** Devices that a packet passes one after another at most. */
const LONGEST_CHAIN = 4;

/** A link has to be emulated for what a scenario does with it: the lab must be built anew. */
export class NeedsEmulation extends Error {
  constructor(readonly link: string) {
    super(`Cannot change link "${link}" as it is a plain wire`);
  }
}

/** What the driver plays on. */
export interface Props {
  topology: Topology;
  devices: ReadonlyMap<string, DeviceProcess>;
  wires: Wires;
  recorder: Recorder;
  /** Seed of the run; 1 unless told. */
  seed?: number;
  /** Told what happens, one line at a time. */
  progress?: (line: string) => void;
}

/** What a scenario can do in the netns world. */
export class NetnsDriver implements Driver {
  readonly stimuli: StimulusRecord[] = [];
  #begin = performance.now();
  #reactor = new Reactor();
  #transfers = new Set<UdpTransfer>();
  #sockets: HostSockets;
  #delays: number;
  /** The routes to addresses that devices take over from one another. */
  readonly floating: FloatingRoutes;
  /** Whether the lab has been harmed so that no other scenario may play on it. */
  spent = false;

  constructor(readonly props: Props) {
    this.#sockets = new HostSockets(props.topology, this.#reactor, (...arrival) => {
      for (const transfer of this.#transfers) if (transfer.take(...arrival)) return;
    });
    this.floating = new FloatingRoutes(
      props.topology,
      (move) => this.#log(this.now(), "address_moved", { ...move }),
    );
    this.#delays = props.topology.links.reduce(
      (sum, { impairment: { delay = 0, jitter = 0 } = {} }) => sum + delay + jitter,
      0,
    );
  }

  now(): number {
    return performance.now() - this.#begin;
  }

  async event(node: string, event: string, timeout: number): Promise<void> {
    await this.#device(node).event(event, timeout);
  }

  async udp(stimulus: UdpStimulus): Promise<TransferOutcome> {
    const at = this.now();
    this.props.progress?.(`${stimulus.flows.length} UDP flows of ${stimulus.count} datagrams`);
    const silence = SILENCE + this.#delays;
    const idle = () => this.#devicesIdle(), run = runOfSeed(this.props.seed ?? 1);
    const transfer = new UdpTransfer(stimulus, this.#sockets, silence, idle, run);
    this.#transfers.add(transfer);
    try {
      const outcome = await transfer.run();
      this.#log(at, "udp", { ...stimulus, ...outcome });
      return outcome;
    } finally {
      this.#transfers.delete(transfer);
    }
  }

  async tcp(stimulus: TcpStimulus): Promise<TransferOutcome> {
    const at = this.now();
    this.props.progress?.(`${stimulus.octets} octets of TCP`);
    const outcome = await transferTcp(this.props.topology, this.#reactor, stimulus);
    this.#log(at, "tcp", { ...stimulus, ...outcome });
    return outcome;
  }

  async datagrams(from: string, packets: readonly Uint8Array[]): Promise<void> {
    const at = this.now();
    sendDatagrams(this.props.topology, from, packets);
    await this.settle();
    this.#log(at, "datagrams", { from, count: packets.length });
  }

  async frames(from: string, frames: readonly Uint8Array[]): Promise<void> {
    const at = this.now();
    sendFrames(this.props.topology, from, frames);
    await this.settle();
    this.#log(at, "frames", { from, count: frames.length });
  }

  link(name: string, impairment: Impairment): Promise<void> {
    const { topology, wires } = this.props;
    if (!topology.links.some((link) => link.name === name)) {
      throw new RangeError(`Cannot change link "${name}": there is none`);
    }
    if (!wires.has(name)) throw new NeedsEmulation(name);
    wires.impair(name, impairment);
    this.#log(this.now(), "link", { name, impairment });
    return Promise.resolve();
  }

  async instruct(node: string, instruction: Record<string, unknown>): Promise<void> {
    const at = this.now();
    await this.#device(node).instruct(instruction);
    await this.settle(INSTRUCTED);
    await this.floating.settle();
    this.#log(at, "instruct", { node, instruction });
  }

  async kill(node: string): Promise<void> {
    const device = this.#device(node);
    device.freeze();
    const at = this.now();
    // The kernel must not answer for the dead process that its ports are closed.
    await silenceNode(this.props.topology, node);
    this.floating.lose(node);
    this.spent = true;
    await device.kill();
    this.#log(at, "kill", { node });
  }

  async advance(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  /**
   * Waits until no tap sees a frame any more, or until that has taken too long. In any case all that
   * had reached a device before has been dealt with, however late the machine is.
   */
  async settle(longest = LONGEST_SETTLING): Promise<void> {
    const limit = performance.now() + longest + this.#delays;
    const step = QUIET + this.#delays;
    let before = -1;
    for (;;) {
      const frames = await this.props.recorder.count();
      if (frames === before || (before >= 0 && performance.now() > limit)) return;
      before = frames;
      await this.advance(step);
      await this.#devicesIdle();
    }
  }

  /** Waits until every wire and device has passed on what it held, and what that sent to the next. */
  async #devicesIdle(): Promise<void> {
    const devices = [...this.props.devices.values()];
    for (let i = 0; i < Math.max(1, Math.min(devices.length, LONGEST_CHAIN)); i++) {
      await this.props.wires.idle();
      await Promise.all(devices.map((device) => device.idle()));
    }
    // What they sent last is on its way through the kernel.
    await this.advance(QUIET);
  }

  /** Ends what the hosts do. */
  async close(): Promise<void> {
    this.#sockets.close();
    await this.#reactor.close();
    // What went wrong has been told already; the next scenario begins with no move under way.
    await this.floating.settle().catch(() => {});
  }

  #device(node: string): DeviceProcess {
    const device = this.props.devices.get(node);
    if (device === undefined) throw new RangeError(`Cannot find device "${node}" in the scenario`);
    return device;
  }

  #log(at: number, kind: string, fields: Record<string, unknown>): void {
    this.stimuli.push({ at: Math.round(at * 1000) / 1000, kind, ...fields });
  }
}
