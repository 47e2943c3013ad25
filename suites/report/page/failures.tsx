/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { checkAnchor, packetAnchor, requirementAnchor, scenarioAnchor } from "../anchor.ts";
import { DiagramView, excerpt } from "../sequence_diagram/view.tsx";
import { findingWord } from "../findings_words.ts";
import type { ReportCheck } from "../model.ts";
import { tsharkCommand } from "../shell.ts";
import { shorten } from "../shorten.ts";
import { Command } from "./command.tsx";
import { type CheckGroup, countVerdicts, type PageContext } from "./context.ts";
import { Inconclusive } from "./inconclusive.tsx";
import { Counts, Verdict } from "./verdict_view.tsx";

/** Failures that are shown in full; more are a list. */
const MOST_IN_FULL = 100;
/** Other scenarios on which the same check failed that are listed. */
const MOST_REPEATED = 50;

/** Frames of a failure that are listed; the command line has them all. */
const MOST_LINKS = 6;

const LEVELS = ["MUST", "MAY", "SHOULD"];

/** What went wrong, gravest first: each check that failed, with the packets that prove it. */
export function Failures({ context }: { context: PageContext }) {
  const bad = context.groups.map((group) => ({
    ...group,
    bad: group.judgements.filter(({ verdict }) => verdict === "error" || verdict === "fail"),
  })).filter(({ bad }) => bad.length > 0);
  // An error of ours, then what is required, then what is advised.
  const rank = ({ bad }: { bad: ReportCheck[] }) =>
    bad.some(({ verdict }) => verdict === "error") ? -1 : LEVELS.indexOf(bad[0].level);
  bad.sort((a, b) => rank(a) - rank(b));
  const inconclusive = context.groups.flatMap(({ judgements }) => judgements)
    .filter(({ verdict }) => verdict === "inconclusive");
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">What went wrong</h2>
      {bad.length + inconclusive.length === 0 ? <p>Nothing.</p> : null}
      {bad.slice(0, MOST_IN_FULL).map((group) => (
        <Failure key={group.id} group={group} bad={group.bad} context={context} />
      ))}
      {bad.length <= MOST_IN_FULL ? null : <MoreFailures groups={bad.slice(MOST_IN_FULL)} />}
      {inconclusive.length === 0 ? null : <Inconclusive checks={inconclusive} />}
    </section>
  );
}

interface FailureProps {
  group: CheckGroup;
  bad: ReportCheck[];
  context: PageContext;
}

function Failure({ group, bad, context }: FailureProps) {
  // The one with a packet to show speaks for the others.
  const telling = bad.find(({ frames }) => (frames?.length ?? 0) > 0) ?? bad[0];
  const others = bad.filter((check) => check !== telling);
  return (
    <article class={`failure ${telling.verdict}`}>
      <h3>
        <Verdict word={telling.verdict} /> {telling.title} <FindingMark check={telling} />
      </h3>
      {telling.covers.map((id) => <Asked key={id} id={id} context={context} />)}
      {telling.reason === undefined ? null : <p>{telling.reason}</p>}
      {telling.verdict !== "fail" ? null : (
        <dl class="compare">
          <dt>Expected</dt>
          <dd>{telling.expected}</dd>
          <dt>Found</dt>
          <dd>{telling.actual}</dd>
        </dl>
      )}
      <FindingNote check={telling} context={context} />
      <Proof check={telling} context={context} />
      {others.length === 0 ? null : <Repeated checks={others} context={context} />}
      <p class="quiet small">
        Check <a href={`#${checkAnchor(group.id)}`}>{group.id}</a>:{" "}
        <Counts counts={countVerdicts(group.judgements)} />
      </p>
    </article>
  );
}

/** Whether the profile records the failure. */
function FindingMark({ check }: { check: ReportCheck }) {
  const { finding } = check;
  return finding === undefined
    ? null
    : <span class={`finding ${finding}`}>{findingWord(check)}</span>;
}

/** What whoever recorded a failure says besides. */
function FindingNote({ check, context }: { check: ReportCheck; context: PageContext }) {
  const recorded = context.report.device.findings?.find((finding) =>
    finding.check === check.id && finding.state === "known"
  );
  if (check.finding !== "known" || recorded === undefined) return null;
  return (
    <p class="quiet">
      Recorded {recorded.recorded}
      {recorded.note === undefined ? "." : `: ${recorded.note}`}
    </p>
  );
}

