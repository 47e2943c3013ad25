/** What a run must show, judged on its report alone. */
import type { Target } from "../bench/targets.ts";
import { HALF_OPEN_LIMIT, TIMES } from "./options.ts";
import type { ScaleReport } from "./run.ts";

/**
 * Virtual milliseconds in which everybody whom a dead endpoint served must be served again: the peer's
 * silence is noticed, the tunnel is given up, the call is made again, and what is lost meanwhile is
 * sent again.
 */
export const RECOVERY = TIMES.hello + TIMES.givingUp + TIMES.redial + 10_000;

/** The same for the master address: endpoints notice, one stands for election, requests come again. */
export const TAKE_OVER = 2 * TIMES.silence + 4000;

/** Real octets of memory for each initiator with its share of an endpoint, at most. */
export const MEMORY = 64_000;
/** Octets that a run takes however few initiators there are. */
const GROUND = 400e6;

/** Judges a run. */
export function verdicts(report: ScaleReport): Target[] {
  const { options, audit, failures } = report;
  const slowest = Math.max(0, ...failures.map(({ allAfter }) => allAfter ?? Infinity));
  return [
    none("initiators without exactly one tunnel and session at a living endpoint", [
      audit.lost,
      audit.doubled,
      options.initiators - audit.served,
    ], `${count(audit.lost)} have none, ${count(audit.doubled)} have several`),
    none("tunnels of living endpoints that no initiator has", [audit.orphaned]),
    none("requests that two living endpoints got", [report.split]),
    none("requests for endpoints known to be dead", [report.misdirected]),
    none("sessions that ended although their endpoint lived", [report.unprovoked]),
    balance(report),
    ...(failures.length === 0
      ? []
      : [within("served again after an endpoint died", slowest, RECOVERY)]),
    ...(report.masterDied
      ? [within("requests forwarded after the master died", report.takeOverAfter, TAKE_OVER)]
      : []),
    ...flooded(report),
    {
      title: "half-open tunnels of an endpoint at most",
      wanted: `≤ ${count(HALF_OPEN_LIMIT)}`,
      got: count(report.halfOpen),
      met: report.halfOpen <= HALF_OPEN_LIMIT,
    },
  ];
}

/** Whether the flood came through at all: without it a bound on half-open tunnels shows nothing. */
function flooded({ options, requests }: ScaleReport): Target[] {
  if (options.flood === 0) return [];
  const wanted = options.flood / 2;
  return [{
    title: "forged requests that reached endpoints",
    wanted: `≥ ${count(wanted)}`,
    got: count(requests.forged),
    met: requests.forged >= wanted,
  }];
}

/** All of these must be zero. */
function none(title: string, values: readonly number[], why?: string): Target {
  const worst = Math.max(...values.map(Math.abs));
  return { title, wanted: "0", got: count(worst), met: worst === 0, why };
}

function within(title: string, milliseconds: number | undefined, bound: number): Target {
  const took = milliseconds ?? Infinity;
  return {
    title,
    wanted: `≤ ${seconds(bound)}`,
    got: seconds(took),
    met: took <= bound,
    why: took === Infinity ? "it did not happen before the run ended" : undefined,
  };
}

/** What a policy that treats all alike leaves: no more spread than chance alone would. */
function balance({ steady, audit }: ScaleReport): Target {
  const found = audit.perEndpoint.filter(({ endpoint }) => steady.includes(endpoint));
  const counts = found.map(({ tunnels }) => tunnels);
  const got = chiSquare(counts), bound = chiSquareBound(counts.length - 1);
  return {
    title: "chi-square of tunnels over the endpoints that lived all the time",
    wanted: `≤ ${bound.toFixed(1)}`,
    got: got.toFixed(1),
    met: counts.length > 1 && got <= bound,
    why: `from ${Math.min(...counts)} to ${Math.max(...counts)} tunnels at an endpoint`,
  };
}

/** Pearson's statistic against an even distribution; Infinity when there is nothing to distribute. */
export function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
  if (!(mean > 0)) return Infinity;
  return counts.reduce((sum, n) => sum + (n - mean) ** 2 / mean, 0);
}

/** What chance exceeds once in a thousand times (the approximation of Wilson and Hilferty). */
export function chiSquareBound(freedom: number): number {
  const ninth = 2 / (9 * freedom);
  return freedom * (1 - ninth + 3.09 * Math.sqrt(ninth)) ** 3;
}

/** Judges the memory of a run that had a process of its own. */
export function memoryVerdict({ options, peak }: ScaleReport): Target {
  const bound = GROUND + MEMORY * options.initiators;
  const mb = (octets: number) => `${count(octets / 1e6)} MB`;
  return {
    title: "memory of the whole run at most",
    wanted: `≤ ${mb(bound)}`,
    got: mb(peak),
    met: peak <= bound,
  };
}

/** A whole number with commas. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** Virtual milliseconds in seconds. */
export function seconds(milliseconds: number | undefined): string {
  if (milliseconds === undefined || milliseconds === Infinity) return "never";
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
