/** Requests as they came to the master and as it sent them on. */
import { type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import type { Cluster } from "./cluster.ts";
import type { L2tpPacket } from "./l2tp_packets.ts";

/** A request that was sent on, with those that came and may be it. */
export interface Forwarded {
  sent: L2tpPacket;
  /** Of the same octets. */
  equal: readonly L2tpPacket[];
  /** Of the same initiator and Tunnel ID, or of the same octets. */
  alike: readonly L2tpPacket[];
}

/** The requests that the master sent on. A capture may have begun between the two. */
function forwardedOf(cluster: Cluster): Forwarded[] {
  const came = Map.groupBy(
    cluster.of(cluster.master?.outside, "SCCRQ"),
    ({ source, sourcePort, assigned }) => `${source}:${sourcePort}/${assigned}`,
  );
  return cluster.forwarded().map((sent) => {
    const equal = cluster.copies(cluster.master?.outside, sent);
    const { source, sourcePort, assigned } = sent;
    const own = came.get(`${source}:${sourcePort}/${assigned}`) ?? [];
    return { sent, equal, alike: [...equal, ...own.filter((p) => !equal.includes(p))] };
  });
}

/** Forwarded requests that can be held against one that came: all of them in a lab. */
export function comparable(cluster: Cluster): Forwarded[] | Inconclusive {
  const all = forwardedOf(cluster);
  if (all.length === 0) return inconclusive("no forwarded request was captured");
  if (cluster.isLab && cluster.requests().length === 0) {
    return inconclusive("no request to the master address was captured");
  }
  const found = cluster.isLab ? all : all.filter(({ alike }) => alike.length > 0);
  return found.length > 0
    ? found
    : inconclusive("no request was captured as it came to the master");
}

/** Copies of requests that the master sent back to where they came from. */
export const bounced = (cluster: Cluster): L2tpPacket[] =>
  cluster.of(
    cluster.master?.outside,
    "SCCRQ",
    (p) =>
      p.destination !== cluster.masterAddress &&
      cluster.copies([p.tap], p).some((r) =>
        r.destination === cluster.masterAddress && p.ttl < r.ttl && r.time <= p.time
      ),
  );

/** What is in a bucket at a moment, in seconds, by the requests that went into it. */
export function levelAt(sent: readonly L2tpPacket[], moment: number, drain: number): number {
  let level = 0, before = -Infinity;
  for (const { time } of sent) {
    if (time >= moment) break;
    level = Math.max(0, level - (time - before) * 1000 / drain) + 1;
    before = time;
  }
  return Math.max(0, level - (moment - before) * 1000 / drain);
}
