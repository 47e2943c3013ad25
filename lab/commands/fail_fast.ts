/** `--fail-fast`: when a run need not go on. */
import { isRequired, rolesBound } from "../../suites/engine/scope.ts";
import type { Owed } from "./owed.ts";
import type { Judged } from "./run_scenarios.ts";

/**
 * Tells of the first judgement that by itself turns a run: a failure of something required that no
 * exception excuses, or an error of ours. A SHOULD that fails turns nothing.
 * @param today The day that exceptions are held against, `YYYY-MM-DD`.
 */
export function stopsAtFailure(
  { owed, devices }: Pick<Owed, "owed" | "devices">,
  today: string,
): (judged: Judged) => string | undefined {
  const excused = new Set(
    devices.flatMap(({ exceptions }) => exceptions)
      .filter(({ expires }) => expires >= today).map(({ requirement }) => requirement),
  );
  return ({ suite, checks }) => {
    const turns = checks.find(({ check, outcome }) =>
      outcome.verdict === "error" ||
      outcome.verdict === "fail" && check.covers.some((id) => {
          const requirement = suite.requirements[id];
          return requirement !== undefined && isRequired(requirement) && !excused.has(id) &&
            rolesBound(requirement, owed.get(suite) ?? []).length > 0;
        })
    );
    if (turns === undefined) return undefined;
    const what = turns.outcome.verdict === "error" ? "broke down" : "failed";
    return `--fail-fast, and ${turns.check.id} ${what} on ${turns.evidence}`;
  };
}
