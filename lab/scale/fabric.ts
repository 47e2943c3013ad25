/**
 * A lean network in virtual time: it carries datagrams between machines by address, and neither
 * frames nor routers. IP datagrams are made only where a machine takes them: at the master address
 * and at the NAT.
 *
 * ```text
 *  initiators --- outside: delay, jitter, loss --- [NAT] --- inside: delay --- master, endpoints
 * ```
 */
import { formatIpv4 } from "../../captures/wire/address.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import { get16 } from "../../captures/wire/octets.ts";
import type { Endpoint, Machine } from "../../peers/machine.ts";
import type { Scheduler } from "../worlds/memory/scheduler.ts";

/** A UDP port of a machine. */
export interface Port {
  port: string;
  address: string;
  udp: number;
}

/** What the way between outside and inside does: milliseconds, and a probability. */
export interface Outside {
  delay: number;
  jitter: number;
  loss: number;
}

/** Milliseconds of a hop inside. */
const INSIDE = 0.2;
/** An IPv4 header without options, and a UDP header. */
const IP = 20, UDP = 8;

/** A machine at its place. */
export class Station {
  /** When it is to be looked at again. */
  due = Infinity;
  /** A station that was switched off neither hears nor says anything. */
  on = true;
  claims: readonly string[] = [];

  constructor(
    readonly machine: Machine,
    readonly ports: readonly Port[],
    readonly inside: boolean,
  ) {}
}

/** Called for every datagram that reaches a station, whether it is on or off. */
export type Watcher = (to: Station, port: string, packet: Uint8Array, from: Endpoint) => void;

/** The network. */
export class Fabric {
  /** Datagrams that arrived, that were lost on the way, and that led nowhere. */
  readonly counters = { carried: 0, lost: 0, nowhere: 0 };
  nat: Station | undefined;
  watch: Watcher = () => {};
  readonly #byAddress = new Map<string, Station>();
  /** Who has each address that moves. */
  readonly #holders = new Map<string, Station>();

  constructor(
    readonly scheduler: Scheduler,
    readonly random: () => number,
    readonly outside: Outside,
  ) {}

  /** Connects a machine; it begins to work at `at`. */
  plug(machine: Machine, ports: readonly Port[], inside: boolean, at = 0): Station {
    const station = new Station(machine, ports, inside);
    for (const { address } of ports) this.#byAddress.set(address, station);
    this.#wakeAt(station, at);
    return station;
  }

  /** Gives an address that moves, such as the master address, to a station. */
  give(address: string, station: Station): void {
    this.#holders.set(address, station);
  }

  /** The station that has an address that moves. */
  holder(address: string): Station | undefined {
    return this.#holders.get(address);
  }

  /** Carries a datagram that comes from outside, whoever sent it. */
  inject(payload: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.#carry(payload, from, to, false);
  }

  /** Sends what a machine wants sent, and comes back when it asks to. */
  wake(station: Station): void {
    if (!station.on) return;
    const { machine } = station, { now } = this.scheduler;
    for (let t = machine.transmit(now); t !== undefined; t = machine.transmit(now)) {
      if (t.port === "lan") this.#forward(t.packet, station);
      else if (t.to !== undefined) {
        const port = station.ports.find(({ port }) => port === t.port);
        if (port === undefined) continue;
        const from = { address: port.address, port: port.udp };
        this.#carry(t.packet, from, t.to, station.inside);
      }
    }
    const claims = machine.claims?.() ?? station.claims;
    if (claims !== station.claims) {
      station.claims = claims;
      for (const address of claims) this.give(address, station);
    }
    this.#wakeAt(station, machine.deadline());
  }

  #wakeAt(station: Station, at: number): void {
    if (at >= station.due || at === Infinity) return;
    station.due = at;
    this.scheduler.at(at, () => {
      if (station.due !== at) return;
      station.due = Infinity;
      this.wake(station);
    });
  }

  /** An IP datagram that a machine passed on with another destination, or source. */
  #forward(datagram: Uint8Array, sender: Station): void {
    if (datagram.length < IP + UDP || datagram[0] !== 0x45) return;
    const from = { address: formatIpv4(datagram, 12), port: get16(datagram, IP) };
    const to = { address: formatIpv4(datagram, 16), port: get16(datagram, IP + 2) };
    this.#carry(datagram.subarray(IP + UDP), from, to, sender.inside);
  }

  #carry(payload: Uint8Array, from: Endpoint, to: Endpoint, fromInside: boolean): void {
    const holder = this.#holders.get(to.address);
    if (holder !== undefined) return this.#hop(holder, "lan", payload, from, to, fromInside);
    const station = this.#byAddress.get(to.address);
    const leaves = fromInside && station?.inside !== true;
    if (leaves && this.nat !== undefined && from.address !== this.nat.ports[0].address) {
      return this.#hop(this.nat, "lan", payload, from, to, true);
    }
    const port = station?.ports.find(({ address, udp }) =>
      address === to.address && udp === to.port
    );
    if (port === undefined) return void this.counters.nowhere++;
    this.#hop(station!, port.port, payload, from, to, fromInside);
  }

  #hop(
    station: Station,
    port: string,
    payload: Uint8Array,
    from: Endpoint,
    to: Endpoint,
    fromInside: boolean,
  ): void {
    let delay = INSIDE;
    if (fromInside !== station.inside) {
      const { loss, jitter } = this.outside;
      if (loss > 0 && this.random() < loss) return void this.counters.lost++;
      delay = this.outside.delay + this.random() * jitter;
    }
    this.scheduler.at(this.scheduler.now + delay, () => {
      this.watch(station, port, payload, from);
      if (!station.on) return;
      this.counters.carried++;
      const packet = port === "lan" ? datagram(payload, from, to) : payload;
      station.machine.receive(port, packet, this.scheduler.now, from);
      this.wake(station);
    });
  }
}

function datagram(payload: Uint8Array, from: Endpoint, to: Endpoint): Uint8Array {
  return udpDatagram({
    ...{ source: from.address, sourcePort: from.port },
    ...{ destination: to.address, destinationPort: to.port, payload },
  });
}
