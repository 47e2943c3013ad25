/** What cases of FIG. 1 and 4 must see in evidence before they judge. */
import type { Evidence } from "../../kit/evidence.ts";
import { type Inconclusive, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { isOfFigure } from "../facts/declared.ts";
import type { LanFacts } from "../facts/lan.ts";
import type { TraceFacts } from "../facts/trace.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { SessionReport, WanDirection } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { type Carried, carriedBy } from "./delivery.ts";
import { dataOf, PEER, type Work, workOf } from "./premises.ts";

/** The data of a role in a lab whose devices were asked for FIG. 1 or 4. */
export function dataInForm1(
  facts: { wan: WanFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "sender",
): WanDirection | Inconclusive {
  const others = ["F5", "F7", "F8", "F9", "F9i", "F10"] as const;
  return isOfFigure(evidence, ["F1", "F4"], others)
    ? dataOf(facts, role)
    : inconclusive("nobody is asked for FIG. 1 or 4");
}

/** Work of the receiver in such a lab, where its trace names sessions. */
export function workInForm1(
  facts: { wan: WanFacts; trace: TraceFacts },
  evidence: Evidence,
): Work[] | Inconclusive {
  const sent = dataInForm1(facts, evidence);
  if (isInconclusive(sent)) return sent;
  const work = workOf(facts, evidence);
  if (isInconclusive(work)) return work;
  return work.every((node) => node.trace.sessions.size > 0)
    ? work
    : inconclusive("the receiver's trace names no session");
}

/** What was reported of the sessions that a role sends, by flow, in the order of time. */
export function reportsTo(wan: WanFacts, role: CoreIdentityRole): Map<string, SessionReport[]> {
  const all = wan.of(PEER[role]).flatMap(({ reports }) => reports)
    .sort((a, b) => timeOf(a) - timeOf(b));
  return Map.groupBy(all, ({ flow }) => flow);
}

/** When a report was seen, where it arrived if that is known. */
export function timeOf({ departure, arrival }: SessionReport): number {
  return (arrival ?? departure)!.time;
}

/** Work on datagrams that were all carried. */
export function carriedWork(
  facts: { wan: WanFacts; trace: TraceFacts; lan: LanFacts },
  evidence: Evidence,
): { work: Work[]; carried: Carried } | Inconclusive {
  const work = workInForm1(facts, evidence);
  if (isInconclusive(work)) return work;
  const carried = carriedBy(facts, evidence);
  return isInconclusive(carried) ? carried : { work, carried };
}
