/** Makes the section of a report that answers what the conversations of captures came to. */
import type { Answer, SuiteAnswer } from "../engine/answer.ts";
import { surveyText } from "../engine/survey.ts";
import type { Conversation } from "../kit/conversation.ts";
import type { NamedDrawing } from "../kit/figure.ts";
import type { ReportConversation, ReportConversations, ReportTold } from "./conversations_model.ts";

/** The answer of all suites as a report has it. @param undeclared Whether there is no profile. */
export function reportConversations(
  { suites, survey, notes }: Answer,
  undeclared: boolean,
): ReportConversations {
  const told = suites.flatMap(reportTold);
  const outcomes = told.flatMap((suite) => suite.outcomes);
  return {
    count: outcomes.reduce((sum, { count }) => sum + count, 0),
    undeclared,
    holds: surveyText(survey),
    frames: survey.reduce((sum, { frames }) => sum + frames, 0),
    suites: told,
    notes,
  };
}

function reportTold({ suite, told, judged }: SuiteAnswer): ReportTold[] {
  if (told === undefined) return [];
  const faults = new Map<string, Set<string>>();
  for (const { check, outcome } of judged) {
    if (outcome.verdict !== "fail") continue;
    for (const frame of outcome.frames) {
      const id = told.owner(frame);
      if (id !== undefined) faults.set(id, (faults.get(id) ?? new Set()).add(check.id));
    }
  }
  const { noun, outcomes, notes, figures } = told;
  return [{
    ...{ suite: suite.name, noun, outcomes, notes },
    ...(figures === undefined ? {} : { figures: figures.flatMap(lines) }),
    told: told.conversations.map((one) => reportConversation(one, faults)),
  }];
}

/** A figure, where it is of the kind that a report of conversations draws. */
function lines({ plot, ...rest }: NamedDrawing): NonNullable<ReportTold["figures"]> {
  return plot.kind === "lines" ? [{ ...rest, plot }] : [];
}

function reportConversation(
  { parts, figures, ...rest }: Conversation,
  faults: ReadonlyMap<string, ReadonlySet<string>>,
): ReportConversation {
  return {
    ...rest,
    ...(figures === undefined ? {} : { figures: figures.flatMap(lines) }),
    faults: [...faults.get(rest.id) ?? []],
    parts: parts.map((part) => reportConversation(part, faults)),
  };
}
