/** What the comparison came to, as text, and which targets were met. */
import type { Target } from "../targets.ts";
import { aligned } from "../../terminal/text_table.ts";
import { INDENT } from "../table.ts";
import type { ComparisonReport, Holding, Opening } from "./comparison.ts";

/** Tunnels a second that our two ends should reach on two cores, and how many times xl2tpd. */
const RATE = 5000, TIMES = 10;

/** All rounds of one endpoint with so many tunnels. */
export interface OpeningRow {
  endpoint: string;
  tunnels: number;
  /** Tunnels a second: the slowest, the middle and the fastest round. */
  slowest: number;
  median: number;
  fastest: number;
  /** Of all rounds together. */
  failed: number;
  lost: number;
  doubled: number;
  sentAgain: number;
  /** Seconds and microseconds of the middle round, as in `Opening`. */
  seconds: number;
  endpointCost: number;
  initiatorCost: number;
}

/** Sums up the rounds by endpoint and number of tunnels, in the order in which they were met. */
export function openingRows(openings: readonly Opening[]): OpeningRow[] {
  const groups = Map.groupBy(openings, ({ endpoint, asked }) => `${asked} ${endpoint}`);
  return [...groups.values()].map((rounds) => {
    const order = rounds.toSorted((a, b) => a.perSecond - b.perSecond);
    const middle = order[order.length >> 1];
    const sum = (field: "failed" | "lost" | "doubled" | "sentAgain") =>
      rounds.reduce((total, round) => total + round[field], 0);
    return {
      ...{ endpoint: middle.endpoint, tunnels: middle.asked },
      ...{ slowest: order[0].perSecond, median: middle.perSecond },
      fastest: order[order.length - 1].perSecond,
      ...{ failed: sum("failed"), lost: sum("lost"), doubled: sum("doubled") },
      ...{ sentAgain: sum("sentAgain"), seconds: middle.milliseconds / 1000 },
      ...{ endpointCost: middle.endpointCost, initiatorCost: middle.initiatorCost },
    };
  });
}

/** The targets that were measured. */
export function comparisonTargets({ openings, holding }: ComparisonReport): Target[] {
  const rows = openingRows(openings),
    ours = rows.filter(({ endpoint }) => endpoint === "plumbline");
  const targets = ours.map((row) =>
    target({
      title: `tunnels a second, ${count(row.tunnels)} tunnels, two cores`,
      wanted: `≥ ${count(RATE)}`,
      got: count(row.median),
      met: row.median >= RATE,
      why: costs(row),
    })
  );
  for (const row of ours) {
    const theirs = rows.find((r) => r.endpoint === "xl2tpd" && r.tunnels === row.tunnels);
    if (theirs === undefined) continue;
    const times = row.median / theirs.median;
    const bound = count(1e6 / theirs.initiatorCost);
    targets.push(target({
      title: `rate over that of xl2tpd, ${count(row.tunnels)} tunnels`,
      wanted: `≥ ${TIMES}`,
      got: times.toFixed(times < 10 ? 2 : 0),
      met: times >= TIMES,
      why:
        `xl2tpd takes ${theirs.endpointCost.toFixed(0)} µs of processor time for a tunnel, and ` +
        `the initiator that meets it can open ${bound} a second at most`,
    }));
  }
  const wrong = ours.reduce((sum, row) => sum + row.failed + row.lost + row.doubled, 0);
  targets.push(target({
    title: "tunnels failed, lost or doubled between our two ends",
    wanted: "0",
    got: count(wrong),
    met: wrong === 0 && ours.length > 0,
    why: "the two ends disagree about what was established",
  }));
  return holding === undefined ? targets : [...targets, held(holding)];
}

function held({ begun, held, atEndpoint, asked }: Holding): Target {
  const kept = Math.min(held, atEndpoint);
  return target({
    title: "sessions still up at both ends after being held",
    wanted: count(asked),
    got: count(kept),
    met: kept === asked && begun === asked,
    why: `${count(begun)} came up; then the initiator kept ${count(held)}, the endpoint ` +
      count(atEndpoint),
  });
}

/** An target that says why only when it was missed. */
function target({ why, ...rest }: Required<Target>): Target {
  return rest.met ? rest : { ...rest, why };
}

/** Where the time went: a process that hardly ran was kept from running by others. */
function costs({ endpointCost, initiatorCost, median }: OpeningRow): string {
  const share = (cost: number) => `${cost.toFixed(0)} µs`;
  const busy = Math.max(endpointCost, initiatorCost) * median / 1e4;
  return `a tunnel takes ${share(endpointCost)} of processor time at the endpoint and ` +
    `${share(initiatorCost)} at the initiator; the busier of them ran for ` +
    `${busy.toFixed(0)} per cent of the time`;
}

/** The whole report as text. */
export function comparisonTable({ openings, holding }: ComparisonReport, window: number): string {
  const lines = [[
    ...["tunnels", "endpoint", "min/s", "median/s", "max/s", "s", "failed", "lost", "doubled"],
    ...["sent again", "µs endpoint", "µs initiator"],
  ]];
  for (const row of openingRows(openings)) {
    lines.push([
      ...[count(row.tunnels), row.endpoint, count(row.slowest), count(row.median)],
      ...[count(row.fastest), row.seconds.toFixed(2), count(row.failed), count(row.lost)],
      ...[count(row.doubled), count(row.sentAgain)],
      ...[row.endpointCost.toFixed(0), row.initiatorCost.toFixed(0)],
    ]);
  }
  const rounds = Math.max(...openings.map(({ round }) => round));
  const title =
    `l2tp: tunnels established by our initiator over a veth link, ${window} at a time, ` +
    `SCCRQ to acknowledged SCCCN; ${rounds} rounds, processor time per tunnel\n`;
  return title + aligned(lines, 2, INDENT) +
    (holding === undefined ? "" : `\n\n${holdingText(holding)}`);
}

function holdingText(holding: Holding): string {
  const kb = (octets: number) => `${(octets / 1e3).toFixed(1)} kB`;
  return `l2tp: ${count(holding.asked)} sessions with PPP up in ${
    count(holding.tunnels)
  } tunnels, ` +
    `held for ${holding.seconds} s with HELLOs:\n` +
    `  ${count(holding.held)} left at the initiator, ${
      count(holding.atEndpoint)
    } at the endpoint; ` +
    `${count(holding.messages)} control messages meanwhile\n` +
    `  a session takes ${kb(holding.initiatorOctets)} at the initiator, ` +
    `${kb(holding.endpointOctets)} at the endpoint`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
