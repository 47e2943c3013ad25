/** What was found of a pair of captures: bounded, whatever they hold. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { PairRule } from "./rules.ts";

/** One break of a rule. */
export interface PairFinding {
  readonly rule: PairRule;
  readonly expected: string;
  readonly actual: string;
  /** Frames of both sides, those that the device made first. */
  readonly frames: readonly FrameRef[];
}

/** What is known of one rule. */
export interface RuleAccount {
  /** How often there was something to judge, and the frames of the first time. */
  stimuli: number;
  stimulus: readonly FrameRef[];
  /** How often it was broken. */
  broken: number;
  /** The first breaks. */
  findings: PairFinding[];
}

/** Breaks of one rule that are kept. */
const KEPT = 16;
/** Frames that a finding cites. */
const CITED = 8;

/** Takes down what was found. */
export class Ledger {
  readonly #accounts = new Map<PairRule, RuleAccount>();

  /** The account of a rule. */
  of(rule: PairRule): RuleAccount {
    let account = this.#accounts.get(rule);
    if (account === undefined) {
      account = { stimuli: 0, stimulus: [], broken: 0, findings: [] };
      this.#accounts.set(rule, account);
    }
    return account;
  }

  /** There was something to judge by a rule. @param frames Made for the first time alone. */
  stimulus(rule: PairRule, frames: () => readonly FrameRef[]): void {
    const account = this.of(rule);
    if (account.stimuli++ === 0) account.stimulus = frames();
  }

  /** A rule was broken. @param told Made for those breaks alone that are kept. */
  broken(rule: PairRule, told: () => Omit<PairFinding, "rule">): void {
    const account = this.of(rule);
    if (account.broken++ >= KEPT) return;
    const { expected, actual, frames } = told();
    account.findings.push({ rule, expected, actual, frames: frames.slice(0, CITED) });
  }

  accounts(): ReadonlyMap<PairRule, RuleAccount> {
    return this.#accounts;
  }
}
