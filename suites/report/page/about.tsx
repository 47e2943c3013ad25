/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Report } from "../model.ts";
import { GRAVITY } from "../../kit/verdict.ts";
import { checkAnchor } from "../anchor.ts";
import { findingsSentences } from "../findings_words.ts";
import { VERDICT_WORDS } from "../words.ts";
import { Facts } from "./facts.tsx";
import { Verdict } from "./verdict_view.tsx";

const LEVELS = ["MUST", "SHOULD", "MAY"] as const;

/** What was tested, with what, when, and how to do it again. */
export function About({ report }: { report: Report }) {
  const { run, device, plumbline, captures, conversations } = report;
  const shown: [string, string][] = conversations?.undeclared
    ? [
      ["Captures", [...new Set(captures.map(({ name }) => name))].join(", ")],
      ["Roles seen", device.roles.join(", ") || "none"],
      ["In use", device.classes.join(", ") || "no option that is known"],
    ]
    : [
      ["Device", [device.vendor, device.name, device.version].filter(Boolean).join(" ")],
      ["In the role", device.roles.join(", ")],
      ["Declares", device.classes.join(", ") || "no optional class"],
    ];
  const facts: [string, string][] = [
    ...shown,
    ["Tested with", `Plumbline ${plumbline}${run.commit && `, commit ${run.commit.slice(0, 12)}`}`],
    ["Where", `${run.world} world, seed ${run.seed}, on ${run.kernel}`],
    ["When", `${run.started}, in ${(run.duration_ms / 1000).toFixed(1)} s`],
  ];
  return (
    <section class="about" aria-label="What was tested, and how to do it again">
      <Facts facts={facts} />
    </section>
  );
}

/** Requirements by level and verdict. */
export function Totals({ report: { requirements, totals } }: { report: Report }) {
  const levels = LEVELS.filter((level) => requirements.some((r) => r.level === level));
  const words = GRAVITY.filter((word) =>
    totals[word] > 0 || requirements.some(({ verdict }) => verdict === word)
  );
  const count = (level: string, word: string) =>
    requirements.filter((r) => r.level === level && r.verdict === word).length;
  return (
    <section aria-label="Totals" class="totals">
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <td />
              {words.map((word) => (
                <th key={word} scope="col">
                  <Verdict word={word} />
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {levels.map((level) => (
              <tr key={level}>
                <th scope="row">{level}</th>
                {words.map((word) => <td key={word}>{count(level, word) || "·"}</td>)}
                <td class="bar">
                  <Share counts={words.map((word) => [word, count(level, word)])} />
                </td>
              </tr>
            ))}
            <tr>
              <th scope="row">judgements</th>
              {words.map((word) => <td key={word}>{totals[word] || "·"}</td>)}
              <td class="bar" />
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** A bar of shares; the numbers beside it say the same. */
function Share({ counts }: { counts: [keyof typeof VERDICT_WORDS, number][] }) {
  const total = counts.reduce((sum, [, n]) => sum + n, 0);
  let at = 0;
  return (
    <svg class="share" aria-hidden="true">
      {counts.map(([word, n]) => {
        const x = at;
        at += n / total * 100;
        return n === 0
          ? null
          : (
            <rect key={word} class={word} x={`${x}%`} width={`${n / total * 100}%`} height="100%" />
          );
      })}
    </svg>
  );
}

/** Exceptions that the profile asks for, and what became of them. */
export function Exceptions({ report: { device: { exceptions } } }: { report: Report }) {
  if (exceptions.length === 0) return null;
  return (
    <section aria-labelledby="exceptions">
      <h2 id="exceptions">Exceptions</h2>
      <ul>
        {exceptions.map(({ requirement, reason, expires, state }) => (
          <li key={requirement}>
            <a href={`#${requirement}`}>{requirement}</a> is {state.replace("_", " ")} until{" "}
            {expires}: {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What became of the findings that profiles record. */
export function Findings({ report }: { report: Report }) {
  const sentences = findingsSentences(report);
  if (sentences.length === 0) return null;
  const judged = new Set(report.suites.flatMap(({ checks }) => checks.map(({ id }) => id)));
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Recorded findings</h2>
      <ul>
        {sentences.map(({ text, checks }) => (
          <li key={text}>
            {text}
            {checks.map((id, i) => (
              <>
                {i > 0 ? ", " : ": "}
                {judged.has(id) ? <a href={`#${checkAnchor(id)}`}>{id}</a> : id}
              </>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
