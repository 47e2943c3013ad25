/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { checkAnchor } from "../anchor.ts";
import type { ReportCheck } from "../model.ts";
import { Verdict } from "./verdict_view.tsx";

/** Reasons, and judgements of each, that are listed. */
const MOST_REASONS = 50;
const MOST_LISTED = 100;

/** What could not be judged, by the reason. */
export function Inconclusive({ checks }: { checks: readonly ReportCheck[] }) {
  const byReason = new Map<string, ReportCheck[]>();
  for (const check of checks) {
    const reason = check.reason ?? "";
    const judgements = byReason.get(reason);
    if (judgements === undefined) byReason.set(reason, [check]);
    else judgements.push(check);
  }
  const left = byReason.size - MOST_REASONS;
  return (
    <>
      {[...byReason].slice(0, MOST_REASONS).map(([reason, judgements]) => (
        <article key={reason} class="failure inconclusive">
          <h3>
            <Verdict word="inconclusive" /> {reason}
          </h3>
          <details open={judgements.length <= 3}>
            <summary>{judgements.length} judgements</summary>
            <ul>
              {judgements.slice(0, MOST_LISTED).map((check, i) => (
                <li key={i}>
                  {check.title} <a href={`#${checkAnchor(check.id)}`}>{check.id}</a>
                  {check.scenario === "" ? "" : ` on ${check.scenario}`}
                </li>
              ))}
              {judgements.length > MOST_LISTED
                ? <li>and {judgements.length - MOST_LISTED} more</li>
                : null}
            </ul>
          </details>
        </article>
      ))}
      {left > 0 ? <p class="quiet">{left} more reasons stand in report.json.</p> : null}
    </>
  );
}
