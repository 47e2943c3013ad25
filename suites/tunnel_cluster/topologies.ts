/**
 * The labs of source 004. Outside: 198.51.100/24 and 198.51.101/24 at the initiators, 203.0.113.1 the
 * master address, 203.0.113.2 the NAT's. Inside: 10.0/16, one net for each device, joined by a router
 * in the place of LAN 156.
 */
import type { Link, LinkEnd, TapPoint, Topology } from "../kit/topology.ts";

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
/** Address of an endpoint on the cluster's network. */
export const localAddress = (n: number) => `10.0.${10 + n}.1`;
/** Address of an endpoint on its own link. */
export const globalAddress = (n: number) => `203.0.${113 + n}.1`;

/** One end of a link, with an address in a network of 24 bits; and the link. */
export const end = (node: string, name: string, address: string): LinkEnd => ({
  ...{ node, interface: name },
  addresses: [`${address}/24`],
});
export const link = (name: string, a: LinkEnd, b: LinkEnd): Link => ({ name, ends: [a, b] });

/** What makes a lab: each part brings its own. */
export type Part = Pick<Topology, "nodes" | "links" | "taps">;

/** The architectures of the source, and one cluster of both kinds (L94). */
export type Variant = "NAT" | "global" | "mixed";
/** Whether an endpoint has a link of its own: of a mixed cluster the third alone. */
export const hasLink = (variant: Variant, n: number) =>
  variant === "global" || variant === "mixed" && n === 3;

const wan = (name: string, node: string, port = "wan0"): TapPoint => ({
  ...{ name, node, interface: port, side: "wan" },
});
const lan = (name: string, node: string): TapPoint => ({
  ...{ name, node, interface: "lan0", side: "lan" },
});

/** Initiators, the stranger, and the network between them and the cluster. */
function outside(): Part {
  const towards = (via: string) => [{ to: "default", via }];
  return {
    nodes: {
      initiator: { kind: "device", routes: towards("198.51.100.1") },
      initiator2: { kind: "device", routes: towards("198.51.101.1") },
      stranger: { kind: "host", routes: towards("198.51.102.1") },
      network: {
        kind: "router",
        // 203.0.113.9 is an address of the same box that is not the master's.
        routes: [ADDRESS.master, "203.0.113.9"].map((a) => ({ to: `${a}/32`, via: "192.0.2.2" })),
      },
    },
    links: [
      link(
        "i",
        end("initiator", "wan0", ADDRESS.initiator),
        end("network", "to_i", "198.51.100.1"),
      ),
      link("i2", {
        ...{ node: "initiator2", interface: "wan0" },
        addresses: [`${ADDRESS.initiator2}/24`, `${ADDRESS.third}/24`],
      }, end("network", "to_i2", "198.51.101.1")),
      link("s", end("stranger", "eth0", ADDRESS.stranger), end("network", "to_s", "198.51.102.1")),
    ],
    taps: [wan("ext-i", "initiator"), wan("ext-i2", "initiator2")],
  };
}

/** The master and the cluster's network, with a host on it. */
function inside(variant: Variant): Part {
  return {
    nodes: {
      insider: { kind: "host", routes: [{ to: "default", via: "10.0.3.254" }] },
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
        routes: variant === "global" ? [] : [{ to: "default", via: "10.0.2.1" }],
      },
    },
    links: [
      link("lan_s", end("insider", "eth0", ADDRESS.insider), end("lan", "to_s", "10.0.3.254")),
      link("m", end("master", "ext0", "192.0.2.2"), end("network", "to_m", "192.0.2.1")),
      link("lan_m", end("master", "lan0", ADDRESS.masterLocal), end("lan", "to_m", "10.0.1.254")),
    ],
    taps: [wan("ext-m", "master", "ext0"), lan("lan-m", "master")],
  };
}

/** One endpoint, with a link of its own or without. */
function endpoint(n: number, variant: Variant): Part {
  const node = `endpoint${n}`, gateway = `10.0.${10 + n}.254`;
  const part: Part = {
    nodes: {
      [node]: {
        ...{ kind: "device", routes: [{ to: "default", via: gateway }] },
        ...(variant === "global" ? { tunnelled: [`${ADDRESS.master}/32`] } : {}),
      },
    },
    links: [link(`lan_${n}`, end(node, "lan0", localAddress(n)), end("lan", `to_e${n}`, gateway))],
    taps: [lan(`lan-e${n}`, node)],
  };
  if (!hasLink(variant, n)) return part;
  const via = globalAddress(n).replace(/1$/, "2");
  return {
    nodes: part.nodes,
    links: [
      ...part.links,
      link(`e${n}`, end(node, "wan0", globalAddress(n)), end("network", `to_e${n}`, via)),
    ],
    taps: [...part.taps, wan(`ext-e${n}`, node)],
  };
}

/** The NAT between the two. */
function translator(): Part {
  return {
    nodes: {
      nat: {
        kind: "device",
        routes: [{ to: "10.0.0.0/16", via: "10.0.2.254" }],
        tunnelled: ["198.51.0.0/16"],
      },
    },
    links: [
      link(
        "n",
        { node: "nat", interface: "wan0", addresses: [`${ADDRESS.nat}/24`, `${ADDRESS.spare}/24`] },
        end("network", "to_n", "203.0.113.3"),
      ),
      link("lan_n", end("nat", "lan0", "10.0.2.1"), end("lan", "to_n", "10.0.2.254")),
    ],
    taps: [wan("ext-n", "nat"), lan("lan-n", "nat")],
  };
}

/** A host whose way to the master address does not follow when the address moves. */
function laggard(): Part {
  return {
    nodes: { laggard: { kind: "host", routes: [{ to: "default", via: "198.51.103.1" }] } },
    links: [
      link("l", end("master", "ext1", "198.51.103.1"), end("laggard", "eth0", "198.51.103.2")),
    ],
    taps: [wan("ext-l", "master", "ext1")],
  };
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

function cluster(variant: Variant, name: string, title: string): Topology {
  const parts = [
    ...[outside(), inside(variant), ...ENDPOINTS.map((n) => endpoint(n, variant))],
    variant === "global" ? laggard() : translator(),
  ];
  return {
    ...{ name, title },
    nodes: Object.assign({}, ...parts.map(({ nodes }) => nodes)),
    links: parts.flatMap(({ links }) => links),
    taps: parts.flatMap(({ taps }) => taps),
    ...(variant === "global" ? { floating: FLOATING } : {}),
  };
}

/** FIG. 2: local endpoints and a NAT. */
export const FIGURE_2 = cluster("NAT", "figure_2", "Endpoints behind a NAT");
/** FIG. 4: endpoints with links of their own. */
export const FIGURE_4 = cluster("global", "figure_4", "Endpoints with global addresses");
/** Both at once (L94): the third endpoint alone has a link of its own. */
export const FIGURE_2_AND_4 = cluster(
  "mixed",
  "figure_2_and_4",
  "Two endpoints behind a NAT, and one with a global address",
);
/** The lab of each variant. */
export const LABS = { NAT: FIGURE_2, global: FIGURE_4, mixed: FIGURE_2_AND_4 } as const;
