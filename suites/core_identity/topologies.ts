/**
 * The labs of source 000. Addresses: 10.1/16 behind the sender, 10.2/16 and 10.6/16 behind the
 * receivers, 10.3/16 and 10.4/16 on the access networks; IPv6 likewise under fd00.
 */
import type { Impairment, Link, LinkEnd, TapPoint, Topology } from "../kit/topology.ts";

/** An interface with an IPv4 and an IPv6 address: `end("sender", "wan0", "3.1", 1)`. */
function end(node: string, name: string, net: string, host: number): LinkEnd {
  const [a, b] = net.split(".");
  return {
    node,
    interface: name,
    addresses: [`10.${a}.${b}.${host}/24`, `fd00:${a}:${b}::${host}/64`],
  };
}

/**
 * A host's interface: beside its address with host part 2, which it sends from, it has one with 3, so
 * that flows can differ in the host part alone.
 */
function hostEnd(node: string, net: string): LinkEnd {
  const { addresses, ...rest } = end(node, "eth0", net, 2);
  return { ...rest, addresses: [...addresses, ...end(node, "eth0", net, 3).addresses] };
}

function link(name: string, a: LinkEnd, b: LinkEnd, impairment?: Impairment): Link {
  return { name, ends: [a, b], ...(impairment === undefined ? {} : { impairment }) };
}

/** Shape of one of our labs. */
interface Shape {
  name: string;
  title: string;
  /** WAN interfaces of the sender, and of each receiver. */
  wans: number;
  receiverWans: readonly number[];
  /** By name of the WAN link, such as `wan0`. */
  impairments?: Record<string, Impairment>;
}

function hostRoutes(via4: string, via6: string) {
  return {
    kind: "host" as const,
    routes: [{ to: "default", via: via4 }, { to: "default", via: via6 }],
  };
}

/** Names of the receivers, and the second octet of the net behind each. */
const SITES = [{ node: "receiver", net: 2, access: 4 }, { node: "receiver2", net: 6, access: 7 }];

/** Builds FIG. 3: site 307 with two hosts, network 310, and one or two sites like 311. */
function figure3(shape: Shape): Topology {
  const nodes: Topology["nodes"] = {
    client: hostRoutes("10.1.1.1", "fd00:1:1::1"),
    client2: hostRoutes("10.1.2.1", "fd00:1:2::1"),
    network: { kind: "router" },
  };
  const links = [
    link("lan_s", hostEnd("client", "1.1"), end("sender", "lan0", "1.1", 1)),
    link("lan_s2", hostEnd("client2", "1.2"), end("sender", "lan1", "1.2", 1)),
  ];
  const taps: TapPoint[] = [
    { name: "lan-s", node: "sender", interface: "lan0", side: "lan" as const },
    { name: "lan-s2", node: "sender", interface: "lan1", side: "lan" as const },
  ];
  const wan = (device: string, net: number, count: number, prefix: string) => {
    for (let i = 0; i < count; i++) {
      links.push(link(
        `${prefix}${i}`,
        end(device, `wan${i}`, `${net}.${i + 1}`, 1),
        end("network", `${prefix}${i}`, `${net}.${i + 1}`, 2),
        shape.impairments?.[`${prefix}${i}`],
      ));
      taps.push({
        name: `wan-${prefix}${i}`,
        node: device,
        interface: `wan${i}`,
        side: "wan" as const,
      });
    }
  };
  wan("sender", 3, shape.wans, "s");
  const far: string[] = [];
  shape.receiverWans.forEach((count, i) => {
    const { node, net, access } = SITES[i];
    const suffix = i === 0 ? "" : `${i + 1}`;
    far.push(`10.${net}.0.0/16`, `fd00:${net}::/32`);
    nodes[node] = { kind: "device", tunnelled: ["10.1.0.0/16", "fd00:1::/32"] };
    for (const [j, host] of ["server", "server2"].entries()) {
      const name = i === 0 ? host : `${host}_${node}`;
      const lan = `${net}.${j + 1}`;
      nodes[name] = hostRoutes(`10.${lan}.1`, `fd00:${lan.replace(".", ":")}::1`);
      links.push(link(`lan_r${suffix}_${j}`, hostEnd(name, lan), end(node, `lan${j}`, lan, 1)));
      const tap = `lan-r${suffix}${j === 0 ? "" : `-${j + 1}`}`;
      taps.push({ name: tap, node, interface: `lan${j}`, side: "lan" as const });
    }
    wan(node, access, count, `r${suffix}`);
  });
  nodes.sender = { kind: "device", tunnelled: far };
  return { name: shape.name, title: shape.title, nodes, links, taps };
}

/** FIG. 3: three access networks at the sender, two at the receiver, six tunnels. */
export const FIGURE_3 = figure3({
  name: "figure_3",
  title: "Two sites over three and two access networks",
  wans: 3,
  receiverWans: [2],
});

/** FIG. 3 with one access network at the receiver ([0031]). */
export const THREE_TO_ONE = figure3({
  name: "three_to_one",
  title: "Three access networks to one",
  wans: 3,
  receiverWans: [1],
});

/** FIG. 3 with one access network at the sender ([0031]). */
export const ONE_TO_TWO = figure3({
  name: "one_to_two",
  title: "One access network to two",
  wans: 1,
  receiverWans: [2],
});

/** FIG. 3 with a second receiver ([0029]). */
export const TWO_RECEIVERS = figure3({
  name: "two_receivers",
  title: "One sender, two receivers",
  wans: 2,
  receiverWans: [1, 1],
});

/** FIG. 3 with access networks that differ, by more than a lab is late: the second is the quickest. */
export const UNEQUAL = figure3({
  name: "unequal",
  title: "Access networks of unequal delay",
  wans: 3,
  receiverWans: [2],
  impairments: { s0: { delay: 60 }, s1: { delay: 2 }, s2: { delay: 120 } },
});

/** FIG. 3 with random delay on every access network: packets overtake one another. */
export const JITTER = figure3({
  name: "jitter",
  title: "Access networks that reorder",
  wans: 3,
  receiverWans: [2],
  impairments: {
    s0: { delay: 1, jitter: 4 },
    s1: { delay: 2, jitter: 4 },
    s2: { delay: 3, jitter: 4 },
  },
});

/** FIG. 3 with an access network that can be cut. */
export const CHANGING = figure3({
  name: "changing",
  title: "An access network that goes and comes back",
  wans: 3,
  receiverWans: [2],
  impairments: { s1: {} },
});
