/** What source 004 leaves open: masters, endpoints and NATs that choose otherwise. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import type { Section } from "../../kit/suite.ts";
import { type ClusterVariant, variant } from "./variants.ts";

/** Milliseconds that devices have for their own. */
const HALF_A_MINUTE = 30_000;
/** The spare port of the NAT's pool is another address. */
const SPARE = 20_009;

/** Whose turn it is among equals. */
function inTurn(): TunnelClusterOverrides {
  let turn = 0;
  return { master: { amongEquals: (equal) => equal[turn++ % equal.length] } };
}

const MASTERS: readonly ClusterVariant[] = [
  variant(
    "master",
    "round_robin_alone",
    "Takes turns, and can do nothing else",
    "source 004 L102",
    { master: { configured: (config) => ({ ...config, policy: "round_robin" }) } },
    { parameters: { policy: "round_robin" } },
  ),
  variant(
    "master",
    "deterministic_alone",
    "Derives the endpoint from the initiator's address, and can do nothing else",
    "source 004 L163",
    {
      master: {
        configured: (config) => ({ ...config, policy: "deterministic", key: "address" }),
      },
    },
    { parameters: { policy: "deterministic", key: "address" } },
  ),
  variant(
    "master",
    "buckets_alone",
    "Has buckets of a hundred requests, and can do nothing else",
    "source 004 L102; D4-10",
    {
      master: {
        configured: (config) => ({
          ...config,
          policy: "leaky_bucket",
          bucket: { depth: 100, drain: 500 },
        }),
      },
    },
    { parameters: { policy: "leaky_bucket", bucketDepth: 100, bucketDrain: 500 } },
  ),
  variant(
    "master",
    "smaller_buckets",
    "Has buckets of one request that drain within a second",
    "source 004 L102; D4-10",
    { master: { configured: (config) => ({ ...config, bucket: { depth: 1, drain: 1000 } }) } },
    { parameters: { bucketDepth: 1, bucketDrain: 1000 } },
  ),
  variant(
    "master",
    "fills_one_bucket_first",
    "Fills the bucket of one endpoint before that of the next",
    "source 004 L102; D4-10",
    { master: { nextBucket: (_, tried) => tried } },
  ),
  variant(
    "master",
    "equals_in_turn",
    "Takes turns among endpoints of equal load",
    "source 004 L102; D4-09",
    inTurn(),
    { parameters: { tie: "any" } },
  ),
  variant(
    "master",
    "patient",
    "Takes an endpoint for gone after 8 s of silence",
    "source 004 L104; D4-14",
    { master: { configured: (config) => ({ ...config, silence: 8000 }) } },
    { parameters: { silence: 8000 } },
  ),
  variant(
    "master",
    "frequent_heartbeats",
    "Sends a heartbeat every 100 ms",
    "source 004 L161; D4-13",
    { master: { configured: (config) => ({ ...config, period: 100 }) } },
    { parameters: { period: 100 } },
  ),
];

const ENDPOINTS: readonly ClusterVariant[] = [
  variant(
    "endpoint",
    "reports_unevenly",
    "Reports its load at uneven intervals within its period",
    "source 004 L102; D4-09",
    { endpoint: { reportsAfter: unevenly() } },
  ),
  variant(
    "endpoint",
    "reports_seldom",
    "Reports its load every 450 ms, and declares so",
    "source 004 L102; D4-09",
    { endpoint: { reportsAfter: () => 450 } },
    { parameters: { period: 450 } },
  ),
  variant(
    "endpoint",
    "rounds_loads_up",
    "Reports its load in whole per cent, and one per cent more",
    "source 004 L102",
    {
      endpoint: {
        reportedLoad: (tunnels, capacity, background) =>
          Math.min(10_000, Math.ceil(tunnels * 100 / capacity) * 100 + background + 100),
      },
    },
  ),
  variant(
    "endpoint",
    "counts_sooner",
    "Stands for master a little sooner",
    "source 004 L161; D4-13",
    {
      endpoint: {
        claims: (silent, patience, priority) => silent > patience + 50 + priority * 150,
      },
    },
  ),
  variant(
    "endpoint",
    "waits_longer",
    "Takes its master for failed after one and a half leases",
    "source 004 L161; D4-13",
    { endpoint: { patience: (lease) => lease * 1.5 } },
  ),
];

const NATS: readonly ClusterVariant[] = [
  variant(
    "nat",
    "a_port_for_each",
    "Gives every row a port of its own while it has one",
    "source 004 L124; D4-06",
    {
      nat: {
        sharesPort: () => false,
        natPort: (free, local) =>
          free.includes(local) ? local : free.filter((port) => port !== SPARE)[0],
      },
    },
  ),
  variant(
    "nat",
    "never_the_well_known_port",
    "Gives no row the endpoint's own port while it has another",
    "source 004 L124; D4-06",
    {
      nat: {
        natPort: (free, local) => {
          const ports = free.filter((port) => port !== SPARE);
          return ports.find((port) => port !== local) ?? ports[0];
        },
      },
    },
  ),
  variant(
    "nat",
    "keeps_rows_longer",
    "Keeps a row for half a minute past its tunnels, whatever it is told",
    "source 004 L117; D4-07",
    { nat: { configured: (config) => ({ ...config, closing: HALF_A_MINUTE }) } },
    { parameters: { closing: HALF_A_MINUTE } },
  ),
  variant(
    "nat",
    "minds_no_end",
    "Keeps a row for so long without a packet, whatever ends in it, and declares nothing else",
    "source 004 L117; D4-07",
    { nat: { closes: () => false } },
    { parameters: { closing: 86_400_000 } },
  ),
];

/** Uneven parts of a period. */
function unevenly(): (period: number) => number {
  let count = 0;
  return (period) => period * [1, 0.4, 0.8, 0.6][count++ % 4];
}

/** Legal choices. */
export const OTHER_CHOICES: Section<TunnelClusterOverrides> = {
  title: "Legal choices of masters, endpoints and NATs",
  checks: [],
  legalVariants: [...MASTERS, ...ENDPOINTS, ...NATS],
};
