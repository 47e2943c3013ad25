/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { gravest } from "../../verdict.ts";
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
  const more = judgements.length - MOST_SCENARIOS;
  return (
    <tr id={checkAnchor(id)}>
      <th scope="row">
        {title}
        <br />
        <a href={`#${checkAnchor(id)}`}>
          <code>{id}</code>
        </a>
      </th>
      <td>
        <Verdict word={gravest(judgements.map(({ verdict }) => verdict))} />
      </td>
      <td>
        <ul class="bare">
          {judgements.slice(0, MOST_SCENARIOS).map((check, i) => (
            <Judgement key={i} check={check} context={context} />
          ))}
          {more > 0 ? <li>and {more} more</li> : null}
        </ul>
      </td>
      <td>
        {covers.map((one, i) => (
          <span key={one}>
            {i > 0 ? ", " : ""}
            <a href={`#${requirementAnchor(one)}`}>{one}</a>
          </span>
        ))}
      </td>
    </tr>
  );
}

function Judgement({ check, context }: { check: ReportCheck; context: PageContext }) {
  const anchor = scenarioAnchor(check.evidence);
  const name = check.scenario || check.evidence || "captures";
  return (
    <li>
      <Counts counts={new Map([[check.verdict, 1]])} />{" "}
      {context.scenarios.has(anchor) ? <a href={`#${anchor}`}>{name}</a> : name}
      {check.reason === undefined ? "" : `: ${check.reason}`}
    </li>
  );
}
