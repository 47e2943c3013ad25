/**
 * The peers of the bench, as a module that a peer host loads: our LNS as it is, and our LAC under
 * load. The LAC opens as many tunnels as it is instructed to, some at a time, and notes when each was
 * established on both sides: its SCCCN has been acknowledged.
 */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpEndpoint } from "../../../peers/l2tp/endpoint.ts";
import { LacMachine } from "../../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../../peers/l2tp/lns.ts";
import type { Session } from "../../../peers/l2tp/session.ts";
import type { Tunnel } from "../../../peers/l2tp/tunnel.ts";
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../../../peers/machine.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import { type ProcessUsage, usageOf } from "../process.ts";

/** What a LAC under load, or its opposite, can be asked for. */
export type LoadOrder =
  /** Opens tunnels, so many at a time; `tunnels_open` ends it. */
  | { kind: "open"; tunnels: number; window: number }
  /** Makes so many calls in every tunnel, so many at a time; `calls_up` ends it. */
  | { kind: "call"; perTunnel: number; window: number }
  /** Counts what stands, under an event of this name. */
  | { kind: "count"; event: string };

/** What stands at one end. */
export interface EndpointCounts extends ProcessUsage {
  tunnels: number;
  /** Sessions, and those whose PPP has come to an address. */
  sessions: number;
  addresses: number;
  /** Control messages sent so far. */
  messages: number;
}

/** How long opening took: milliseconds from the first SCCRQ to the last acknowledgement. */
export interface OpenReport {
  tunnels: number;
  milliseconds: number;
  /** Tunnels that were not to be had: refused, or given up as nobody answered. */
  failed: number;
  /** Control messages sent, those sent again included. */
  messages: number;
}

/** Milliseconds between two looks for tunnels that were given up. */
const LOOK = 1000;

/** Either end, that counts what stands. */
class Counted<M extends L2tpEndpoint> implements Machine {
  constructor(readonly machine: M, readonly trace: PeerEnvironment["trace"]) {}

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint): void {
    this.machine.receive(port, packet, now, from);
  }

  transmit(now: number): Transmission | undefined {
    return this.machine.transmit(now);
  }

  deadline(): number {
    return this.machine.deadline();
  }

  instruct(order: LoadOrder, now: number): void {
    if (order.kind === "count") this.trace(order.event, { ...this.counts() });
    else this.machine.instruct(order, now);
  }

  counts(): EndpointCounts {
    const open = openTunnels(this.machine);
    const all = open.flatMap(({ sessions }) => sessions.all());
    return {
      tunnels: open.length,
      sessions: all.filter(({ state }) => state === "established").length,
      addresses: all.filter(({ ppp }) => ppp?.isUp(4) === true).length,
      messages: this.machine.context.controlMessages,
      ...usageOf("self"),
    };
  }
}

function openTunnels({ tunnels }: L2tpEndpoint): Tunnel[] {
  const all = [...tunnels.byId.values()];
  return all.filter(({ state, phase }) => state === "established" && phase === "open");
}

/** Calls that are being made. */
interface Calls {
  tunnels: Tunnel[];
  perTunnel: number;
  window: number;
  made: number;
  ringing: Session[];
}

/** A LAC under load. */
class LoadedLac extends Counted<LacMachine> {
  #wanted = 0;
  #window = 0;
  #begun = 0;
  #since = 0;
  /** When the last tunnel came up, and how many have. */
  #latest = 0;
  #settledTunnels = 0;
  #opening = false;
  #lookAt = 0;
  /** Tunnel IDs of tunnels that are not established on both sides yet. */
  readonly #pending = new Set<number>();
  #calls: Calls | undefined;

  override receive(port: string, packet: Uint8Array, now: number, from?: Endpoint): void {
    super.receive(port, packet, now, from);
    if (packet.length >= 12) this.#settled(get16(packet, 4), now);
  }

  override transmit(now: number): Transmission | undefined {
    while (this.#mayOpen()) this.#open(now);
    if (this.#opening && now >= this.#lookAt) this.#look(now);
    if (this.#calls !== undefined) this.#ring(this.#calls, now);
    return super.transmit(now);
  }

  override deadline(): number {
    const look = this.#opening ? this.#lookAt : Infinity;
    return this.#mayOpen() ? 0 : Math.min(look, super.deadline());
  }

  override instruct(order: LoadOrder, now: number): void {
    if (order.kind === "open") {
      this.#wanted += order.tunnels;
      this.#window = order.window;
      this.#since = this.#latest = now;
      this.#opening = true;
      this.#lookAt = now + LOOK;
    } else if (order.kind === "call") {
      const { perTunnel, window } = order;
      this.#calls = {
        ...{ tunnels: openTunnels(this.machine), perTunnel, window },
        made: 0,
        ringing: [],
      };
    } else super.instruct(order, now);
  }

  #mayOpen(): boolean {
    return this.#begun < this.#wanted && this.#pending.size < this.#window;
  }

  #open(now: number): void {
    const tunnel = this.machine.tunnelTo(undefined, this.#begun++);
    if (tunnel === undefined) return;
    this.#pending.add(tunnel.localId);
    tunnel.open(now);
  }

  #look(now: number): void {
    this.#lookAt = now + LOOK;
    for (const id of this.#pending) this.#settled(id, now);
  }

  #settled(id: number, now: number): void {
    if (!this.#pending.has(id)) return;
    const tunnel = this.machine.tunnels.byId.get(id);
    if (tunnel?.phase === "open" && !(tunnel.state === "established" && tunnel.acknowledged)) {
      return;
    }
    this.#pending.delete(id);
    if (tunnel?.phase === "open") {
      this.#latest = now;
      this.#settledTunnels++;
    }
    if (this.#pending.size === 0 && this.#begun === this.#wanted) this.#report();
  }

  #report(): void {
    if (!this.#opening) return;
    this.#opening = false;
    const report: OpenReport = {
      tunnels: this.#settledTunnels,
      milliseconds: this.#latest - this.#since,
      failed: this.#wanted - this.#settledTunnels,
      messages: this.machine.context.controlMessages,
    };
    this.trace("tunnels_open", { ...report });
  }

  /** One call after the other in each tunnel, so that no message waits in the queue of its tunnel. */
  #ring(calls: Calls, now: number): void {
    const { tunnels, perTunnel, window } = calls;
    calls.ringing = calls.ringing.filter(({ ppp }) => ppp?.isUp(4) !== true);
    while (calls.ringing.length < window && calls.made < tunnels.length * perTunnel) {
      const tunnel = tunnels[calls.made % tunnels.length];
      this.machine.dial({ name: `call ${calls.made++}` }, now, tunnel);
      calls.ringing.push(tunnel.sessions.all().at(-1)!);
    }
    if (calls.ringing.length > 0) return;
    this.#calls = undefined;
    this.trace("calls_up", {});
  }
}

/** What a peer host finds here. */
export const SUITES: Readonly<
  Record<string, Pick<Suite, "udpPort" | "mutants" | "stimulusFaults" | "peer">>
> = {
  l2tp: {
    udpPort: 1701,
    mutants: [],
    stimulusFaults: {},
    peer: (role, config, environment) =>
      role === "lac"
        ? new LoadedLac(new LacMachine(config, environment), environment.trace)
        : new Counted(new LnsMachine(config, environment), environment.trace),
  },
};
