/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { gravestWord } from "../../kit/verdict.ts";
import { checkAnchor, requirementAnchor, scenarioAnchor } from "../anchor.ts";
import type { ReportCheck } from "../model.ts";
import { type CheckGroup, countVerdicts, type PageContext } from "./context.ts";
import { Counts, Verdict } from "./verdict_view.tsx";

/** Scenarios that a check is listed with. */
const MOST_SCENARIOS = 40;

/** Every check with all its judgements, one line each. */
export function Checks({ context }: { context: PageContext }) {
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Every check</h2>
      {context.report.suites.map(({ name, checks }) => (
        <details key={name}>
          <summary>
            {name}: {checks.length} judgements <Counts counts={countVerdicts(checks)} />
          </summary>
          <div class="scroll">
            <table>
              <caption>Checks of {name}, each with the scenarios that left its evidence</caption>
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Verdict</th>
                  <th scope="col">Scenarios</th>
                  <th scope="col">Covers</th>
                </tr>
              </thead>
              <tbody>
                {context.groups.filter(({ suite }) => suite === name).map((group) => (
                  <Row key={group.id} group={group} context={context} />
                ))}
              </tbody>
            </table>
          </div>
        </details>
      ))}
    </section>
  );
}

function Row({ group: { id, judgements }, context }: { group: CheckGroup; context: PageContext }) {
  const [{ title, covers }] = judgements;
  const shown = judgements.slice(0, MOST_SCENARIOS);
  const more = judgements.length - shown.length;
  // Where all ended alike, the verdict of the check says it.
  const alike = judgements.every(({ verdict }) => verdict === judgements[0].verdict);
  const anchor = checkAnchor(id);
  return (
    <tr id={anchor}>
      <th scope="row">
        {title} <a href={`#${anchor}`}>{id}</a>
      </th>
      <td>
        <Verdict word={gravestWord(judgements.map(({ verdict }) => verdict))} />
      </td>
      <td>
        {shown.map((check, i) => (
          <>
            {i > 0 ? ", " : ""}
            <Judgement check={check} alone={alike} context={context} />
          </>
        ))}
        {more > 0 ? ` and ${more} more` : ""}
      </td>
      <td>
        {covers.map((id, i) => (
          <>
            {i > 0 ? ", " : ""}
            <a href={`#${requirementAnchor(id)}`}>{id}</a>
          </>
        ))}
      </td>
    </tr>
  );
}

interface JudgementProps {
  check: ReportCheck;
  alone: boolean;
  context: PageContext;
}

function Judgement({ check, alone, context }: JudgementProps) {
  const anchor = scenarioAnchor(check.evidence);
  const name = check.scenario || check.evidence || "captures";
  return (
    <>
      {alone ? null : <Verdict word={check.verdict} />}{" "}
      {context.scenarios.has(anchor) ? <a href={`#${anchor}`}>{name}</a> : name}
      {check.reason === undefined ? "" : ` (${check.reason})`}
    </>
  );
}
