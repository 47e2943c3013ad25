import type { Machine, SteeredMachine } from "../../peers/machine.ts";
import { closeDescriptor, WakeupFd } from "../kernel/descriptor.ts";
import { CardPort } from "../kernel/card_port.ts";
import { Poller } from "../kernel/poll.ts";
import { clockFrom, wallMilliseconds } from "./clock.ts";
import { buildMachine } from "../devices/machine.ts";
import { environmentOf, orderOf, type PeerHostConfig, peersOf, wanPorts } from "./config.ts";
import { Cores, openWan } from "./cores.ts";
import { framePorts } from "../devices/frame_ports.ts";
import { type LanPort, openLanPort } from "./lan_port.ts";
import { LatenessWatch } from "./lateness_watch.ts";
import { TraceFile } from "./trace_file.ts";
import { STAMP_ROUNDING, WanSocket } from "./wan_port.ts";

/** Packets taken from one port before the others have their turn. */
const BATCH = 64;
/** Turns after which instructions are heard even while packets keep coming. */
const TURNS_BETWEEN_WAITS = 16;

/** What a turn at the ports came to. */
interface Turn {
  /** Whether anything had arrived. */
  busy: boolean;
  /** All that had arrived by then has been dealt with. */
  upTo: number;
}

/**
 * A machine in a real world: its LAN port is a TUN device, its WAN ports are UDP sockets, those of
 * whole frames are packet sockets.
 */
export class PeerHost {
  #stopping = false;
  #done: Promise<void> = Promise.resolve();
  #wakeup = new WakeupFd();
  #lateness = new LatenessWatch();
  /** Since when nothing can lie at the LAN port unnoticed: its packets carry no time. */
  #lanSince = Infinity;
  /** Who wants to know that what has arrived is dealt with. */
  #asking: { since: number; answer: () => void }[] = [];
  #claims: readonly string[] | undefined;

  private constructor(
    readonly machine: Machine,
    readonly trace: TraceFile,
    readonly lan: LanPort | undefined,
    readonly wan: readonly WanSocket[],
    readonly frames: readonly { port: string; card: CardPort }[],
    readonly cores: Cores | undefined,
    readonly now: () => number,
    readonly onClaims: (claims: readonly string[]) => void,
  ) {}

  /**
   * Opens a peer's ports in this thread's network namespace; what arrives waits until it goes.
   * @param onEvent Told the first occurrence of every event of the trace.
   * @param onClaims Told all that the machine claims whenever that has changed.
   */
  static async start(
    config: PeerHostConfig,
    onEvent: (event: string) => void,
    onClaims: (claims: readonly string[]) => void = () => {},
  ): Promise<PeerHost> {
    const base = wallMilliseconds();
    const now = clockFrom(base);
    const trace = new TraceFile(`${config.traceDirectory}/${config.node}.jsonl`, config.node);
    const announced = new Set<string>();
    const announce = (event: string) => {
      if (announced.has(event)) return;
      announced.add(event);
      onEvent(event);
    };
    const suite = await peersOf(config);
    const environment = environmentOf(config, (event, fields) => {
      trace.write(event, fields);
      announce(event);
    });
    const machine = buildMachine({ ...config, suite }, orderOf(config), environment);
    const steered = isSteered(machine);
    const ports = wanPorts(config.config, suite.udpPort);
    const lan = await openLanPort();
    const wan = openWan(ports, steered);
    const clock = { base, now };
    const cores = steered
      ? await Cores.start(machine, config, ports, wan, lan?.handle, clock, announce)
      : undefined;
    const sockets = wan.map((handle) => new WanSocket(handle));
    const frames = framePorts(config.config).map(({ port, interface: name }) => ({
      port,
      card: CardPort.open(name),
    }));
    return new PeerHost(machine, trace, lan, sockets, frames, cores, now, onClaims);
  }

  /** Lets the machine take and send packets from now on. */
  go(): void {
    this.#done = this.#run();
  }

  /** Carries out an administrator's instruction: what it causes at once has left on return. */
  instruct(instruction: unknown): void {
    const at = this.now();
    this.machine.instruct?.(instruction, at);
    this.#flush(at);
    this.#wakeup.wake();
  }

