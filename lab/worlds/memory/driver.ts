/** What a scenario can do in the memory world: every act moves virtual time on. */
import { udpDatagram } from "../../../captures/wire/build.ts";
import type { Machine } from "../../../peers/machine.ts";
import type { StimulusRecord } from "../../../suites/kit/evidence.ts";
import type {
  Driver,
  Flow,
  TcpStimulus,
  TransferOutcome,
  UdpStimulus,
} from "../../../suites/kit/scenario.ts";
import type { Impairment, Topology } from "../../../suites/kit/topology.ts";
import { FloatingAddresses } from "../floating.ts";
import { runOfSeed, stampedPayload } from "../../../suites/kit/stamp.ts";
import { FASTEST, unfitFrame } from "../world.ts";
import type { Device } from "./device.ts";
import type { Host } from "./host.ts";
import type { Network } from "./network.ts";
import type { Scheduler } from "./scheduler.ts";
import { TcpTransfer } from "./tcp_transfer.ts";

/** Milliseconds of silence after which a network is taken to have delivered all it will. */
const SETTLE = 50;
const TRANSFER_LIMIT = 120_000;

/** What the driver plays on. */
export interface Props {
  scheduler: Scheduler;
  network: Network;
  hosts: Map<string, Host>;
  devices: Map<string, { machine: Machine; device: Device; speaks: boolean }>;
  /** Events that each node has traced so far. */
  events: Map<string, Set<string>>;
  seed: number;
  /** Virtual time at which any tap last saw a frame of a flow. */
  random(): number;
}

interface Waiter {
  done(): boolean;
  until: number;
  resolve(met: boolean): void;
}

/** The driver of one scenario. */
export class MemoryDriver implements Driver {
  readonly stimuli: StimulusRecord[] = [];
  readonly #props: Props;
  readonly #waiters = new Set<Waiter>();
  readonly #floating: FloatingAddresses;
  #pumping = false;

  constructor(props: Props, topology: Topology) {
    this.#props = props;
    this.#floating = new FloatingAddresses(topology);
    this.#floating.routes().forEach((route) => props.network.routeHost(route));
  }

  now(): number {
    return this.#props.scheduler.now;
  }

  async event(node: string, event: string, timeout: number) {
    if (this.#props.devices.get(node)?.speaks === false) {
      throw new Error(`Cannot wait for "${event}" of "${node}" as the device has no trace`);
    }
    const met = await this.#until(() => this.#props.events.get(node)?.has(event) ?? false, timeout);
    if (!met) throw new Error(`"${node}" did not report "${event}" within ${timeout} ms`);
  }

