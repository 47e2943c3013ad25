/** A lab as data: both worlds build the same thing from it. */
export interface Topology {
  name: string;
  title: string;
  nodes: Record<string, TopologyNode>;
  links: readonly Link[];
  /** Where packets are captured. */
  taps: readonly TapPoint[];
  /** Addresses that devices take over from one another. */
  floating?: Readonly<Record<string, FloatingAddress>>;
}

/**
 * An address of one device at a time, as that of a cluster. Routers have a host route to the device
 * that claimed it last (see `Machine.claims`), as if the device announced it by a routing protocol.
 * Each device that may claim it has it among its `tunnelled` prefixes, so that the datagrams for it
 * come to the machine on port `lan`, whence the machine answers too.
 */
export interface FloatingAddress {
  /** Device that it leads to before anybody has claimed it. */
  initially: string;
  /** By router, then by device: the neighbour that the router sends to when the device has it. */
  via: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * A `host` runs ordinary applications, a `router` forwards IP, a `device` is filled by the scenario.
 * A device has many ways to the same destination: what it sends from the address of one of its
 * interfaces leaves by that interface, to the other end of its link (Linux: `ip rule from ADDRESS`).
 */
export interface TopologyNode {
  kind: "host" | "router" | "device";
  /** Static routes besides the connected ones; `to` is a prefix or `default`. */
  routes?: readonly { to: string; via: string }[];
  /** Prefixes that a device carries through its tunnels: routed into its LAN port. */
  tunnelled?: readonly string[];
}

/** A point-to-point Ethernet link. */
export interface Link {
  name: string;
  ends: readonly [LinkEnd, LinkEnd];
  /** Octets of the largest IP datagram that it carries; 1500 unless told. IPv6 needs 1280. */
  mtu?: number;
  /** Impairment, the same in both directions; absent means a plain wire. */
  impairment?: Impairment;
}

/**
 * One end of a link: an interface with its addresses in prefix notation. An interface of a device that
 * has none carries whole Ethernet frames: the IP layer of its node takes no part, and the device's
 * configuration names the port of the machine that takes and sends them (`frames: [{ port, interface }]`).
 * Whoever is at the other end has the interfaces beyond the device for neighbours.
 */
export interface LinkEnd {
  node: string;
  interface: string;
  addresses: readonly string[];
  /**
   * Whether the TCP of the host at this end leaves segmentation to the network card beyond it (TSO): it
   * sends datagrams of up to 65,535 octets, which the link's MTU must allow. The peer's maximum segment
   * size, which the card must keep, is as it was agreed.
   */
  tso?: true;
}

/** What a link does to packets. */
export interface Impairment {
  /** Bits per second. */
  rate?: number;
  /** One-way delay in milliseconds. */
  delay?: number;
  /** Random extra delay, uniform in [0, jitter] milliseconds: reorders. */
  jitter?: number;
  /** Probability of loss, 0 to 1. */
  loss?: number;
  /** False cuts the link. */
  up?: boolean;
}

/** A capture point: one interface, both directions. */
export interface TapPoint {
  /** Name of the capture, which is also the name of its file. */
  name: string;
  node: string;
  interface: string;
  /** What a check looks for: `wan` or `lan`, and at which node's side. */
  side: "wan" | "lan";
}