  /** Resolves when all that has arrived so far at any port or core is dealt with. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#asking.push({ since: this.now(), answer: resolve });
      this.#wakeup.wake();
    });
    await this.cores?.idle();
  }

  /** Ends the machine, its cores and its traces; milliseconds by which it was late at its worst. */
  async stop(): Promise<number> {
    this.#stopping = true;
    this.#wakeup.wake();
    await this.#done;
    const lateness = this.#lateness.worst + (await this.cores?.stop() ?? 0);
    this.trace.close();
    this.wan.forEach(({ handle }) => closeDescriptor(handle.fd));
    this.frames.forEach(({ card }) => card.close());
    if (this.lan !== undefined) closeDescriptor(this.lan.handle.fd);
    this.#wakeup.close();
    return lateness;
  }

  async #run(): Promise<void> {
    const descriptors = this.wan.map(({ handle }) => handle.fd);
    descriptors.push(...this.frames.map(({ card }) => card.fd));
    if (this.lan !== undefined) descriptors.push(this.lan.handle.fd);
    const poller = new Poller([this.#wakeup.fd, ...descriptors]);
    let turns = 0;
    this.#flush(this.now());
    while (!this.#stopping) {
      const { busy, upTo } = this.#turn();
      // Of traffic that never ends, only what had arrived when it was asked counts.
      while (this.#asking.length > 0 && this.#asking[0].since <= upTo) {
        this.#asking.shift()!.answer();
      }
      if (busy && ++turns < TURNS_BETWEEN_WAITS) continue;
      turns = 0;
      if (!busy) this.trace.flush();
      await poller.waitAsync(busy ? 0 : this.#due() - this.now());
      if (!busy) this.#lanSince = this.now();
      this.#wakeup.clear();
    }
    const stopped = this.now();
    while (this.#turn().upTo < stopped);
  }

  /** Takes what has arrived and sends what that causes. */
  #turn(): Turn {
    let busy = false, upTo = this.now();
    const { machine, lan, now } = this;
    for (let i = 0; lan !== undefined; i++) {
      const datagram = i < BATCH ? lan.receive() : undefined;
      const at = now();
      if (datagram === undefined) {
        if (i < BATCH) this.#lanSince = at;
        else upTo = Math.min(upTo, this.#lanSince);
        break;
      }
      busy = true;
      this.#lateness.waited(lan.waited() ?? at - this.#lanSince);
      machine.receive("lan", datagram, at);
      this.#flush(at);
    }
    for (const port of this.wan) {
      for (let i = 0;; i++) {
        const payload = i < BATCH ? port.receive() : undefined;
        const at = now();
        if (payload === undefined) {
          if (i === BATCH) upTo = Math.min(upTo, at - port.socket.waited() - STAMP_ROUNDING);
          break;
        }
        busy = true;
        this.#lateness.waited(port.socket.waited());
        machine.receive(port.handle.port, payload, at, port.from());
        this.#flush(at);
      }
    }
    for (const { port, card } of this.frames) {
      for (let i = 0;; i++) {
        const frame = i < BATCH ? card.receive() : undefined;
        const at = now();
        if (frame === undefined) {
          if (i === BATCH) upTo = Math.min(upTo, at - card.waited() - STAMP_ROUNDING);
          break;
        }
        busy = true;
        this.#lateness.waited(card.waited());
        machine.receive(port, frame, at);
        this.#flush(at);
      }
    }
    this.#flush(now());
    return { busy, upTo };
  }

  /** When the machine or its cores must be called next. */
  #due(): number {
    return Math.min(this.machine.deadline(), this.cores?.deadline() ?? Infinity);
  }

  /** Sends what the machine has for the wire. @param decided When it was called last. */
  #flush(decided: number): void {
    const { machine } = this;
    const time = this.now();
    this.#lateness.called(time);
    for (let out = machine.transmit(time); out !== undefined; out = machine.transmit(time)) {
      const { port, packet, to, checksum, dscp } = out;
      const frames = this.frames.find((one) => one.port === port);
      if (frames !== undefined) frames.card.send(packet);
      else if (port === "lan") this.lan?.send(packet);
      else if (to !== undefined) {
        this.wan.find(({ handle }) => handle.port === port)?.send(packet, to, checksum, dscp);
      }
      this.#lateness.sent(decided, this.now());
    }
    this.cores?.follow();
    // Not only before a wait: while packets keep coming there is none, and a deadline may pass.
    this.#lateness.expect(this.#due(), time);
    const claims = machine.claims?.();
    if (claims !== undefined && claims !== this.#claims) this.onClaims(this.#claims = claims);
  }
}

function isSteered(machine: Machine): machine is SteeredMachine {
  return "spread" in machine && "steering" in machine;
}
