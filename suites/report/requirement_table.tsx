/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Report, ReportRequirement } from "./model.ts";
import { GRAVITY } from "../verdict.ts";
import { VERDICT_WORDS } from "./words.ts";

/** Every requirement with its verdict, to be filtered by verdict and searched by words. */
export function RequirementTable({ report }: { report: Report }) {
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">Requirements</h2>
      <form class="filter" hidden>
        <label>
          Search <input type="search" name="search" autocomplete="off" />
        </label>
        {GRAVITY.map((word) => (
          <label class={word}>
            <input
              type="checkbox"
              name="verdict"
              value={word}
              checked={word !== "not_applicable"}
            />{" "}
            <span class="verdict">{VERDICT_WORDS[word].word}</span>
          </label>
        ))}
        <output aria-live="polite" />
      </form>
      <div class="scroll">
        <table>
          <caption>What the specification asks, and what the evidence shows</caption>
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Level</th>
              <th scope="col">Verdict</th>
              <th scope="col">What the device must do</th>
            </tr>
          </thead>
          <tbody>
            {report.requirements.map((requirement) => (
              <Row requirement={requirement} report={report} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ requirement: r, report }: { requirement: ReportRequirement; report: Report }) {
  const { sign, word } = VERDICT_WORDS[r.verdict];
  const waiver = report.device.exceptions.find(({ requirement }) => requirement === r.id);
  return (
    <tr id={r.id} class={r.verdict} data-verdict={r.verdict}>
      <td class="id">
        <a href={`#${r.id}`}>{r.id}</a>
      </td>
      <td>
        {r.level}
        {r.classes.length > 0 ? <span class="quiet">{` ${r.classes.join(", ")}`}</span> : null}
      </td>
      <td class="verdict">{sign} {word}</td>
      <td>
        {r.text}
        <p class="quiet">{r.source}</p>
        {r.reason === undefined ? null : <p class="quiet">{word}: {r.reason}</p>}
        {waiver === undefined ? null : (
          <p class="problem">
            Exception ({waiver.state.replace("_", " ")}, until {waiver.expires}): {waiver.reason}
          </p>
        )}
        {r.checks.length === 0 ? null : (
          <details>
            <summary>{r.checks.length} checks</summary>
            <ul>
              {r.checks.map((id) => (
                <li>
                  <code>{id}</code>
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}
