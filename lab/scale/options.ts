/** What a run at scale is made of. */
import type { L2tpRules } from "../../peers/l2tp/rules.ts";
import type { RuleOverrides } from "../../peers/rule_overrides.ts";
import type { EndpointRules, MasterRules } from "../../peers/tunnel_cluster/rules.ts";

/** Architectures of source 004: FIG. 2 and FIG. 4. */
export type Variant = "NAT" | "global";

/** Policies of the master. */
export type Policy = "lowest_load" | "round_robin" | "deterministic";

/** Rules of whoever is master, of the endpoints, of their LNS and of the initiators. */
export type FaultyRules = RuleOverrides<{
  master: MasterRules;
  endpoint: EndpointRules;
  lns: L2tpRules;
  lac: L2tpRules;
}>;

/** Everything that describes a run. Times are virtual milliseconds. */
export interface ScaleOptions {
  initiators: number;
  endpoints: number;
  variant: Variant;
  policy: Policy;
  /** Time over which the initiators come up. */
  ramp: number;
  /** Forged requests during that time; nobody answers what they are answered. */
  flood: number;
  /** Probability of loss between outside and inside. */
  loss: number;
  /** Whether endpoints and the master die. */
  failures: boolean;
  seed: number;
  /** Rules that differ from the reference, to show that a verdict can fail. */
  rules: FaultyRules;
}

/** A run of a size that takes seconds. */
export const SMALL: ScaleOptions = {
  ...{ initiators: 2000, endpoints: 8, variant: "global", policy: "lowest_load" },
  ...{ ramp: 20_000, flood: 0, loss: 0.01, failures: true, seed: 1, rules: {} },
};

/** What all machines of a run agree on: virtual milliseconds, and bounds. */
export const TIMES = {
  /** In which the cluster forms before anybody asks for a tunnel. */
  forming: 5000,
  /** Silence of a peer before a HELLO, and before a call that ended is made again. */
  hello: 20_000,
  redial: 2000,
  /** Until a message that nobody acknowledges is given up: 1 + 2 + 4 + 8 + 8 + 8 s. */
  givingUp: 31_000,
  /** Heartbeats and reports of the cluster, and the silence that means death. */
  period: 1000,
  silence: 3000,
  lease: 2000,
} as const;

/** Half-open tunnels of an endpoint at most. */
export const HALF_OPEN_LIMIT = 1024;
