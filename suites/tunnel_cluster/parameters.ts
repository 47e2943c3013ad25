/**
 * What a profile may declare of a device of a cluster besides its classes: the choices that source 004
 * leaves open, and the numbers that its cluster goes by. Times are milliseconds.
 */
import type { ParameterDefinitions } from "../kit/parameters.ts";

const NUMBER = { kind: "number", minimum: 10, maximum: 86_400_000 } as const;
const MILLISECONDS = { ...NUMBER, unit: "milliseconds" } as const;

/** The parameters of masters, endpoints, NATs and initiators. */
export const TUNNEL_CLUSTER_PARAMETERS = {
  policy: {
    description: "How the master shares load.",
    source: "source 004 L102, L163",
    ...{ kind: "word", words: ["lowest_load", "round_robin", "leaky_bucket", "deterministic"] },
  },
  tie: {
    description: "Whom the master chooses among endpoints of equal load; any for no rule.",
    source: "source 004 L102; D4-09",
    ...{ kind: "word", words: ["lowest_member", "highest_member", "any"] },
  },
  key: {
    description: "From what of a request a deterministic choice of the endpoint is derived.",
    source: "source 004 L163; D4-12",
    ...{ kind: "word", words: ["address", "host_name"] },
  },
  bucketDepth: {
    description: "Requests that the bucket of an endpoint holds.",
    source: "source 004 L102; D4-10",
    ...{ kind: "number", minimum: 1, maximum: 1_000_000, unit: "requests" },
  },
  bucketDrain: {
    description: "Time until one request has leaked out of a bucket.",
    source: "source 004 L102; D4-10",
    ...{ kind: "number", minimum: 1, maximum: 86_400_000, unit: "milliseconds" },
  },
  period: {
    description: "Time between two reports of an endpoint, and between two heartbeats.",
    source: "source 004 L102; D4-09",
    ...MILLISECONDS,
  },
  silence: {
    description:
      "Time without a report after which the master takes an endpoint for out of service.",
    source: "source 004 L104; D4-09, D4-14",
    ...MILLISECONDS,
  },
  lease: {
    description: "Time for which a confirmed heartbeat lets the master forward.",
    source: "source 004 L161; D4-13",
    ...MILLISECONDS,
  },
  takeOverWithin: {
    description: "Time within which an endpoint has the address of a master that failed.",
    source: "source 004 L161; D4-13",
    ...{ kind: "number", minimum: 10, maximum: 60_000, unit: "milliseconds" },
  },
  closing: {
    description: "Time that a row of Table 1 outlives the last of its tunnels.",
    source: "source 004 L117; D4-07",
    ...{ kind: "number", minimum: 0, maximum: 86_400_000, unit: "milliseconds" },
  },
  idle: {
    description: "Time that a row of Table 1 lives without a packet.",
    source: "source 004 L117; D4-07",
    ...MILLISECONDS,
  },
  follow: {
    description: "Where an initiator goes on when the SCCRP comes from elsewhere than it dialled.",
    source: "source 004 L124, L149; RFC 2661 §8.1",
    ...{ kind: "word", words: ["follow", "accept", "strict"] },
  },
  masterAddress: {
    description: "The address that initiators turn to.",
    source: "source 004 L98",
    ...{ kind: "text", pattern: "[0-9a-fA-F.:]+", form: "an IP address" },
  },
} as const satisfies ParameterDefinitions;

/** Name of a parameter. */
export type TunnelClusterParameter = keyof typeof TUNNEL_CLUSTER_PARAMETERS;
