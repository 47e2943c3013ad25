/** Measures our L2TP peers over a real lab, beside xl2tpd. */
import { compareInside } from "../bench/l2tp/inside.ts";
import { comparisonTable, comparisonTargets, openingRows } from "../bench/l2tp/table.ts";
import { provideDevices } from "../devices/packages/provide.ts";
import type { BenchOptions, BenchResult } from "./bench_options.ts";
import { loadProfile } from "./devices.ts";

/** Runs the comparison in namespaces of its own. */
export async function benchL2tp(
  options: BenchOptions,
  progress: (line: string) => void,
): Promise<BenchResult> {
  const missing: string[] = [];
  try {
    await provideDevices([await loadProfile("xl2tpd")], progress);
  } catch (error) {
    missing.push("xl2tpd");
    progress((error as Error).message);
  }
  const { tunnels, window, rounds, sessions, hold } = options;
  const measured = { tunnels, window, rounds, sessions, perTunnel: 10, hold, hello: 5 };
  const report = await compareInside({ ...measured, xl2tpd: missing.length === 0 });
  const targets = comparisonTargets(report);
  const text = comparisonTable(report, window);
  const absent = missing.length === 0 ? "" : "\nNot to be had: xl2tpd.";
  return {
    report: { ...measured, missing, rows: openingRows(report.openings), ...report, targets },
    text: text + absent,
    targets,
    sound: report.openings.every(({ endpoint, lost, doubled }) =>
      endpoint !== "plumbline" || lost + doubled === 0
    ),
  };
}
