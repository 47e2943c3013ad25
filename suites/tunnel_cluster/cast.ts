/** How the devices of the cluster labs are configured, and what scenarios have in common. */
import type { Casting, Scenario, Stage } from "../scenario.ts";
import {
  ADDRESS,
  ENDPOINTS,
  FIGURE_2,
  FIGURE_4,
  globalAddress,
  localAddress,
} from "./topologies.ts";

/** UDP ports of the NAT's address. */
const POOL = [1701, 20_001, 20_002, 20_003];

/** What differs between scenarios. */
export interface Arrangement {
  policy?: string;
  /** Tunnels of each initiator. */
  tunnels?: number;
  follow?: "follow" | "accept" | "strict";
}

/** The cast of a cluster. */
export function cast(variant: "NAT" | "global", arrangement: Arrangement): Record<string, Casting> {
  const { policy = "lowest_load", tunnels = 1, follow = "follow" } = arrangement;
  const initiator = (address: string): Casting => ({
    role: "initiator",
    config: {
      wan: [{ port: "wan0", address, udp: 1701 }],
      peers: [{ name: "cluster", address: ADDRESS.master, port: 1701 }],
      calls: Array.from({ length: tunnels }, (_, tunnel) => ({
        ...{ name: `call${tunnel}`, tunnel, autodial: false },
      })),
      follow,
    },
  });
  const out: Record<string, Casting> = {
    initiator: initiator(ADDRESS.initiator),
    initiator2: initiator(ADDRESS.initiator2),
    master: {
      role: "master",
      config: {
        masterAddress: ADDRESS.master,
        policy,
        wan: [{ port: "cluster", address: ADDRESS.masterLocal, udp: 49_700 }],
      },
    },
  };
  for (const n of ENDPOINTS) out[`endpoint${n}`] = endpoint(n, variant);
  if (variant === "NAT") {
    const wan = POOL.map((udp) => ({ port: `wan${udp}`, address: ADDRESS.nat as string, udp }));
    wan.push({ port: "spare", address: ADDRESS.spare, udp: 20_009 });
    out.nat = { role: "nat", config: { inside: "10.0.0.0/16", wan } };
  }
  return out;
}

function endpoint(n: number, variant: "NAT" | "global"): Casting {
  const local = { port: "local", address: localAddress(n), udp: 1701 };
  const global = { port: "global", address: globalAddress(n), udp: 1701 };
  const answering = variant === "NAT" ? local : global;
  const others = ENDPOINTS.filter((other) => other !== n);
  return {
    role: "endpoint",
    config: {
      member: n,
      wan: [
        local,
        { port: "cluster", address: localAddress(n), udp: 49_700 },
        ...(variant === "NAT" ? [] : [global]),
      ],
      members: [
        { member: 0, address: ADDRESS.masterLocal },
        ...others.map((member) => ({ member, address: localAddress(member) })),
      ],
      lns: { wan: [answering], hostName: `endpoint${n}` },
    },
  };
}

/** Loads of the worked example (L108): the third endpoint has the least. */
export async function loads(stage: Stage, ...values: number[]) {
  for (const [i, value] of values.entries()) {
    await stage.instruct(`endpoint${i + 1}`, { kind: "load", value });
  }
  await stage.pass(50);
}

/** Lets an initiator make a call, which opens its tunnel. */
export async function dial(stage: Stage, node = "initiator", tunnel = 0) {
  await stage.instruct(node, { kind: "dial", name: `call${tunnel}` });
}

/** A scenario of this suite, in one of the two architectures. */
export function scenario(
  variant: "NAT" | "global",
  name: string,
  title: string,
  arrangement: Arrangement,
  act: (stage: Stage) => Promise<void>,
): Scenario {
  return {
    id: `tunnel_cluster/${variant.toLowerCase()}/${name}`,
    title,
    suite: "tunnel_cluster",
    class: variant,
    topology: variant === "NAT" ? FIGURE_2 : FIGURE_4,
    cast: cast(variant, arrangement),
    async act(stage) {
      // Endpoints register within the first period.
      await stage.pass(1200);
      await act(stage);
      await stage.pass(200);
    },
  };
}
