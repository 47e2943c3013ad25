/** What cases must see in evidence before they judge: who sent, who worked, what was announced. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { type Inconclusive, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { declared, declares } from "../facts/declared.ts";
import type { NodeTrace, TraceFacts } from "../facts/trace.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { Sighting } from "../facts/sighting.ts";
import type { Announcement, WanDirection, WanSession } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";

/** The one to whom a role sends, and from whom it receives. */
export const PEER = { sender: "receiver", receiver: "sender" } as const;

/** What a role sent, when data of it with readable datagrams was captured. */
export function dataOf(
  { wan }: { wan: WanFacts },
  role: CoreIdentityRole = "sender",
): WanDirection | Inconclusive {
  const sent = wan.of(role).find(({ packets }) => packets > 0);
  if (sent === undefined) {
    return inconclusive(`no encapsulation packet of the ${role} was captured`);
  }
  if (sent.sessions.length > 0) return sent;
  return inconclusive(`no datagram inside the packets of the ${role} could be read`);
}

/** What a role sent, when its packets carry identities that can be followed. */
export function identitiesOf(
  facts: { wan: WanFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "sender",
): WanDirection | Inconclusive {
  const sent = dataOf(facts, role);
  if (isInconclusive(sent)) return sent;
  if (sent.untagged === sent.packets) {
    return inconclusive(`no packet of the ${role} carries an identity`);
  }
  if (mayBeMasked(sent, facts.wan, evidence)) {
    return inconclusive("the identities may be encrypted, and no `key` is given to read them");
  }
  return isLeftClear(sent, facts.wan)
    ? inconclusive("identities that were to be encrypted are in clear")
    : sent;
}

/** As `identitiesOf`, of those that are core identities. */
export function coreIdentitiesOf(
  facts: { wan: WanFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "sender",
): WanDirection | Inconclusive {
  const why = "the packets carry session-IDs, not core identities";
  return whyNot(facts, IdentityKind.session, why, role) ?? identitiesOf(facts, evidence, role);
}

/** As `identitiesOf`, of those that are session-IDs. */
export function sessionIdsOf(
  facts: { wan: WanFacts },
  evidence: Evidence,
): WanDirection | Inconclusive {
  return whyNot(facts, IdentityKind.core, "the packets carry core identities, not session-IDs") ??
    identitiesOf(facts, evidence);
}

/** Inconclusive where a role's identities are of a kind that is not asked for. */
function whyNot(
  facts: { wan: WanFacts },
  kind: number,
  reason: string,
  role: CoreIdentityRole = "sender",
): Inconclusive | undefined {
  const sent = dataOf(facts, role);
  if (isInconclusive(sent)) return sent;
  return sent.kind === kind ? inconclusive(reason) : undefined;
}

/** Data with core identities, and what the receivers announced. */
export interface Announced {
  sent: WanDirection;
  /** In the order of time, of all receivers. */
  announcements: Announcement[];
}

/** Core identities of the sender, when a receiver's cores were announced. */
export function announcedTo(
  facts: { wan: WanFacts },
  evidence: Evidence,
): Announced | Inconclusive {
  const sent = coreIdentitiesOf(facts, evidence);
  if (isInconclusive(sent)) return sent;
  const announcements = announcementsOf(facts.wan, PEER[sent.role as CoreIdentityRole]);
  return announcements.length > 0
    ? { sent, announcements }
    : inconclusive("no processor information of the receiver was captured");
}

/** The announcements of a role that carry processor information, in the order of their times. */
export function announcementsOf(wan: WanFacts, role: CoreIdentityRole): Announcement[] {
  return wan.of(role).flatMap(({ announcements }) => announcements)
    .filter(({ cores }) => cores > 0)
    .sort((a, b) => sightingOf(a).time - sightingOf(b).time);
}

/** Whether a role gave one identity for all packets of the aggregated tunnel to it (FIG. 5). */
export function givesOneForAll(wan: WanFacts, role: CoreIdentityRole): boolean {
  return wan.of(role).some(({ announcements }) =>
    announcements.some(({ aggregateIdentity }) => aggregateIdentity !== undefined)
  );
}

/** The announcements that belong to the establishment of tunnels. */
export function establishing(announcements: readonly Announcement[]): Announcement[] {
  return announcements.filter(({ message }) =>
    message === Message.hello || message === Message.helloAck
  );
}

/** Where an announcement was seen: where it left, or else where it arrived. */
export function sightingOf({ departure, arrival }: Announcement): Sighting {
  return (departure ?? arrival)!;
}

/** Work on what the sender sent, by node. */
export interface Work {
  trace: NodeTrace;
  sent: WanDirection;
  /** Data packets that arrived at the node. */
  arrived: number;
  /** Sessions whose packets went to it. */
  sessions: WanSession[];
  /** Identities of cores that went: a later announcement lacks them, or they were taken off line. */
  withdrawn: Set<string>;
  /** Those of them that its last announcement lacks. */
  gone: Set<string>;
  /** Every identity that nodes of the role announced. */
  announced: readonly string[];
}

/** What the nodes of a role did with the data that arrived at them, when they have traces. */
export function workOf(
  facts: { wan: WanFacts; trace: TraceFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "receiver",
): Work[] | Inconclusive {
  const sent = dataOf(facts, PEER[role]);
  if (isInconclusive(sent)) return sent;
  if (evidence.world === "captures") {
    return inconclusive(
      `captures do not tell which core did the work: a trace of the ${role} would`,
    );
  }
  const announced = announcementsOf(facts.wan, role).flatMap(({ identities }) => identities);
  const work: Work[] = [];
  for (const node of new LabView(evidence).nodesOf(role)) {
    const arrived = sent.arrivedAt.get(node) ?? 0;
    if (arrived === 0) continue;
    const trace = facts.trace.nodes.get(node);
    if (trace === undefined) return inconclusive(`the ${role} has no trace of its cores`);
    const sessions = sent.sessions.filter(({ to }) => to === node);
    const went = withdrawnBy(facts.wan, role, node);
    for (const core of takenOffLine(evidence, node)) {
      const identity = trace.cores.get(core);
      if (identity !== undefined) went.withdrawn.add(identity);
    }
    work.push({ trace, sent, arrived, sessions, announced, ...went });
  }
  return work.length > 0
    ? work
    : inconclusive(`no packet of the ${PEER[role]} arrived at the ${role}`);
}

/** The cores that a node was told to take off line meanwhile: it need not tell others ([0070]). */
function takenOffLine({ stimuli }: Evidence, node: string): number[] {
  return stimuli.filter((stimulus) => stimulus.kind === "instruct" && stimulus.node === node)
    .map(({ instruction }) => instruction as { kind?: unknown; cores?: unknown } | undefined)
    .flatMap((told) => told?.kind === "offline" && Array.isArray(told.cores) ? told.cores : [])
    .map(Number);
}

function withdrawnBy(
  wan: WanFacts,
  role: CoreIdentityRole,
  node: string,
): Pick<Work, "withdrawn" | "gone"> {
  const told = wan.of(role).filter((direction) => direction.node === node)
    .flatMap(({ announcements }) => announcements)
    .filter(({ cores }) => cores > 0).sort((a, b) => a.version - b.version);
  const lists = told.map(({ identities }) => identities);
  const withdrawn = new Set(
    lists.flatMap((list, i) =>
      list.filter((identity) => lists.slice(i + 1).some((later) => !later.includes(identity)))
    ),
  );
  const gone = new Set([...withdrawn].filter((identity) => !lists.at(-1)!.includes(identity)));
  return { withdrawn, gone };
}

/** Work of a role by core identities that can be read. */
export function workByIdentity(
  facts: { wan: WanFacts; trace: TraceFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "receiver",
): Work[] | Inconclusive {
  const sent = coreIdentitiesOf(facts, evidence, PEER[role]);
  if (isInconclusive(sent)) return sent;
  if (sent.masked !== undefined) return inconclusive("the identities are encrypted on the wire");
  return workOf(facts, evidence, role);
}

/** Work on packets with session-IDs. */
export function workBySessionId(facts: { wan: WanFacts; trace: TraceFacts }, evidence: Evidence) {
  const work = workOf(facts, evidence);
  if (isInconclusive(work)) return work;
  return work.every(({ sent }) => sent.kind === IdentityKind.session)
    ? work
    : inconclusive("the packets carry core identities, not session-IDs");
}

/**
 * Why captures alone may lack packets or announcements of what a role sent; undefined where they are
 * whole, as those of a lab are.
 */
export function incompleteness(
  wan: WanFacts,
  sent: WanDirection,
  evidence: Evidence,
): string | undefined {
  if (evidence.world !== "captures") return undefined;
  const missing = missingNumbers(sent);
  if (missing > 0) return `${missing} packets of the ${sent.role} are in no capture given`;
  for (const [key, tunnel] of sent.tunnels) {
    const wasSetUp = wan.directions.some(({ setups }) => {
      const greeting = setups.get(key)?.greeting;
      return greeting?.place === tunnel.place && greeting.time <= tunnel.firstTime;
    });
    if (!wasSetUp) return `the captures were begun after tunnel ${tunnel.id} was up`;
  }
  const peers = wan.of(PEER[sent.role as CoreIdentityRole]);
  const isLate = peers.some(({ version, announcements }) =>
    announcements.length > 0 && announcements.every((known) => known.version < version)
  );
  return isLate ? "the captures lack an update of the processor information" : undefined;
}

/** Global sequence numbers that no packet of a direction has, between its least and its greatest. */
export function missingNumbers({ aggregates }: WanDirection): number {
  return aggregates.reduce((sum, { globals }) => sum + globals.missing, 0);
}

/** What to say of packets that captures hold twice, with what to do about it. */
export function duplicated({ copies }: WanDirection): Inconclusive {
  return inconclusive(
    `${copies} packets were captured twice, which looks like mirrored duplicates: capture at one port, or filter duplicates`,
  );
}

/** Whether announced identities stand in clear where they were to be encrypted. */
export function isLeftClear({ masked, role }: WanDirection, wan: WanFacts): boolean {
  const announced = announcementsOf(wan, PEER[role as CoreIdentityRole]);
  return masked !== undefined &&
    announced.some(({ identities }) => identities.some((identity) => masked.values.has(identity)));
}

/**
 * Whether identities are, or may be, encrypted with a key that is not known. Nothing in a packet says
 * so: where the profile allows for it, identities that no receiver announced are not taken for clear.
 */
function mayBeMasked(sent: WanDirection, wan: WanFacts, evidence: Evidence): boolean {
  if (sent.kind !== IdentityKind.core || sent.masked !== undefined) return false;
  const isAsked = declared<boolean>(evidence, "sender", "identityEncrypted");
  if (isAsked !== undefined || evidence.world !== "captures") return isAsked === true;
  if (!declares(evidence, "encrypted_identity")) return false;
  const announced = announcementsOf(wan, PEER[sent.role as CoreIdentityRole]);
  const known = new Set(announced.flatMap(({ identities }) => identities));
  // An identity that comes again on the next packet is no ciphertext.
  const isSteady = sent.sessions.some(({ packets, changed }) => packets > 1 && changed === 0);
  return sent.sessions.some(({ identity, changes, changed }) =>
    (changed > 0 || !isSteady) &&
    [identity, ...changes.map((change) => change.identity)].some((seen) => !known.has(seen))
  );
}
