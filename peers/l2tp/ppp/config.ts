import { z } from "zod";

/** How one end of PPP links behaves. Times are milliseconds. */
export const pppConfigSchema = z.strictObject({
  /** Octets of the largest datagram that this end takes. */
  mru: z.int().min(64).max(65_535).default(1500),
  /** How the peer has to prove who it is. */
  authentication: z.enum(["none", "pap", "chap"]).default("none"),
  /** Name and password to prove who this end is; without a name it cannot. */
  name: z.string().max(255).default(""),
  password: z.string().max(255).default(""),
  /** Ask the peer to compress protocols, and to leave out address and control. */
  pfc: z.boolean().default(false),
  acfc: z.boolean().default(false),
  ipv4: z.boolean().default(true),
  ipv6: z.boolean().default(false),
  /** Own IPv4 address; `0.0.0.0` asks the peer for one. */
  address: z.ipv4().default("0.0.0.0"),
  /** DNS servers to hand out. */
  dns: z.array(z.ipv4()).max(2).default([]),
  /** Interval of LCP echoes, 0 for none, and how many may stay unanswered. */
  echo: z.int().min(0).default(0),
  echoFailures: z.int().min(1).default(3),
  /** Let the peer begin, as a link may that waits to be dialled (RFC 1661 §4.3). */
  passive: z.boolean().default(false),
  /** Timer and counters of RFC 1661 §4.6. */
  restart: z.int().min(1).default(3000),
  maxConfigure: z.int().min(1).default(10),
  maxTerminate: z.int().min(1).default(2),
  maxFailure: z.int().min(0).default(5),
});

/** Such a configuration with every default filled in. */
export type PppConfig = z.infer<typeof pppConfigSchema>;
