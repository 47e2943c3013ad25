import { z } from "zod";
import { ATTRIBUTES } from "../../captures/wire/l2tp_attributes.ts";
import { pppConfigSchema } from "./ppp/config.ts";

const endpoint = z.strictObject({
  address: z.string(),
  port: z.int().min(1).max(65_535).default(1701),
});
const attributes = Object.keys(ATTRIBUTES) as [keyof typeof ATTRIBUTES];
const bits32 = z.int().min(0).max(0xffffffff);

/** What LAC and LNS have in common. Times are milliseconds. */
const common = {
  /** Own UDP ports, in order. */
  wan: z.array(z.strictObject({
    port: z.string(),
    address: z.string(),
    udp: z.int().min(1).max(65_535).default(1701),
  })).min(1),
  /** Peers that this end may open tunnels to; others may come by themselves. */
  peers: z.array(endpoint.extend({
    name: z.string(),
    /** Own port to send from; the first by default. */
    via: z.string().optional(),
    /** Tried in turn when the peer says "try another" (RFC 2661 §4.4.2), or cannot be reached. */
    alternates: z.array(endpoint).default([]),
  })).default([]),
  /** Host Name, Vendor Name and Firmware Revision that are sent. */
  hostName: z.string().min(1).max(1017).default("plumbline"),
  vendorName: z.string().max(1017).default("Plumbline"),
  firmwareRevision: z.int().min(0).max(65_535).default(1),
  /** Bits: 1 synchronous, 2 asynchronous. */
  framingCapabilities: bits32.default(3),
  /** Bits: 1 digital, 2 analog; an LNS that places no calls sends none. */
  bearerCapabilities: bits32.optional(),

  /** Shared secret of tunnel authentication and of hiding. */
  secret: z.string().min(1).optional(),
  /** Challenge the peer. */
  authenticate: z.boolean().default(true),
  /** Which values are hidden where RFC 2661 allows it, and how many octets may pad them. */
  hide: z.union([z.enum(["none", "all"]), z.array(z.enum(attributes))]).default("none"),
  hidePadding: z.int().min(0).max(255).default(0),
  /** Hosts whose tunnels are refused. */
  refusedHosts: z.array(z.string()).default([]),
  /** Tie breaker of own SCCRQs: random, none, or 16 hexadecimal digits. */
  tieBreaker: z.union([z.enum(["random", "none"]), z.string().regex(/^[0-9a-fA-F]{16}$/)])
    .default("none"),

  /** Receive Window Size; sent unless `announceWindow` is false. */
  receiveWindow: z.int().min(1).max(65_535).default(8),
  announceWindow: z.boolean().default(true),
  outOfOrder: z.enum(["queue", "drop"]).default("queue"),
  /** First interval, largest interval and number of retransmissions (RFC 2661 §5.8). */
  retransmission: z.strictObject({
    first: z.int().min(1).default(1000),
    cap: z.int().min(1).default(8000),
    retries: z.int().min(0).default(5),
  }).prefault({}),
  /** Silence after which a HELLO is sent; 0 for never. */
  hello: z.int().min(0).default(60_000),
  /** How long a closed tunnel still acknowledges repetitions. */
  retention: z.int().min(0).default(31_000),

  /** How long a tunnel, and a call, may take to be established. */
  setupTimeout: z.int().min(1).default(60_000),
  callTimeout: z.int().min(1).default(60_000),

  /** Tunnels, tunnels not yet established that others began, and sessions of one tunnel at most. */
  tunnelLimit: z.int().min(0).max(65_535).default(65_535),
  halfOpenLimit: z.int().min(0).default(1024),
  /**
   * What becomes of an SCCRQ beyond that: it is refused, or the oldest half-open tunnel is forgotten in
   * its favour, so that in a flood those are served that answer soon.
   */
  halfOpenFull: z.enum(["refuse", "forget_oldest"]).default("refuse"),
  sessionLimit: z.int().min(0).max(65_535).default(65_535),

  /** How data is sent, and how what was overtaken on the way is treated. */
  data: z.strictObject({
    length: z.boolean().default(true),
    /** An LNS that numbers its data makes the LAC do so too. */
    sequence: z.boolean().default(false),
    /** Offset Size in octets; absent: O is clear. */
    offset: z.int().min(0).max(65_535).optional(),
    priority: z.enum(["none", "keepalive", "all"]).default("keepalive"),
    /** Milliseconds for which a gap in numbered data is waited for; 0 for not at all. */
    reorder: z.int().min(0).default(0),
  }).prefault({}),
  ppp: pppConfigSchema.prefault({}),
  /** Which answers to an SCCRQ are taken when they come from elsewhere (RFC 2661 §8.1). */
  follow: z.enum(["follow", "accept", "strict"]).default("follow"),
  /** Own port that tunnels begun by others are answered from; by default the port that the SCCRQ came to. */
  reply: z.string().optional(),
};

