/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { several } from "../../kit/narration.ts";
import { checkAnchor } from "../anchor.ts";
import { documentOf, Head } from "../page/document.tsx";
import { Command } from "../page/command.tsx";
import { Facts } from "../page/facts.tsx";
import { fileHref } from "../page/href.ts";
import { STYLE } from "../page/style.ts";
import { VERDICT_WORDS } from "../words.ts";
import type { Interop, Pair, PairFailure } from "./model.ts";
import {
  cellText,
  emptyLines,
  faultText,
  interopHeadline,
  matricesOf,
  type Matrix,
  toneOf,
} from "./words.ts";

/** What a matrix needs besides the style of reports. */
const MATRIX_STYLE = `
.pairs { width: auto; } .pairs th[scope=row] { white-space: nowrap; font-weight: 600; }
.pairs .corner { color: var(--quiet); font-weight: 400; white-space: nowrap; }
.pairs td { min-width: 9rem; border: 1px solid var(--line); white-space: nowrap;
  background: color-mix(in srgb, var(--tone) 14%, transparent); }
.pairs td.not_applicable { background: none; }
.pairs td a { color: var(--tone); font-weight: 600; } .pairs td { color: var(--tone); }
.faults > li { margin: .6rem 0; } .faults code { overflow-wrap: anywhere; }
.reasons td { font-size: .9rem; }
`;

/** Makes the page of a matrix: one file that needs nothing else; its cells lead to the pairs' reports. */
export function interopHtml(interop: Interop): string {
  return documentOf(<Page interop={interop} />);
}

function Page({ interop }: { interop: Interop }) {
  const { title, sentence, tone } = interopHeadline(interop);
  const matrices = matricesOf(interop);
  const bad = interop.pairs.filter(({ failures = [] }) => failures.length > 0);
  return (
    <html lang="en">
      <Head title={title} style={STYLE + MATRIX_STYLE} />
      <body>
        <header class="top" id="top">
          <p class="quiet">Plumbline interoperability matrix</p>
          <div class={`banner ${tone}`}>
            <span class="sign" aria-hidden="true">{VERDICT_WORDS[tone].sign}</span>
            <div>
              <h1>
                <span class="verdict">{title}</span>
              </h1>
              <p>{sentence}</p>
            </div>
          </div>
          <nav aria-label="Parts of this page">
            {matrices.filter(isDrawn).map((matrix) => (
              <a key={anchorOf(matrix)} href={`#${anchorOf(matrix)}`}>{nameOf(matrix)}</a>
            ))}
            <a href="#failures">What went wrong</a>
            <a href="#unsupported">Pairs that cannot be</a>
          </nav>
        </header>
        <main>
          <About interop={interop} />
          <Command label="To do the same again" text={interop.command} />
          {matrices.filter(isDrawn).map((matrix) => (
            <Table
              key={anchorOf(matrix)}
              matrix={matrix}
            />
          ))}
          <Empty matrices={matrices} />
          <section aria-labelledby="failures">
            <h2 id="failures">What went wrong, and whose it is</h2>
            {bad.length === 0
              ? <p>Nothing failed.</p>
              : bad.map((pair) => <Faults key={pair.run ?? pair.devices.join()} pair={pair} />)}
          </section>
          <Open interop={interop} />
          <Unsupported matrices={matrices} />
        </main>
        <footer class="quiet">
          <p>
            The same as data: <a href="./interop.json">interop.json</a>,{" "}
            <a href="./summary.md">summary.md</a>; hashes of everything:{" "}
            <a href="./manifest.json">manifest.json</a>
          </p>
        </footer>
      </body>
    </html>
  );
}

function About({ interop }: { interop: Interop }) {
  const { devices, plumbline, commit, world, seed, kernel, started } = interop;
  const facts: [string, string][] = [
    ...devices.map(({ name, vendor, version, roles }): [string, string] => [
      name,
      `${[vendor, version].filter(Boolean).join(" ") || "no version told"}; plays ${
        roles.join(", ")
      }`,
    ]),
    ["Tested with", `Plumbline ${plumbline}${commit && `, commit ${commit.slice(0, 12)}`}`],
    ["Where", `${world} world, seed ${seed}, on ${kernel}`],
    ["When", started],
  ];
  return (
    <section class="about" aria-label="What was tested">
      <Facts facts={facts} />
    </section>
  );
}

