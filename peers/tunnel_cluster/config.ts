/** Configuration of the devices of a cluster, and how it is read. */
import { z } from "zod";
import { CLUSTER_PORT, L2TP_PORT } from "../../captures/wire/udp_port.ts";

/** A UDP port of a device, as the world opens it. */
export const wanPort = z.strictObject({
  port: z.string(),
  address: z.string(),
  udp: z.int().min(1).max(65535).default(L2TP_PORT),
});

/** What master and endpoints agree on (D4-09, D4-13). Times in milliseconds. */
const clusterTimes = {
  /** Between two reports, and between two heartbeats. */
  period: z.int().min(10).default(1000),
  /** After this without a report an endpoint is out of service. */
  silence: z.int().min(10).default(3000),
  /**
   * A master forwards only while most members confirmed a heartbeat sent within this time. By default
   * an endpoint has taken over within three seconds.
   */
  lease: z.int().min(10).default(2000),
};

/** How the master chooses an endpoint (L102, L163). */
const policy = z.enum(["lowest_load", "round_robin", "leaky_bucket", "deterministic"]);

/** What a device needs that forwards requests, be it a master or an endpoint that takes over. */
export const forwardingSchema = z.strictObject({
  masterAddress: z.string(),
  policy: policy.default("lowest_load"),
  /** Which member is chosen among those of equal load (D4-09). */
  tie: z.enum(["lowest_member", "highest_member"]).default("lowest_member"),
  /** What connections of several origins share that end at one endpoint (D4-12). */
  key: z.enum(["address", "host_name"]).default("address"),
  /** Milliseconds for which a request that is sent again goes where it went before (D4-03). */
  sticky: z.int().min(0).default(60_000),
  /** Requests that are remembered at most: a flood of them must not fill memory. */
  remembered: z.int().min(1).default(262_144),
  /** Requests that an endpoint's bucket holds, and milliseconds until one has leaked out (D4-10). */
  bucket: z.strictObject({
    depth: z.int().min(1).default(4),
    drain: z.int().min(1).default(250),
  }).prefault({}),
  /** Load in per cent of the active endpoints below, and above, which one is inactivated or activated. */
  inactivation: z.strictObject({
    below: z.number().min(0).max(100),
    above: z.number().min(0).max(100),
  }).optional(),
  /**
   * Endpoints that speak nothing of the cluster, such as any L2TP server: taken to be in service,
   * with a load in per cent, until one of that number registers after all.
   */
  standing: z.array(z.strictObject({
    member: z.int().min(1).max(65535),
    address: z.string(),
    load: z.number().min(0).max(100).default(0),
    capacity: z.int().min(1).default(10_000),
  })).default([]),
});

/** The master of a cluster: member 0. Its port `lan` takes what is sent to the master address. */
export const masterConfigSchema = z.strictObject({
  ...forwardingSchema.shape,
  ...clusterTimes,
  /** The port `cluster`, on the cluster's network. */
  wan: z.array(wanPort).min(1),
  /** Number of endpoints whose majority must confirm a master; 0 when none takes over. */
  quorumOf: z.int().min(0).default(0),
});

/** A member of the cluster as the others know it. */
const member = z.strictObject({
  member: z.int().min(0).max(65535),
  address: z.string(),
  port: z.int().min(1).max(65535).default(CLUSTER_PORT),
});

/** A tunnel endpoint: the cluster's side of it. What is L2TP stands in `lns`. */
export const endpointConfigSchema = z.strictObject({
  ...clusterTimes,
  /** Ports: `cluster` and `local` on the cluster's network, `global` on a link of its own (FIG. 4). */
  wan: z.array(wanPort).min(2),
  member: z.int().min(1).max(65535),
  /** The lower, the sooner it takes over. */
  priority: z.int().min(0).max(65535).default(0),
  /** Tunnels that are a load of 100 per cent. */
  capacity: z.int().min(1).default(10_000),
  /** Load in per cent besides that of its tunnels, to begin with. */
  load: z.number().min(0).max(100).default(0),
  /** The master, and the other endpoints. */
  members: z.array(member).min(1),
  /** Present when this endpoint may become master. */
  takeOver: forwardingSchema.optional(),
  /** Differentiated services codepoint of what it sends in tunnels. */
  dscp: z.int().min(0).max(63).default(0),
  /** Configuration of the LNS. */
  lns: z.record(z.string(), z.unknown()).default({}),
});

/** The NAT. Its port `lan` takes what the endpoints send to initiators. */
export const natConfigSchema = z.strictObject({
  /** The pool: each a UDP port of the NAT's own global address (D4-06). */
  wan: z.array(wanPort).min(1),
  /** Prefix of the endpoints' addresses: nothing else is translated. */
  inside: z.string(),
  /** Milliseconds that a mapping outlives a StopCCN, and that it lives without any packet (D4-07). */
  closing: z.int().min(0).default(10_000),
  idle: z.int().min(1).default(180_000),
  /**
   * Mappings that it keeps. When there are so many a new one takes the place of the oldest that its far
   * end never used, as forged requests leave them; a mapping in use makes room for none.
   */
  mappings: z.int().min(1).default(65_536),
});

/** Configurations with every default filled in. */
export type ForwardingConfig = z.infer<typeof forwardingSchema>;
export type EndpointConfig = z.infer<typeof endpointConfigSchema>;
export type NatConfig = z.infer<typeof natConfigSchema>;

/** Reads a configuration; throws a `TypeError` that names each field that is wrong. */
export function parseConfig<T>(schema: z.ZodType<T>, role: string, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new TypeError(`Cannot configure a cluster's ${role}: ${z.prettifyError(result.error)}`);
}
