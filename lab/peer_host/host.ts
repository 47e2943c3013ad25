import type { Machine, SteeredMachine } from "../../peers/machine.ts";
import { Bell, closeDescriptor } from "../kernel/descriptor.ts";
import { Poller } from "../kernel/poll.ts";
import { clockFrom, wallMilliseconds } from "./clock.ts";
import { buildMachine, type PeerHostConfig, suiteOf, wanPorts } from "./config.ts";
import { Cores, openWan } from "./cores.ts";
import { type LanPort, openLanPort } from "./lan_port.ts";
import { TraceFile } from "./trace_file.ts";
import { WanSocket } from "./wan_port.ts";

/** Packets taken from one port before the others have their turn. */
const BATCH = 64;
/** Turns after which instructions are heard even while packets keep coming. */
const TURNS_BETWEEN_WAITS = 16;

/** A machine in a real world: its LAN port is a TUN device, its WAN ports are UDP sockets. */
export class PeerHost {
  #stopping = false;
  #done: Promise<void> = Promise.resolve();
  #bell = new Bell();
  /** Who wants to know that nothing waits. */
  #asking: (() => void)[] = [];
  #claims: readonly string[] | undefined;

  private constructor(
    readonly machine: Machine,
    readonly trace: TraceFile,
    readonly lan: LanPort | undefined,
    readonly wan: readonly WanSocket[],
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
    const suite = await suiteOf(config);
    const machine = await buildMachine(suite, config, (event, fields) => {
      trace.write(event, fields);
      announce(event);
    });
    const steered = isSteered(machine);
    const ports = wanPorts(config.config, suite.udpPort);
    const lan = await openLanPort();
    const wan = openWan(ports, steered);
    const clock = { base, now };
    const cores = steered
      ? await Cores.start(machine, config, ports, wan, lan?.handle, clock, announce)
      : undefined;
    const sockets = wan.map((handle) => new WanSocket(handle));
    return new PeerHost(machine, trace, lan, sockets, cores, now, onClaims);
  }

  /** Lets the machine take and send packets from now on. */
  go(): void {
    this.#done = this.#run();
  }

  /** Carries out an administrator's instruction. */
  instruct(instruction: unknown): void {
    this.machine.instruct?.(instruction, this.now());
    this.#bell.ring();
  }

  /** Resolves when nothing waits at any port or core. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#asking.push(resolve);
      this.#bell.ring();
    });
    await this.cores?.idle();
  }

  /** Ends the machine, its cores and its traces. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#bell.ring();
    await this.#done;
    await this.cores?.stop();
    this.trace.close();
    this.wan.forEach(({ handle }) => closeDescriptor(handle.fd));
    if (this.lan !== undefined) closeDescriptor(this.lan.handle.fd);
    this.#bell.close();
  }

  async #run(): Promise<void> {
    const descriptors = this.wan.map(({ handle }) => handle.fd);
    if (this.lan !== undefined) descriptors.push(this.lan.handle.fd);
    const poller = new Poller([this.#bell.fd, ...descriptors]);
    let turns = 0;
    this.#flush();
    while (!this.#stopping) {
      const busy = this.#turn();
      if (busy && ++turns < TURNS_BETWEEN_WAITS) continue;
      turns = 0;
      if (!busy) {
        this.trace.flush();
        this.#asking.splice(0).forEach((answer) => answer());
      }
      const due = Math.min(this.machine.deadline(), this.cores?.deadline() ?? Infinity);
      await poller.waitAsync(busy ? 0 : due - this.now());
      this.#bell.silence();
    }
    while (this.#turn());
  }

  /** Takes what has arrived and sends what that causes; whether anything had arrived. */
  #turn(): boolean {
    let busy = false;
    const { machine, lan, now } = this;
    for (let i = 0; lan !== undefined && i < BATCH; i++) {
      const datagram = lan.receive();
      if (datagram === undefined) break;
      busy = true;
      machine.receive("lan", datagram, now());
      this.#flush();
    }
    for (const port of this.wan) {
      for (let i = 0; i < BATCH; i++) {
        const payload = port.receive();
        if (payload === undefined) break;
        busy = true;
        machine.receive(port.handle.port, payload, now(), port.from());
        this.#flush();
      }
    }
    this.#flush();
    return busy;
  }

  #flush(): void {
    const { machine } = this;
    const time = this.now();
    for (let out = machine.transmit(time); out !== undefined; out = machine.transmit(time)) {
      const { port, packet, to, checksum } = out;
      if (port === "lan") this.lan?.send(packet);
      else if (to !== undefined) {
        this.wan.find(({ handle }) => handle.port === port)?.send(packet, to, checksum);
      }
    }
    this.cores?.follow();
    const claims = machine.claims?.();
    if (claims !== undefined && claims !== this.#claims) this.onClaims(this.#claims = claims);
  }
}

function isSteered(machine: Machine): machine is SteeredMachine {
  return "spread" in machine && "steering" in machine;
}
