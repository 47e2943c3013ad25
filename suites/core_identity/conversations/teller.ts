/** Tells of the aggregated tunnels of captures: how they came up, and what they carried. */
import type { FrameRef } from "../../../captures/frame.ts";
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import {
  type Conversation,
  type ConversationTeller,
  teller,
  tellMost,
  type Told,
} from "../../kit/conversation.ts";
import { several } from "../../kit/narration.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { missingNumbers } from "../cases/premises.ts";
import { type WanFacts, wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import type { CoreIdentityRole, CoreIdentityTerms } from "../requirements/classes.ts";
import { aggregateStory, outcomeOf } from "./aggregate_story.ts";

/** What the suite tells of captures. */
export const coreIdentityTeller: ConversationTeller = teller({
  needs: { wan: wanFacts },
  tell({ wan }, evidence, cited): Told {
    const { directions } = wan, ids = aggregatesOf(directions);
    const all = ids.map((aggregate) => {
      const outcome = outcomeOf(aggregate, directions);
      return {
        ...outcome,
        isCited: cited.length > 0,
        tell: (id: string): Conversation => aggregateStory(aggregate, directions, outcome, id),
      };
    });
    const { conversations, outcomes } = tellMost(all);
    const [only] = conversations;
    return {
      ...{ conversations, outcomes, noun: "aggregated tunnel" },
      notes: ids.length === 0 ? [] : notesOf(wan, evidence),
      roles: directions.filter(speaks).map(({ role }) => role),
      classes: classesOf(wan),
      owner: (_: FrameRef) => conversations.length === 1 ? only.id : undefined,
    };
  },
});

/** Whether anything that a direction sent was captured. */
function speaks({ packets, setups, announcements, unreadable }: WanDirection): boolean {
  return packets + unreadable + setups.size + announcements.length > 0;
}

/** Ids of the aggregates that data, set-up or announcements name. */
function aggregatesOf(directions: readonly WanDirection[]): number[] {
  return [
    ...new Set(directions.flatMap(({ aggregates, setups, announcements }) => [
      ...aggregates.map(({ id }) => id),
      ...[...setups.values()].map(({ aggregate }) => aggregate),
      ...announcements.map(({ aggregate }) => aggregate),
    ])),
  ].sort((a, b) => a - b);
}

/** Whether identities of cores are sent, and what tells that the sender selects them (FIG. 7). */
function classesOf(wan: WanFacts): CoreIdentityTerms["class"][] {
  const [sender] = of(wan, "sender"), [receiver] = of(wan, "receiver");
  if (sender === undefined || sender.packets === 0 || sender.kind !== IdentityKind.core) return [];
  const announces = receiver?.announcements.some(({ cores }) => cores > 0) ?? false;
  const isSetUp = [...sender.tunnels.keys()].every((key) => sender.setups.has(key));
  // What was announced before the capture is not known: that it was is likely.
  return announces || !isSetUp ? ["F7"] : [];
}

function of({ directions }: WanFacts, role: CoreIdentityRole): WanDirection[] {
  return directions.filter((sent) => sent.role === role);
}

/** What limits the answer. */
function notesOf(wan: WanFacts, { taps }: Evidence): string[] {
  const notes: string[] = [];
  for (const sent of wan.directions) {
    const { role, copies, tunnels, unreadable, packets, kind } = sent;
    if (copies > 0) {
      notes.push(
        `${several(copies, "packet")} of the ${role} came twice, which looks like mirrored ` +
          "duplicates: capture at one port, or filter duplicates",
      );
    }
    const late = [...tunnels].filter(([key]) =>
      !wan.directions.some(({ setups }) => setups.get(key)?.greeting !== undefined)
    );
    if (late.length > 0) {
      const names = late.slice(0, 8).map(([, { id }]) => id).join(", ");
      notes.push(
        `the capture begins after tunnel ${names} was up: what was announced before is not known`,
      );
    }
    const missing = missingNumbers(sent);
    if (missing > 0) {
      notes.push(
        `${several(missing, "packet")} of the ${role} ${
          missing === 1 ? "is" : "are"
        } in no capture given: lost, or sent by a link that was not captured`,
      );
    }
    if (unreadable > 0) {
      notes.push(
        `${unreadable} of ${several(packets, "packet")} of the ${role} could not be read: sealed ` +
          "without a key, or malformed",
      );
    }
    if (packets > 0 && kind === IdentityKind.session) {
      notes.push(
        `the ${role} sends session-IDs: of which class it is nothing says, and --profile may`,
      );
    }
  }
  if (taps.length > 1) {
    notes.push("clocks of different captures are not compared: the order across them is unknown");
  }
  return notes;
}
