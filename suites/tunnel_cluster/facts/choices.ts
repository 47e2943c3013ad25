/** Choices of a master that goes by load, and whether each had the least. */
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeUnaware } from "../../kit/lateness.ts";
import {
  fail,
  gravestOf,
  type Inconclusive,
  inconclusive,
  type Verdict,
} from "../../kit/verdict.ts";
import type { Cluster } from "./cluster.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";
import {
  choices,
  type KnownLoad,
  loadsAt,
  masterTolerance,
  sawRegistrations,
} from "./load_reports.ts";

/** A request that was forwarded, what was known then, and who was chosen. */
export interface Choice {
  packet: L2tpPacket;
  chosen: KnownLoad;
  known: readonly KnownLoad[];
  /** Milliseconds by which the master may have been late. */
  tolerance: number;
}

/** Choices of a master that goes by load, where every endpoint and its load is known. */
export function choicesByLoad(cluster: Cluster): Choice[] | Inconclusive {
  const { policy, master } = cluster;
  if (master === undefined) return inconclusive("no capture of a master is at hand");
  if (policy === undefined) return inconclusive("the profile's parameters declare no policy");
  if (policy !== "lowest_load") return inconclusive(`the declared policy is ${policy}`);
  if (!sawRegistrations(cluster)) {
    return inconclusive("the captures begin after an endpoint had registered");
  }
  const tolerance = masterTolerance(cluster);
  const found = choices(cluster).flatMap((packet) => {
    const known = loadsAt(cluster, packet);
    const chosen = known.find(({ member }) => member === cluster.memberAt(packet.destination));
    return chosen === undefined ? [] : [{ packet, chosen, known, tolerance }];
  });
  return found.length > 0
    ? found
    : inconclusive("no request was forwarded to an endpoint that reports its load");
}

/** The endpoint with less load than the chosen one that might have been chosen as well. */
export const lighter = ({ chosen, known }: Choice): KnownLoad | undefined =>
  known.find(({ member, high, serves }) => member !== chosen.member && serves && high < chosen.low);

/** Fails at the first choice of an endpoint that had not the least load. */
export const least = (found: readonly Choice[]): Verdict =>
  gravestOf(found, "choice", (choice) => {
    const { chosen, packet, known, tolerance } = choice;
    const broken = (better: KnownLoad) =>
      fail(
        `endpoint ${better.member} of load ${better.high}`,
        `endpoint ${chosen.member} of load ${chosen.low}`,
        frameRefs(packet, better.last, chosen.last),
      );
    const better = lighter(choice);
    if (better !== undefined) return broken(better);
    // By reports that came so late that the master may not have known of them.
    const sooner = known.find(({ member, serves, load, more }) =>
      member !== chosen.member && serves && load + more < chosen.load
    );
    if (sooner === undefined) return undefined;
    const since = Math.max(sooner.last.time, chosen.last.time);
    return judgeUnaware((packet.time - since) * 1000, tolerance, () => broken(sooner));
  });

/** Whether the loads say who is to be chosen: they are not all equal. */
export const differs = ({ known }: Choice): boolean =>
  known.some((a) => known.some((b) => a.serves && b.serves && a.high < b.low));

/** The member with less load than all others, where there is one. */
export const leastOf = ({ known }: Choice): number | undefined =>
  known.find((a) => a.serves && known.every((b) => a === b || a.high < b.low))?.member;
