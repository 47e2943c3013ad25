/** What a run came to, as text. */
import { aligned } from "../terminal/text_table.ts";
import { INDENT } from "../bench/table.ts";
import { TIMES } from "./options.ts";
import type { ScaleReport } from "./run.ts";
import { chiSquare, count, seconds } from "./verdicts.ts";

/** The whole report. */
export function scaleTable(report: ScaleReport): string {
  const { options, audit, requests } = report;
  const all = audit.perEndpoint.map(({ tunnels }) => tunnels);
  const mean = all.reduce((sum, n) => sum + n, 0) / Math.max(1, all.length);
  const lossy = `${count(report.lostOnTheWay)} datagrams lost of ` +
    count(report.carried + report.lostOnTheWay);
  return [
    `cluster: ${
      count(options.initiators)
    } initiators, ${options.endpoints} endpoints, one master, ` +
    `${options.variant === "NAT" ? "one NAT" : "global addresses"}, ${options.policy}; ` +
    `virtual time unless stated otherwise`,
    `  up: ${count(report.upAfterRamp)} when the last of them had begun, after ` +
    `${seconds(TIMES.forming + options.ramp)}; all after ${seconds(report.allUp)}; ${lossy}`,
    `  requests at endpoints: ${count(requests.first)}, ${count(requests.repeated)} sent again, ` +
    `${count(requests.forged)} forged; half-open at most ${count(report.halfOpen)} at an endpoint`,
    `  tunnels of a living endpoint: ${Math.min(...all)} to ${Math.max(...all)}, mean ` +
    `${mean.toFixed(1)}, chi-square ${chiSquare(all).toFixed(1)} (${all.length} endpoints)`,
    `  took ${report.seconds.toFixed(0)} s of real time for ${seconds(report.ended)}, and ` +
    `${count(report.peak / 1e6)} MB of memory at most`,
    ...failuresText(report),
  ].join("\n");
}

function failuresText({ failures, masterDied, takeOverAfter }: ScaleReport): string[] {
  if (failures.length === 0) return [];
  const lines = [["died", "at", "initiators hit", "half served again", "all served again"]];
  for (const { what, at, affected, halfAfter, allAfter } of failures) {
    lines.push([what, seconds(at), count(affected), seconds(halfAfter), seconds(allAfter)]);
  }
  const master = masterDied
    ? [`  the master died: requests were forwarded again after ${seconds(takeOverAfter)}`]
    : [];
  return ["", aligned(lines, 1, INDENT), ...master];
}