function Table({ matrix }: { matrix: Matrix }) {
  const { roles, rows, columns, at } = matrix;
  return (
    <section aria-labelledby={anchorOf(matrix)}>
      <h2 id={anchorOf(matrix)}>{nameOf(matrix)}</h2>
      <div class="scroll">
        <table class="pairs">
          <thead>
            <tr>
              <td class="corner">{roles[0]} ↓ {roles[1]} →</td>
              {columns.map((name) => <th key={name} scope="col">{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                {columns.map((column) => <Cell key={column} pair={at(row, column)} />)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function isDrawn({ rows }: Matrix): boolean {
  return rows.length > 0;
}

/** The roles in which no two of the devices can meet. */
function Empty({ matrices }: { matrices: readonly Matrix[] }) {
  const lines = emptyLines(matrices);
  if (lines.length === 0) return null;
  return <ul>{lines.map((line) => <li key={line}>{line}</li>)}</ul>;
}

/** Pairs that could not be judged as a whole, by the reason. */
function Open({ interop }: { interop: Interop }) {
  const open = interop.pairs.filter(({ state, verdict }) =>
    state === "not_run" || state === "judged" && verdict === "inconclusive"
  );
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="open">
      <h2 id="open">What could not be judged</h2>
      <ul>
        {[...Map.groupBy(open, ({ reason }) => reason ?? "")].map(([reason, pairs]) => (
          <li key={reason}>
            {reason}: {pairs.map(({ roles, devices }) =>
              `${devices[0]} as ${roles[0]} with ${devices[1]} as ${roles[1]}`
            ).join("; ")}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cell({ pair }: { pair: Pair | undefined }) {
  if (pair === undefined) return <td />;
  const href = pair.run === undefined || pair.state !== "judged"
    ? undefined
    : fileHref(`${pair.run}/report.html`);
  const text = cellText(pair);
  return (
    <td class={toneOf(pair)} title={pair.reason}>
      {href === undefined ? text : <a href={href}>{text}</a>}
    </td>
  );
}

/** Failures of a pair that are listed; its own report has them all. */
const MOST_FAULTS = 20;

function Faults({ pair }: { pair: Pair }) {
  const { suite, devices, roles, run, failures = [] } = pair;
  const report = run === undefined ? undefined : fileHref(`${run}/report.html`);
  // The same failure in several scenarios is one thing to mend.
  const key = ({ check, expected, actual }: PairFailure) => [check, expected, actual].join("\0");
  const groups = [...Map.groupBy(failures, key).values()];
  const more = groups.length - MOST_FAULTS;
  return (
    <div class="failure fail">
      <h3>
        {devices[0]} as {roles[0]} and {devices[1]} as {roles[1]} <span class="quiet">{suite}</span>
      </h3>
      <ul class="faults">
        {groups.slice(0, MOST_FAULTS).map(([failure, ...again], i) => (
          <li key={i}>
            <strong>{faultText(pair, failure)}</strong>: {failure.covers.join(", ")} {failure.title}
            {" "}
            {report === undefined ? null : (
              <a href={`${report}#${checkAnchor(failure.check)}`}>
                <code>{failure.check}</code>
              </a>
            )}
            {again.length === 0 ? null : <span class="quiet">in {again.length + 1} scenarios</span>}
            <dl class="compare">
              <dt>expected</dt>
              <dd>{failure.expected}</dd>
              <dt>actual</dt>
              <dd>{failure.actual}</dd>
            </dl>
          </li>
        ))}
      </ul>
      {more > 0 ? <p>And {more} more: see its report.</p> : null}
    </div>
  );
}

function Unsupported({ matrices }: { matrices: readonly Matrix[] }) {
  const all = matrices.flatMap(({ unsupported }) => unsupported);
  const groups = [...Map.groupBy(all, ({ reason }) => reason ?? "")];
  return (
    <section aria-labelledby="unsupported">
      <h2 id="unsupported">Pairs that cannot be</h2>
      <p>Two devices meet only in what scenarios put them into together.</p>
      {all.length === 0 ? <p>Every two devices can meet in these roles.</p> : (
        <details>
          <summary>{several(all.length, "pair")}, and why</summary>
          <div class="scroll">
            <table class="reasons">
              <tbody>
                {groups.map(([reason, pairs]) => (
                  <tr key={reason}>
                    <td>{reason}</td>
                    <td>
                      {pairs.map(({ suite, roles, devices }) =>
                        `${suite}: ${devices[0]} as ${roles[0]}, ${devices[1]} as ${roles[1]}`
                      ).join("; ")}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}

function nameOf({ suite, roles }: Matrix): string {
  return `${suite}: ${roles[0]} and ${roles[1]}`;
}

function anchorOf({ suite, roles }: Matrix): string {
  return `matrix-${suite}-${roles.join("-")}`;
}
