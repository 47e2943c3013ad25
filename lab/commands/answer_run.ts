/** Answers about captures: with a profile what it declares, without one what they show themselves. */
import { answerCaptures } from "../../suites/engine/answer.ts";
import { suitesAtFirst, type UnloadedSuite } from "../../suites/engine/claims.ts";
import { evidenceFromCaptures } from "../../suites/engine/declared_captures.ts";
import { concernsDevices } from "../../suites/engine/owed.ts";
import { referenceScope, type Scope } from "../../suites/engine/scope.ts";
import { evidenceOfUndeclared } from "../../suites/engine/undeclared_captures.ts";
import { type Evidence, UNPLACED } from "../../suites/kit/evidence.ts";
import type { Profile } from "../../suites/kit/profile.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { reportConversations } from "../../suites/report/build_conversations.ts";
import type { Report } from "../../suites/report/model.ts";
import { RECOGNISERS, SUITES } from "../../suites/registry.ts";
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
 * Answers about captures of which nobody declared anything, by the suites that they concern: the
 * others are not even loaded.
 * @param captures Each can be read more than once.
 */
export async function answerSeen(
  captures: readonly string[],
  prefix?: string,
): Promise<AnswerFound> {
  const words = Object.keys(SUITES) as (keyof typeof SUITES)[];
  const unloaded = new Map<string, UnloadedSuite>();
  for (const word of words) {
    const recogniser = await RECOGNISERS[word]?.();
    if (recogniser === undefined) continue;
    const evidence = evidenceOfUndeclared(word, captures);
    unloaded.set(word, { word, evidence, recognises: recogniser(evidence) });
  }
  let claimed = await suitesAtFirst([...unloaded.values()]);
  for (;;) {
    for (const word of claimed) unloaded.delete(word);
    const suites = await Promise.all(
      words.filter((word) => !unloaded.has(word)).map((word) => SUITES[word]()),
    );
    // A recogniser learns as it reads, and the captures are read from their beginning again.
    for (const [word, { evidence }] of unloaded) {
      const recogniser = await RECOGNISERS[word as keyof typeof SUITES]!();
      unloaded.set(word, { word, evidence, recognises: recogniser(evidence) });
    }
    const question = { captures, suites, unloaded: [...unloaded.values()] };
    const { claimed: more, ...found } = await answerOf(question, undefined, prefix);
    if (more.length === 0) return found;
    claimed = [...more];
  }
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
  const { claimed: _, ...found } = await answerOf({ captures, suites }, device, prefix);
  return found;
}

async function answerOf(
  { captures, suites, unloaded }: {
    captures: readonly string[];
    suites: readonly Suite[];
    unloaded?: readonly UnloadedSuite[];
  },
  device: Profile | undefined,
  prefix: string | undefined,
): Promise<AnswerFound & { claimed: readonly string[] }> {
  const evidenceTo = (suite: string, roles?: readonly string[]) =>
    device === undefined
      ? evidenceOfUndeclared(suite, captures)
      : evidenceFromCaptures(suite, device, captures, roles);
  const evidence = evidenceTo("");
  const pairs = suites.map((suite) => ({
    suite,
    evidence: evidenceTo(suite.name, referenceScope(suite).roles),
  }));
  const options = { prefix, clock: () => performance.now() };
  const answer = await answerCaptures(
    { evidence, pairs, unloaded },
    options,
    device === undefined ? undefined : [device],
  );
  return {
    claimed: answer.claimed,
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
      { ...answer, notes: [...unplacedNotes(device, evidence), ...answer.notes] },
      device === undefined,
    ),
    captures: capturesOf(evidence),
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
