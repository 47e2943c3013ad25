/** Parts of a run that several machines play: which scenarios are in which, the same everywhere. */
import { MOST_SHARDS } from "../../suites/engine/limits.ts";
import type { PlannedScenario } from "./run_plan.ts";
import { UsageError } from "./usage.ts";

/** A part, from 1, of so many. */
export interface Shard {
  index: number;
  of: number;
}

/** Milliseconds that a device adds to a scenario's time, about. */
const PER_DEVICE = 500;

/** About how long a scenario takes on a real kernel, in milliseconds. */
export function costOf({ scenario: { waits = 0, nodes } }: Pick<PlannedScenario, "scenario">) {
  return waits + Object.keys(nodes).length * PER_DEVICE;
}

/** The scenarios of a shard, in the order of the plan. */
export function shardOf<T extends Pick<PlannedScenario, "scenario">>(
  whole: readonly T[],
  shard: Shard,
): T[] {
  return partOf(whole, shard, costOf);
}

/**
 * The items of a part, in their order. The dearest comes first and goes to whoever has least so far,
 * so that parts differ by the cost of one item at most; of equals the first.
 */
export function partOf<T>(all: readonly T[], { index, of }: Shard, cost: (item: T) => number): T[] {
  const loads = new Array<number>(of).fill(0);
  const parts = new Array<number>(all.length);
  const order = all.map((_, i) => i).sort((a, b) => cost(all[b]) - cost(all[a]) || a - b);
  for (const i of order) {
    const least = loads.indexOf(Math.min(...loads));
    loads[least] += cost(all[i]);
    parts[i] = least + 1;
  }
  return all.filter((_, i) => parts[i] === index);
}

/** Where machines are told which of several they are: a variable of the environment each. */
const PLACES: readonly { variable: string; of: string; from: 0 | 1; named?: true }[] = [
  { variable: "PLUMBLINE_SHARD_INDEX", of: "a matrix that you write", from: 1 },
  { variable: "JOB_COMPLETION_INDEX", of: "an Indexed Job of Kubernetes", from: 0 },
  // The slot of the first task of a job is 0, and Swarm writes the name of the node in its place.
  { variable: "SWARM_JOB_SLOT", of: "a replicated job of Swarm", from: 0, named: true },
  { variable: "CI_NODE_INDEX", of: "a parallel job of GitLab", from: 1 },
];

/**
 * Reads `--shard i/n` or `auto/n`.
 * @param environment Value of a variable, or undefined.
 * @throws {UsageError} When it is neither, or nothing says which of n this machine is.
 */
export function readShard(
  text: string,
  environment: (variable: string) => string | undefined,
): Shard {
  const [, part, count] = /^(\d+|auto)\/(\d+)$/.exec(text) ?? [];
  const of = Number(count);
  if (part === undefined || of < 1 || of > MOST_SHARDS) {
    throw new UsageError(
      `Cannot choose a shard as it must be i/n or auto/n, n being 1 to ${MOST_SHARDS}: got ${text}`,
    );
  }
  const index = part === "auto" ? indexFrom(environment, of) : Number(part);
  if (index >= 1 && index <= of) return { index, of };
  throw new UsageError(`Cannot choose a shard as there are 1 to ${of}: got ${text}`);
}

function indexFrom(environment: (variable: string) => string | undefined, of: number): number {
  // What somebody wrote down for this very purpose goes before what a system says by itself.
  const [own] = PLACES;
  const places = environment(own.variable) ? [own] : PLACES;
  const found = places.flatMap(({ variable, from, named }) => {
    const value = environment(variable);
    if (value === undefined || value === "") return [];
    const number = /^\d{1,9}$/.test(value) ? Number(value) : named ? from : NaN;
    const index = number - from + 1;
    if (index >= 1 && index <= of) return [{ variable, index }];
    throw new UsageError(
      `Cannot choose a shard as ${variable} must be ${from} to ${of - 1 + from}: got ${value}`,
    );
  });
  const [first, ...others] = found;
  const other = others.find(({ index }) => index !== first.index);
  if (other !== undefined) {
    throw new UsageError(
      `Cannot choose a shard as ${first.variable} says ${first.index} of ${of}, ` +
        `and ${other.variable} ${other.index}`,
    );
  }
  if (first !== undefined) return first.index;
  const known = PLACES.map((place) => `${place.variable} (${place.of}, from ${place.from})`);
  throw new UsageError(
    `Cannot choose a shard as nothing says which of ${of} this is: set ${known.join(" or ")}`,
  );
}
