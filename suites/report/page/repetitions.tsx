/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { checkAnchor, scenarioAnchor } from "../anchor.ts";
import type { Report } from "../model.ts";
import { countsText, repetitionsSentence } from "../repetitions.ts";

/** What scenarios came to that were played several times. */
export function Repetitions({ report }: { report: Report }) {
  const sentence = repetitionsSentence(report);
  if (sentence === undefined) return null;
  const differing = report.repetitions?.differing ?? [];
  return (
    <section aria-labelledby="repetitions">
      <h2 id="repetitions">Repetitions</h2>
      <p>{`${sentence[0].toUpperCase()}${sentence.slice(1)}.`}</p>
      {differing.length === 0 ? null : (
        <>
          <p class="quiet">A judgement that passes sometimes is no pass: the gravest counts.</p>
          <ul>
            {differing.map((one) => (
              <li key={`${one.id} ${one.evidence}`}>
                <a href={`#${checkAnchor(one.id)}`}>{one.id}</a> on{" "}
                <a href={`#${scenarioAnchor(one.evidence)}`}>{one.evidence}</a>: {countsText(one)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
