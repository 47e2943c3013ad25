/** How the devices of the labs with clients are configured. */
import type { ScenarioDefinition } from "../kit/words.ts";
import { type Client, CLIENTS, type DataPathVariant, INITIATORS } from "./data_path_topologies.ts";
import { standing } from "./node_setup.ts";
import { ADDRESS, ENDPOINTS, globalAddress, localAddress } from "./topologies.ts";
import type { TunnelClusterNode, TunnelClusterWords } from "./vocabulary.ts";

type Nodes = ScenarioDefinition<TunnelClusterWords>["nodes"];
type Node = NonNullable<Nodes[TunnelClusterNode]>;

/** UDP ports of the address behind which the endpoints stand. */
const POOL = [1701, 20_001, 20_002, 20_003];
/** Address of the box that is master and NAT, on the cluster's network. */
const SHARED_LOCAL = "10.0.2.1";
const CLUSTER_UDP = 49_700;

const passwordOf = ({ name }: Client) => `plumb ${name}`;

/** The devices of a lab with clients. */
export function dataPathNodeSetups(variant: DataPathVariant): Nodes {
  const out: Nodes = {};
  INITIATORS.forEach(({ node }, i) => out[node] = initiator(i));
  for (const n of ENDPOINTS) out[`endpoint${n}`] = endpoint(n, variant);
  const forwarding = { masterAddress: ADDRESS.master, standing: standing() };
  const cluster = (address: string) => ({ port: "cluster", address, udp: CLUSTER_UDP });
  if (variant !== "shared") {
    const wan = [cluster(ADDRESS.masterLocal)];
    out.master = { role: "master", config: { ...forwarding, policy: "lowest_load", wan } };
  }
  if (variant === "global") return out;
  const address = variant === "shared" ? ADDRESS.master : ADDRESS.nat;
  const wan = [
    ...POOL.map((udp) => ({ port: `wan${udp}`, address: address as string, udp })),
    { port: "spare", address: ADDRESS.spare, udp: 20_009 },
  ];
  const nat = { inside: "10.0.0.0/16", wan };
  out.nat = {
    role: "nat",
    config: variant === "NAT" ? nat : {
      ...{ ...nat, wan: [...wan, cluster(SHARED_LOCAL)] },
      master: { ...forwarding, policy: "deterministic" },
    },
  };
  return out;
}

function initiator(i: number): Node {
  const own = CLIENTS.filter((client) => client.initiator === i);
  return {
    role: "initiator",
    config: {
      wan: [{ port: "wan0", address: INITIATORS[i].address, udp: 1701 }],
      peers: [{ name: "cluster", address: ADDRESS.master, port: 1701 }],
      calls: own.map((client) => ({
        ...{ name: client.name, tunnel: client.tunnel, autodial: false },
        clients: [client.prefix],
        ppp: { name: client.name, password: passwordOf(client) },
      })),
    },
  };
}

function endpoint(n: number, variant: DataPathVariant): Node {
  const local = { port: "local", address: localAddress(n), udp: 1701 };
  const global = { port: "global", address: globalAddress(n), udp: 1701 };
  const own = variant === "global" ? [local, global] : [local];
  const others = ENDPOINTS.filter((other) => other !== n);
  return {
    role: "endpoint",
    config: {
      member: n,
      wan: [...own, { port: "cluster", address: localAddress(n), udp: CLUSTER_UDP }],
      members: [
        { member: 0, address: variant === "shared" ? SHARED_LOCAL : ADDRESS.masterLocal },
        ...others.map((member) => ({ member, address: localAddress(member) })),
      ],
      lns: {
        ...{ wan: own.slice(-1), hostName: `endpoint${n}`, pool: `172.30.${n}.0/24` },
        ppp: { authentication: "chap", address: `172.30.${n}.1` },
        users: CLIENTS.map((client) => ({
          ...{ name: client.name, password: passwordOf(client), routes: [client.prefix] },
        })),
      },
    },
  };
}
