import { z } from "zod";
import { CORE_IDENTITY_PORT } from "../../captures/wire/udp_port.ts";

const endpoint = z.strictObject({ address: z.string(), port: z.int().min(1).max(65535) });

/** A rule that keeps cores for datagrams of one kind ([0070], [0072]). */
const reservation = z.strictObject({
  field: z.enum(["dscp", "protocol"]),
  value: z.int().min(0).max(255),
  cores: z.array(z.int().min(0)).min(1),
});

/** How a selector of cores chooses ([0072], [0081], [0093]). */
const selection = z.enum(["sequential", "random", "least_load", "hash"]);

/**
 * Configuration of one node of source 000: a device that aggregates tunnels to its peers, sender and
 * receiver at once ([0030]). Both ends of an aggregate share `class`, formats and `key`.
 */
export const nodeConfigSchema = z.strictObject({
  /**
   * Class after the figures: F1 and F4 a core identity that the receiver reports, F5 one core identity for the aggregated tunnel, F7 core identity by the
   * sender, F8 a core after decryption, F9 clear session-ID, F10 session-ID in the aggregated tunnel
   * header.
   */
  class: z.enum(["F1", "F4", "F5", "F7", "F8", "F9", "F10"]).default("F7"),
  /** Whether this node opens tunnels or waits for its peer to do so. */
  initiate: z.boolean().default(false),
  /** Own WAN interfaces, in order. */
  wan: z.array(z.strictObject({
    port: z.string(),
    address: z.string(),
    udp: z.int().min(1).max(65535).default(CORE_IDENTITY_PORT),
    /** Properties of the access network that a tunnel criterion may ask for. */
    bandwidth: z.number().positive().default(1),
    tariff: z.number().min(0).default(0),
  })).min(1),
  /** Peers, each the far end of one aggregated tunnel. */
  peers: z.array(z.strictObject({
    name: z.string(),
    aggregateId: z.int().min(0).max(65535),
    wan: z.array(endpoint).min(1),
    /** Inner destinations behind the peer. */
    prefixes: z.array(z.string()).min(1),
  })).min(1),
  /** Octets of the largest outer IP packet, and of the LAN port. */
  mtu: z.int().min(576).max(65535).default(1500),
  /** Octets of the largest outer IP packet on the way to the peer, where that is less. */
  pathMtu: z.int().min(576).max(65535).optional(),

  /** Own processing units and their cores. */
  processors: z.array(z.strictObject({ cores: z.int().min(1).max(256) })).min(1)
    .default([{ cores: 4 }]),
  /** Cores that exist but are not offered. */
  offline: z.array(z.int().min(0)).default([]),
  /** Identities by name in core order ([0069]), at most 8 ASCII characters; numbers when absent. */
  identityNames: z.array(z.string().min(1).max(8).regex(/^[\x21-\x7e]+$/)).optional(),
  excluded: z.array(z.int().min(0)).default([]),
  preferred: z.array(z.int().min(0)).default([]),
  reserved: z.array(reservation).default([]),
  /** Announce processor information in the establishment. */
  announce: z.boolean().default(true),
  /** Tell peers how many cores there are to use, and nothing else of them ([0061]). */
  countOnly: z.boolean().default(false),
  /** Cores of a peer that the sender uses at most, whatever is announced ([0061]). */
  coreLimit: z.int().min(1).optional(),
  /** In class F1, whether sessions are reported to their sender, and after how many datagrams. */
  reports: z.boolean().default(true),
  reportAfter: z.int().min(0).default(0),
  /** In class F5, whether the end that opens the tunnels gives an identity too ([0060]). */
  reverseIdentity: z.boolean().default(false),
  /** Identities of each peer, provisioned instead of announced ([0048], [0061]). */
  provisioned: z.record(z.string(), z.array(z.int().min(0))).default({}),

  /** Whether the session key holds the protocol (D0-01) and the DSCP ([0041]). */
  criteria: z.strictObject({
    protocol: z.boolean().default(true),
    dscp: z.boolean().default(false),
  }).prefault({}),
  /** How the sender selects a core of the peer; its own choice where nothing is said. */
  selection: selection.optional(),
  /** How the receiver binds a session to a core of its own; its own choice where nothing is said. */
  binding: selection.optional(),
  /**
   * How a tunnel is selected ([0085]); `pinned` names it in `pinnedTunnel`. The sender's own choice
   * where nothing is said.
   */
  tunnelSelection: z.enum([
    "round_robin",
    "session_hash",
    "lowest_latency",
    "bandwidth",
    "tariff",
    "pinned",
  ]).optional(),
  /** The tunnel between one pair of networks, counted from 1 over the peer's, then over one's own. */
  pinnedTunnel: z.int().min(1).optional(),
  /** Open a tunnel on every pair of networks ([0031]); which ones is the own choice otherwise. */
  everyPair: z.boolean().default(false),

  /** Where the identity stands: catalogue D0-10. */
  placement: z.enum(["encapsulation", "tunnel", "payload"]).optional(),
  /** Put a core identity in the place of the session-ID ([0095]). */
  identityInsteadOfSession: z.boolean().default(false),
  /** Mask the identity with a key ([0053]); excludes the clear profile. */
  identityEncrypted: z.boolean().default(false),
  headerEncrypted: z.boolean().optional(),
  authenticated: z.boolean().optional(),
  /** How much of the datagram is ciphertext ([0084], [0087]). */
  cover: z.enum(["none", "part", "whole"]).optional(),
  /** Shared secret, 32 octets in hexadecimal. */
  key: z.string().regex(/^[0-9a-fA-F]{64}$/).optional(),
  /** How session-IDs arise; `provisioned` ones are given out in order, in hexadecimal. */
  sessionIds: z.enum(["random", "hash", "provisioned"]).optional(),
  provisionedSessionIds: z.array(z.string().regex(/^[0-9a-fA-F]{1,16}$/)).default([]),

  /** Milliseconds after which an idle session is forgotten; the receiver waits longer (D0-14). */
  senderIdle: z.int().min(1).default(60_000),
  receiverIdle: z.int().min(1).default(120_000),
  /** Milliseconds between keepalives; a tunnel is down after three without an answer. */
  keepalive: z.int().min(10).optional(),
});

