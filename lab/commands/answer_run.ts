/** Answers about captures: with a profile what it declares, without one what they show themselves. */
import { answerCaptures } from "../../suites/engine/answer.ts";
import { evidenceFromCaptures } from "../../suites/engine/judge.ts";
import { concernsDevices } from "../../suites/engine/plan.ts";
import { referenceScope, type Scope } from "../../suites/engine/scope.ts";
import { evidenceOfUndeclared } from "../../suites/engine/undeclared_captures.ts";
import { type Evidence, UNPLACED } from "../../suites/kit/evidence.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { reportConversations } from "../../suites/report/build_conversations.ts";
import type { Report } from "../../suites/report/model.ts";
import type { Judged } from "./run_scenarios.ts";

/** What captures came to. */
export interface AnswerFound {
  judged: Judged[];
  /** What was to be judged, by suite. */
  owed: Map<Suite, readonly Scope[]>;
  conversations: NonNullable<Report["conversations"]>;
  captures: Report["captures"];
}

/**
 * Judges captures and tells of their conversations.
 * @param device What a profile declares of whom they show; undefined without one.
 * @param prefix Only checks whose id begins with this.
 */
export async function answerAbout(
  captures: readonly string[],
  device: Profile | undefined,
  suites: readonly Suite[],
  prefix?: string,
): Promise<AnswerFound> {
  const pairs = suites.map((suite) => ({
    suite,
    evidence: device === undefined
      ? evidenceOfUndeclared(suite.name, captures)
      : evidenceFromCaptures(suite.name, device, captures, referenceScope(suite).roles),
  }));
  const options = { prefix, clock: () => performance.now() };
  const answer = await answerCaptures(
    pairs,
    options,
    device === undefined ? undefined : [device],
  );
  return {
    judged: answer.suites.map(({ suite, evidence, judged }) => ({
      suite,
      checks: judged.map((check) => ({ ...check, evidence: "" })),
      captures: capturesOf(evidence),
    })),
    owed: new Map(
      answer.suites.filter(({ suite }) => device === undefined || concernsDevices(suite, [device]))
        .map(({ suite, scopes }) => [suite, scopes]),
    ),
    conversations: reportConversations(
      { ...answer, notes: [...unplacedNotes(device, pairs[0].evidence), ...answer.notes] },
      device === undefined,
    ),
    captures: capturesOf(pairs[0].evidence),
  };
}

/** Captures of which a profile does not say where they were taken. */
function unplacedNotes(device: Profile | undefined, { taps }: Evidence): string[] {
  const names = taps.filter(({ node }) => node === UNPLACED).map(({ name }) => name);
  if (device?.attach.kind !== "captures" || names.length === 0) return [];
  const patterns = Object.keys(device.attach.taps).join(", ");
  return [
    `no pattern of the profile (${patterns}) matches ${
      names.join(", ")
    }: where that was taken is not ` +
    "known, and it is judged as far as it tells itself",
  ];
}

function capturesOf({ taps }: Evidence): Report["captures"] {
  return taps.map(({ name, file }) => ({ evidence: "", name, file }));
}
