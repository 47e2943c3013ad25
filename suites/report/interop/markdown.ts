/** A matrix as Markdown: for the summary page of a continuous integration system. */
import { escapeMarkdown } from "../escape_markdown.ts";
import type { Interop } from "./model.ts";
import { cellText, emptyLines, faultText, interopHeadline, matricesOf } from "./words.ts";
import { VERDICT_WORDS } from "../words.ts";

/** Failures that are listed; such pages have a limit. */
const MOST_FAILURES = 50;

/** Makes `summary.md` of a matrix. */
export function interopMarkdown(interop: Interop): string {
  const { title, sentence, tone } = interopHeadline(interop);
  // The same failure in several scenarios of a pair is one line.
  const failures = [
    ...new Set(
      interop.pairs.flatMap((pair) =>
        (pair.failures ?? []).map((failure) =>
          `- ${VERDICT_WORDS.fail.sign} ${escapeMarkdown(faultText(pair, failure))}: ` +
          `**${escapeMarkdown(failure.covers.join(", "))}** ${escapeMarkdown(failure.title)} ` +
          `(${escapeMarkdown(pair.devices.join(" and "))}): expected ${
            escapeMarkdown(failure.expected)
          }, found ${escapeMarkdown(failure.actual)}`
        )
      ),
    ),
  ];
  const more = failures.length - MOST_FAILURES;
  const matrices = matricesOf(interop);
  const drawn = matrices.filter(({ rows }) => rows.length > 0), empty = emptyLines(matrices);
  return [
    `# ${VERDICT_WORDS[tone].sign} ${title}`,
    "",
    escapeMarkdown(sentence),
    "",
    ...drawn.flatMap(({ suite, roles, rows, columns, at, unsupported }) => [
      `## ${escapeMarkdown(suite)}: ${escapeMarkdown(roles.join(" and "))}`,
      "",
      ...[
        `| ${escapeMarkdown(roles.join(" \\ "))} | ${columns.map(escapeMarkdown).join(" | ")} |`,
        `| --- | ${columns.map(() => "---").join(" | ")} |`,
        ...rows.map((row) =>
          `| ${escapeMarkdown(row)} | ${
            columns.map((column) => {
              const pair = at(row, column);
              return pair === undefined ? "" : escapeMarkdown(cellText(pair));
            }).join(" | ")
          } |`
        ),
        "",
      ],
      ...(unsupported.length === 0
        ? []
        : [`${unsupported.length} pairs cannot be; interop.json says why.`, ""]),
    ]),
    ...(empty.length === 0 ? [] : [...empty.map((line) => `- ${escapeMarkdown(line)}`), ""]),
    ...(failures.length === 0
      ? []
      : ["## What went wrong", "", ...failures.slice(0, MOST_FAILURES)]),
    ...(more > 0 ? [`- and ${more} more`] : []),
    "",
  ].join("\n");
}
