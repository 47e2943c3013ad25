/** What the checks of this suite share: positive controls, and ways to say what was found. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { Check } from "../../kit/check.ts";
import { check } from "../../kit/legacy.ts";
import type { Evidence, FactCollectors, Facts } from "../../kit/evidence.ts";
import { fail, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import { configured } from "../facts/nodes.ts";
import type { NodeTrace, TraceFacts, Worked } from "../facts/trace.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { Announcement, WanDirection, WanSession } from "../facts/wan_types.ts";
import type { CoreIdentityId } from "../requirements.ts";

/** A check of this suite: only ids of its own requirements compile. */
export function coreIdentityCheck<N extends FactCollectors>(
  id: string,
  title: string,
  covers: readonly [CoreIdentityId, ...CoreIdentityId[]],
  judges: "sender" | "receiver",
  on: readonly [string, ...string[]],
  needs: N,
  judge: (facts: Facts<N>, evidence: Evidence) => Verdict,
): Check<CoreIdentityId> {
  return check<CoreIdentityId, N>({
    id: `core_identity/${id}`,
    title,
    covers,
    on: on.map((scenario) => `core_identity/${scenario}`) as [string, ...string[]],
    judges: [judges],
    needs,
    judge,
  });
}

/** Judges what a device sent, once it is shown that it sent data at all. */
export function whenSent(
  wan: WanFacts,
  judge: (direction: WanDirection) => Verdict,
  node = "sender",
): Verdict {
  const direction = wan.of(node);
  if (direction === undefined || direction.packets === 0) {
    return inconclusive(`no encapsulation packet of ${node} was captured`);
  }
  if (direction.sessions.length === 0) {
    return inconclusive(`no inner datagram of ${node} could be read`);
  }
  return judge(direction);
}

/** Judges what a device's cores did, once it is shown that packets reached it and it has a trace. */
export function whenTraced(
  facts: { wan: WanFacts; trace: TraceFacts },
  judge: (trace: NodeTrace, arriving: WanDirection) => Verdict,
  node = "receiver",
  from = "sender",
): Verdict {
  return whenSent(facts.wan, (direction) => {
    if (direction.arrived === 0) return inconclusive(`no packet of ${from} arrived at ${node}`);
    const trace = facts.trace.nodes.get(node);
    if (trace === undefined) return inconclusive(`${node} has no trace of its cores`);
    return judge(trace, direction);
  }, from);
}

/** The first verdict of a list of items that is no pass; passes when there is none. */
export function firstProblem<T>(
  items: Iterable<T>,
  problemOf: (item: T) => Verdict | undefined,
): Verdict {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined && problem.verdict !== "pass") return problem;
  }
  return pass;
}

/** Fails unless every session of a direction keeps its first identity on every packet. */
export function keepsIdentity(sessions: Iterable<WanSession>): Verdict {
  return firstProblem(sessions, (s) => {
    if (s.untagged > 0) {
      return fail(
        `every packet of ${s.flow} carries its identity`,
        `${s.untagged} of ${s.packets} packets carry none`,
        refs(s.first, s.firstUntagged),
      );
    }
    if (s.changed === 0) return undefined;
    const other = s.changes[0];
    return fail(
      `every packet of ${s.flow} carries identity ${s.identity}`,
      `${s.changed} of ${s.packets} packets carry another, such as ${other.identity}`,
      refs(s.first, ...s.changes.map((c) => c.frame)),
    );
  });
}

/** Fails unless one core did all the work on each of the sessions that a trace names. */
export function oneCoreEach(
  sessions: Iterable<readonly [string, Worked]>,
  sent: WanDirection,
): Verdict {
  return firstProblem(
    sessions,
    ([session, { cores, ports }]) =>
      cores.size === 1 ? undefined : fail(
        `one core processes ${session}, which came in by ${[...ports].join(" and ")}`,
        `cores ${[...cores.keys()].join(", ")} do`,
        frameOf(sent, session),
      ),
  );
}

/** Sessions in the order in which they began on the wire. */
export function byBeginning(sessions: readonly WanSession[]): WanSession[] {
  return [...sessions].sort((a, b) => a.firstTime - b.firstTime);
}

/** Announcements of a device that carry processor information, in the order of their times. */
export function announcementsOf(wan: WanFacts, node: string): Announcement[] {
  const all = wan.of(node)?.announcements ?? [];
  return all.filter((a) => a.cores > 0).sort((a, b) => a.time - b.time);
}

/** The identities that a peer may be given at `time` (seconds): those of its last announcement. */
export function announcedAt(announcements: readonly Announcement[], time: number): string[] {
  let identities: string[] = announcements[0]?.identities ?? [];
  for (const a of announcements) if (a.time <= time) identities = a.identities;
  return identities;
}

/** The first packet of the session that a trace names (or of all), to be shown with a verdict. */
export function frameOf(sent: WanDirection, session: string): FrameRef[] {
  const found = sent.sessions.find((s) => s.flow === session || s.identity === session);
  return refs(found?.first ?? sent.first);
}

/** Frames without the gaps. */
export function refs(...frames: (FrameRef | undefined)[]): FrameRef[] {
  return frames.filter((f) => f !== undefined);
}

/**
 * What a device was asked to do in the lab, `usual` being what our own peers do unasked; for captures
 * that came without a lab what the profile declares, or undefined: then it cannot be judged.
 */
export function declared<T>(
  evidence: Evidence,
  node: string,
  field: string,
  usual: T,
): T | undefined {
  const value = configured(evidence, node, field) as T | undefined;
  return value ?? (evidence.world === "captures" ? undefined : usual);
}

/** The number of cores that a node was asked to offer, or declares with captures alone. */
export function offeredCores(evidence: Evidence, node: string): number | undefined {
  if (evidence.world === "captures") {
    const cores = configured(evidence, node, "cores");
    return typeof cores === "number" ? cores : undefined;
  }
  const processors = configured(evidence, node, "processors") as { cores: number }[] | undefined;
  const offline = configured(evidence, node, "offline") as number[] | undefined;
  const all = processors?.reduce((sum, p) => sum + p.cores, 0) ?? 4;
  return all - (offline?.length ?? 0);
}

export { configured, fail, inconclusive, pass };
export { lanFacts } from "../facts/lan.ts";
export { traceFacts } from "../facts/trace.ts";
export { wanFacts } from "../facts/wan.ts";
