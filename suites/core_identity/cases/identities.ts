/** How identities are judged: whether they stay with their session, and whether they were announced. */
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravestOf,
  inconclusive,
  type PartialVerdict,
  type Verdict,
} from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { PARAMETERS } from "../parameters.ts";
import { formatIdentity } from "../facts/identity_text.ts";
import type { Sighting } from "../facts/sighting.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { Announcement, WanDirection, WanSession } from "../facts/wan_types.ts";
import { type Announced, incompleteness, sightingOf } from "./premises.ts";
import { WithdrawalExcuses } from "./withdrawal.ts";

/**
 * Fails unless every session keeps its first identity on every packet while it lives, and while the
 * receiver offers the core of that identity.
 */
export function keepsIdentity(
  sessions: readonly WanSession[],
  wan: WanFacts,
  evidence: Evidence,
): Verdict {
  const idle = idleLimits(evidence);
  const excuses = new WithdrawalExcuses(wan, evidence);
  return gravestOf(sessions, "session", (session) => {
    const { flow, identity, untagged, changed, packets } = session;
    if (untagged > 0 && !mayLack(session, wan, evidence)) {
      return fail(
        `every packet of ${flow} carries its identity`,
        `${untagged} of ${packets} packets carry none`,
        frameRefs(session.first, session.firstUntagged),
      );
    }
    if (changed === 0) return undefined;
    const pause = shortestPause(session);
    if (pause >= idle.forgets) return undefined;
    if (pause >= idle.mayForget) return inconclusive(unknownLimit(flow, pause));
    const excuse = excuses.of(session);
    if (excuse !== undefined) return excuse;
    const [change] = session.changes;
    return fail(
      `every packet of ${flow} carries identity ${formatIdentity(identity)}`,
      `${changed} of ${packets} packets carry another, such as ${formatIdentity(change.identity)}`,
      frameRefs(session.first, ...session.changes),
    );
  });
}

/** Datagrams of a session that may be under way, or were queued, when its report comes (D0-04). */
export const FEW = 6;

/**
 * Whether packets of a session may lack an identity: where the receiver reports it, those before have
 * none (FIG. 1 and 4). Captures alone may lack the reports.
 */
export function mayLack(
  { untagged, firstGlobal, firstUntaggedGlobal }: WanSession,
  wan: WanFacts,
  { world }: Evidence,
): boolean {
  return wan.directions.some(({ reports }) => reports.length > 0) ||
    world === "captures" && untagged <= FEW && firstUntaggedGlobal === firstGlobal;
}

/** How long a session may pause before its sender forgets it, in seconds (D0-14). */
interface IdleLimits {
  /** From here on it may, as it declares. */
  forgets: number;
  /** From here on it might, as nothing says that it does not. */
  mayForget: number;
}

function idleLimits(evidence: Evidence): IdleLimits {
  const declaration = declared<number>(evidence, "sender", "senderIdle");
  if (declaration === undefined) {
    return { forgets: Infinity, mayForget: PARAMETERS.senderIdle.minimum / 1000 };
  }
  return { forgets: declaration / 1000, mayForget: declaration / 1000 };
}

function unknownLimit(flow: string, pause: number): string {
  return `${flow} paused for ${
    pause.toFixed(1)
  } s, and no senderIdle says whether it is still one session`;
}

/** The shortest pause of a session, in seconds, after which its identity was another one. */
function shortestPause({ changes, firstTime, lastTime }: WanSession): number {
  const spans = [...changes, { from: firstTime, to: lastTime }].sort((a, b) => a.from - b.from);
  return Math.min(...spans.slice(1).map((span, i) => span.from - spans[i].to));
}

/**
 * Fails when a session began with an identity that its receiver had not announced. Whether a sender
 * follows later announcements is its own affair ([0070]), so what was ever announced before will do.
 */