/** A call that a LAC makes for a client, or takes for it. */
const call = z.strictObject({
  name: z.string(),
  /** Name of the peer, by default the first, and index of the tunnel to it. */
  peer: z.string().optional(),
  tunnel: z.int().min(0).default(0),
  /** Made at once, or on instruction. */
  autodial: z.boolean().default(true),
  /** Prefixes of the client, whose datagrams from the LAN go into this call. */
  clients: z.array(z.string()).default([]),
  callingNumber: z.string().max(64).default(""),
  calledNumber: z.string().max(64).default(""),
  subAddress: z.string().max(64).optional(),
  privateGroupId: z.string().max(64).optional(),
  /** Bits as in the capabilities; bits per second. */
  bearerType: bits32.default(1),
  framingType: bits32.default(1),
  txConnectSpeed: bits32.default(100_000_000),
  rxConnectSpeed: bits32.optional(),
  physicalChannelId: bits32.optional(),
  /** Demand numbered data (RFC 2661 §5.4). */
  sequencingRequired: z.boolean().default(false),
  /** PPP of the client where it differs from the rest. */
  ppp: z.strictObject({
    name: z.string().max(255).optional(),
    password: z.string().max(255).optional(),
    address: z.ipv4().optional(),
  }).default({}),
  /** Send the LNS the results of LCP and authentication with the client (RFC 2661 §4.4.5). */
  proxy: z.enum(["none", "lcp", "pap", "chap"]).default("none"),
});

/** What becomes of a call that an LNS asks for. */
const answer = z.strictObject({
  /** Called Number; any by default. */
  number: z.string().optional(),
  /** Answered, or refused with a result code of CDN. */
  outcome: z.union([z.literal("answer"), z.int().min(1).max(11)]).default("answer"),
  /** Milliseconds until then. */
  after: z.int().min(0).default(100),
  call: call.partial().default({}),
});

/** Configuration of a LAC. */
export const lacConfigSchema = z.strictObject({
  ...common,
  bearerCapabilities: bits32.optional().default(3),
  calls: z.array(call).default([]),
  answers: z.array(answer).default([{ outcome: "answer", after: 100, call: {} }]),
  /** Milliseconds after which a call that ended is made again; 0 for never. */
  redial: z.int().min(0).default(0),
});

/** Configuration of an LNS. */
export const lnsConfigSchema = z.strictObject({
  ...common,
  /** Who may come in; routes lead to the user besides the address. */
  users: z.array(z.strictObject({
    name: z.string(),
    password: z.string(),
    address: z.ipv4().optional(),
    routes: z.array(z.string()).default([]),
  })).default([]),
  /** Prefix that addresses are given from. */
  pool: z.string().default("10.255.0.0/16"),
  /** Let a client have the address that it asks for, where nobody else has it. */
  acceptAddress: z.boolean().default(true),
  /** Accept a LAC's results of LCP and authentication (RFC 2661 §4.4.5, §9.5). */
  trustProxy: z.boolean().default(true),
  /** Send a Set-Link-Info once LCP is open. */
  setLinkInfo: z.boolean().default(false),
});

/** Configuration that both have, with every default filled in. */
export type L2tpConfig = z.infer<z.ZodObject<typeof common>>;
/** A LAC's configuration with every default filled in. */
export type LacConfig = z.infer<typeof lacConfigSchema>;
/** An LNS's configuration with every default filled in. */
export type LnsConfig = z.infer<typeof lnsConfigSchema>;
/** A call's configuration with every default filled in. */
export type CallConfig = z.infer<typeof call>;
/** What becomes of a call that an LNS asks for. */
export type AnswerConfig = z.infer<typeof answer>;

/** A call with the defaults, but for what `overrides` say. */
export function callOf(overrides: Partial<CallConfig>, name: string): CallConfig {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return call.parse({ name, ...Object.fromEntries(given) });
}

/** Reads a configuration; throws a `TypeError` that names each field that is wrong. */
export function parseConfig<T>(schema: z.ZodType<T>, what: string, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new TypeError(`Cannot configure ${what}: ${z.prettifyError(result.error)}`);
}
