/** What `bench` is asked, and what each bench answers. */
import type { Target } from "../bench/targets.ts";
import type { Policy, Variant } from "../scale/options.ts";

/** What can be measured. */
export const BENCH_NAMES = ["captures", "l2tp", "cluster", "hostile", "offload"] as const;

/** Name of a bench. */
export type BenchName = typeof BENCH_NAMES[number];

/** Options of `bench` as the command line gives them. */
export interface BenchOptions {
  /** Megabytes of each generated capture. */
  size: number;
  rounds: number;
  /** Tunnels of a round, each number in turn, and how many are established at a time. */
  tunnels: readonly number[];
  window: number;
  /** Sessions to hold, and seconds for which. */
  sessions: number;
  hold: number;
  /** Size of the cluster, its architecture and policy, and forged requests. */
  initiators: number;
  endpoints: number;
  variant: Variant;
  policy: Policy;
  flood: number;
  seed: number;
  json?: boolean;
}

/** What a bench came to. */
export interface BenchResult {
  /** For `--json`. */
  report: Readonly<Record<string, unknown>>;
  text: string;
  targets: readonly Target[];
  /** False when what was measured is wrong, not only slow. */
  sound?: boolean;
}