/** A node's configuration with every default filled in. */
export type NodeConfig = z.infer<typeof nodeConfigSchema>;

/** Reads a configuration; throws a `TypeError` that names each field that is wrong. */
export function parseNodeConfig(input: unknown): NodeConfig {
  const result = nodeConfigSchema.safeParse(input);
  if (!result.success) {
    throw new TypeError(`Cannot configure a core-identity node: ${z.prettifyError(result.error)}`);
  }
  const config = result.data;
  const isInHeader = config.class === "F5" || config.class === "F10";
  if (isInHeader && (config.placement ?? "tunnel") !== "tunnel") {
    throw new TypeError(
      `Cannot configure a core-identity node: in class ${config.class} the identity stands in the ` +
        `aggregated tunnel header, so placement must be "tunnel": got "${config.placement}"`,
    );
  }
  if (config.class === "F5" && (config.cover ?? "none") !== "none") {
    throw new TypeError(
      "Cannot configure a core-identity node: in class F5 the payload of packets is unencrypted, so " +
        `cover must be "none": got "${config.cover}"`,
    );
  }
  if (config.class === "F8") {
    config.cover ??= "whole";
    if (config.cover !== "whole") {
      throw new TypeError(
        "Cannot configure a core-identity node: in class F8 datagrams are encrypted, so cover must " +
          `be "whole": got "${config.cover}"`,
      );
    }
  }
  const secret = config.identityEncrypted || config.headerEncrypted || config.authenticated ||
    config.cover === "part" || config.cover === "whole";
  if (secret && config.key === undefined) {
    throw new TypeError("Cannot configure a core-identity node: encryption needs `key`");
  }
  const cores = config.processors.reduce((sum, unit) => sum + unit.cores, 0);
  if (config.identityNames !== undefined && config.identityNames.length !== cores) {
    throw new TypeError(
      `Cannot configure a core-identity node: identityNames must name ${cores} cores: got ${config.identityNames.length}`,
    );
  }
  return config;
}

/** Whether packets of a node's class carry core identities, and not session-IDs. */
export function tellsCores(config: NodeConfig): boolean {
  const figures = ["F1", "F4", "F5", "F7"];
  return figures.includes(config.class) || config.identityInsteadOfSession;
}

/** Whether the receiver binds sessions by itself, and reports the identities of their cores. */
export function reportsCores(config: NodeConfig): boolean {
  return config.class === "F1" || config.class === "F4";
}
