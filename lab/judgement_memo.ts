import { createHash } from "node:crypto";
import { type JudgedCheck, judgeEvidence } from "../suites/engine/judge.ts";
import type { Scope } from "../suites/engine/scope.ts";
import type { EvidenceRecord } from "../suites/kit/evidence.ts";
import { join } from "../suites/kit/paths.ts";
import type { Suite } from "../suites/kit/suite.ts";

/**
 * Judgements by the octets that were judged. Most mutants leave most scenarios exactly as other mutants
 * do, and a check is a pure function of its evidence: the same octets need no second judgement.
 */
export class JudgementMemo {
  readonly #judged = new Map<string, JudgedCheck[]>();

  /**
   * Judges evidence of reference peers and their mutants.
   * @param record What `scenario.json` in the directory says.
   */
  async judge(
    suite: Suite,
    record: EvidenceRecord,
    directory: string,
    scopes: readonly Scope[],
  ): Promise<JudgedCheck[]> {
    const key = digestOf(record, directory, scopes);
    let judged = this.#judged.get(key);
    if (judged === undefined) {
      judged = await judgeEvidence(suite, { ...record, directory }, { scopes });
      this.#judged.set(key, judged);
    }
    return judged;
  }
}

/** Everything that a check may see. Of profiles only what they declare: their names differ anyway. */
function digestOf(record: EvidenceRecord, directory: string, scopes: readonly Scope[]): string {
  const hash = createHash("sha256");
  const nodes = Object.entries(record.nodes).map(([node, { profile, ...rest }]) => [
    ...[node, rest, profile.parameters, profile.classes],
  ]);
  hash.update(JSON.stringify([scopes, { ...record, nodes }]));
  return hash.update(digestOfFiles(record, directory)).digest("base64");
}

/** A digest of the frames and traces that a scenario left, whoever played in it. */
export function digestOfFiles({ taps, traces }: EvidenceRecord, directory: string): string {
  const hash = createHash("sha256");
  for (const { file } of [...taps, ...traces]) {
    hash.update(`\n${file}\n`).update(Deno.readFileSync(join(directory, file)));
  }
  return hash.digest("base64");
}