/** What a requirement asks, as the reader of a failure wants to know it first. */
function Asked({ id, context }: { id: string; context: PageContext }) {
  const requirement = context.requirements.get(id);
  return (
    <p class="asked">
      <a href={`#${requirementAnchor(id)}`}>{id}</a>
      {requirement === undefined ? null : (
        <>
          {" "}
          <b>{requirement.level}</b> {requirement.text}{" "}
          <span class="quiet">({requirement.source})</span>
        </>
      )}
    </p>
  );
}

/** The packets that prove a failure, in the traffic around them. */
function Proof({ check, context }: { check: ReportCheck; context: PageContext }) {
  const frames = check.frames ?? [];
  const scenario = context.scenarios.get(scenarioAnchor(check.evidence));
  if (frames.length === 0) {
    return (
      <p>
        No single packet proves it; see <ScenarioLink check={check} context={context} />.
      </p>
    );
  }
  const anchors = frames.map((f) => packetAnchor(check.evidence, f.capture, f.number));
  const shown = anchors.find((anchor) => context.material.packets.has(anchor));
  const diagram = scenario?.diagram;
  const rows = diagram === undefined || shown === undefined ? [] : excerpt(diagram, shown);
  const first = frames[0];
  const file = scenario?.files.find(({ name }) => name === first.capture)?.file ?? first.capture;
  const same = frames.filter(({ capture }) => capture === first.capture);
  return (
    <>
      <p>
        Proof: <FrameLinks check={check} context={context} /> of{" "}
        <ScenarioLink check={check} context={context} />
      </p>
      {shown === undefined
        ? <p class="problem">The packet is not shown, as its capture cannot be read any more.</p>
        : null}
      {rows.length === 0 ? null : (
        <DiagramView
          columns={diagram!.columns}
          rows={rows}
          label="Packets around the proof"
          anchored={false}
        />
      )}
      <Command
        label="The same frames in tshark's words, in the run directory"
        text={tsharkCommand(file, same.map(({ number }) => number))}
      />
    </>
  );
}

function FrameLinks({ check, context }: { check: ReportCheck; context: PageContext }) {
  const frames = check.frames ?? [];
  const more = frames.length - MOST_LINKS;
  return (
    <>
      {frames.slice(0, MOST_LINKS).map(({ capture, number }, i) => {
        const anchor = packetAnchor(check.evidence, capture, number);
        const text = `frame ${number} of ${capture}`;
        return (
          <span key={anchor}>
            {i > 0 ? ", " : ""}
            {context.material.packets.has(anchor)
              ? <a class="proof" href={`#${anchor}`}>{text}</a>
              : text}
          </span>
        );
      })}
      {more > 0 ? ` and ${more} more` : ""}
    </>
  );
}

function ScenarioLink({ check, context }: { check: ReportCheck; context: PageContext }) {
  const anchor = scenarioAnchor(check.evidence);
  const name = check.scenario || check.evidence || "the captures";
  return context.scenarios.has(anchor) ? <a href={`#${anchor}`}>{name}</a> : <>{name}</>;
}

function Repeated({ checks, context }: { checks: ReportCheck[]; context: PageContext }) {
  return (
    <details>
      <summary>It went wrong {checks.length} more times</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              <th scope="col">Expected</th>
              <th scope="col">Found</th>
              <th scope="col">Proof</th>
            </tr>
          </thead>
          <tbody>
            {checks.slice(0, MOST_REPEATED).map((check, i) => (
              <tr key={i}>
                <td>
                  <ScenarioLink check={check} context={context} />
                </td>
                <td>{shorten(check.expected ?? "", 300)}</td>
                <td>{shorten(check.actual ?? check.reason ?? "", 300)}</td>
                <td>
                  <FrameLinks check={check} context={context} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {checks.length <= MOST_REPEATED
        ? null
        : <p class="quiet">{checks.length - MOST_REPEATED} more stand in report.json.</p>}
    </details>
  );
}

function MoreFailures({ groups }: { groups: readonly CheckGroup[] }) {
  return (
    <details>
      <summary>{groups.length} more checks failed</summary>
      <ul>
        {groups.map(({ id, judgements }) => (
          <li key={id}>
            <a href={`#${checkAnchor(id)}`}>{id}</a> <Counts counts={countVerdicts(judgements)} />
          </li>
        ))}
      </ul>
    </details>
  );
}
