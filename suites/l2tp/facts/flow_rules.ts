/** Judgements of the data that a role sent. */
import { fail, type Inconclusive, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { Conduct } from "./control_facts.ts";
import type { FlowFault, FlowFaults } from "./flow_faults.ts";
import type { DataFlow } from "./data.ts";

/** The flows of a role that have data of some kind, or that there are none. */
export function flowsOf(
  { flows, role }: Conduct,
  what = "data",
  test: (flow: DataFlow) => boolean = () => true,
): readonly DataFlow[] | Inconclusive {
  const found = flows.filter(test);
  return found.length > 0
    ? found
    : inconclusive(`no ${what} of the ${role.toUpperCase()} was captured`);
}

/** Fails where messages of a flow have a kind of fault. @param expected What the RFC wants. */
export function judgeFlows(
  flows: readonly DataFlow[],
  faultOf: (conduct: FlowFaults, flow: DataFlow) => FlowFault | undefined,
  expected: string,
): PartialVerdict {
  for (const flow of flows) {
    const fault = faultOf(flow.conduct, flow);
    if (fault === undefined || fault.count === 0) continue;
    const { tunnelId, sessionId, packets } = flow, { count, actual, frames } = fault;
    const where = `tunnel ${tunnelId} and session ${sessionId}`;
    const share = `${count} of ${packets} data messages to ${where}`;
    return fail(expected, `${actual}: ${share}`, [...frames]);
  }
  return undefined;
}

/** The number of frames that somebody may send twice by chance, and the share that no chance explains. */
const FEW = 3, SHARE = 3;
/** Frames that a failure cites. */
const CITED = 8;

/** Judges numbers of data: what is missing from captures alone, or out of order, may be the network's. */
export function judgeNumbers(flows: readonly DataFlow[], complete: boolean): PartialVerdict {
  const next = "Ns one more than that of the message before";
  const again = judgeFlows(
    flows,
    (conduct) => conduct.faultOf(complete ? "again" : "sentAgain"),
    next,
  );
  if (again !== undefined) return again;
  // Captures alone may have begun later.
  const begins = complete
    ? judgeFlows(flows, (conduct) => conduct.faultOf("begins"), "Ns 0 first (§3.1)")
    : undefined;
  if (begins !== undefined) return begins;
  const other = judgeFlows(
    flows,
    (conduct) => conduct.faultOf(conduct.faultOf("behind").count > 0 ? "behind" : "leftOut"),
    next,
  );
  if (other === undefined || other.verdict !== "fail" || complete) {
    const copy = flows.find(({ conduct }) => conduct.faultOf("again").count > 0);
    return other ?? (copy && inconclusive(
      `data messages to session ${copy.sessionId} were captured twice, number and all`,
    ));
  }
  return inconclusive(
    `numbers of data are missing from the captures, or out of order: ${other.actual}`,
  );
}

/** Fails where frames are sent twice, time and again; captures alone may show each frame twice. */
export function judgeDoubles(flows: readonly DataFlow[], complete: boolean): PartialVerdict {
  let packets = 0, doubled = 0;
  for (const { packets: all, conduct } of flows) {
    packets += all;
    doubled += conduct.faultOf("doubled").count;
  }
  if (doubled < FEW || doubled * SHARE < packets) return undefined;
  const actual = `${doubled} of ${packets} data messages say the same as the one before, at once`;
  if (!complete) return inconclusive(`${actual}, as where a mirror port shows frames twice`);
  const frames = flows.flatMap(({ conduct }) => conduct.faultOf("doubled").frames);
  return fail("each frame in one data message (§5.3)", actual, frames.slice(0, CITED));
}
