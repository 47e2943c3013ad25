/** What the parts of the page share. */
import type { Material, ScenarioMaterial } from "../material.ts";
import type { Report, ReportCheck, ReportRequirement } from "../model.ts";
import { packetAnchor, scenarioAnchor } from "../anchor.ts";
import type { VerdictWord } from "../../kit/verdict.ts";

/** All judgements of one check. */
export interface CheckGroup {
  id: string;
  suite: string;
  judgements: ReportCheck[];
}

/** The report with what is looked up in it again and again. */
export interface PageContext {
  report: Report;
  material: Material;
  requirements: ReadonlyMap<string, ReportRequirement>;
  /** By anchor. */
  scenarios: ReadonlyMap<string, ScenarioMaterial>;
  groups: readonly CheckGroup[];
  /** Judgements by the anchor of a packet that they name. */
  namedBy: ReadonlyMap<string, ReportCheck[]>;
}

/** Prepares a report for rendering. */
export function pageContext(report: Report, material: Material): PageContext {
  const groups = new Map<string, CheckGroup>();
  const namedBy = new Map<string, ReportCheck[]>();
  for (const { name, checks } of report.suites) {
    for (const check of checks) {
      const group = groups.get(check.id) ?? { id: check.id, suite: name, judgements: [] };
      group.judgements.push(check);
      groups.set(check.id, group);
      for (const { capture, number } of check.frames ?? []) {
        const anchor = packetAnchor(check.evidence, capture, number);
        const citing = namedBy.get(anchor);
        if (citing === undefined) namedBy.set(anchor, [check]);
        else if (citing.length < 20) citing.push(check);
      }
    }
  }
  return {
    report,
    material,
    requirements: new Map(report.requirements.map((requirement) => [requirement.id, requirement])),
    scenarios: new Map(
      material.scenarios.map((scenario) => [scenarioAnchor(scenario.evidence), scenario]),
    ),
    groups: [...groups.values()],
    namedBy,
  };
}

/** Judgements by verdict. */
export function countVerdicts(checks: readonly ReportCheck[]): Map<VerdictWord, number> {
  const counts = new Map<VerdictWord, number>();
  for (const { verdict } of checks) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return counts;
}
