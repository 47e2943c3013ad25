/**
 * The labs of source 004. Outside: 198.51.100/24 and 198.51.101/24 at the initiators, 203.0.113.1 the
 * master address, 203.0.113.2 the NAT's. Inside: 10.0/16, one net for each device, joined by a router
 * in the place of LAN 156.
 */
import type { Link, LinkEnd, TapPoint, Topology } from "../topology.ts";

/** The addresses that scenarios and checks speak of. */
export const ADDRESS = {
  master: "203.0.113.1",
  nat: "203.0.113.2",
  /** Another address of the NAT, which it has no business to use. */
  spare: "203.0.113.4",
  masterLocal: "10.0.1.1",
  initiator: "198.51.100.2",
  initiator2: "198.51.101.2",
  /** A second address of the second initiator. */
  third: "198.51.101.3",
  stranger: "198.51.102.2",
  /** A host on the cluster's own network. */
  insider: "10.0.3.1",
} as const;

/** Numbers of the endpoints. */
export const ENDPOINTS = [1, 2, 3] as const;
/** Address of an endpoint on the cluster's network, and on its own link. */
export const localAddress = (n: number) => `10.0.${10 + n}.1`;
export const globalAddress = (n: number) => `203.0.${113 + n}.1`;

const end = (node: string, name: string, address: string): LinkEnd => ({
  ...{ node, interface: name },
  addresses: [`${address}/24`],
});
const link = (name: string, a: LinkEnd, b: LinkEnd): Link => ({ name, ends: [a, b] });

function cluster(variant: "NAT" | "global"): Topology {
  const nodes: Topology["nodes"] = {
    initiator: { kind: "device", routes: [{ to: "default", via: "198.51.100.1" }] },
    initiator2: { kind: "device", routes: [{ to: "default", via: "198.51.101.1" }] },
    stranger: { kind: "host", routes: [{ to: "default", via: "198.51.102.1" }] },
    insider: { kind: "host", routes: [{ to: "default", via: "10.0.3.254" }] },
    network: {
      kind: "router",
      // 203.0.113.9 is an address of the same box that is not the master's.
      routes: [ADDRESS.master, "203.0.113.9"].map((a) => ({ to: `${a}/32`, via: "192.0.2.2" })),
    },
    master: {
      kind: "device",
      routes: [
        { to: "10.0.0.0/16", via: "10.0.1.254" },
        { to: "default", via: "192.0.2.1" },
      ],
      tunnelled: [`${ADDRESS.master}/32`, "203.0.113.9/32"],
    },
    lan: {
      kind: "router",
      routes: variant === "NAT" ? [{ to: "default", via: "10.0.2.1" }] : [],
    },
  };
  const links = [
    link("i", end("initiator", "wan0", ADDRESS.initiator), end("network", "to_i", "198.51.100.1")),
    link("i2", {
      ...{ node: "initiator2", interface: "wan0" },
      addresses: [`${ADDRESS.initiator2}/24`, `${ADDRESS.third}/24`],
    }, end("network", "to_i2", "198.51.101.1")),
    link("s", end("stranger", "eth0", ADDRESS.stranger), end("network", "to_s", "198.51.102.1")),
    link("lan_s", end("insider", "eth0", ADDRESS.insider), end("lan", "to_s", "10.0.3.254")),
    link("m", end("master", "ext0", "192.0.2.2"), end("network", "to_m", "192.0.2.1")),
    link("lan_m", end("master", "lan0", ADDRESS.masterLocal), end("lan", "to_m", "10.0.1.254")),
  ];
  const taps: TapPoint[] = [
    { name: "ext-i", node: "initiator", interface: "wan0", side: "wan" },
    { name: "ext-i2", node: "initiator2", interface: "wan0", side: "wan" },
    { name: "ext-m", node: "master", interface: "ext0", side: "wan" },
    { name: "lan-m", node: "master", interface: "lan0", side: "lan" },
  ];
  for (const n of ENDPOINTS) {
    const node = `endpoint${n}`, gateway = `10.0.${10 + n}.254`;
    nodes[node] = {
      ...{ kind: "device", routes: [{ to: "default", via: gateway }] },
      ...(variant === "NAT" ? {} : { tunnelled: [`${ADDRESS.master}/32`] }),
    };
    links.push(
      link(`lan_${n}`, end(node, "lan0", localAddress(n)), end("lan", `to_e${n}`, gateway)),
    );
    taps.push({ name: `lan-e${n}`, node, interface: "lan0", side: "lan" });
    if (variant === "NAT") continue;
    const via = globalAddress(n).replace(/1$/, "2");
    links.push(link(`e${n}`, end(node, "wan0", globalAddress(n)), end("network", `to_e${n}`, via)));
    taps.push({ name: `ext-e${n}`, node, interface: "wan0", side: "wan" });
  }
  if (variant === "global") {
    // A host whose way to the master address does not follow when the address moves.
    nodes.laggard = { kind: "host", routes: [{ to: "default", via: "198.51.103.1" }] };
    links.push(
      link("l", end("master", "ext1", "198.51.103.1"), end("laggard", "eth0", "198.51.103.2")),
    );
    taps.push({ name: "ext-l", node: "master", interface: "ext1", side: "wan" });
  }
  if (variant === "NAT") {
    nodes.nat = {
      kind: "device",
      routes: [{ to: "10.0.0.0/16", via: "10.0.2.254" }],
      tunnelled: ["198.51.0.0/16"],
    };
    links.push(
      link(
        "n",
        { node: "nat", interface: "wan0", addresses: [`${ADDRESS.nat}/24`, `${ADDRESS.spare}/24`] },
        end("network", "to_n", "203.0.113.3"),
      ),
      link("lan_n", end("nat", "lan0", "10.0.2.1"), end("lan", "to_n", "10.0.2.254")),
    );
    taps.push(
      { name: "ext-n", node: "nat", interface: "wan0", side: "wan" },
      { name: "lan-n", node: "nat", interface: "lan0", side: "lan" },
    );
  }
  const figure = variant === "NAT" ? "figure_2" : "figure_4";
  const title = variant === "NAT" ? "Endpoints behind a NAT" : "Endpoints with global addresses";
  const lab = { name: figure, title, nodes, links, taps };
  return variant === "NAT" ? lab : { ...lab, floating: FLOATING };
}

/** Where the master address leads to: whoever is master has a link of its own to the network. */
const FLOATING: Topology["floating"] = {
  [ADDRESS.master]: {
    initially: "master",
    via: {
      network: {
        master: "192.0.2.2",
        ...Object.fromEntries(ENDPOINTS.map((n) => [`endpoint${n}`, globalAddress(n)])),
      },
    },
  },
};

/** FIG. 2: local endpoints and a NAT. */
export const FIGURE_2 = cluster("NAT");
/** FIG. 4: endpoints with links of their own. */
export const FIGURE_4 = cluster("global");
