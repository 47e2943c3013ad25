/** How the work of cores is judged. */
import type { FrameRef } from "../../../captures/frame.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { listed } from "../../kit/listed.ts";
import { fail, gravest, gravestOf, type PartialVerdict, type Verdict } from "../../kit/verdict.ts";
import type { Worked } from "../facts/trace.ts";
import type { WanDirection, WanSession } from "../facts/wan_types.ts";
import { addressesOf } from "./identities.ts";
import type { Work } from "./premises.ts";

/** Fails unless one core did all the work on each of the sessions that a trace names. */
export function oneCoreEach(
  sessions: Iterable<readonly [string, Worked]>,
  sent: WanDirection,
): Verdict {
  return gravestOf(
    sessions,
    "session in the receiver's trace",
    ([session, { cores, ports }]) =>
      cores.size === 1 ? undefined : fail(
        `one core processes ${session}, which came in by ${listed(ports)}`,
        `cores ${listed(namesOf(cores))} do`,
        frameOf(sent, session),
      ),
  );
}

/** Whether a trace calls sessions by their flows; a device may call them as it likes. */
export function namesFlows({ trace, sessions }: Work): boolean {
  const names = [...trace.sessions.keys()];
  return sessions.some((session) => names.some((name) => isNameOf(name, session)));
}

/** Whether a trace's name of a session says its flow: with or without protocol, and maybe more. */
export function isNameOf(name: string, session: WanSession): boolean {
  return [session.flow, addressesOf(session)]
    .some((known) => name === known || name.startsWith(`${known} `));
}

/** The names in a trace that stand for several sessions, as those of other identities are. */
function sharedNames(sessions: readonly WanSession[]): ReadonlySet<string> {
  const identities = new Map<string, string>(), shared = new Set<string>();
  for (const session of sessions) {
    for (const name of [session.flow, addressesOf(session)]) {
      const known = identities.get(name);
      if (known === undefined) identities.set(name, session.identity);
      else if (known !== session.identity) shared.add(name);
    }
  }
  return shared;
}

/** The sessions in a trace that no withdrawal of a core can have moved, and that are one each. */
export function undisturbed(work: Work): [string, Worked][] {
  const shared = sharedNames(work.sessions);
  // Whose datagrams name several cores is worked on by all of them ([0045]).
  const torn = work.sessions.filter(({ changed }) => changed > 0);
  if (torn.length > 0 && !namesFlows(work)) return [];
  return unmoved(work).filter(([name]) =>
    !shared.has(name) && !torn.some((session) => isNameOf(name, session))
  );
}

function unmoved(work: Work): [string, Worked][] {
  const { trace, sessions, withdrawn } = work;
  if (withdrawn.size === 0) return [...trace.sessions];
  if (!namesFlows(work)) {
    return [...trace.sessions].filter(([, { cores }]) =>
      ![...cores.keys()].some((core) => withdrawn.has(trace.cores.get(core) ?? ""))
    );
  }
  const moved = sessions.filter(({ identity }) => withdrawn.has(identity));
  return [...trace.sessions].filter(([name]) => !moved.some((session) => isNameOf(name, session)));
}

/** Fails unless as many packets were processed as arrived. */
export function processedAll({ trace, arrived, sent }: Work): PartialVerdict {
  return trace.processed === arrived ? undefined : fail(
    `${arrived} packets that arrived are processed`,
    `${trace.processed} are`,
    frameRefs(sent.first),
  );
}

/** The identities that arrived, and were offered all the time, with the work on their packets. */
export function identitiesOffered({ trace, sessions, withdrawn }: Work): [string, Worked][] {
  const used = new Set(sessions.map(({ identity }) => identity));
  return [...trace.identities]
    .filter(([identity]) => used.has(identity) && !withdrawn.has(identity));
}

/** Numbers of cores as words. */
export function namesOf(cores: ReadonlyMap<number, number>): string[] {
  return [...cores.keys()].map(String);
}

/** The first packet of the session that a trace names (or of all), to be shown with a verdict. */
export function frameOf(sent: WanDirection, session: string): FrameRef[] {
  const found = sent.sessions.find(({ flow, identity }) =>
    flow === session || identity === session
  );
  return frameRefs(found?.first ?? sent.first);
}

/**
 * Fails unless the core that an identity names, and no other, processes its packets. An identity that
 * is neither announced nor a core's, as after a wrong provisioning, names no core: its packets have
 * to be stood in for.
 */
export function coresNamed(node: Work): Verdict {
  const { trace, sent } = node;
  if (trace.identities.size === 0) {
    return fail("packets processed by identity", "none were", frameRefs(sent.first));
  }
  const known = new Set([...trace.cores.values(), ...node.announced]);
  const offered = new Set(
    identitiesOffered(node).map(([identity]) => identity).filter((identity) => known.has(identity)),
  );
  return gravest(
    gravestOf(trace.identities, "identity", ([identity, { cores }]) => {
      const wrong = [...cores.keys()].find((core) => trace.cores.get(core) !== identity);
      // A core that was withdrawn has to be stood in for.
      return wrong === undefined || !offered.has(identity) ? undefined : fail(
        `the core of identity ${identity} processes its packets`,
        `core ${wrong}, of identity ${trace.cores.get(wrong)}, does`,
        frameOf(sent, identity),
      );
    }),
    sessionsOnNamedCores(node, known),
  );
}

/**
 * Fails when another core processed a session than the one whose identity its packets carried on the
 * wire: what the device says that it read of them is not taken for that.
 */
function sessionsOnNamedCores(
  { trace, sessions, withdrawn }: Work,
  known: ReadonlySet<string>,
): PartialVerdict {
  const flows = Map.groupBy(sessions, ({ flow }) => flow);
  for (const [flow, own] of flows) {
    const worked = trace.sessions.get(flow), [{ identity, first }] = own;
    const isSteady = own.every((one) =>
      one.identity === identity && one.changed + one.untagged === 0
    );
    if (worked === undefined || !isSteady) continue;
    if (withdrawn.has(identity) || !known.has(identity)) continue;
    const wrong = [...worked.cores.keys()].find((core) => trace.cores.get(core) !== identity);
    if (wrong === undefined) continue;
    return fail(
      `the core of identity ${identity}, which its packets carry, processes ${flow}`,
      `core ${wrong}, of identity ${trace.cores.get(wrong)}, does`,
      frameRefs(first),
    );
  }
  return undefined;
}

/** Sessions of cores that are gone, with the work on those that went on since. */
export function movedSessions({ trace, sessions, gone }: Work): [string, Worked][] {
  const left = sessions.filter(({ identity }) => gone.has(identity));
  return [...trace.sessions].filter(([name, { lastTime }]) =>
    lastTime > trace.changedAt && left.some(({ flow }) => name.startsWith(flow))
  );
}

/** Fails when a session's last packets were still processed by a core that is gone. */
export function leavesGoneCores(node: Work): PartialVerdict {
  const { trace, sent, gone } = node;
  const stuck = movedSessions(node).find(([, { last }]) => gone.has(trace.cores.get(last) ?? ""));
  return stuck && fail(
    `a core that is left processes ${stuck[0]}`,
    `core ${stuck[1].last} does, which was withdrawn`,
    frameRefs(sent.sessions.find(({ flow }) => stuck[0].startsWith(flow))?.first ?? sent.first),
  );
}
