/** Pairs of flows by which it is told what a session key holds, whatever method selects cores. */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravestOf, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { declared } from "../facts/declared.ts";
import type { Announcement, WanSession } from "../facts/wan_types.ts";
import { addressesOf } from "./identities.ts";

/** Two flows. */
export type Pair = readonly [WanSession, WanSession];

/** Bits of chance that are ruled out: once in a million times. */
const CHANCE = 20;

/** How many pairs do not all get one core each by chance, where so many cores are announced. */
export function enoughPairs(announcements: readonly Announcement[]): number {
  const cores = Math.min(...announcements.map((announcement) => announcement.cores));
  return Math.ceil(CHANCE / Math.log2(Number.isFinite(cores) ? Math.max(2, cores) : 2));
}

/**
 * Whether the same core for the flows of a pair, and of many of them, is no work of the selection: it
 * is none of a policy that does not look at the flow. By a hash it may be ([0072]).
 */
export function ignoresFlows(evidence: Evidence): boolean {
  const policy = declared<string>(evidence, "sender", "selection");
  return policy === "sequential" || policy === "random";
}

/** The four values by which the claims tell sessions apart (claims 47 and 56). */
const FIELDS = [
  "source address",
  "destination address",
  "source port",
  "destination port",
] as const;

/** A way in which two flows may differ. */
export interface Difference {
  name: string;
  /** What two flows that differ in this way alone have in common. */
  rest(values: readonly string[]): readonly string[];
}

/** In one of the four values, whichever part of it. */
export const IN_ONE_VALUE: readonly Difference[] = FIELDS.map((name, i) => ({
  name,
  rest: (values) => values.with(i, "any"),
}));

/** In a part of a value that a key may have lost, or in an order that it may not keep. */
export const IN_A_PART: readonly Difference[] = [
  ...[0, 1].map((i): Difference => ({
    name: `host part of the ${FIELDS[i]}`,
    rest: (values) => values.with(i, values[i].replace(/[^.:]*$/, "any")),
  })),
  ...[2, 3].map((i): Difference => ({
    name: `upper octet of the ${FIELDS[i]}`,
    rest: (values) => values.with(i, `${Number(values[i]) & 255}`),
  })),
  { name: "order of the ports", rest: ([a, b, c, d]) => [a, b, ...[c, d].sort()] },
];

/** Pairs of flows that differ in one way and in nothing else. */
export function alikeButFor(
  difference: Difference,
  sessions: readonly WanSession[],
): Pair[] {
  const groups = new Map<string, WanSession>();
  const pairs: Pair[] = [];
  for (const session of sessions) {
    const values = valuesOf(session);
    if (!session.hasPorts || session.dscp !== 0 || values === undefined) continue;
    const rest = `${session.protocol} ${difference.rest(values).join(" ")}`;
    const first = groups.get(rest);
    if (first === undefined) groups.set(rest, session);
    else pairs.push([first, session]);
  }
  return pairs;
}

/** How many different values sessions have of that one of the four of which they have the fewest. */
export function leastVariety(sessions: readonly WanSession[]): number {
  const known = sessions.map(valuesOf).filter((values) => values !== undefined);
  return Math.min(...FIELDS.map((_, i) => new Set(known.map((values) => values[i])).size));
}

/** Whether the flows of each pair carry the same identity. */
export function allAlike(pairs: readonly Pair[]): boolean {
  return pairs.every(([a, b]) => a.identity === b.identity);
}

/** The four values of a flow, in the order of the claims. */
function valuesOf({ flow }: WanSession): string[] | undefined {
  const found = /^\d+ (.*):(\d+) > (.*):(\d+)$/.exec(flow);
  if (found === null) return undefined;
  const [, source, sourcePort, destination, destinationPort] = found;
  return [source, destination, sourcePort, destinationPort];
}

/** Flows with the same addresses and ports, the second of another kind. */
export function pairsOf(
  sessions: readonly WanSession[],
  isFirst: (session: WanSession) => boolean,
  isSecond: (session: WanSession) => boolean,
): Pair[] {
  const firsts = new Map(
    sessions.filter(isFirst).map((session) => [addressesOf(session), session]),
  );
  return sessions.filter(isSecond).flatMap((second) => {
    const first = firsts.get(addressesOf(second));
    return first === undefined ? [] : [[first, second] as const];
  });
}

/** Pairs of flows with what the declared key makes of them. */
export interface KeyedPairs {
  pairs: readonly Pair[];
  /** Whether the flows of a pair are two sessions. */
  apart: boolean;
  /** Pairs that chance does not explain. */
  enough: number;
  /** Whether cores are selected without a look at the flow. */
  isBlind: boolean;
}

/** Judges pairs of flows that are one session, or two. @param what How they differ. */
export function judgePairs({ pairs, apart, enough, isBlind }: KeyedPairs, what: string): Verdict {
  if (!apart) {
    return gravestOf(
      pairs,
      "pair of flows",
      ([a, b]) =>
        a.identity === b.identity ? undefined : fail(
          `${a.flow} ${what} is one session`,
          `identities are ${a.identity} and ${b.identity}`,
          frameRefs(a.first, b.first),
        ),
    );
  }
  if (!allAlike(pairs)) return pass;
  if (pairs.length < enough || !isBlind) {
    return inconclusive(`the same identities on ${pairs.length} pairs of flows may be selection`);
  }
  return fail(
    `flows ${what} are two sessions, with a selection each`,
    `each of ${pairs.length} pairs carries one identity`,
    frameRefs(...pairs[0].map(({ first }) => first)),
  );
}
