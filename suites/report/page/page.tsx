/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { DiagramDefinitions } from "../sequence_diagram/view.tsx";
import type { Material } from "../material.ts";
import type { Report } from "../model.ts";
import { headline, VERDICT_WORDS } from "../words.ts";
import { About, Exceptions, Findings, Totals } from "./about.tsx";
import { Checks } from "./checks.tsx";
import { documentOf, Head } from "./document.tsx";
import { Command } from "./command.tsx";
import { pageContext } from "./context.ts";
import { Conversations } from "./conversations.tsx";
import { Coverage } from "./coverage.tsx";
import { Failures } from "./failures.tsx";
import { Packets } from "./packets.tsx";
import { Repetitions } from "./repetitions.tsx";
import { Scenarios } from "./scenarios.tsx";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/**
 * Makes the report page: one file that needs nothing else. Every text reaches it as a text node or
 * attribute of the renderer, so what a device says can never become markup; what would steer the
 * display, wherever it comes from, is replaced at the very end.
 */
export function reportHtml(report: Report, material: Material): string {
  return documentOf(<Page report={report} material={material} />);
}

function Page({ report, material }: { report: Report; material: Material }) {
  const { title, sentence, tone } = headline(report);
  const context = pageContext(report, material);
  const widths = new Set(material.scenarios.flatMap((s) => s.diagram?.columns.length ?? []));
  return (
    <html lang="en">
      <Head title={`${title}: ${report.device.name}`} style={STYLE} script={SCRIPT} />
      <body>
        <DiagramDefinitions widths={[...widths]} />
        <header class="top" id="top">
          <p class="quiet">
            {report.conversations?.undeclared
              ? "Plumbline: an answer about captures, not a certification"
              : "Plumbline conformance report"}
          </p>
          <div class={`banner ${tone}`}>
            <span class="sign" aria-hidden="true">{VERDICT_WORDS[tone].sign}</span>
            <div>
              <h1>
                <span class="verdict">{title}</span> {report.conversations?.undeclared
                  ? null
                  : <span class="device">{report.device.name}</span>}
              </h1>
              <p>{sentence}</p>
            </div>
          </div>
          <nav aria-label="Parts of this report">
            {report.conversations === undefined ? null : <a href="#conversations">Conversations</a>}
            <a href="#failures">What went wrong</a>
            <a href="#requirements">Requirements</a>
            <a href="#scenarios">Scenarios</a>
            <a href="#checks">Checks</a>
          </nav>
        </header>
        <main>
          <div class="overview">
            <About report={report} />
            <Totals report={report} />
          </div>
          <Command label="To do the same again" text={report.run.command} />
          <Conversations context={context} />
          <Failures context={context} />
          <Findings report={report} />
          <Exceptions report={report} />
          <Repetitions report={report} />
          <Coverage report={report} />
          <Scenarios context={context} />
          <Checks context={context} />
          <Packets context={context} />
        </main>
        <footer class="quiet">
          <p class="keys" hidden>
            Keys: <kbd>/</kbd> search, <kbd>Esc</kbd> close a packet, <kbd>←</kbd> <kbd>→</kbd>{" "}
            the packet before and after, <kbd>↑</kbd> <kbd>↓</kbd> its fields.
          </p>
          <p>
            The same as data: <a href="./report.json">report.json</a>,{" "}
            <a href="./junit.xml">junit.xml</a>,{" "}
            <a href="./summary.md">summary.md</a>; hashes of everything:{" "}
            <a href="./manifest.json">manifest.json</a>
          </p>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  );
}