export function usesAnnounced(
  { sent, announcements }: Announced,
  wan: WanFacts,
  evidence: Evidence,
): Verdict {
  const why = incompleteness(wan, sent, evidence);
  const sets = new Map(
    [...Map.groupBy(announcements, ({ aggregate }) => aggregate)].map((
      [aggregate, own],
    ) => [aggregate, new AnnouncedIdentities(own)]),
  );
  // Only a lab has one clock. Whether anything was announced in time is another requirement.
  const isLab = evidence.world !== "captures";
  return gravestOf(sent.sessions, "session", (session): PartialVerdict => {
    if (session.identity === "" && mayLack(session, wan, evidence)) return undefined;
    const own = sets.get(session.aggregate);
    if (own === undefined) {
      return inconclusive("a receiver's processor information was not captured");
    }
    const by = isLab ? session.firstTime : Infinity;
    if (own.had(session.identity, by)) return undefined;
    if (why !== undefined) return inconclusive(why);
    return fail(
      `one of the announced identities ${own.known(by).map(formatIdentity).join(", ")}`,
      formatIdentity(session.identity) || "none",
      frameRefs(own.first, session.first),
    );
  });
}

/** When each identity was announced first, by announcements of one aggregate in the order of time. */
class AnnouncedIdentities {
  readonly first: Sighting;
  readonly #since = new Map<string, number>();

  constructor(announcements: readonly Announcement[]) {
    this.first = sightingOf(announcements[0]);
    for (const announcement of announcements) {
      const { time } = sightingOf(announcement);
      for (const identity of announcement.identities) {
        if (!this.#since.has(identity)) this.#since.set(identity, time);
      }
    }
  }

  /** Whether an identity was announced by a time in seconds; at all, where nothing was by then. */
  had(identity: string, by: number): boolean {
    const since = this.#since.get(identity);
    return since !== undefined && (since <= by || by < this.first.time);
  }

  /** The identities of which `had` is true. */
  known(by: number): string[] {
    return [...this.#since.keys()].filter((identity) => this.had(identity, by));
  }
}

/** Sessions in the order in which they began: by a lab's clock, or by their packets' numbers (RFC 1982). */
export function byBeginning(
  sessions: readonly WanSession[],
  { world }: Evidence,
): WanSession[] {
  const isLab = world !== "captures";
  return [...sessions].sort((a, b) =>
    isLab && a.firstTime - b.firstTime || a.firstGlobal - b.firstGlobal | 0
  );
}

/**
 * Fails unless sessions take announced cores in turn: each core once, then all of them again in the
 * same order. Which core is the first, and which way the turn goes, is nowhere said ([0072]).
 */
export function inTurn(
  sessions: readonly WanSession[],
  identities: readonly string[],
  announced: Announcement,
): Verdict {
  const { length } = identities;
  return gravestOf(sessions, "session", (session, i) => {
    const taken = sessions.slice(Math.floor(i / length) * length, i).map(({ identity }) =>
      identity
    );
    const next = i < length
      ? identities.filter((identity) => !taken.includes(identity))
      : [sessions[i - length].identity];
    return next.includes(session.identity) ? undefined : fail(
      `identity ${next.map(formatIdentity).join(" or ")} for session ${i + 1}, in turn`,
      `identity ${formatIdentity(session.identity)}`,
      frameRefs(sightingOf(announced), session.first),
    );
  });
}

/** Fails when two sessions that differ in addresses or ports shared an identity while both lived. */
export function areDistinct(sent: WanDirection, evidence: Evidence): Verdict {
  const idle = idleLimits(evidence);
  const holders = new Map<string, WanSession>();
  return gravestOf(sent.sessions, "session", (session) => {
    if (!session.hasPorts) return undefined;
    const key = `${session.aggregate} ${session.identity}`;
    const other = holders.get(key);
    holders.set(key, session);
    if (other === undefined || addressesOf(other) === addressesOf(session)) return undefined;
    const apart = Math.max(session.firstTime - other.lastTime, other.firstTime - session.lastTime);
    if (apart >= idle.forgets) return undefined;
    if (apart >= idle.mayForget) return inconclusive(unknownLimit(other.flow, apart));
    return fail(
      `${session.flow} and ${other.flow} have session-IDs of their own`,
      `both have ${session.identity}`,
      frameRefs(other.first, session.first),
    );
  });
}

/** The four values of the claims: addresses and ports without the protocol. */
export function addressesOf({ flow }: WanSession): string {
  return flow.slice(flow.indexOf(" ") + 1);
}
