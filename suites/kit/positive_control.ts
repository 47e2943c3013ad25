/** What makes a silence mean something: the device was up, was reached, and lived through it. */
import type { Check } from "./check.ts";
import type { FactCollector, FactCollectors, Facts } from "./collector.ts";
import type { Evidence } from "./evidence.ts";
import { type ForeignStamps, foreignStamps } from "./foreign_stamps.ts";
import { LabView } from "./lab_view.ts";
import { type Refusal, refusalFacts } from "./refusals.ts";
import { type Inconclusive, inconclusive } from "./verdict.ts";

/** How a suite tells that a device was not there all the time. @typeParam T Its facts. */
export interface PositiveControl<T> {
  facts: FactCollector<T>;
  /**
   * Why nothing that a role left undone may count as kept; undefined where it was seen to be there.
   * A device that was restarted is silent on whatever it knew before.
   */
  objection(facts: T, evidence: Evidence, role: string): Inconclusive | undefined;
  /**
   * Why nothing at all can be told of the conduct of devices: one that was not started for the
   * scenario answered as it would in a conversation before. Undefined where none did.
   */
  confusion?(facts: T, evidence: Evidence): Inconclusive | undefined;
}

const REFUSALS = "positive control: refusals",
  STAMPS = "positive control: stamps",
  OWN = "positive control";

/**
 * The check under positive control: it passes no device whose ports were closed to a stimulus, none
 * that says again what belongs to another conversation, and none that its suite saw die or restart. What fails, fails: a fault that is seen was committed.
 */
export function controlled<Id extends string, T>(
  check: Check<Id>,
  control: PositiveControl<T> | undefined,
): Check<Id> {
  const needs: FactCollectors = {
    ...check.needs,
    [REFUSALS]: refusalFacts,
    [STAMPS]: foreignStamps,
  };
  if (control !== undefined) needs[OWN] = control.facts;
  return {
    ...check,
    needs,
    premise: (facts: Facts<FactCollectors>, evidence) =>
      control?.confusion?.(facts[OWN], evidence) ?? check.premise(facts, evidence),
    judge(facts: Facts<FactCollectors>, premise, evidence) {
      const verdict = check.judge(facts, premise, evidence);
      if (verdict.verdict !== "pass") return verdict;
      const { first } = facts[STAMPS] as ForeignStamps;
      if (first !== undefined) {
        return inconclusive(
          `frame ${first.number} of ${first.capture} is of another conversation than this one`,
        );
      }
      for (const role of check.judges) {
        const objection = refused(facts[REFUSALS], evidence, role) ??
          control?.objection(facts[OWN], evidence, role);
        if (objection !== undefined) return objection;
      }
      return verdict;
    },
  };
}

/** Inconclusive when a port of a device in this role was closed to what was sent there. */
function refused(
  refusals: readonly Refusal[],
  evidence: Evidence,
  role: string,
): Inconclusive | undefined {
  if (refusals.length === 0) return undefined;
  const lab = new LabView(evidence);
  const addresses = lab.nodesOf(role).flatMap((node) => lab.addressesOf(node));
  const found = refusals.find(({ address }) => addresses.includes(address));
  return found && inconclusive(
    `${found.address} answered by ICMP that nobody is there at port ${found.port}` +
      ` (frame ${found.frame.number} of ${found.frame.capture})`,
  );
}
