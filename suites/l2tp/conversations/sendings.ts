/** Control messages as they were meant: each once, with its retransmissions and what came of it. */
import type { ConnectionEnd, ControlConnection } from "../facts/control_connection.ts";
import { type ControlMessage, isAck } from "../facts/message.ts";
import { intervals, span, times } from "../../kit/narration.ts";

/** Unacknowledged messages of an end that are looked for. */
const PENDING = 64;

/** One message, and every time that it was sent. */
export interface Sending {
  end: ConnectionEnd;
  /** The first; never empty. */
  copies: [ControlMessage, ...ControlMessage[]];
  /** The first message of the peer that acknowledges it. */
  acknowledgedBy?: ControlMessage;
  /** Copies that were sent after that was seen. */
  late: number;
}

/** Whether a message comes before another one at the same place. */
export function isBefore(a: ControlMessage, b: ControlMessage): boolean {
  return a.order < b.order;
}

/** The messages of both ends of a connection in the order in which they were seen. */
export function inOrder({ initiator, responder }: ControlConnection): ControlMessage[] {
  const merged: ControlMessage[] = [];
  const a = initiator.messages, b = responder.messages;
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (j === b.length || i < a.length && !isBefore(b[j], a[i])) merged.push(a[i++]);
    else merged.push(b[j++]);
  }
  return merged;
}

/** What was sent on a connection, zero-length bodies left out, in the order of the first copies. */
export function sendingsOf(connection: ControlConnection): Sending[] {
  const sendings: Sending[] = [];
  const ends = new Map<ConnectionEnd, { pending: Sending[]; byNs: Map<number, Sending> }>();
  for (const end of connection.ends) ends.set(end, { pending: [], byNs: new Map() });
  const ofInitiator = new Set(connection.initiator.messages);
  for (const message of inOrder(connection)) {
    const end = ofInitiator.has(message) ? connection.initiator : connection.responder;
    const peer = ends.get(end.peer)!, own = ends.get(end)!;
    peer.pending = peer.pending.filter((sending) => {
      if (!isAck(message.nr, sending.copies[0].ns)) return true;
      sending.acknowledgedBy = message;
      return false;
    });
    if (message.type === 0) continue;
    const known = own.byNs.get(message.ns);
    if (known !== undefined && message.repeats(known.copies[0])) {
      known.copies.push(message);
      if (known.acknowledgedBy !== undefined) known.late++;
      continue;
    }
    const sending: Sending = { end, copies: [message], late: 0 };
    own.byNs.set(message.ns, sending);
    if (own.pending.length < PENDING) own.pending.push(sending);
    sendings.push(sending);
  }
  return sendings;
}

/**
 * How often a message was sent, and whether it was acknowledged; empty where all is as it should be.
 * @param isSeen Whether acknowledgements would have been captured.
 */
export function deliveryText(
  { copies, acknowledgedBy, late }: Sending,
  until: number,
  isSeen = true,
): string {
  const [first] = copies, parts: string[] = [];
  if (copies.length > 1) {
    const moments = copies.map(({ time }) => time);
    const at = first.time > 0 ? `, again after ${intervals(moments)}` : "";
    parts.push(`sent ${times(copies.length)}${at}${backsOff(moments)}`);
  }
  if (acknowledgedBy === undefined) {
    if (!isSeen) return parts.join("; ");
    parts.push(
      copies.length > 1 || until - first.time > 1
        ? "never acknowledged"
        : "the capture ends before an acknowledgement",
    );
  } else if (copies.length > 1 && first.time > 0) {
    parts.push(`acknowledged after ${span(acknowledgedBy.time - first.time)}`);
  }
  if (late > 0) {
    parts.push(
      `${
        times(late)
      } in spite of an acknowledgement that was captured, which came late or was lost`,
    );
  }
  return parts.join("; ");
}

/** Whether the intervals of three sendings or more grow as §5.8 says, which caps them at 8 s or more. */
function backsOff(moments: readonly number[]): string {
  if (moments.length < 3) return "";
  const gaps = moments.slice(1).map((time, i) => time - moments[i]);
  const grows = gaps.every((gap, i) => i === 0 || gap >= gaps[i - 1] * 1.6 || gap >= 7.5);
  return grows ? " (backs off as §5.8 asks)" : " (which does not back off as §5.8 asks)";
}
