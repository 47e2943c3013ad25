/** The devices of a cluster of any size: reference machines, plugged into the fabric. */
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../peers/l2tp/lns.ts";
import type { TraceSink } from "../../peers/machine.ts";
import { EndpointMachine } from "../../peers/tunnel_cluster/endpoint.ts";
import { MasterMachine } from "../../peers/tunnel_cluster/master.ts";
import { NatMachine } from "../../peers/tunnel_cluster/nat.ts";
import type { Fabric, Port, Station } from "./fabric.ts";
import { HALF_OPEN_LIMIT, type ScaleOptions, TIMES } from "./options.ts";

/** Addresses of the cluster. */
export const ADDRESS = {
  master: "203.0.113.1",
  nat: "203.0.113.2",
  inside: "10.0.0.0/16",
} as const;

/**
 * UDP ports of the NAT's address: an initiator whose endpoint died is answered by another from another
 * port, as long as the NAT keeps the row of the dead one.
 */
const POOL = [1701, 20_001, 20_002, 20_003];

const CLUSTER_PORT = 49_700;
const { period, silence, lease, hello } = TIMES;

/** An initiator with one tunnel and one session. */
export interface Initiator {
  index: number;
  address: string;
  machine: LacMachine;
}

/** An endpoint at work. */
interface Incarnation {
  station: Station;
  /** The LNS within, which the endpoint may make anew by itself. */
  lns(): LnsMachine;
}

/** An endpoint, which may die and begin anew. */
export class ClusterEndpoint {
  /** When it died last; undefined while it lives. */
  diedAt: number | undefined;
  readonly #make: () => Incarnation;
  #present: Incarnation;

  /** @param make Builds it and plugs it in. */
  constructor(readonly number: number, make: () => Incarnation) {
    this.#make = make;
    this.#present = make();
  }

  get lns(): LnsMachine {
    return this.#present.lns();
  }

  /** Dies in the middle of what it does. */
  kill(now: number): void {
    this.#present.station.on = false;
    this.diedAt = now;
  }

  /** Begins anew, with nothing that it knew. */
  restart(): void {
    this.diedAt = undefined;
    this.#present = this.#make();
  }
}

/** All devices. */
export interface Cluster {
  initiators: readonly Initiator[];
  endpoints: readonly ClusterEndpoint[];
  master: Station;
}

/** Called for every event that an initiator or an endpoint traces. */
export interface TraceListener {
  initiator(index: number, event: string): void;
  endpoint(number: number, event: string): void;
}

/** Builds everything and plugs it in. */
export function buildCluster(
  options: ScaleOptions,
  fabric: Fabric,
  listener: TraceListener,
): Cluster {
  const numbers = Array.from({ length: options.endpoints }, (_, i) => i + 1);
  const endpoints = numbers.map((number) =>
    new ClusterEndpoint(number, () => buildEndpoint(number, numbers, options, fabric, listener))
  );
  const master = buildMaster(options, fabric);
  if (options.variant === "NAT") {
    const ports = POOL.map((udp, i) => ({ port: `wan${i}`, address: ADDRESS.nat, udp }));
    const machine = new NatMachine(
      { inside: ADDRESS.inside, wan: ports },
      { random: fabric.random, trace: () => {} },
    );
    fabric.nat = fabric.plug(machine, ports, true);
  }
  const initiators = Array.from(
    { length: options.initiators },
    (_, index) => buildInitiator(index, options, fabric, listener),
  );
  return { initiators, endpoints, master };
}

function buildInitiator(
  index: number,
  { initiators, ramp, rules }: ScaleOptions,
  fabric: Fabric,
  listener: TraceListener,
): Initiator {
  const address = `100.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const wan = [{ port: "wan0", address, udp: 1701 }];
  const trace: TraceSink = (event) => listener.initiator(index, event);
  const machine = new LacMachine(
    {
      ...{ wan, peers: [{ name: "cluster", address: ADDRESS.master }], calls: [{ name: "call" }] },
      ...{ hello, redial: TIMES.redial },
    },
    { random: fabric.random, trace },
    rules.lac,
  );
  fabric.plug(machine, wan, false, TIMES.forming + ramp * index / initiators);
  return { index, address, machine };
}

function buildMaster({ policy, endpoints, rules }: ScaleOptions, fabric: Fabric): Station {
  const ports = [{ port: "cluster", address: "10.0.0.1", udp: CLUSTER_PORT }];
  const machine = new MasterMachine(
    {
      ...{ masterAddress: ADDRESS.master, policy, wan: ports, quorumOf: endpoints },
      ...{ period, silence, lease },
    },
    { random: fabric.random, trace: () => {} },
    rules.master,
  );
  const station = fabric.plug(machine, ports, true);
  fabric.give(ADDRESS.master, station);
  return station;
}

/** The address of an endpoint on the cluster's network. */
export function localAddress(number: number): string {
  return `10.0.1.${number}`;
}

function buildEndpoint(
  number: number,
  numbers: readonly number[],
  { policy, variant, rules, initiators, endpoints }: ScaleOptions,
  fabric: Fabric,
  listener: TraceListener,
): Incarnation {
  const local = { port: "local", address: localAddress(number), udp: 1701 };
  const global = { port: "global", address: `203.0.114.${number}`, udp: 1701 };
  const cluster = { port: "cluster", address: localAddress(number), udp: CLUSTER_PORT };
  const ports: Port[] = variant === "NAT" ? [local, cluster] : [local, cluster, global];
  const answering = variant === "NAT" ? local : global;
  const others = numbers.filter((other) => other !== number).map((member) => ({
    ...{ member, address: localAddress(member), port: CLUSTER_PORT },
  }));
  const trace: TraceSink = (event) => listener.endpoint(number, event);
  const environment = { random: fabric.random, trace };
  let lns: LnsMachine | undefined;
  const machine = new EndpointMachine(
    {
      ...{ period, silence, lease, member: number, priority: number, wan: ports },
      // The load of one that has its share is 50 per cent.
      capacity: Math.max(1, Math.ceil(2 * initiators / endpoints)),
      members: [{ member: 0, address: "10.0.0.1", port: CLUSTER_PORT }, ...others],
      takeOver: { masterAddress: ADDRESS.master, policy },
      lns: {
        ...{ wan: [answering], hello },
        ...{ halfOpenLimit: HALF_OPEN_LIMIT, halfOpenFull: "forget_oldest" },
        ...{ ppp: { address: "10.255.255.254" }, pool: "10.128.0.0/9" },
      },
    },
    environment,
    (config) => {
      const made = lns = new LnsMachine(config, environment, rules.lns);
      return Object.assign(made, { usage: () => usage(made) });
    },
    rules,
  );
  return { station: fabric.plug(machine, ports, true, fabric.scheduler.now), lns: () => lns! };
}

function usage({ tunnels }: LnsMachine): { tunnels: number; sessions: number } {
  let sessions = 0;
  for (const tunnel of tunnels.byId.values()) sessions += tunnel.sessions.size;
  return { tunnels: tunnels.byId.size, sessions };
}