  async udp(stimulus: UdpStimulus): Promise<TransferOutcome> {
    const { flows, count, size, interval = FASTEST } = stimulus;
    const hosts = flows.map((flow) => this.#host(flow.to));
    const before = new Map(hosts.map((host) => [host, host.received]));
    const begin = this.now();
    flows.forEach((flow, index) => {
      for (let i = 0; i < count; i++) {
        const at = begin + (i * flows.length + index) * interval;
        this.#props.scheduler.at(at, () => this.#sendUdp(flow, index, i, size));
      }
    });
    const sent = flows.length * count;
    const received = () => {
      let sum = 0;
      for (const [host, had] of before) sum += host.received - had;
      return sum;
    };
    await this.advance(sent * interval);
    await this.#until(() => received() >= sent, SETTLE);
    const outcome = { sent, received: received(), intact: received() === sent };
    this.#log(begin, "udp", { ...stimulus, ...outcome });
    return outcome;
  }

  async tcp(stimulus: TcpStimulus): Promise<TransferOutcome> {
    const begin = this.now();
    const { from, to } = stimulus.flow;
    const transfer = new TcpTransfer(stimulus, this.#host(from), this.#host(to), this.#props);
    await this.#until(() => transfer.closed, TRANSFER_LIMIT);
    const outcome = transfer.outcome();
    this.#log(begin, "tcp", { octetsBack: 0, ...stimulus, ...outcome });
    return outcome;
  }

  async datagrams(from: string, packets: readonly Uint8Array[]) {
    const begin = this.now();
    const { node } = this.#host(from);
    const large = packets.find(({ length }) => length > node.interfaces[0].mtu);
    if (large !== undefined) {
      throw new RangeError(
        `Cannot send a datagram as it must fit the link's MTU: got ${large.length} octets`,
      );
    }
    await this.#burst(begin, packets.map((packet) => () => node.sendRaw(packet)));
    this.#log(begin, "datagrams", { from, count: packets.length });
  }

  async frames(from: string, frames: readonly Uint8Array[]) {
    const begin = this.now(), { network } = this.#props;
    const { node } = this.#host(from);
    const [iface] = node.interfaces;
    const unfit = frames.find((frame) => !network.fits(iface, frame));
    if (unfit !== undefined) throw new RangeError(unfitFrame(unfit));
    await this.#burst(begin, frames.map((frame) => () => network.sendFrame(iface, frame.slice())));
    this.#log(begin, "frames", { from, count: frames.length });
  }

  /** Acts one after another as fast as a host can, and lets the network fall silent. */
  async #burst(begin: number, acts: readonly (() => void)[]) {
    acts.forEach((act, i) => this.#props.scheduler.at(begin + i * FASTEST, act));
    await this.advance(acts.length * FASTEST + SETTLE);
  }

  link(name: string, impairment: Impairment): Promise<void> {
    const wire = this.#props.network.wires.get(name);
    if (wire === undefined) throw new RangeError(`Cannot change link "${name}": there is none`);
    wire.impairment = impairment;
    this.#log(this.now(), "link", { name, impairment });
    return Promise.resolve();
  }

  async instruct(node: string, instruction: Record<string, unknown>) {
    const device = this.#props.devices.get(node);
    if (device?.machine.instruct === undefined) {
      throw new Error(`Cannot instruct "${node}" as it takes no instructions`);
    }
    const begin = this.now();
    device.machine.instruct(instruction, begin);
    device.device.wake();
    await this.advance(SETTLE);
    this.#log(begin, "instruct", { node, instruction });
  }

  kill(node: string): Promise<void> {
    const device = this.#props.devices.get(node);
    if (device === undefined) throw new RangeError(`Cannot kill "${node}": it is no device`);
    device.device.unplug();
    this.#floating.lose(node);
    this.#log(this.now(), "kill", { node });
    return Promise.resolve();
  }

  /** A device claims these addresses, and no others, from now on. */
  claim(node: string, claims: readonly string[]) {
    for (const move of this.#floating.claim(node, claims)) {
      this.#floating.routes(move.address).forEach((route) => this.#props.network.routeHost(route));
      this.#log(this.now(), "address_moved", { ...move });
    }
  }

  async advance(milliseconds: number) {
    await this.#until(() => false, milliseconds);
  }

  #sendUdp(flow: Flow, index: number, sequence: number, size: number) {
    const { source, destination } = this.#addresses(flow);
    this.#host(flow.from).node.send(udpDatagram({
      source,
      destination,
      sourcePort: flow.sourcePort,
      destinationPort: flow.destinationPort,
      dscp: flow.dscp,
      payload: stampedPayload(index, sequence, size, runOfSeed(this.#props.seed)),
    }));
  }

  #addresses(flow: Flow) {
    const family = flow.family ?? 4;
    return {
      source: this.#host(flow.from).address(family),
      destination: this.#host(flow.to).address(family),
    };
  }

  #host(name: string): Host {
    const host = this.#props.hosts.get(name);
    if (host === undefined) throw new RangeError(`Cannot send from "${name}": it is no host`);
    return host;
  }

  #log(at: number, kind: string, fields: Record<string, unknown>) {
    this.stimuli.push({ at, kind, ...fields });
  }

  /** Lets time pass until the condition holds or `limit` ms are over; says whether it held. */
  #until(done: () => boolean, limit: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiters.add({ done, until: this.now() + limit, resolve });
      if (!this.#pumping) void this.#pump();
    });
  }

  /** Moves time on while anybody waits; whoever is served first gets to act before time moves. */
  async #pump() {
    this.#pumping = true;
    const { scheduler } = this.#props;
    while (this.#waiters.size > 0) {
      let served = false;
      let horizon = Infinity;
      for (const waiter of this.#waiters) {
        const met = waiter.done();
        if (met || scheduler.now >= waiter.until) {
          this.#waiters.delete(waiter);
          waiter.resolve(met);
          served = true;
        } else horizon = Math.min(horizon, waiter.until);
      }
      if (served) await new Promise((resolve) => setImmediate(resolve));
      else if (scheduler.next() > horizon) scheduler.at(horizon, () => {});
      else scheduler.step();
    }
    this.#pumping = false;
  }
}
