/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { wallClock } from "../../kit/narration.ts";
import type { VerdictWord } from "../../kit/verdict.ts";
import { checkAnchor, packetAnchor } from "../anchor.ts";
import type {
  ReportConversation,
  ReportConversations,
  ReportTold,
} from "../conversations_model.ts";
import { PlotView } from "../plot/plot_view.tsx";
import { VERDICT_WORDS } from "../words.ts";
import type { PageContext } from "./context.ts";
import { Facts } from "./facts.tsx";
import { Verdict } from "./verdict_view.tsx";

/** Conversations of a suite, parts of one, events of one, and frames of an event that are shown. */
const MOST = 60, PARTS = 20, EVENTS = 60, FRAMES = 3;

/** The verdict whose colour and sign each tone takes. */
const TONES: Readonly<Record<ReportConversation["tone"], VerdictWord>> = {
  ...{ good: "pass", bad: "fail", open: "inconclusive", note: "not_applicable" },
};

/** What the conversations of captures came to, and what limits the answer. */
export function Conversations({ context }: { context: PageContext }) {
  const { conversations } = context.report;
  if (conversations === undefined) return null;
  return (
    <section aria-labelledby="conversations">
      <h2 id="conversations">What the conversations came to</h2>
      {conversations.suites.map((told) => (
        <SuiteConversations key={told.suite} told={told} context={context} />
      ))}
      <Notes conversations={conversations} />
    </section>
  );
}

function Notes(
  { conversations: { notes, suites, holds } }: { conversations: ReportConversations },
) {
  const all = [...suites.flatMap((suite) => suite.notes), ...notes];
  return (
    <>
      {all.length === 0 ? null : (
        <>
          <h3>What limits this answer</h3>
          <ul>{all.map((note, i) => <li key={i}>{note}</li>)}</ul>
        </>
      )}
      <p class="quiet">The captures hold {holds}.</p>
    </>
  );
}

function SuiteConversations({ told, context }: { told: ReportTold; context: PageContext }) {
  const count = told.outcomes.reduce((sum, outcome) => sum + outcome.count, 0);
  const shown = told.told.slice(0, MOST);
  return (
    <>
      <p>
        {told.outcomes.map(({ outcome, tone, count }, i) => (
          <>
            {i > 0 ? ", " : ""}
            <Tone tone={tone} text={`${count} ${told.noun}${count === 1 ? "" : "s"}: ${outcome}`} />
          </>
        ))}
      </p>
      <Figures figures={told.figures} />
      {shown.map((one) => (
        <View key={one.id} one={one} suite={told.suite} context={context} open={count <= 5} />
      ))}
      {count <= shown.length ? null : (
        <p class="quiet">
          {count - shown.length} more; report.json has up to {told.told.length}.
        </p>
      )}
    </>
  );
}

function Tone({ tone, text }: { tone: ReportConversation["tone"]; text: string }) {
  const word = TONES[tone];
  return <span class={`verdict ${word}`}>{VERDICT_WORDS[word].sign} {text}</span>;
}

function Figures({ figures = [] }: { figures: ReportTold["figures"] }) {
  return (
    <>
      {figures.map(({ title, plot, note }) => (
        <PlotView key={title} title={title} drawing={{ plot, ...(note && { note }) }} />
      ))}
    </>
  );
}

interface ViewProps {
  one: ReportConversation;
  suite: string;
  context: PageContext;
  open: boolean;
}

function View({ one, suite, context, open }: ViewProps) {
  const { title, summary, tone, between, began, notes, parts, properties, faults } = one;
  const at = wallClock(began), word = TONES[tone];
  const checks = context.report.suites.flatMap((each) => each.checks)
    .filter(({ id, verdict }) => verdict === "fail" && faults.includes(id));
  return (
    <details class={`scenario ${word}`} open={open || checks.length > 0 || tone === "bad"}>
      <summary>
        <Tone tone={tone} text={title} />: {summary}
      </summary>
      <p class="quiet">{between}{at === undefined ? "" : `, from ${at}`}</p>
      {checks.length === 0 ? null : (
        <ul>
          {checks.map(({ id, level, title, expected, actual }) => (
            <li key={id}>
              <Verdict word="fail" /> {level} <a href={`#${checkAnchor(id)}`}>{title}</a>: expected
              {" "}
              {expected}, found {actual}
            </li>
          ))}
        </ul>
      )}
      <Events one={one} context={context} />
      <Figures figures={one.figures} />
      {properties.length === 0
        ? null
        : <Facts facts={properties.map(({ name, value }) => [name, value])} />}
      {notes.map((note, i) => <p key={i} class="quiet">{note}</p>)}
      {parts.slice(0, PARTS).map((part) => (
        <View key={part.id} one={part} suite={suite} context={context} open={open} />
      ))}
      {parts.length <= PARTS
        ? null
        : <p class="quiet">{parts.length - PARTS} more stand in report.json.</p>}
    </details>
  );
}

function Events({ one, context }: { one: ReportConversation; context: PageContext }) {
  const { events, began, ended } = one;
  if (events.length === 0) return null;
  return (
    <div class="scroll">
      <table class="story">
        <thead>
          <tr>
            <th scope="col">Seconds</th>
            <th scope="col">Frames</th>
            <th scope="col">Way</th>
            <th scope="col">What</th>
            <th scope="col">It says</th>
          </tr>
        </thead>
        <tbody>
          {events.slice(0, EVENTS).map((event, i) => (
            <tr key={i}>
              <td>{ended > 0 ? (event.time - began).toFixed(3) : "no time"}</td>
              <td>
                {event.frames.slice(0, FRAMES).map((frame, j) => (
                  <>
                    {j > 0 ? ", " : ""}
                    <FrameLink frame={frame} context={context} />
                  </>
                ))}
                {event.frames.length > FRAMES ? ` and ${event.frames.length - FRAMES} more` : ""}
              </td>
              <td>{event.way}</td>
              <td>{event.what}</td>
              <td class={event.tone === "bad" ? "problem" : ""}>{event.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {events.length <= EVENTS
        ? null
        : <p class="quiet">{events.length - EVENTS} more stand in report.json.</p>}
    </div>
  );
}

interface FrameLinkProps {
  frame: { capture: string; number: number };
  context: PageContext;
}

function FrameLink({ frame: { capture, number }, context }: FrameLinkProps) {
  const anchor = packetAnchor("", capture, number);
  const text = context.report.captures.length > 1 ? `${number} of ${capture}` : `${number}`;
  return context.material.packets.has(anchor) ? <a href={`#${anchor}`}>{text}</a> : <>{text}</>;
}
