/** Which identifiers stand in the headers of what a role sends (RFC 2661 §4.4.3, §4.4.4, §5.3). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import {
  Attribute,
  avpOf,
  type ControlMessage,
  formatMessage,
  isAck,
  number16,
} from "./message.ts";
import type { MessageRule } from "./message_rules.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP, OCRQ, OCRP, CDN } = MessageType;

/** Messages before a session is known, or of no session: their Session ID is judged elsewhere. */
const WITHOUT_SESSION: readonly number[] = [SCCRQ, SCCRP, SCCCN, HELLO, ICRQ, OCRQ];
/** §4.4.4 binds what belongs to a session: these may carry an identifier of one, or none. */
const EITHER: readonly number[] = [0, StopCCN];
/** Messages by which a Session ID is assigned, and a Tunnel ID. */
const OF_CALL: readonly number[] = [ICRQ, ICRP, OCRQ, OCRP];
const OF_TUNNEL: readonly number[] = [SCCRQ, SCCRP];

/** Fails at the first header that has other identifiers than its receiver assigned. */
export function judgeHeaders(conduct: Conduct): PartialVerdict {
  for (const end of conduct.ends) {
    for (const message of end.messages) {
      const wrong = faultOf(end, message, conduct);
      if (wrong !== undefined) {
        return fail(wrong, `${formatMessage(message)} with ${idsOf(message)}`, frameRefs(message));
      }
    }
  }
  const known = new Set(conduct.ends.flatMap((end) => conduct.flowsOf(end)));
  const unreadable = new Set(
    conduct.ends.filter(({ peer }) => peer.assignsUnreadably).map(({ peer }) => peer.tunnelId),
  );
  const stray = !conduct.complete
    ? undefined
    : conduct.flows.find((flow) => !known.has(flow) && !unreadable.has(flow.tunnelId));
  return stray &&
    fail("data with identifiers that its receiver assigned", idsOf(stray), [stray.first]);
}

/** What should stand in a header that has something else. */
function faultOf(
  { peer, sessions }: ConnectionEnd,
  message: ControlMessage,
  { complete, testerIds }: Conduct,
): string | undefined {
  const { type, tunnelId, sessionId } = message;
  if (complete && tunnelId !== 0 && !peer.assigns && !testerIds.tunnels.has(tunnelId)) {
    return "a Tunnel ID that its receiver assigned";
  }
  if (WITHOUT_SESSION.includes(type)) return undefined;
  if (sessionId !== 0) {
    const unknown = complete && !peer.assignsUnreadably && !peer.sessions.has(sessionId) &&
      !testerIds.sessions.has(sessionId);
    return unknown ? "a Session ID that its receiver assigned" : undefined;
  }
  if (EITHER.includes(type)) return undefined;
  // The call that it is about may have an identifier of the receiver by now.
  const session = sessions.get(number16(message, Attribute.assignedSession));
  const assigned = peer.sessions.get(session?.peerId ?? 0)?.assignedBy;
  // What is on its way is not known yet, and what came hidden may not have been recovered.
  const is = assigned !== undefined && isAck(message.nr, assigned.ns) &&
    !avpOf(assigned, Attribute.assignedSession)!.hidden;
  if (type === CDN) return is ? `Session ID ${session!.peerId}` : undefined;
  const all = complete && !peer.assignsUnreadably && peer.sessions.size > 0 &&
    peer.sessions.all.every(({ assignedBy }) => isAck(message.nr, assignedBy.ns));
  return all ? "a Session ID that its receiver assigned" : undefined;
}

/**
 * Fails at a message with Tunnel ID 0 to a peer that has assigned an identifier: an SCCRQ alone comes
 * before that, and a StopCCN may, with whatever acknowledges one (§4.4.3). Who assigned 0 gets it back.
 */
export function judgeUnaddressed({ unaddressed, ends, assignsZero }: Conduct): PartialVerdict {
  const byPeer = Map.groupBy(ends, ({ party, peer }) => `${party}|${peer.party}`);
  for (const message of unaddressed) {
    const { type, from, to, order } = message;
    if (type === SCCRQ || type === StopCCN || type < 0 || assignsZero.has(to)) continue;
    const toPeer = ["", to].flatMap((peer) => byPeer.get(`${from}|${peer}`) ?? []);
    const assigned = toPeer.filter(({ peer }) => (peer.assignedBy?.order ?? Infinity) < order);
    // Who was told no identifier that it can read, in one of its tunnels, acknowledges to 0.
    const mayNotKnow = type === 0 &&
      (assigned.length < toPeer.length || assigned.some(({ peer }) => peer.stop !== undefined));
    if (assigned.length === 0 || mayNotKnow) continue;
    return fail(
      `Tunnel ID ${
        assigned.map(({ peer }) => peer.tunnelId).join(" or ")
      }, which its receiver assigned (§4.4.3)`,
      `${formatMessage(message)} with ${idsOf(message)}`,
      frameRefs(message),
    );
  }
  return undefined;
}

function idsOf({ tunnelId, sessionId }: { tunnelId: number; sessionId: number }): string {
  return `Tunnel ID ${tunnelId} and Session ID ${sessionId}`;
}

/** §5.3: before the peer can have assigned any, identifiers are zero. */
export const notYetAssignedFault: MessageRule = ({ type, tunnelId, sessionId }) => {
  const wrong = sessionId !== 0 || OF_TUNNEL.includes(type) && type === SCCRQ && tunnelId !== 0;
  return wrong ? idsOf({ tunnelId, sessionId }) : undefined;
};

/** Whether a message is sent before its receiver can have assigned all identifiers. */
export function comesFirst({ type, tunnelId }: ControlMessage): boolean {
  return type === SCCRQ && tunnelId === 0 || type === ICRQ || type === OCRQ;
}

/** What a message assigns, or names as assigned before; -1 for nothing. */
function assignedBy(message: ControlMessage): number {
  const { type } = message;
  if (OF_TUNNEL.includes(type) || type === StopCCN) {
    return number16(message, Attribute.assignedTunnel);
  }
  return OF_CALL.includes(type) || type === CDN ? number16(message, Attribute.assignedSession) : -1;
}

/** Whether a message assigns an identifier that can be read. */
export function assigns(message: ControlMessage): boolean {
  return assignedBy(message) >= 0;
}

/** §5.3: zero is no identifier. */
export const zeroAssignedFault: MessageRule = (message) =>
  assignedBy(message) === 0 ? "it assigns 0" : undefined;

/** §4.4.3: a StopCCN names the Tunnel ID that its sender assigned first. */
export function judgeStops(ends: readonly ConnectionEnd[]): PartialVerdict {
  for (const { messages, tunnelId } of ends) {
    for (const stop of messages) {
      if (stop.type !== StopCCN) continue;
      const named = number16(stop, Attribute.assignedTunnel);
      if (named === tunnelId) continue;
      const first = messages.find((m) => number16(m, Attribute.assignedTunnel) === tunnelId);
      const words = `a StopCCN with Assigned Tunnel ID ${tunnelId}`;
      return fail(words, `${named}`, frameRefs(first, stop));
    }
  }
  return undefined;
}

/** The ends that sent a StopCCN on a tunnel to which they had assigned an identifier before. */
export function stopping({ ends }: Conduct): readonly ConnectionEnd[] {
  return ends.filter(({ assigns, tunnelId, messages }) => {
    const first = messages.find((m) => number16(m, Attribute.assignedTunnel) === tunnelId);
    return assigns && first?.type !== StopCCN && messages.some(({ type }) => type === StopCCN);
  });
}
