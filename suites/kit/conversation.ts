/**
 * What captures tell of the conversations in them, as plain data that reports and the command line
 * render: who spoke with whom, what came of it, and what happened when.
 */
import type { FrameRef } from "../../captures/frame.ts";
import type { FactCollectors, Facts } from "./collector.ts";
import type { Evidence } from "./evidence.ts";
import type { NamedDrawing } from "./figure.ts";

/** How something went: well, badly, as far as the captures show it, or that it is to be known. */
export type Tone = "good" | "bad" | "open" | "note";

/** One thing that happened. Texts hold no control characters: whatever a packet says is escaped. */
export interface ConversationEvent {
  /** Seconds since 1970; NaN where the capture has no times. */
  time: number;
  /** Who spoke to whom: `LAC → LNS`; empty where nobody did. */
  way: string;
  /** What it was: `SCCRQ`, `CHAP`. */
  what: string;
  text: string;
  tone: Tone;
  /** The frames that show it, the first ones of many. */
  frames: FrameRef[];
}

/** One conversation, with those within it: the calls of a tunnel. */
export interface Conversation {
  /** Unique within a suite: `1`, and `1.2` for the second call of the first tunnel. */
  id: string;
  /** What it is: `Tunnel 1`. */
  title: string;
  /** Between whom. */
  between: string;
  /** What came of it in a few words, the same for all that ended alike: `no answer`. */
  outcome: string;
  tone: Tone;
  /** What came of it, as a sentence without a full stop. */
  summary: string;
  /** Seconds since 1970 of its first and its last packet. */
  began: number;
  ended: number;
  /** What both ends are, and what they agreed on. */
  properties: { name: string; value: string }[];
  events: ConversationEvent[];
  /** What must be known of it besides, each a sentence without a full stop. */
  notes: string[];
  /** What is better looked at than read; bounded, whatever the capture holds. */
  figures?: NamedDrawing[];
  parts: Conversation[];
}

/** What one suite tells of captures. */
export interface Told {
  /** Conversations told in full, the worst first where there are more than are told. */
  conversations: Conversation[];
  /** How many there are by outcome, those included that are not told. */
  outcomes: { outcome: string; tone: Tone; count: number }[];
  /** What a conversation is called: `tunnel`. */
  noun: string;
  /** Roles that somebody was seen to play, and classes and options that were seen in use. */
  roles: string[];
  classes: string[];
  /** What limits the answer, each a sentence without a full stop. */
  notes: string[];
  /** What is to be seen of all conversations together. */
  figures?: NamedDrawing[];
  /** The conversation, by its id, that a frame belongs to; undefined for one that none told has. */
  owner(frame: FrameRef): string | undefined;
  /** Frames, by `frameKey`, that mean something else than to the suite that this one stands on. */
  claims?: ReadonlySet<string>;
}

/** A frame as a key. */
export function frameKey({ capture, number }: FrameRef): string {
  return `${number} ${capture}`;
}

/** Tells the story of a suite's conversations from what collectors found. */
export interface ConversationTeller<N extends FactCollectors = FactCollectors> {
  needs: N;
  /** Says where captures were taken of which nobody said it, as far as they show it. */
  place?(facts: Facts<N>, evidence: Evidence): Evidence;
  /**
   * @param cited Frames that failures name: their conversations are told in any case.
   * @param claimed Frames that suites claim which stand on this one.
   */
  tell(
    facts: Facts<N>,
    evidence: Evidence,
    cited: readonly FrameRef[],
    claimed: ReadonlySet<string>,
  ): Told;
}

/** Makes a teller whose facts are those of the collectors that it names. */
export function teller<N extends FactCollectors>(
  definition: ConversationTeller<N>,
): ConversationTeller {
  return definition as unknown as ConversationTeller;
}

/** Conversations told in full at most. */
const MOST_TOLD = 200;

/** A conversation that can be told, and what is known of it before. */
export interface Tellable {
  outcome: string;
  tone: Tone;
  /** Whether a failure names one of its frames. */
  isCited: boolean;
  tell(id: string): Conversation;
}

const GRAVITY: readonly Tone[] = ["bad", "open", "note", "good"];

/**
 * Tells conversations, numbered from 1 in the order given: all of them, or where there are too many
 * those that are cited, then the worst.
 */
export function tellMost(
  all: readonly Tellable[],
  most = MOST_TOLD,
): Pick<Told, "conversations" | "outcomes"> & { ids: Map<Tellable, string> } {
  const rank = ({ isCited, tone }: Tellable) => (isCited ? 0 : 10) + GRAVITY.indexOf(tone);
  const order = all.map((_, i) => i);
  const kept = order.sort((a, b) => rank(all[a]) - rank(all[b]) || a - b).slice(0, most);
  if (all.length <= most) kept.sort((a, b) => a - b);
  const ids = new Map(kept.map((i) => [all[i], String(i + 1)]));
  const counts = new Map<string, { outcome: string; tone: Tone; count: number }>();
  for (const { outcome, tone } of all) {
    const known = counts.get(outcome);
    if (known === undefined) counts.set(outcome, { outcome, tone, count: 1 });
    else known.count++;
  }
  return {
    conversations: kept.map((i) => all[i].tell(String(i + 1))),
    outcomes: [...counts.values()].sort((a, b) => b.count - a.count),
    ids,
  };
}
