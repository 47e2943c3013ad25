/** What cases of FIG. 5 must see in evidence before they judge. */
import { Message } from "../../../captures/wire/core_identity_control.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { isOfFigure } from "../facts/declared.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { Announcement, WanDirection } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_5 } from "../scenarios/figure_5.ts";
import { dataOf, sightingOf } from "./premises.ts";

/** Scenarios with data from sender to receiver. */
export const FORWARD = [FIGURE_5.sessions, FIGURE_5.reverse] as const;

/** Why evidence is none of FIG. 5; undefined where devices were asked for it, or declare no other form. */
export function notForm5(evidence: Evidence): Inconclusive | undefined {
  return isOfFigure(evidence, ["F5"], ["F7"])
    ? undefined
    : inconclusive("nobody is asked for FIG. 5");
}

/** The data of a role in the form of FIG. 5. */
export function dataInForm5(
  facts: { wan: WanFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "sender",
): WanDirection | Inconclusive {
  return notForm5(evidence) ?? dataOf(facts, role);
}

/** What a role's greetings say of identities for the whole aggregate, in the order of their times. */
export function greetingsOf(wan: WanFacts, role: CoreIdentityRole): Announcement[] {
  return wan.of(role).flatMap(({ announcements }) => announcements)
    .filter(({ message }) => message === Message.hello || message === Message.helloAck)
    .sort((a, b) => sightingOf(a).time - sightingOf(b).time);
}

/** The identity that a role gave first. */
export function givenBy(wan: WanFacts, role: CoreIdentityRole): string | undefined {
  return greetingsOf(wan, role).find(({ aggregateIdentity }) => aggregateIdentity !== undefined)
    ?.aggregateIdentity;
}

/** Another identity than one that was given. */
export const another = (given: bigint | undefined) => given === undefined ? undefined : given ^ 1n;
