/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { rerunNote } from "../../kit/lateness.ts";
import { gravestWord } from "../../kit/verdict.ts";
import { checkAnchor, scenarioAnchor } from "../anchor.ts";
import { DiagramView } from "../sequence_diagram/view.tsx";
import type { DeviceLog } from "../device_log.ts";
import type { EvidenceFile } from "../evidence_files.ts";
import type { ScenarioMaterial } from "../material.ts";
import { quantity } from "../plot/axis.ts";
import { PlotView } from "../plot/plot_view.tsx";
import { tsharkCommand } from "../shell.ts";
import { Command } from "./command.tsx";
import { countVerdicts, type PageContext } from "./context.ts";
import { fileHref } from "./href.ts";
import { Counts, Verdict } from "./verdict_view.tsx";

/** Problems that are listed of one scenario. */
const MOST_PROBLEMS = 10;

/** What happened in each scenario: its packets as a sequence diagram, its plots, its files. */
export function Scenarios({ context }: { context: PageContext }) {
  const { scenarios } = context.material;
  return (
    <section aria-labelledby="scenarios">
      <h2 id="scenarios">What happened, scenario by scenario</h2>
      {scenarios.map((scenario) => (
        <Scenario key={scenario.evidence} scenario={scenario} context={context} />
      ))}
    </section>
  );
}

function Scenario({ scenario, context }: { scenario: ScenarioMaterial; context: PageContext }) {
  const { evidence, title, checks, diagram, figures, files, logs, problems, record } = scenario;
  const worst = gravestWord(checks.map(({ verdict }) => verdict));
  const bad = checks.filter(({ verdict }) => verdict === "fail" || verdict === "error");
  const note = record === undefined ? undefined : rerunNote(record);
  const id = record?.scenario ?? evidence.replace(/^evidence\//, "");
  return (
    <details
      class={`scenario ${checks.length === 0 ? "not_applicable" : worst}`}
      id={scenarioAnchor(evidence)}
    >
      <summary>
        {checks.length === 0 ? <span class="quiet">not judged</span> : <Verdict word={worst} />}
        {" "}
        {title} <code>{id}</code> <Counts counts={countVerdicts(checks)} />
      </summary>
      {record?.topology === undefined ? null : (
        <p class="quiet">
          {record.topology.title}. Played by{" "}
          {Object.entries(record.nodes).map(([node, { role, profile }]) =>
            `${node} (${role}): ${profile.name}`
          ).join("; ")}.
        </p>
      )}
      {note === undefined ? null : <p class="quiet">This scenario was {note}.</p>}
      {bad.length === 0 ? null : (
        <ul>
          {[...new Map(bad.map((check) => [check.id, check])).values()].map((check) => (
            <li key={check.id}>
              <Verdict word={check.verdict} /> {check.title}{" "}
              <a href={`#${checkAnchor(check.id)}`}>{check.id}</a>
            </li>
          ))}
        </ul>
      )}
      {problems.slice(0, MOST_PROBLEMS).map((text, i) => <p key={i} class="problem">{text}</p>)}
      {diagram === undefined ? null : (
        <DiagramView
          columns={diagram.columns}
          rows={diagram.rows}
          label={`Packets of ${id}`}
          anchored
        />
      )}
      {figures.length === 0 ? null : (
        <div class="figures">
          {figures.map(({ id, title, drawing }) => (
            <PlotView key={id} title={title} drawing={drawing} />
          ))}
        </div>
      )}
      <Files files={files} scenario={scenario} context={context} />
      {logs.map((log) => <Log key={log.node} log={log} open={worst !== "pass"} />)}
    </details>
  );
}

function Log({ log, open }: { log: DeviceLog; open: boolean }) {
  const { node, file, size, lines, cut } = log;
  return (
    <details open={open}>
      <summary>
        {cut ? "The last lines of what" : "What"} {node} said
      </summary>
      <pre class="log">{(cut ? ["…", ...lines] : lines).join("\n")}</pre>
      <p class="quiet">
        <a href={fileHref(file)}>{file}</a>, {quantity(size)}B
      </p>
    </details>
  );
}

interface FilesProps {
  files: readonly EvidenceFile[];
  scenario: ScenarioMaterial;
  context: PageContext;
}

function Files({ files, scenario, context }: FilesProps) {
  const numbers = new Map<string, number[]>();
  for (const { evidence, file, packet } of context.material.packets.values()) {
    if (evidence !== scenario.evidence) continue;
    numbers.set(file, [...numbers.get(file) ?? [], packet.number]);
  }
  const commands = files.filter(({ file }) => numbers.has(file))
    .map(({ file }) => tsharkCommand(file, numbers.get(file)!));
  return (
    <details>
      <summary>{files.length} captures</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Capture</th>
              <th scope="col">At</th>
              <th scope="col">Frames</th>
              <th scope="col">Size</th>
            </tr>
          </thead>
          <tbody>
            {files.map(({ name, node, file, frames, size }) => (
              <tr key={name}>
                <td>
                  <a href={size === undefined ? undefined : fileHref(file)}>{name}</a>
                </td>
                <td>{node}</td>
                <td>{(frames ?? 0).toLocaleString("en")}</td>
                <td>{size === undefined ? "gone" : `${quantity(size)}B`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {commands.length === 0 ? null : (
        <Command
          label="The frames that are shown here in tshark's words, in the run directory"
          text={commands.join("\n")}
        />
      )}
    </details>
  );
}
