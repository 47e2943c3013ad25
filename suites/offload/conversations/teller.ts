/** Tells what a card made of the packets that a pair of captures shows. */
import {
  type Conversation,
  type ConversationTeller,
  teller,
  type Told,
  type Tone,
} from "../../kit/conversation.ts";
import type { FrameRef } from "../../../captures/frame.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { several } from "../../kit/narration.ts";
import { type CardFacts, pairFacts } from "../facts/pairs.ts";
import type { PairFinding } from "../pairing/ledger.ts";
import type { PairFacts } from "../pairing/pair_judge.ts";
import { PAIR_RULES, type PairRule } from "../pairing/rules.ts";

const NOTHING = { conversations: [], outcomes: [], roles: [], classes: [], notes: [] };
const noun = "direction";

/** What the suite tells of captures. */
export const cardTeller: ConversationTeller = teller({
  needs: { pairs: pairFacts },
  tell({ pairs }: { pairs: CardFacts }, evidence): Told {
    const owner = () => undefined;
    if (typeof pairs === "string") {
      // Of who declares no card nobody asked for its pair.
      return { ...NOTHING, noun, owner, notes: isOfCard(evidence) ? [pairs] : [] };
    }
    const ways = Object.values(pairs);
    const conversations = ways.map((facts, i) => story(facts, i, unbound(evidence, facts)));
    if (ways.every(({ came, left }) => came + left === 0)) return { ...NOTHING, noun, owner };
    return {
      ...{ ...NOTHING, noun, conversations },
      outcomes: conversations.map(({ outcome, tone }) => ({ outcome, tone, count: 1 })),
      owner: (frame) => ownerOf(ways, frame) ?? "1",
    };
  },
});

function isOfCard({ nodes }: Evidence): boolean {
  return Object.values(nodes).some(({ profile }) => profile.roles.includes("nic"));
}

/** The direction whose findings name a frame. */
function ownerOf(ways: readonly PairFacts[], { capture, number }: FrameRef): string | undefined {
  const i = ways.findIndex(({ rules }) =>
    [...rules.values()].some(({ findings }) =>
      findings.some(({ frames }) =>
        frames.some((frame) => frame.capture === capture && frame.number === number)
      )
    )
  );
  return i < 0 ? undefined : `${i + 1}`;
}

/** What the profile lacks so that a direction is judged. */
function unbound({ nodes }: Evidence, { direction }: PairFacts): string[] {
  const [{ classes, parameters }] = Object.values(nodes).map(({ profile }) => profile);
  const isTunnel = parameters.preset !== undefined && parameters.preset !== "plain";
  const asked = isTunnel ? [direction, `tunnel_${direction}`] : [direction];
  const missing = asked.filter((word) => !classes.includes(word));
  return missing.length === 0 ? [] : [
    `the profile does not declare ${
      missing.join(" and ")
    } in its classes: what is asked of these ` +
    "is not held against the card",
  ];
}

function story(facts: PairFacts, i: number, lacks: readonly string[]): Conversation {
  const { direction, came, left, units, joined, same, notes, rules } = facts;
  const isCoalescing = direction === "coalescing";
  const broken = [...rules].filter(([, account]) => account.broken > 0);
  const first = firstOf(broken.flatMap(([, { findings }]) => findings));
  const made = isCoalescing
    ? `${several(units, "unit")} of ${several(joined, "segment")}`
    : `${several(units, "super-packet")} cut to ${several(joined, "segment")}`;
  const counts = `${several(came, "packet")} came, ${several(left, "packet")} left: ${made}, ` +
    `${several(same, "packet")} as they came`;
  const [outcome, tone]: [string, Tone] = first !== undefined
    ? [`no legal ${direction}`, "bad"]
    : came === 0 || left === 0
    ? ["one side shows nothing", "open"]
    : units === 0
    ? [`nothing ${isCoalescing ? "joined" : "cut"}`, "open"]
    : [`no illegal ${direction} seen`, "good"];
  return {
    ...{ id: `${i + 1}`, title: isCoalescing ? "Coalescing" : "Segmentation", outcome, tone },
    ...{ began: 0, ended: 0, events: [], parts: [], notes: [...lacks, ...notes] },
    between: isCoalescing ? "from the wire to the host" : "from the host to the wire",
    summary: `${outcome}; ${counts}`,
    properties: [
      ...(first === undefined ? [] : [{ name: "first break", value: first.actual }]),
      ...broken.map(([rule, account]) => ({
        name: PAIR_RULES[rule as PairRule].text,
        value: `broken ${several(account.broken, "time")}`,
      })),
    ],
  };
}

/** The break that the earliest frame of what left shows. */
function firstOf(findings: readonly PairFinding[]): PairFinding | undefined {
  const at = ({ frames }: PairFinding) => frames[0]?.number ?? Infinity;
  return findings.toSorted((a, b) => at(a) - at(b))[0];
}
