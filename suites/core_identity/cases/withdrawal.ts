/** [0070]: sessions that turn to another core as the receiver withdrew theirs. */
import type { Evidence } from "../../kit/evidence.ts";
import { inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { Announcement, WanDirection, WanSession } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { announcementsOf, incompleteness, PEER, sightingOf } from "./premises.ts";

/** What is known of everything that one end sent. */
interface Known {
  /** What the other end announced, in the order of time. */
  announcements: Announcement[];
  /** Why some of it may have gone unseen. */
  incomplete: string | undefined;
}

/**
 * Finds out whether a changed identity is that of a core which was withdrawn. An identity has to
 * correspond to a core of the receiver (claim 41b), so its session may get another one then.
 */
export class WithdrawalExcuses {
  readonly #wan: WanFacts;
  readonly #evidence: Evidence;
  /** Built when the first session is asked for: hardly any evidence has a changed identity. */
  #directions: Map<WanSession, WanDirection> | undefined;
  readonly #known = new Map<WanDirection, Known>();

  constructor(wan: WanFacts, evidence: Evidence) {
    this.#wan = wan;
    this.#evidence = evidence;
  }

  /** A pass where the core was withdrawn, inconclusive where that may not have been captured. */
  of(session: WanSession): Verdict | undefined {
    const { aggregate, identity, changes: [change] } = session;
    if (!this.#turnedOnce(session)) return undefined;
    this.#directions ??= new Map(
      this.#wan.directions.flatMap((sent) => sent.sessions.map((one) => [one, sent] as const)),
    );
    const sent = this.#directions.get(session);
    if (sent === undefined) return undefined;
    const { announcements, incomplete } = this.#of(sent);
    const own = announcements.filter((one) => one.aggregate === aggregate);
    const offered = own.findIndex(({ identities }) => identities.includes(identity));
    const wasWithdrawn = offered >= 0 &&
      own.slice(offered + 1).some((later) =>
        !later.identities.includes(identity) && later.identities.includes(change.identity) &&
        (this.#isAlone || sightingOf(later).time <= change.from)
      );
    if (wasWithdrawn) return pass;
    return incomplete === undefined ? undefined : inconclusive(incomplete);
  }

  /** Captures alone have a clock for each tap: which of two packets came first is not known. */
  get #isAlone(): boolean {
    return this.#evidence.world === "captures";
  }

  /** Whether a session turned from its first identity to one other, and stayed with that. */
  #turnedOnce({ changes, lastTime }: WanSession): boolean {
    return changes.length === 1 && (this.#isAlone || lastTime <= changes[0].from);
  }

  #of(sent: WanDirection): Known {
    let known = this.#known.get(sent);
    if (known === undefined) {
      known = {
        announcements: announcementsOf(this.#wan, PEER[sent.role as CoreIdentityRole]),
        incomplete: incompleteness(this.#wan, sent, this.#evidence),
      };
      this.#known.set(sent, known);
    }
    return known;
  }
}
