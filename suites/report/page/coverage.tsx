/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { checkAnchor, requirementAnchor } from "../anchor.ts";
import type { Report, ReportCheck, ReportRequirement } from "../model.ts";
import { gravestWord, GRAVITY } from "../../kit/verdict.ts";
import { VERDICT_WORDS } from "../words.ts";
import { Verdict } from "./verdict_view.tsx";

/** Column of judgements whose scenario belongs to no class. */
const NO_CLASS = "captures";

/** By requirement and class of the scenario, the judgements. */
type Cells = ReadonlyMap<string, ReadonlyMap<string, ReportCheck[]>>;

/**
 * Requirement by class: what the specification asks, and what the scenarios of each class showed.
 * The script filters it; without a script it is whole.
 */
export function Coverage({ report }: { report: Report }) {
  const suites = [...new Set(report.requirements.map(({ suite }) => suite))];
  return (
    <section aria-labelledby="requirements">
      <h2 id="requirements">Requirements</h2>
      <Filter />
      {suites.map((suite) => <Matrix key={suite} suite={suite} report={report} />)}
    </section>
  );
}

function Filter() {
  return (
    <form class="filter" hidden>
      <label>
        Search{" "}
        <input
          type="search"
          name="search"
          autocomplete="off"
          placeholder="words, id, source"
          aria-keyshortcuts="/"
        />
      </label>
      <fieldset>
        <legend class="sr">Verdicts</legend>
        {GRAVITY.map((word) => (
          <label key={word} class={word}>
            <input
              type="checkbox"
              name="verdict"
              value={word}
              checked={word !== "not_applicable"}
            />{" "}
            <Verdict word={word} />
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend class="sr">Levels</legend>
        {["MUST", "SHOULD", "MAY"].map((level) => (
          <label key={level}>
            <input type="checkbox" name="level" value={level} checked /> {level}
          </label>
        ))}
      </fieldset>
      <output aria-live="polite" />
    </form>
  );
}

function Matrix({ suite, report }: { suite: string; report: Report }) {
  const checks = report.suites.find(({ name }) => name === suite)?.checks ?? [];
  const { cells, classes } = cellsOf(checks);
  return (
    <>
      <h3>{suite}</h3>
      <div class="scroll matrix" tabIndex={0} role="group" aria-label={`Requirements of ${suite}`}>
        <table>
          <caption>
            What the specification asks, and what the scenarios of each class showed: a sign, and
            the number of judgements
          </caption>
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Level</th>
              <th scope="col">Verdict</th>
              <th scope="col">What the device must do</th>
              {classes.map((word) => (
                <th key={word} scope="col" class="class">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.requirements.filter((r) => r.suite === suite).map((requirement) => (
              <Row
                key={requirement.id}
                requirement={requirement}
                report={report}
                classes={classes}
                cells={cells.get(requirement.id)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function cellsOf(checks: readonly ReportCheck[]): { cells: Cells; classes: string[] } {
  const cells = new Map<string, Map<string, ReportCheck[]>>();
  const classes = new Set<string>();
  for (const check of checks) {
    const word = check.class ?? NO_CLASS;
    classes.add(word);
    for (const id of check.covers) {
      const row = cells.get(id) ?? new Map<string, ReportCheck[]>();
      cells.set(id, row);
      const cell = row.get(word);
      if (cell === undefined) row.set(word, [check]);
      else cell.push(check);
    }
  }
  const order = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
  return { cells, classes: [...classes].sort(order) };
}

interface RowProps {
  requirement: ReportRequirement;
  report: Report;
  classes: readonly string[];
  cells: ReadonlyMap<string, ReportCheck[]> | undefined;
}

function Row({ requirement: r, report, classes, cells }: RowProps) {
  const waiver = report.device.exceptions.find(({ requirement }) => requirement === r.id);
  const anchor = requirementAnchor(r.id);
  return (
    <tr id={anchor} class={r.verdict} data-verdict={r.verdict} data-level={r.level}>
      <th scope="row" class="id">
        <a href={`#${anchor}`}>{r.id}</a>
      </th>
      <td>{r.level}</td>
      <td>
        <Verdict word={r.verdict} />
      </td>
      <td class="text">
        {r.text}{" "}
        <span class="quiet">
          ({r.source}
          {r.classes.length === 0 ? "" : `; class ${r.classes.join(", ")}`})
        </span>
        {r.reason === undefined ? null : <p class="quiet">{r.reason}</p>}
        {waiver === undefined ? null : (
          <p class="problem">
            Exception ({waiver.state.replace("_", " ")}, until {waiver.expires}): {waiver.reason}
          </p>
        )}
        {r.checks.length === 0 ? null : (
          <details>
            <summary>{r.checks.length === 1 ? "1 check" : `${r.checks.length} checks`}</summary>
            <ul>
              {r.checks.map((id) => (
                <li key={id}>
                  <a href={`#${checkAnchor(id)}`}>{id}</a>
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
      {classes.map((word) => <Cell key={word} checks={cells?.get(word)} />)}
    </tr>
  );
}

function Cell({ checks }: { checks: readonly ReportCheck[] | undefined }) {
  if (checks === undefined) {
    return (
      <td class="class">
        <span class="sr">not judged</span>
      </td>
    );
  }
  const verdict = gravestWord(checks.map((check) => check.verdict));
  const { sign, word } = VERDICT_WORDS[verdict];
  return (
    <td class={`class ${verdict}`}>
      <span class="verdict">
        {sign}
        <span class="sr">{word},</span> {checks.length}
      </span>
    </td>
  );
}
