/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { renderToString } from "preact-render-to-string";
import { Facts } from "./facts.tsx";
import { Failures } from "./failures.tsx";
import type { Report } from "./model.ts";
import type { Packet } from "./packets.ts";
import { RequirementTable } from "./requirement_table.tsx";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { headline, VERDICT_WORDS } from "./words.ts";
import type { VerdictWord } from "../verdict.ts";

/**
 * Makes the report page: one file that needs nothing else. Every text reaches it as a text node or
 * attribute of the renderer, so what a device says can never become markup.
 */
export function reportHtml(report: Report, packets: ReadonlyMap<string, Packet>): string {
  return "<!doctype html>\n" + renderToString(<Page report={report} packets={packets} />) + "\n";
}

function Page({ report, packets }: { report: Report; packets: ReadonlyMap<string, Packet> }) {
  const { title, sentence, tone } = headline(report);
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <title>{`${title}: ${report.device.name}`}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <header class="top">
          <p class="quiet">Plumbline {report.plumbline} conformance report</p>
          <div class={`banner ${tone}`}>
            <h1>{report.device.name}</h1>
            <strong>{VERDICT_WORDS[tone].sign} {title}</strong>
            <p>{sentence}</p>
          </div>
        </header>
        <main>
          <Totals report={report} />
          <Failures report={report} packets={packets} />
          <RequirementTable report={report} />
          <Checks report={report} />
          <About report={report} />
        </main>
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  );
}

function Totals({ report }: { report: Report }) {
  const words = Object.keys(VERDICT_WORDS) as VerdictWord[];
  return (
    <ul class="totals" aria-label="Judgements by verdict">
      {words.map((word) => (
        <li class={word}>
          <span class="verdict">{VERDICT_WORDS[word].sign} {VERDICT_WORDS[word].word}</span>{" "}
          {report.totals[word]}
        </li>
      ))}
    </ul>
  );
}

function About({ report: { run, device, captures } }: { report: Report }) {
  const facts: [string, string][] = [
    ["Device", [device.vendor, device.name, device.version].filter(Boolean).join(" ")],
    ["Roles", device.roles.join(", ")],
    ["Declared classes and options", device.classes.join(", ") || "none"],
    ["World", run.world],
    ["Started", run.started],
    ["Duration", `${(run.duration_ms / 1000).toFixed(1)} s`],
    ["Seed", String(run.seed)],
    ["Kernel", run.kernel],
    ["Suite at commit", run.commit || "unknown"],
    ["Run", run.id],
  ];
  return (
    <section aria-labelledby="about">
      <h2 id="about">What was tested, and how to do it again</h2>
      <Facts facts={facts} />
      <p>The same run again:</p>
      <pre><code>{run.command}</code></pre>
      <details>
        <summary>{captures.length} captures</summary>
        <ul>
          {captures.map(({ file }) => (
            <li>
              <code>{file}</code>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Checks({ report }: { report: Report }) {
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Every judgement</h2>
      {report.suites.map(({ name, checks }) => (
        <details>
          <summary>{name}: {checks.length} judgements</summary>
          <div class="scroll">
            <table>
              <caption>Checks of {name}, each with the scenario that left its evidence</caption>
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Verdict</th>
                  <th scope="col">Scenario</th>
                  <th scope="col">Covers</th>
                </tr>
              </thead>
              <tbody>
                {checks.map((check) => (
                  <tr class={check.verdict}>
                    <td>
                      {check.title}
                      <br />
                      <code>{check.id}</code>
                      {check.reason === undefined ? null : <p class="quiet">{check.reason}</p>}
                    </td>
                    <td class="verdict">
                      {VERDICT_WORDS[check.verdict].sign} {VERDICT_WORDS[check.verdict].word}
                    </td>
                    <td>{check.evidence || check.scenario}</td>
                    <td>{check.covers.join(", ")}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      ))}
    </section>
  );
}
